"""Every column of the dumps' tables ends in XML paths that are read."""

import pytest

from discogs_assets.orchestration.column_schema import paths_schema, records_schema
from discogs_assets.sources.discogs_dumps.lineage import records_lineage
from discogs_assets.sources.discogs_dumps.source import DISCOGS
from discogs_assets.sources.discogs_dumps.tables import DUMP_TYPES, XmlDumpType, iter_tables
from discogs_assets.sources.discogs_dumps.xml.undeclared_paths import declared_paths
from discogs_assets.sources.dumps.lineage import described_places, table_lineage
from discogs_assets.tables.table import Table
from discogs_assets.warehouse.lineage import Source

RECORDS_LINEAGE = {
    column: sources
    for one in DUMP_TYPES.values()
    for column, sources in records_lineage(one).items()
}
TABLES = [(one, table) for one in DUMP_TYPES.values() for table in one.tables]
RELEASE = "/releases/release"
TRACK = f"{RELEASE}/tracklist/track"
SUB_TRACK = f"{TRACK}/sub_tracks/track"
CREDITS = [
    f"{track}/{kind}/artist" for track in (TRACK, SUB_TRACK) for kind in ("artists", "extraartists")
]


def paths(column: str) -> list[str]:
    """Return the XML paths of a column `<table>.<column>`."""
    return [path for _, path in RECORDS_LINEAGE[column]]


@pytest.mark.parametrize(("dump_type", "table"), TABLES, ids=lambda one: one.name)
def test_a_table_has_the_columns_of_the_lake(dump_type: XmlDumpType, table: Table) -> None:
    wanted: dict[str, list[Source]] = {
        column.name: [(dump_type.records, f"{table.name}.{column.name}")]
        for column in table.columns
    }
    assert table_lineage(dump_type, table) == wanted
    assert {source for ((_, source),) in wanted.values()} <= {*RECORDS_LINEAGE}


@pytest.mark.parametrize("dump_type", DUMP_TYPES.values(), ids=lambda one: one.name)
def test_every_column_ends_in_paths_that_are_declared(dump_type: XmlDumpType) -> None:
    declared = declared_paths(dump_type)
    for table in dump_type.tables:
        for column in table.columns:
            found = paths(f"{table.name}.{column.name}")
            assert found, (table.name, column.name)
            assert {*found} <= declared, (table.name, column.name)


@pytest.mark.parametrize(
    ("column", "expected"),
    [
        ("release.title", [f"{RELEASE}/title"]),
        ("release.id", [f"{RELEASE}/@id"]),
        ("release.released_year", [f"{RELEASE}/released"]),
        ("release.is_main_release", [f"{RELEASE}/master_id/@is_main_release"]),
        ("release.record_hash", [RELEASE]),
        ("artist.id", ["/artists/artist/id"]),
        ("label.parent_name", ["/labels/label/parentLabel"]),
        ("release_genre.genre", [f"{RELEASE}/genres/genre"]),
        ("release_genre.sequence", [f"{RELEASE}/genres/genre"]),
        ("release_genre.release_id", [f"{RELEASE}/@id"]),
        ("release_format.descriptions", [f"{RELEASE}/formats/format/descriptions/description"]),
        (
            "release_artist.is_extra",
            [f"{RELEASE}/artists/artist", f"{RELEASE}/extraartists/artist"],
        ),
        ("release_track.title", [f"{TRACK}/title", f"{SUB_TRACK}/title"]),
        ("release_track.parent_sequence", [TRACK, SUB_TRACK]),
        ("artist_alias.alias_name", ["/artists/artist/aliases/name"]),
        ("group_member.group_artist_id", ["/artists/artist/id"]),
        ("group_member.member_name", ["/artists/artist/members/name"]),
        # By the name's attribute, or by the element before it in older dumps.
        (
            "group_member.member_artist_id",
            ["/artists/artist/members/name/@id", "/artists/artist/members/id"],
        ),
        ("master_quarantine.record_id", ["/masters/master/@id"]),
        ("label_quarantine.record_id", ["/labels/label/id"]),
        ("label_quarantine.raw", ["/labels/label"]),
        ("label_quarantine.dump", ["/labels"]),
    ],
)
def test_where_a_column_stands_in_the_xml(column: str, expected: list[str]) -> None:
    assert paths(column) == expected


def test_release_track_artist() -> None:
    table = "release_track_artist"
    found = {name: paths(name) for name in RECORDS_LINEAGE if name.startswith(f"{table}.")}
    assert found == {
        f"{table}.release_id": [f"{RELEASE}/@id"],
        f"{table}.track_sequence": [TRACK, SUB_TRACK],
        f"{table}.is_extra": CREDITS,
        f"{table}.sequence": CREDITS,
        f"{table}.artist_id": [f"{credit}/id" for credit in CREDITS],
        f"{table}.artist_name": [f"{credit}/name" for credit in CREDITS],
        f"{table}.anv": [f"{credit}/anv" for credit in CREDITS],
        f"{table}.join_string": [f"{credit}/join" for credit in CREDITS],
        f"{table}.role": [f"{credit}/role" for credit in CREDITS],
        f"{table}.tracks": [f"{credit}/tracks" for credit in CREDITS],
    }


def test_the_dumps_and_the_lake_show_the_columns_that_lineage_names() -> None:
    described = {
        path: text
        for one in DUMP_TYPES.values()
        for path, text in described_places(DISCOGS, one).items()
    }
    read = {path for sources in RECORDS_LINEAGE.values() for _, path in sources}
    left_out = {path for path, text in described.items() if text.startswith("Left out: ")}
    assert {*described} == read | left_out
    assert left_out == {
        f"/{name}/{one.record}/images/image/@uri150" for name, one in DUMP_TYPES.items()
    }
    assert described[f"{RELEASE}/released"] == (
        "release.released: Date as printed: YYYY, YYYY-MM-00, YYYY-MM-DD or free text. "
        "release.released_year: Year of `released` where it starts with one; NULL for 0000."
    )
    assert {column.name: column.type for column in paths_schema(described).columns} == {
        path: "attribute" if "@" in path else "element" for path in described
    }
    lake = {column.name: column for column in records_schema(iter_tables()).columns}
    assert {*lake} == {*RECORDS_LINEAGE}
    assert lake["release.title"].description == "Title."
    assert lake["release_format.descriptions"].type == "list<item: string>"
    assert not lake["release.id"].constraints.nullable
