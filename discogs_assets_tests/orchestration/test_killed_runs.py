"""Runs whose processes were killed together with the daemon and the code server."""

import json
import os
from pathlib import Path

import dagster as dg
import pytest

from discogs_assets.orchestration.killed_runs import LocalRunLauncher, is_worked_on, processes
from discogs_assets_tests.support.service import kill_all, waiting_service
from discogs_assets_tests.support.workplace import JANUARY

pytestmark = [pytest.mark.slow, pytest.mark.timeout(500)]


@dg.asset
def quick_asset() -> None:
    """Do nothing."""


def test_the_processes_of_a_run_are_those_that_worked_on_it(tmp_path: Path) -> None:
    service, _ = waiting_service(tmp_path)
    with dg.DagsterInstance.from_config(str(service.place.home)) as instance:
        assert isinstance(instance.run_launcher, LocalRunLauncher)
        run = dg.materialize([quick_asset], instance=instance).dagster_run
        assert [*processes(instance, run)] == [os.getpid()]
        assert is_worked_on(instance, run, tmp_path)
        assert instance.run_launcher.check_run_worker_health(run).status.value == "RUNNING"


def test_a_power_cut_is_made_good_when_the_daemon_starts_again(tmp_path: Path) -> None:
    service, reached = waiting_service(tmp_path)
    service.place.publish(JANUARY)
    tags = json.dumps({"dagster/partition": "2026-01-01"})
    service.dagster(
        "job", "launch", "-w", str(service.workspace), "-j", "to_the_lake", "--tags", tags
    )
    with dg.DagsterInstance.from_config(str(service.place.home)) as instance:
        with service.daemon() as daemon:
            service.wait_until(reached.exists, "the step that waits")
            kill_all(daemon)
        [killed] = instance.get_runs()
        assert killed.status == dg.DagsterRunStatus.STARTED
        assert slots(instance) == {"discogs_parse": 1}
        assert not service.place.platform().lake.is_published("masters", JANUARY)

        with service.daemon():
            service.wait_until(
                lambda: is_done(instance, killed.run_id), "the run that makes it good"
            )
        again = instance.get_runs(dg.RunsFilter(tags={"dagster/parent_run_id": killed.run_id}))
        assert [run.status for run in again] == [dg.DagsterRunStatus.SUCCESS]
        ended = instance.get_run_by_id(killed.run_id)
        assert ended is not None
        assert ended.status == dg.DagsterRunStatus.FAILURE
        assert "killed: process" in failure(instance, killed.run_id)
        assert slots(instance) == {}
    assert service.place.platform().lake.manifest("masters", JANUARY).records == 12


def is_done(instance: dg.DagsterInstance, killed: str) -> bool:
    again = instance.get_runs(dg.RunsFilter(tags={"dagster/parent_run_id": killed}))
    return bool(again) and all(run.is_finished for run in again)


def slots(instance: dg.DagsterInstance) -> dict[str, int]:
    """Return how many places are taken in the pools that have any taken."""
    storage = instance.event_log_storage
    taken = {key: storage.get_concurrency_info(key) for key in storage.get_concurrency_keys()}
    return {key: len(info.claimed_slots) for key, info in taken.items() if info.claimed_slots}


def failure(instance: dg.DagsterInstance, run_id: str) -> str:
    logs = instance.all_logs(run_id, of_type=dg.DagsterEventType.RUN_FAILURE)
    return str([log.dagster_event.message for log in logs if log.dagster_event])
