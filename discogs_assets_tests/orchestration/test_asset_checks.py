"""Checks as Dagster keeps them: of each partition, with examples, some of them blocking."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import dagster as dg
import pytest

from discogs_assets.definitions import all_assets
from discogs_assets.display.progress import LoggedProgress
from discogs_assets.exports.registry import BY_NAME
from discogs_assets.orchestration.asset_checks import RUNS_WITH_ASSET, check_result
from discogs_assets.orchestration.asset_keys import table_key
from discogs_assets.platform import TABLES, build_platform, read_settings
from discogs_assets.sources.discogs_dumps.tables import DUMP_TYPES
from discogs_assets.sources.dumps.keys import dump_key, records_key
from discogs_assets.tables.outcome import Outcome
from discogs_assets_tests.support.workplace import FEBRUARY, JANUARY, Workplace

pytestmark = pytest.mark.slow

MASTERS = [table_key(table.name) for table in DUMP_TYPES["masters"].tables]
READ = [dump_key(DUMP_TYPES["masters"]), records_key(DUMP_TYPES["masters"])]
BEFORE = {"record_count_not_dropped", "rows_and_nulls_near_month_before"}
Checks = dict[tuple[str, str], dg.AssetCheckEvaluation]


class Graph:
    """Runs of the project's graph in a workplace."""

    def __init__(self, place: Workplace, instance: dg.DagsterInstance) -> None:
        self.place, self.instance = place, instance

    def run(
        self, partition: str, *assets: dg.AssetKey, **config: object
    ) -> dg.ExecuteInProcessResult:
        platform = self.place.platform()
        return dg.materialize(
            all_assets(platform.settings),
            selection=dg.AssetSelection.assets(*assets),
            partition_key=partition,
            instance=self.instance,
            resources=platform.resources(LoggedProgress()),
            run_config={"ops": {"discogs__load_masters": {"config": config}}} if config else None,
            raise_on_error=False,
        )


def checks(result: dg.ExecuteInProcessResult) -> Checks:
    """Return what was found by table and check."""
    found = result.get_asset_check_evaluations()
    return {(one.asset_key.path[-1], one.check_name): one for one in found}


@pytest.fixture
def graph(tmp_path: Path) -> Iterator[Graph]:
    place = Workplace(tmp_path)
    place.publish(JANUARY)
    place.publish_fewer(FEBRUARY, "masters", 3)
    with dg.DagsterInstance.ephemeral(settings={"telemetry": {"enabled": False}}) as instance:
        graph = Graph(place, instance)
        assert graph.run("2026-01-01", *READ).success
        yield graph


def test_a_dump_with_far_fewer_records_is_not_published(graph: Graph) -> None:
    result = graph.run("2026-02-01", *READ)
    assert not result.success
    lost = checks(result)["masters_records", "record_count_not_dropped"]
    assert (lost.passed, lost.blocking, lost.partition) == (False, True, "2026-02-01")
    assert not graph.place.platform().lake.is_published("masters", FEBRUARY)


def test_a_good_month(graph: Graph) -> None:
    found = checks(graph.run("2026-01-01", *MASTERS))
    assert {key for key, one in found.items() if not one.passed} == set()
    assert {one.partition for one in found.values()} == {"2026-01-01"}
    assert {table for table, _ in found} == {key.path[-1] for key in MASTERS}
    assert found["master", "keys_unique_and_rows_complete"].blocking
    assert not found["master", "rows_and_nulls_near_month_before"].blocking


def test_a_month_that_fails_is_told_of_and_materializes_nothing(graph: Graph) -> None:
    graph.place.put_in_lake(FEBRUARY, "masters")
    graph.run("2026-01-01", *MASTERS)
    result = graph.run("2026-02-01", *MASTERS)
    assert not result.success
    found = checks(result)
    lost = found["master", "record_count_not_dropped"]
    assert (lost.passed, lost.severity) == (False, dg.AssetCheckSeverity.ERROR)
    assert lost.description is not None
    assert lost.description.startswith("Records: 3, was 12 in 2026-01 (-9, ")
    assert {name: value.value for name, value in lost.metadata.items()} == {
        "rows": 3,
        "rows_before": 12,
        "change_percent": -75.0,
    }
    assert found["master_genre", "keys_unique_and_rows_complete"].passed
    assert result.get_asset_materialization_events() == []
    assert graph.instance.get_materialized_partitions(table_key("master")) == {"2026-01-01"}


