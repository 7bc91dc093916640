"""A failed run tells the webhook, once, and only when Dagster does not try it again."""

import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import dagster as dg
import pytest
from dagster._core.execution.backfill import BulkActionStatus, PartitionBackfill

from discogs_assets.errors import DumpError, SettingError
from discogs_assets.orchestration import webhook
from discogs_assets.orchestration.failure_sensor import build_failure_sensor
from discogs_assets_tests.support.webhook_server import SECRET, Receiver, receiver

QUIET: dict[str, Any] = {"telemetry": {"enabled": False}}
RETRIES = {
    "run_retries": {"enabled": True, "max_retries": 2, "retry_on_asset_or_op_failure": False}
}
MONTHS = dg.MonthlyPartitionsDefinition("2026-01-01", end_offset=1)


@dg.asset(key=["discogs", "records"], partitions_def=MONTHS)
def records() -> None:
    """Fail as a truncated dump does."""
    raise DumpError("releases 2026-01: expected the end of the gzip stream, found none")


@pytest.fixture
def server() -> Iterator[Receiver]:
    with receiver() as server:
        yield server


def run_of(
    instance: dg.DagsterInstance, number: int = 0, first: str | None = None
) -> dg.DagsterRun:
    """Create a run of the job of all assets as the daemon does, perhaps another try of a first."""
    job = dg.Definitions(assets=[records]).resolve_implicit_global_asset_job_def()
    group = {"dagster/retry_number": str(number), "dagster/root_run_id": first} if first else {}
    return instance.create_run_for_job(
        job,
        tags={"dagster/partition": "2026-01-01"} | group,
        parent_run_id=first,
        root_run_id=first,
        asset_selection=frozenset({records.key}),
    )


def tell(instance: dg.DagsterInstance, run: dg.DagsterRun, url: str, ui: str = "") -> Any:
    """Let the sensor see the failure of a run."""
    ended = instance.get_run_by_id(run.run_id)
    assert ended is not None
    [log] = instance.all_logs(run.run_id, of_type=dg.DagsterEventType.RUN_FAILURE)
    assert log.dagster_event is not None
    context = dg.build_run_status_sensor_context(
        "notify_failure", log.dagster_event, instance, ended
    )
    return build_failure_sensor(url, ui)(context)


def test_it_looks_at_all_jobs_and_runs_by_default() -> None:
    sensor = build_failure_sensor("https://hooks.example.org/x")
    assert sensor.name == "notify_failure"
    assert sensor.default_status == dg.DefaultSensorStatus.RUNNING
    assert not sensor.targets


def test_a_url_that_is_none_is_refused_at_once() -> None:
    with pytest.raises(SettingError, match="DISCOGS_WEBHOOK_URL"):
        build_failure_sensor("hooks.example.org")


def test_a_step_that_failed_is_told(server: Receiver) -> None:
    with dg.DagsterInstance.ephemeral(settings=QUIET | RETRIES) as instance:
        result = dg.materialize(
            [records], partition_key="2026-01-01", instance=instance, raise_on_error=False
        )
        tell(instance, result.dagster_run, server.url, ui="http://127.0.0.1:3000/")
    [posted] = server.posted
    run_id = result.run_id
    assert posted["error"] == (
        "discogs__records: discogs_assets.errors.DumpError: "
        "releases 2026-01: expected the end of the gzip stream, found none"
    )
    assert (posted["partition"], posted["attempts"]) == ("2026-01-01", 1)
    assert posted["link"] == f"http://127.0.0.1:3000/runs/{run_id}"
    assert posted["text"] == posted["content"]
    assert "Dagster does not try it again\npartition: 2026-01-01\n" in posted["text"]


