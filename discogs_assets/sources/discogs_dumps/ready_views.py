"""The ready-made views, and the macros that give rows. Their queries are in `sql/`."""

from pathlib import Path

from discogs_assets.sources.discogs_dumps.macros import MACROS
from discogs_assets.sources.discogs_dumps.tables import DUMP_TYPES, iter_tables
from discogs_assets.sources.dumps.change_tables import change_table
from discogs_assets.tables.table import Column, Type
from discogs_assets.warehouse.ready_made import Macro, ReadyMade, View, make_ready
from discogs_assets.warehouse.sql import Connection

TEXT, LIST, INTEGER = Type.TEXT, Type.TEXT_LIST, Type.INTEGER
TABLES = {table.name: table for table in (*iter_tables(), *map(change_table, DUMP_TYPES.values()))}


def of(table: str, *names: str) -> tuple[Column, ...]:
    """Return columns of a table, which a view has as they are."""
    return tuple(TABLES[table].column(name) for name in names)


def sql(name: str) -> str:
    return Path(__file__).with_name("sql").joinpath(f"{name}.sql").read_text()


RELEASE_ID = of("release_artist", "release_id")
ARTISTS = Column("artists", TEXT, "The main artists in one line, as printed.")
ON_TRACK = Column(
    "track_sequence", INTEGER, "`release_track.sequence` of the track; NULL for the whole release."
)
SHOWN = of("release", "title", "country", "released_year")

ARTIST_RELEASE = View(
    "artist_release",
    "Every release that names an artist, compilations too: a row for each time it does.",
    (
        Column("artist_id", INTEGER, "The artist."),
        *RELEASE_ID,
        Column("part", TEXT, "main: of the release; track: of a track; credit: of either."),
        ON_TRACK,
        *of("release_artist", "role"),
        *of("release", "title", "released_year"),
    ),
    ("release_artist", "release_track_artist", "release"),
    sql("artist_release"),
)

RELEASE_CREDIT = View(
    "release_credit",
    "Who did what on a release: the credits of the release and of its tracks.",
    (
        *RELEASE_ID,
        ON_TRACK,
        *of("release_track", "position"),
        Column("track_title", TEXT, "Title of the track."),
        *of("release_artist", "sequence", "artist_id"),
        Column("artist", TEXT, "Name of the artist, as printed."),
        *of("release_artist", "role"),
        Column("roles", LIST, "The same as a list: `Vocals [Lead, Backing]` is one role."),
        *of("release_artist", "tracks"),
    ),
    ("release_artist", "release_track_artist", "release_track"),
    sql("release_credit"),
)

LABEL_RELEASE = View(
    "label_release",
    "The catalogue of a label: a row for each label and number of a release. Ask for `label_id`, "
    "`label_name` or `release_id`: `artists` of all rows takes long.",
    (
        *of("release_label", "label_id", "label_name", "catno"),
        Column("catno_sort", TEXT, "The number to sort by: `ABC 12` comes after `ABC 2`."),
        *RELEASE_ID,
        ARTISTS,
        *SHOWN,
    ),
    ("release_label", "release", "release_artist"),
    sql("label_release"),
)

RELEASE_SUMMARY = View(
    "release_summary",
    "A release in one row. Ask for what `release` has (`release_id`, `master_id`, `country`, "
    "`released_year` …), with more conditions as you like; a join would make it for every release "
    "there is, so give the ids that you found elsewhere to `releases`.",
    (
        *RELEASE_ID,
        ARTISTS,
        *of("release", "title"),
        Column("labels", LIST, "Names of the labels, in file order."),
        Column("catnos", LIST, "Catalogue numbers: `catnos[2]` is that of `labels[2]`."),
        Column("formats", LIST, "A line for each, such as `2 x Vinyl, LP, Album`."),
        Column("genres", LIST, "Genres, in file order."),
        Column("styles", LIST, "Styles, in file order."),
        *of("release", "country", "released", "released_year", "master_id"),
    ),
    (
        "release",
        "release_artist",
        "release_label",
        "release_format",
        "release_genre",
        "release_style",
    ),
    sql("release_summary"),
)

RELEASE_ADDED = View(
    "release_added",
    "The releases that are new since the month before: a row for each label and number.",
    (
        *RELEASE_ID,
        ARTISTS,
        *of("release", "title"),
        *of("release_label", "label_id", "label_name", "catno"),
        *of("release", "country", "released_year"),
    ),
    ("release_change", "release", "release_label", "release_artist"),
    sql("release_added"),
)

TRACK = View(
    "track",
    "`release_track` with lengths in seconds.",
    (
        *TABLES["release_track"].columns,
        Column("duration_s", INTEGER, "Length in seconds; NULL when `duration` is none."),
    ),
    ("release_track",),
    sql("track"),
)

RELEASES = Macro(
    "releases",
    ("ids",),
    "Rows of `release_summary` for a list of ids, whatever query that comes from.",
    f"{RELEASE_SUMMARY.query}WHERE whole.id IN (SELECT unnest(ids))",
    "FROM releases([1, 2])",
    RELEASE_SUMMARY.columns,
    RELEASE_SUMMARY.reads,
)

VERSIONS = Macro(
    "versions",
    ("master",),
    "Rows of `release_summary` for the versions of a master.",
    "FROM release_summary WHERE master_id = master",
    "FROM versions(1)",
    RELEASE_SUMMARY.columns,
    RELEASE_SUMMARY.reads,
)

BY_BARCODE = Macro(
    "by_barcode",
    ("barcode",),
    "Rows of `release_summary` for the releases with a barcode: only `digits` are compared.",
    sql("by_barcode"),
    "FROM by_barcode('0 9362-47555-2 4')",
    RELEASE_SUMMARY.columns,
    (*RELEASE_SUMMARY.reads, "release_identifier"),
)

MEMBERS = Macro(
    "members",
    ("name_or_id",),
    "The members of a group, given by its id or its name: without ` (3)`, of all of that name.",
    sql("members"),
    "FROM members('Nirvana')",
    (
        Column("group_id", INTEGER, "The group, an artist."),
        Column("group_name", TEXT, "Its name, with a number in brackets where several share it."),
        Column("member_id", INTEGER, "The member, an artist."),
        Column("member_name", TEXT, "Its name, without such a number."),
    ),
    ("artist", "group_member"),
)

VIEWS = (ARTIST_RELEASE, RELEASE_CREDIT, LABEL_RELEASE, RELEASE_SUMMARY, RELEASE_ADDED, TRACK)
ROWS = (RELEASES, VERSIONS, BY_BARCODE, MEMBERS)
READY_MADE: tuple[ReadyMade, ...] = (*MACROS, *VIEWS, *ROWS)
"""Each may use the ones before it."""


def show_ready_made(connection: Connection) -> None:
    """Make the views and macros whose tables are loaded."""
    make_ready(connection, READY_MADE)