def test_a_month_that_is_accepted(graph: Graph) -> None:
    graph.place.put_in_lake(FEBRUARY, "masters")
    graph.run("2026-01-01", *MASTERS)
    result = graph.run("2026-02-01", *MASTERS, accept=True)
    assert result.success
    assert checks(result)["master", "record_count_not_dropped"].passed
    assert graph.place.count("master") == 3


def test_what_was_found_first_is_shown(graph: Graph) -> None:
    """A record that cannot be read, and an element that no table knows."""
    broken = b"<masters>\n<master id='1'><title>a</title></master>\n<master id='2'><title></master>"
    strange = b"\n<master id='3'><title>c</title><novelty>x</novelty></master>\n</masters>"
    graph.place.publish_raw(date(2025, 12, 1), "masters", broken + strange)
    found = checks(graph.run("2025-12-01", *READ))
    assert found["masters_records", "every_record_read_or_quarantined"].passed
    undeclared = found["masters_records", "no_unknown_xml_paths"]
    assert (undeclared.passed, undeclared.severity) == (False, dg.AssetCheckSeverity.WARN)
    assert "/masters/master/novelty" in str(undeclared.metadata["examples"].value)
    assert undeclared.description == "1 unknown XML path: /masters/master/novelty."
    result = graph.run("2025-12-01", *MASTERS)
    assert result.success, "a warning stops nothing"
    quarantine = checks(result)["master_quarantine", "nothing_in_quarantine"]
    assert (quarantine.passed, quarantine.description) == (False, "In quarantine: 1.")
    assert "mismatched tag" in str(quarantine.metadata["examples"].value)


def test_every_check_has_a_number_to_draw_by_month(graph: Graph) -> None:
    graph.place.put_in_lake(FEBRUARY, "masters")
    raw = checks(graph.run("2026-02-01", *READ))
    first = checks(graph.run("2026-01-01", *MASTERS))
    second = checks(graph.run("2026-02-01", *MASTERS, accept=True))
    numbers = (dg.IntMetadataValue, dg.FloatMetadataValue)
    for found, compared in ((raw, True), (first, False), (second, True)):
        for (table, check), one in found.items():
            has = any(isinstance(value, numbers) for value in one.metadata.values())
            assert has or (not compared and check in BEFORE), (table, check)


def test_each_finding_has_a_line_in_the_ui() -> None:
    """It shows Markdown, where two blanks at the end of a line keep it apart from the next."""
    key = dg.AssetCheckKey(table_key("tag"), "a_check")
    result = check_result(key, Outcome("a_check", False, "Rows: 9, was 2.\nEmpty values: none."))
    assert result.description == "Rows: 9, was 2.  \nEmpty values: none."


def test_each_says_that_it_runs_with_its_asset_only() -> None:
    graph = all_assets(read_settings({}))
    assets = [asset for asset in graph if isinstance(asset, dg.AssetsDefinition)]
    specs = [spec for asset in assets for spec in asset.check_specs]
    assert len(specs) > 100
    for spec in specs:
        assert str(spec.description).endswith(f". {RUNS_WITH_ASSET}"), spec.key


def test_every_table_has_its_checks() -> None:
    parts = build_platform(read_settings({}))
    assets = [
        asset for asset in all_assets(parts.settings) if isinstance(asset, dg.AssetsDefinition)
    ]
    keys = {spec.asset_key for asset in assets for spec in asset.check_specs}
    checked = {key.path[-1] for key in keys if key.path[0] == "discogs"}
    assert checked - {*BY_NAME} == {
        *TABLES,
        *(one.records for one in DUMP_TYPES.values()),
        "verification",
    }
