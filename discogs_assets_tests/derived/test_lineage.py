"""What the columns of the computed tables come from, down to the XML."""

from discogs_assets.derived.lineage import kept_lineage
from discogs_assets.derived.tables import DERIVED
from discogs_assets.sources.discogs_dumps.lineage import records_lineage
from discogs_assets.sources.discogs_dumps.tables import DUMP_TYPES
from discogs_assets.sources.discogs_dumps.xml.undeclared_paths import declared_paths
from discogs_assets.sources.dumps.lineage import table_lineage
from discogs_assets.warehouse.lineage import Lineage

LINEAGE = kept_lineage()


def shown(name: str) -> dict[str, str]:
    return {
        column: " ".join(f"{table}.{of}" for table, of in sources)
        for column, sources in LINEAGE[name].items()
    }


def test_master_id() -> None:
    assert shown("master_id") == {
        "master_id": "master.id",
        "title": "master.title",
        "year": "master.year",
        "main_release": "master.main_release",
        "releases": "release.id",
        "first_year": "release.released_year",
        "last_year": "release.released_year",
    }


def test_tag() -> None:
    assert shown("tag") == {
        "kind": "master_genre.genre master_style.style",
        "tag": "master_genre.genre master_style.style",
        "master_id": "master_genre.master_id master_style.master_id",
    }


def test_tag_count() -> None:
    # The number is of the rows that share both.
    assert shown("tag_count") == {
        "kind": "tag.kind",
        "tag": "tag.tag",
        "masters": "tag.kind tag.tag",
    }


def test_video() -> None:
    assert shown("video") == {
        "master_id": "master_video.master_id release.master_id",
        "release_id": "release_video.release_id",
        "sequence": "master_video.sequence release_video.sequence",
        "youtube_id": "master_video.uri release_video.uri",
        "uri": "master_video.uri release_video.uri",
        "title": "master_video.title release_video.title",
        "duration_s": "master_video.duration_s release_video.duration_s",
    }


def test_every_column_comes_from_xml_paths_that_are_declared() -> None:
    declared = {path for one in DUMP_TYPES.values() for path in declared_paths(one)}
    graph: dict[str, Lineage] = {
        **{
            table.name: table_lineage(one, table)
            for one in DUMP_TYPES.values()
            for table in one.tables
        },
        **LINEAGE,
        **{one.records: records_lineage(one) for one in DUMP_TYPES.values()},
    }
    for name, derived in DERIVED.items():
        assert [*LINEAGE[name]] == [column.name for column in derived.table.columns]
        for column in LINEAGE[name]:
            ends = ends_of(graph, name, column)
            assert ends, (name, column)
            assert ends <= declared, (name, column)


def ends_of(graph: dict[str, Lineage], name: str, column: str) -> set[str]:
    """Return the XML paths that a column comes from in the end."""
    if name in {one.dump for one in DUMP_TYPES.values()}:
        return {column}
    return {end for source in graph[name][column] for end in ends_of(graph, *source)}


def test_only_what_a_table_reads_is_named() -> None:
    for name, derived in DERIVED.items():
        read = {table for sources in LINEAGE[name].values() for table, _ in sources}
        assert read <= {*derived.reads}, name
