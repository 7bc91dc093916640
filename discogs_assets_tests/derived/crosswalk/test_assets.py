"""The crosswalk in the asset graph."""

import dagster as dg
import pytest

from discogs_assets.definitions import build_definitions
from discogs_assets.derived.crosswalk.assets import COMPUTE, CROSSWALK
from discogs_assets.derived.crosswalk.inputs import READS
from discogs_assets.derived.crosswalk.tables import TABLES
from discogs_assets.platform import build_platform, read_settings
from discogs_assets.tables.check import checks_of
from discogs_assets_tests.support.checkout import CHECKOUT
from discogs_assets_tests.support.metadata_keys import check_keys


@pytest.fixture(scope="module")
def definitions() -> dg.Definitions:
    return build_definitions(build_platform(read_settings({})))


@pytest.fixture(scope="module")
def specs(definitions: dg.Definitions) -> list[dg.AssetSpec]:
    every = definitions.resolve_all_asset_specs()
    return [spec for spec in every if spec.key.path[0] == CROSSWALK]


def test_each_table_is_an_asset_of_its_group(specs: list[dg.AssetSpec]) -> None:
    assert {spec.key.path[-1] for spec in specs} == {table.name for table in TABLES}
    for spec in specs:
        assert (spec.group_name, spec.partitions_def) == (CROSSWALK, None)
        assert spec.kinds == {"duckdb", "sql"}
        assert spec.owners == ["team:discogs-assets"]
        check_keys(spec.metadata)


def test_each_reads_both_sides(specs: list[dg.AssetSpec]) -> None:
    read = {(schema, name) for schema, names in READS.items() for name in names}
    for spec in specs:
        assert {tuple(dep.asset_key.path) for dep in spec.deps} == read


def test_columns_have_a_lineage(specs: list[dg.AssetSpec]) -> None:
    [spec] = [spec for spec in specs if spec.key.path[-1] == "link_candidate"]
    lineage = spec.metadata["dagster/column_lineage"]
    assert isinstance(lineage, dg.TableColumnLineage)
    found = {(*dep.asset_key.path, dep.column_name) for dep in lineage.deps_by_column["barcode"]}
    assert found == {
        ("musicbrainz", "release", "barcode"),
        ("discogs", "release_identifier", "value"),
    }


def test_one_step_in_the_pool_of_the_warehouse_and_one_job(definitions: dg.Definitions) -> None:
    job = definitions.resolve_job_def(COMPUTE)
    assert [node.name for node in job.nodes] == [CROSSWALK]
    graph = definitions.resolve_asset_graph()
    for table in TABLES:
        asset = graph.get(dg.AssetKey([CROSSWALK, table.name]))
        assert asset.pools == {"duckdb"}
        assert {key.name for key in asset.check_keys} == {one.name for one in checks_of(table)}


def test_the_page_describes_every_table_and_column() -> None:
    page = (CHECKOUT / "docs/crosswalk.md").read_text()
    for table in TABLES:
        section = page.partition(f"\n### {table.name}\n")[2].partition("\n### ")[0]
        missing = [one.name for one in table.columns if f"`{one.name}`" not in section]
        assert missing == [], table.name
