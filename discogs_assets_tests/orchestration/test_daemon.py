"""The real daemon, left alone: a dump appears, months are filled in, a run is killed."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from itertools import pairwise
from pathlib import Path

import dagster as dg
import psutil
import pytest

from discogs_assets.derived.tables import DERIVED
from discogs_assets.errors import WarehouseError
from discogs_assets.orchestration.killed_runs import processes
from discogs_assets.sources.discogs_dumps.source import CHANGE_TABLES
from discogs_assets.sources.discogs_dumps.tables import DUMP_TYPES
from discogs_assets_tests.support.checkout import CHECKOUT
from discogs_assets_tests.support.s3_server import CREDENTIALS, s3_server, upload
from discogs_assets_tests.support.service import Service
from discogs_assets_tests.support.workplace import Workplace

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1200)]

WORKSPACE = CHECKOUT / "workspace.yaml"
MASTERS = {table.name for table in DUMP_TYPES["masters"].tables}
QUARTER = [date(2025, month, 1) for month in range(1, 4)]


@contextmanager
def served(service: Service) -> Iterator[dg.DagsterInstance]:
    """Run the daemon, and give the instance it works on."""
    with (
        dg.DagsterInstance.from_config(str(service.place.home)) as instance,
        service.daemon(),
    ):
        yield instance


def loaded(place: Workplace, month: date) -> set[str]:
    """Return the names of the tables that are loaded for a month; none while it is written."""
    try:
        return {
            table
            for table, of_month in place.ask('SELECT "table", month FROM discogs.loaded_month')
            if of_month == month
        }
    except WarehouseError:
        return set()


def failures(instance: dg.DagsterInstance) -> list[dg.DagsterRun]:
    return list(instance.get_runs(dg.RunsFilter(statuses=[dg.DagsterRunStatus.FAILURE])))


def spans(instance: dg.DagsterInstance, step: str) -> list[tuple[float, float]]:
    """Return when each run of a step began and ended."""
    found = []
    for run in instance.get_runs():
        stats = instance.get_run_step_stats(run.run_id, [step])
        found += [(one.start_time or 0.0, one.end_time or 0.0) for one in stats if one.end_time]
    return sorted(found)


def overlap(spans: list[tuple[float, float]]) -> bool:
    return any(end > start for (_, end), (start, _) in pairwise(spans))


def test_a_dump_that_appears_in_a_bucket_becomes_tables_without_a_hand(tmp_path: Path) -> None:
    place = Workplace(tmp_path)
    with s3_server() as address:
        settings = CREDENTIALS | {
            "AWS_ENDPOINT_URL": address,
            "DISCOGS_DUMPS_URL": "s3://discogs-dumps",
            "DISCOGS_AUTOMATION": "sensor",
            "DISCOGS_POLL_HOURS": "0.002",
        }
        month = datetime.now(UTC).date().replace(day=1)
        service = Service(place, WORKSPACE, settings)
        upload(address, "discogs-dumps", tmp_path / "nothing")
        with served(service) as instance:
            place.publish(month)
            upload(address, "discogs-dumps", place.dumps)
            everything = {*DERIVED} | {table.name for table in CHANGE_TABLES.values()}
            everything |= {
                table.name for dump_type in DUMP_TYPES.values() for table in dump_type.tables
            }
            service.wait_until(lambda: loaded(place, month) == everything, "computed tables", 900)
            assert failures(instance) == []
            runs = instance.get_runs()
            assert [run.job_name for run in runs] == ["import_month"], "one run, of a named job"
            assert runs[0].tags["discogs/types"] == "artists, labels, masters, releases"
    assert place.count("release") == 30
    assert place.count("video") > 0


def kill_the_first_at_work(instance: dg.DagsterInstance) -> str:
    """Kill the process of a run that has started; return the run's id, "" when none has."""
    for run in instance.get_runs(dg.RunsFilter(statuses=[dg.DagsterRunStatus.STARTED])):
        for pid in processes(instance, run):
            assert psutil.Process(pid).pid != os.getpid()
            os.kill(pid, signal.SIGKILL)
            return run.run_id
    return ""


def test_months_are_filled_in_although_a_run_is_killed(tmp_path: Path) -> None:
    place = Workplace(tmp_path)
    for month in QUARTER:
        place.publish(month)
    service = Service(place, WORKSPACE, {})
    done = place.command("backfill", "2025/01", "2025/03", "--types", "masters")
    assert done.returncode == 0, done.stderr
    backfill = done.stdout.split()[1].rstrip(":")
    killed: list[str] = []
    with served(service) as instance:
        service.wait_until(lambda: bool(kill_one(instance, killed)), "run to kill")
        wanted = MASTERS | {"master_change", "tag", "tag_count"}
        service.wait_until(
            lambda: all(loaded(place, month) == wanted for month in QUARTER),
            "tables of all months",
            900,
        )
        service.wait_until(lambda: status(instance, backfill) == "COMPLETED_SUCCESS", "end of it")
        failed = [run.run_id for run in failures(instance)]
        assert killed[0] in failed
        for run_id in failed:
            [again] = instance.get_runs(dg.RunsFilter(tags={"dagster/parent_run_id": run_id}))
            assert again.status == dg.DagsterRunStatus.SUCCESS
        assert len(instance.get_runs()) == len(QUARTER) + len(failed), "one a month"
        for step in ("discogs__masters_dump", "discogs__masters_records", "discogs__load_masters"):
            assert not overlap(spans(instance, step)), step
        assert in_order(instance, backfill, killed[0])


def kill_one(instance: dg.DagsterInstance, killed: list[str]) -> list[str]:
    if run_id := kill_the_first_at_work(instance):
        killed.append(run_id)
    return killed


def status(instance: dg.DagsterInstance, backfill: str) -> str:
    found = instance.get_backfill(backfill)
    assert found is not None
    return found.status.value


def in_order(instance: dg.DagsterInstance, backfill: str, killed: str) -> bool:
    """Whether the files were asked for month after month, the killed run apart."""
    runs = [
        record
        for record in instance.get_run_records()
        if record.dagster_run.tags.get("dagster/backfill") == backfill
        and record.dagster_run.run_id != killed
        and record.dagster_run.parent_run_id != killed
    ]
    by_time = sorted(runs, key=lambda record: record.start_time or 0.0)
    months = [record.dagster_run.tags["dagster/partition"] for record in by_time]
    return months == sorted(months)
