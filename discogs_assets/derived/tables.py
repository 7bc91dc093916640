"""The tables computed from other tables, and which ones each reads."""

from dataclasses import dataclass
from importlib.resources import files

from discogs_assets.tables import Column, Table, Type

INTEGER, TEXT = Type.INTEGER, Type.TEXT


@dataclass(frozen=True, slots=True)
class Derived:
    """A computed table; its query is in `sql/<name>.sql` and reads the tables of `reads`."""

    table: Table
    reads: tuple[str, ...]

    @property
    def name(self) -> str:
        return self.table.name

    @property
    def query(self) -> str:
        return files(__package__).joinpath("sql", f"{self.name}.sql").read_text()


MASTER_ID = Derived(
    Table(
        "master_id",
        "One row a master: what it is, and which releases it has.",
        ("master_id",),
        (
            Column("master_id", INTEGER, "The master."),
            Column("title", TEXT, "Title."),
            Column("year", INTEGER, "Year of first release as Discogs gives it."),
            Column("main_release", INTEGER, "The release that stands for the master."),
            Column("releases", INTEGER, "Number of releases."),
            Column("first_year", INTEGER, "Year of its earliest dated release."),
            Column("last_year", INTEGER, "Year of its latest dated release."),
        ),
    ),
    ("master", "release"),
)

TAG = Derived(
    Table(
        "tag",
        "Which masters carry which genre or style; each pair once.",
        ("kind", "tag", "master_id"),
        (
            Column("kind", TEXT, "genre or style."),
            Column("tag", TEXT, "The genre or style."),
            Column("master_id", INTEGER, "The master that carries it."),
        ),
    ),
    ("master_genre", "master_style"),
)

TAG_COUNT = Derived(
    Table(
        "tag_count",
        "How many masters carry each genre and style.",
        ("kind", "tag"),
        (
            Column("kind", TEXT, "genre or style."),
            Column("tag", TEXT, "The genre or style."),
            Column("masters", INTEGER, "Number of masters."),
        ),
    ),
    ("tag",),
)

VIDEO = Derived(
    Table(
        "video",
        "Every video of masters and releases, with the master it leads to.",
        ("master_id", "release_id", "sequence"),
        (
            Column("master_id", INTEGER, "The master; NULL for a release without one."),
            Column("release_id", INTEGER, "The release; NULL for a video of the master itself."),
            Column("sequence", INTEGER, "Position in the list, from 1."),
            Column("youtube_id", TEXT, "Id at YouTube; NULL when the address is not one of its."),
            Column("uri", TEXT, "Address of the video."),
            Column("title", TEXT, "Title of the video."),
            Column("duration_s", INTEGER, "Length in seconds."),
        ),
    ),
    ("master_video", "release_video", "release"),
)

DERIVED = {derived.name: derived for derived in (MASTER_ID, TAG, TAG_COUNT, VIDEO)}
"""Every computed table, after those it reads."""