def test_a_run_that_is_tried_again_is_not_told_and_its_last_attempt_is(server: Receiver) -> None:
    with dg.DagsterInstance.ephemeral(settings=QUIET | RETRIES) as instance:
        first = run_of(instance)
        instance.report_run_failed(first, "killed")
        skip = tell(instance, first, server.url)
        assert server.posted == []
        for number in (1, 2):
            last = run_of(instance, number, first.run_id)
            instance.report_run_failed(last, "killed")
        tell(instance, last, server.url)
    assert skip.skip_message == f"run {first.run_id} failed, and Dagster tries it again"
    [posted] = server.posted
    assert (posted["run_id"], posted["attempts"], posted["error"]) == (last.run_id, 3, "killed")
    assert posted["assets"] == ["discogs/records"]
    assert "__ASSET_JOB failed after 3 attempts; Dagster does not try it again" in posted["text"]


@pytest.mark.parametrize(
    ("status", "told"),
    [(BulkActionStatus.REQUESTED, 0), (BulkActionStatus.COMPLETED, 1), (None, 1)],
)
def test_a_killed_run_of_a_backfill_that_has_ended_is_told(
    server: Receiver, status: BulkActionStatus | None, told: int
) -> None:
    with dg.DagsterInstance.ephemeral(settings=QUIET | RETRIES) as instance:
        if status is not None:
            instance.add_backfill(PartitionBackfill("b1", status, False, {}, 0.0))
        run = run_of(instance)
        instance.add_run_tags(run.run_id, {"dagster/backfill": "b1"})
        instance.report_run_failed(run, "killed")
        tell(instance, run, server.url)
    assert len(server.posted) == told


def test_where_dagster_never_tries_again_a_killed_run_is_told(server: Receiver) -> None:
    with dg.DagsterInstance.ephemeral(settings=QUIET) as instance:
        run = run_of(instance)
        instance.report_run_failed(run, "killed")
        tell(instance, run, server.url)
    assert [posted["run_id"] for posted in server.posted] == [run.run_id]


def test_a_range_of_partitions_is_named(server: Receiver) -> None:
    tags = {
        "dagster/asset_partition_range_start": "2026-01-01",
        "dagster/asset_partition_range_end": "2026-03-01",
    }
    with dg.DagsterInstance.ephemeral(settings=QUIET) as instance:
        job = dg.Definitions(assets=[records]).resolve_implicit_global_asset_job_def()
        run = instance.create_run_for_job(job, tags=tags)
        instance.report_run_failed(run, "killed")
        tell(instance, run, server.url)
    assert server.posted[0]["partition"] == "2026-01-01 … 2026-03-01"


@pytest.mark.parametrize("manner", ["broken", "silent", "moved"])
def test_a_webhook_that_does_not_work_harms_nothing(
    manner: str, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webhook, "READ_S", 0.2)
    caplog.set_level(logging.DEBUG)
    with (
        receiver(manner) as server,
        dg.DagsterInstance.ephemeral(settings=QUIET) as instance,
    ):
        run = run_of(instance)
        instance.report_run_failed(run, "killed")
        assert tell(instance, run, server.url) is None
    assert len(server.posted) == 1
    assert f"the webhook was not told of run {run.run_id}" in caplog.text
    assert SECRET not in caplog.text


def failing(url: str) -> dg.Definitions:
    return dg.Definitions(assets=[records], sensors=[build_failure_sensor(url)])


@pytest.mark.slow
def test_the_sensor_tells_once_of_what_fails_after_it_started(
    server: Receiver, tmp_path: Path
) -> None:
    repository = failing(server.url).get_repository_def()
    sensor = repository.get_sensor_def("notify_failure")
    with dg.DagsterInstance.local_temp(str(tmp_path), overrides=QUIET | RETRIES) as instance:
        cursor = None
        for run_it in (True, True, False):
            context = dg.build_sensor_context(instance, cursor, repository_def=repository)
            tick = sensor.evaluate_tick(context)
            cursor = tick.cursor
            if run_it:
                dg.materialize(
                    [records], partition_key="2026-01-01", instance=instance, raise_on_error=False
                )
        context = dg.build_sensor_context(instance, cursor, repository_def=repository)
        tick = sensor.evaluate_tick(context)
        runs = {run.run_id for run in instance.get_runs()}
    assert len(runs) == 2
    assert sorted(posted["run_id"] for posted in server.posted) == sorted(runs)
