"""The Dagster runs of an import, kept in an instance."""

from pathlib import Path

import dagster as dg
import pytest

from discogs_assets.cli.importing.month_import import MonthImport
from discogs_assets.cli.importing.steps import Request
from discogs_assets.definitions import all_assets
from discogs_assets.display.progress import LoggedProgress
from discogs_assets.errors import DumpError
from discogs_assets.sources.discogs_dumps.tables import DUMP_TYPES
from discogs_assets.sources.dumps.keys import dump_key
from discogs_assets_tests.support.metadata_keys import check_keys, iter_kept
from discogs_assets_tests.support.workplace import FEBRUARY, JANUARY, Workplace

pytestmark = pytest.mark.slow


def imported(place: Workplace, *types: str) -> dg.DagsterInstance:
    """Import with an instance that keeps its runs; return it."""
    instance = dg.DagsterInstance.from_config(str(place.home))
    MonthImport(place.platform(), instance, Request(types), LoggedProgress()).run()
    return instance


def metadata(instance: dg.DagsterInstance, asset: str, partition: str) -> dict[str, object]:
    """Return the metadata of an asset's newest materialization."""
    key = dg.AssetKey(["discogs", asset])
    event = instance.get_latest_materialization_event(key)
    assert event is not None
    assert event.asset_materialization is not None
    assert event.asset_materialization.partition == partition
    return {name: value.value for name, value in event.asset_materialization.metadata.items()}


def readable_tags(run: dg.DagsterRun) -> dict[str, str]:
    """Return the tags that a person reads."""
    names = [name for name in run.tags if name.startswith("discogs/")]
    return {name.removeprefix("discogs/"): run.tags[name] for name in names}


def test_runs_and_materializations_are_kept(tmp_path: Path) -> None:
    place = Workplace(tmp_path)
    file = place.publish(JANUARY)["masters"]
    with imported(place, "masters") as instance:
        runs = instance.get_runs()
        assert {run.status for run in runs} == {dg.DagsterRunStatus.SUCCESS}
        assert [(run.job_name, readable_tags(run)) for run in runs] == [
            ("import_month", {"command": "import", "month": "2026-01", "types": "masters"})
        ]
        raw = metadata(instance, "masters_dump", "2026-01-01")
        records = metadata(instance, "masters_records", "2026-01-01")
        master = metadata(instance, "master", "2026-01-01")
        tags = metadata(instance, "tag", "2026-01-01")
    assert raw["bytes"] == file.stat().st_size
    assert (raw["source"], raw["file"]) == (str(file), raw["dagster/uri"])
    assert (raw["checksum_verified"], raw["downloaded_now"]) == (True, True)
    assert int(str(raw["bytes_per_second"])) > 0
    assert (records["dagster/partition_row_count"], records["in_quarantine"]) == (12, 0)
    assert (records["sha256"], records["dump"]) == (raw["sha256"], file.name)
    assert (records["limited_to"], records["unknown_xml_paths"]) == ("all records", "none")
    assert "| `master` | 12 |" in str(records["rows"])
    assert (master["dagster/partition_row_count"], master["dagster/row_count"]) == (12, 12)
    assert (master["dump"], master["limited"], master["loaded_now"]) == (file.name, False, True)
    assert master["warehouse"] == str(place.warehouse)
    assert int(str(master["rows_per_second"])) > 0
    assert tags["dagster/partition_row_count"] == tags["dagster/row_count"] == place.count("tag")
    assert tags["warehouse"] == str(place.warehouse)
    assert int(str(tags["rows_per_second"])) > 0


def test_the_rows_of_a_table_are_those_of_its_newest_month(tmp_path: Path) -> None:
    """Whatever month is imported last; its keys of metadata are in snake_case."""
    place = Workplace(tmp_path)
    place.publish_fewer(JANUARY, "masters", 11)
    place.publish(FEBRUARY)
    for month in (FEBRUARY, JANUARY):
        request = Request(["masters"], month)
        instance = dg.DagsterInstance.from_config(str(place.home))
        with instance:
            [*MonthImport(place.platform(), instance, request, LoggedProgress()).run()]
            kept = [*iter_kept(instance)]
            master = metadata(instance, "master", str(month))
            tags = metadata(instance, "tag", str(month))
    assert (master["dagster/partition_row_count"], master["dagster/row_count"]) == (11, 12)
    assert tags["dagster/row_count"] == place.count("tag")
    assert {kind for kind, _ in kept} == {"materialization", "check"}
    check_keys(set.union(*(keys for _, keys in kept)))


def test_what_is_there_already_has_no_speed(tmp_path: Path) -> None:
    place = Workplace(tmp_path)
    place.publish(JANUARY)
    platform = place.platform()
    resources = platform.resources(LoggedProgress())
    with dg.DagsterInstance.ephemeral(settings={"telemetry": {"enabled": False}}) as instance:
        for is_new in (True, False):
            found = dg.materialize(
                all_assets(platform.settings),
                selection=[dump_key(DUMP_TYPES["masters"])],
                partition_key="2026-01-01",
                instance=instance,
                resources=resources,
            )
            [event] = found.asset_materializations_for_node("discogs__masters_dump")
            assert event.metadata["downloaded_now"].value is is_new
            assert ("bytes_per_second" in event.metadata) is is_new


def test_a_run_that_failed_is_kept_too(tmp_path: Path) -> None:
    place = Workplace(tmp_path)
    file = place.publish(JANUARY, with_checksum=False)["masters"]
    file.write_bytes(file.read_bytes()[:-500])
    with pytest.raises(DumpError):
        imported(place, "masters")
    with dg.DagsterInstance.from_config(str(place.home)) as instance:
        [run] = instance.get_runs()
        assert run.status == dg.DagsterRunStatus.FAILURE
        raw = instance.get_latest_materialization_event(dump_key(DUMP_TYPES["masters"]))
        assert raw is not None
