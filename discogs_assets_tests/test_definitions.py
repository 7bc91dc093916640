"""The asset graph as Dagster shows it."""

from pathlib import Path

import dagster as dg
import pytest

from discogs_assets.definitions import Settings, build_definitions, build_platform, read_settings
from discogs_assets.derived.tables import DERIVED
from discogs_assets.discogs_dumps.tables import iter_tables

GRAPH = """
discogs_raw, by dump type and month
    raw_dump
discogs_lake, by dump type and month
    records                 raw_dump
discogs_warehouse, by artists and month
    artist                  records
    artist_alias            records
    artist_group            records
    artist_image            records
    artist_namevariation    records
    artist_quarantine       records
    artist_url              records
    group_member            records
discogs_warehouse, by labels and month
    label                   records
    label_image             records
    label_quarantine        records
    label_sublabel          records
    label_url               records
discogs_warehouse, by masters and month
    master                  records
    master_artist           records
    master_genre            records
    master_image            records
    master_quarantine       records
    master_style            records
    master_video            records
discogs_warehouse, by releases and month
    release                 records
    release_artist          records
    release_company         records
    release_format          records
    release_genre           records
    release_identifier      records
    release_image           records
    release_label           records
    release_quarantine      records
    release_series          records
    release_style           records
    release_track           records
    release_track_artist    records
    release_video           records
discogs_derived, by month
    master_id               master, release
    tag                     master_genre, master_style
    tag_count               tag
    video                   master_video, release, release_video
"""

KINDS = {
    "discogs_raw": {"file", "gzip"},
    "discogs_lake": {"parquet", "arrow"},
    "discogs_warehouse": {"duckdb", "table"},
    "discogs_derived": {"duckdb", "sql"},
}
POOLS = {
    "discogs_raw": {"discogs_download"},
    "discogs_lake": {"discogs_parse"},
    "discogs_warehouse": {"duckdb"},
    "discogs_derived": {"duckdb"},
}


@pytest.fixture(scope="module")
def definitions() -> dg.Definitions:
    settings = Settings("dumps", "store", Path("warehouse.duckdb"), Path("home"))
    return build_definitions(build_platform(settings))


@pytest.fixture(scope="module")
def specs(definitions: dg.Definitions) -> list[dg.AssetSpec]:
    return [*definitions.resolve_all_asset_specs()]


def describe_partitions(partitions: dg.PartitionsDefinition[str] | None) -> str:
    """Return the dimensions of partitions; a static one of one key by that key."""
    if isinstance(partitions, dg.MultiPartitionsDefinition):
        type_, month = partitions.partitions_defs
        assert (type_.name, month.name) == ("dump_type", "month")
        keys = type_.partitions_def.get_partition_keys()
        return f"{keys[0] if len(keys) == 1 else 'dump type'} and month"
    assert isinstance(partitions, dg.MonthlyPartitionsDefinition)
    return "month"


def describe(spec: dg.AssetSpec) -> tuple[str, str]:
    """Return the heading and the line of an asset in `GRAPH`."""
    reads = ", ".join(sorted(dep.asset_key.path[-1] for dep in spec.deps))
    heading = f"{spec.group_name}, by {describe_partitions(spec.partitions_def)}"
    return heading, f"    {spec.key.path[-1]:23} {reads}".rstrip()


def test_definitions_can_be_loaded(definitions: dg.Definitions) -> None:
    dg.Definitions.validate_loadable(definitions)


def test_the_graph(specs: list[dg.AssetSpec]) -> None:
    groups: dict[str, list[str]] = {}
    for heading, line in map(describe, specs):
        groups.setdefault(heading, []).append(line)
    expected = [line for line in GRAPH.splitlines() if line and not line.startswith(" ")]
    found = [line for name in expected for line in (name, *sorted(groups.pop(name)))]
    assert "\n".join(["", *found, ""]) == GRAPH
    assert groups == {}


def test_every_key_starts_with_the_source(specs: list[dg.AssetSpec]) -> None:
    assert {(len(spec.key.path), spec.key.path[0]) for spec in specs} == {(2, "discogs")}


def test_months_are_those_of_the_dumps(specs: list[dg.AssetSpec]) -> None:
    [spec] = [spec for spec in specs if spec.key.path[-1] == "tag"]
    assert spec.partitions_def is not None
    assert spec.partitions_def.get_first_partition_key() == "2008-03-01"


def test_a_computed_month_reads_that_month_of_its_tables(definitions: dg.Definitions) -> None:
    graph = definitions.resolve_asset_graph()
    tag = graph.get(dg.AssetKey(["discogs", "tag"]))
    genre = graph.get(dg.AssetKey(["discogs", "master_genre"]))
    assert tag.partitions_def is not None
    assert genre.partitions_def is not None
    read = tag.partition_mappings[genre.key].get_upstream_mapped_partitions_result_for_partitions(
        tag.partitions_def.subset_with_partition_keys(["2026-01-01"]),
        tag.partitions_def,
        genre.partitions_def,
    )
    assert [*read.partitions_subset.get_partition_keys()] == ["masters|2026-01-01"]


def test_every_asset_says_what_it_is(specs: list[dg.AssetSpec]) -> None:
    for spec in specs:
        assert spec.description, spec.key
        assert len(spec.description) > 40, spec.key
        assert spec.owners == ["team:discogs-assets"], spec.key
        assert spec.kinds == KINDS[str(spec.group_name)], spec.key


def test_every_step_waits_in_its_pool(definitions: dg.Definitions) -> None:
    graph = definitions.resolve_asset_graph()
    for key in graph.get_all_asset_keys():
        node = graph.get(key)
        assert node.pools == POOLS[str(node.group_name)], key


def test_column_schemas_are_the_declarations(specs: list[dg.AssetSpec]) -> None:
    declared = {table.name: table for table in iter_tables()}
    declared |= {name: derived.table for name, derived in DERIVED.items()}
    tables = {spec.key.path[-1]: spec for spec in specs if "duckdb" in spec.kinds}
    assert {*tables} == {*declared}
    for name, table in declared.items():
        schema = tables[name].metadata["dagster/column_schema"]
        assert isinstance(schema, dg.TableSchema)
        *found, month = schema.columns
        assert [(c.name, c.type, c.description) for c in found] == [
            (c.name, c.type.duckdb, c.description) for c in table.columns
        ]
        assert {c.name for c in found if not c.constraints.nullable} == {*table.key}
        assert (month.name, month.type) == ("month", "DATE")
        assert tables[name].metadata["dagster/table_name"] == f"discogs.{name}"


def test_settings_have_defaults(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert read_settings({}) == Settings(
        "https://data.discogs.com/",
        "data",
        tmp_path / "data/warehouse.duckdb",
        tmp_path / ".dagster",
    )
    assert read_settings(
        {
            "DISCOGS_DUMPS_URL": "s3://dumps",
            "DISCOGS_STORE": "s3://store",
            "DISCOGS_WAREHOUSE": "/there/w.duckdb",
            "DAGSTER_HOME": "/there/home",
            "DISCOGS_OTHER": "x",
        }
    ) == Settings("s3://dumps", "s3://store", Path("/there/w.duckdb"), Path("/there/home"))
