"""Runs of imports that were killed: without help they would keep their places in the pools."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import dagster as dg
from filelock import FileLock, Timeout

from discogs_assets.disk import hold_lock

STARTED_BY = {"discogs/started_by": "discogs-assets import"}
PROCESS = "discogs/process"
"""The tag that names the process of a run."""

UNDER_WAY = [
    dg.DagsterRunStatus.NOT_STARTED,
    dg.DagsterRunStatus.STARTING,
    dg.DagsterRunStatus.STARTED,
]


@contextmanager
def living_process(folder: Path) -> Iterator[str]:
    """Give this process a name; others see that it is alive, as it holds a lock of that name."""
    name = uuid4().hex
    with hold_lock(folder, name, 0):
        yield name
    lock_of(folder, name).unlink(missing_ok=True)


def end_killed_runs(instance: dg.DagsterInstance, folder: Path) -> None:
    """Mark the runs of imports that are no longer alive as failed, and free their places."""
    for run in instance.get_runs(dg.RunsFilter(statuses=UNDER_WAY, tags=STARTED_BY)):
        name = run.tags.get(PROCESS, "")
        if not is_alive(folder, name):
            instance.report_run_failed(run, "The import was killed.")
            instance.event_log_storage.free_concurrency_slots_for_run(run.run_id)
            lock_of(folder, name).unlink(missing_ok=True)


def is_alive(folder: Path, name: str) -> bool:
    try:
        with FileLock(lock_of(folder, name), timeout=0):
            return False
    except Timeout:
        return True


def lock_of(folder: Path, name: str) -> Path:
    return folder / f"{name}.lock"
