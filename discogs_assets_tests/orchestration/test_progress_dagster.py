"""The lines of a long step in the log of its Dagster run."""

import logging
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import dagster as dg
import pytest

from discogs_assets.display.progress import LoggedProgress
from discogs_assets_tests.support.workplace import INSTANCE

pytestmark = pytest.mark.slow


@dg.asset
def slow_asset() -> None:
    """Take long, and count nothing."""
    with LoggedProgress(every_s=0.2).step("computing", None):
        time.sleep(1)


def build_job(executor: dg.ExecutorDefinition) -> dg.JobDefinition:
    job = dg.define_asset_job("slow", executor_def=executor)
    return dg.Definitions(assets=[slow_asset], jobs=[job]).resolve_job_def("slow")


def in_process() -> dg.JobDefinition:
    return build_job(dg.in_process_executor)


def in_processes() -> dg.JobDefinition:
    return build_job(dg.multiprocess_executor)


@pytest.mark.parametrize("build", [in_process, in_processes])
def test_lines_of_the_watcher_are_in_the_log_of_the_step(
    tmp_path: Path, build: Callable[[], dg.JobDefinition]
) -> None:
    shutil.copy(INSTANCE, tmp_path)
    with (
        dg.DagsterInstance.from_config(str(tmp_path)) as instance,
        dg.execute_job(dg.reconstructable(build), instance) as result,
    ):
        assert result.success
        logs = instance.all_logs(result.run_id)
    lines = [log for log in logs if not log.is_dagster_event]
    assert len(lines) >= 3
    assert {(log.level, log.step_key) for log in lines} == {(logging.INFO, "slow_asset")}
    assert lines[0].user_message == "computing: 0 s so far"
