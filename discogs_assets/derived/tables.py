"""The tables computed from other tables, and which ones each reads."""

import inspect
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

from discogs_assets.derived.findings import parts
from discogs_assets.derived.findings.query import FINDING_READS, QUERY, RULE_MODULES
from discogs_assets.derived.incremental import Incremental
from discogs_assets.derived.parts import Part, Plan, ids_of, unranged
from discogs_assets.tables.table import Column, Table, Type

INTEGER, TEXT = Type.INTEGER, Type.TEXT
FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Derived:
    """A computed table; its query reads the tables of `reads`.

    The query is `sql`, generated from the declarations in `generated_from`; or without one what
    `sql/<name>.sql` holds. `owner` is SQL for the record that a row belongs to; `ids` are queries
    of the ids from which the query's range is. Where rows follow from records as `follows` says,
    only those of records that changed are computed. `plans` are for a table that is computed
    otherwise than by its query: of all rows, and of those that may have changed.
    """

    table: Table
    reads: tuple[str, ...]
    sql: str = ""
    generated_from: tuple[ModuleType, ...] = ()
    owner: str = ""
    ids: tuple[str, ...] = ()
    follows: Incremental | None = None
    plans: tuple[Plan, Plan] | None = None

    @property
    def name(self) -> str:
        return self.table.name

    @property
    def query(self) -> str:
        """What the rows are, whatever the ranges of ids in which they are computed."""
        return unranged(self.ranged_query)

    @property
    def ranged_query(self) -> str:
        return self.sql or self.files[0].read_text()

    @property
    def full(self) -> Plan:
        """How all rows are computed."""
        return (
            self.plans[0] if self.plans else Plan((Part("its rows", self.ranged_query, self.ids),))
        )

    @property
    def changed(self) -> Plan | None:
        """How those rows are computed that need not be as in the month before, if that is known."""
        if self.plans:
            return self.plans[1]
        return self.follows.plan("its rows", self.ranged_query) if self.follows else None

    @property
    def files(self) -> list[Path]:
        """Where the query, or what it is generated from, is written down."""
        modules = [Path(inspect.getfile(module)) for module in self.generated_from]
        return modules or [FOLDER / f"sql/{self.name}.sql"]


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
    owner="master_id",
    ids=(ids_of("master", "id"), ids_of("release", "master_id")),
    follows=Incremental({"master": ("master.id", "release.master_id")}, "'master'", "master_id"),
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
    owner="master_id",
    ids=(ids_of("master_genre", "master_id"), ids_of("master_style", "master_id")),
    follows=Incremental(
        {"master": ("master_genre.master_id", "master_style.master_id")}, "'master'", "master_id"
    ),
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
        null_in_key=("master_id", "release_id"),
    ),
    ("master_video", "release_video", "release"),
    owner="coalesce(release_id, master_id)",
    ids=(
        ids_of("master_video", "master_id"),
        ids_of("release_video", "release_id"),
        ids_of("release", "id"),
    ),
    follows=Incremental(
        {
            "master": ("master_video.master_id",),
            "release": ("release_video.release_id", "release.id"),
        },
        "if(release_id IS NULL, 'master', 'release')",
        "coalesce(release_id, master_id)",
    ),
)

FINDING = Derived(
    Table(
        "finding",
        "What is implausible or leads nowhere: each record, rule and value once.",
        ("rule", "record_id", "value"),
        (
            Column("table", TEXT, "The table it was found in.", is_repetitive=True),
            Column("record_id", INTEGER, "The artist, label, master or release it belongs to."),
            Column("rule", TEXT, "Name of the rule; those of missing ids start with dangling_."),
            Column("value", TEXT, "What was found, its first 200 characters; empty for nothing."),
        ),
        row_tolerance=0.5,
        may_be_empty="a month may have nothing wrong in it",
    ),
    FINDING_READS,
    QUERY,
    RULE_MODULES,
    owner="record_id",
    plans=(parts.FULL, parts.CHANGED),
)

DERIVED = {derived.name: derived for derived in (MASTER_ID, TAG, TAG_COUNT, VIDEO, FINDING)}
"""Every computed table, after those it reads."""
