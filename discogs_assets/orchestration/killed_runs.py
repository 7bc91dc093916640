"""Runs that were killed: without help they would stay under way, and keep their places in pools."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import dagster as dg
from dagster._core.launcher import CheckRunHealthResult, WorkerStatus
from filelock import FileLock, Timeout

from discogs_assets.orchestration.processes import is_running
from discogs_assets.orchestration.run_tags import COMMAND
from discogs_assets.storage.disk import hold_lock

PROCESS = ".dagster/discogs_process"
"""The tag that names the process of a run; the UI hides what begins with `.dagster/`."""
PROCESSES = "imports"
"""The folder of the locks, below that of Dagster."""

UNDER_WAY = [
    dg.DagsterRunStatus.NOT_STARTED,
    dg.DagsterRunStatus.STARTING,
    dg.DagsterRunStatus.STARTED,
]
STARTS = (dg.DagsterEventType.RUN_START, dg.DagsterEventType.STEP_START)
"""What a run's process and those of its steps say first."""


@contextmanager
def living_process(folder: Path) -> Iterator[str]:
    """Give this process a name; others see that it is alive, as it holds a lock of that name."""
    name = uuid4().hex
    with hold_lock(folder, name, 0):
        yield name
    lock_of(folder, name).unlink(missing_ok=True)


def end_killed_runs(instance: dg.DagsterInstance, folder: Path) -> None:
    """Mark the runs of commands that are no longer alive as failed, and free their places."""
    for run in instance.get_runs(dg.RunsFilter(statuses=UNDER_WAY)):
        if COMMAND in run.tags and not is_worked_on(instance, run, folder):
            instance.report_run_failed(run, "The command was killed.")
            instance.event_log_storage.free_concurrency_slots_for_run(run.run_id)
            lock_of(folder, run.tags.get(PROCESS, "")).unlink(missing_ok=True)


def is_worked_on(instance: dg.DagsterInstance, run: dg.DagsterRun, folder: Path) -> bool:
    """Whether the import that started a run, or any process that was at work on it, is there.

    The processes tell also of a run that Dagster made from an import's, with its tags.
    """
    if is_alive(folder, run.tags.get(PROCESS, "")):
        return True
    return any(is_running(pid, at) for pid, at in processes(instance, run).items())


def processes(instance: dg.DagsterInstance, run: dg.DagsterRun) -> dict[int, float]:
    """Return the ids of a run's processes, and when each was first heard of."""
    seen: dict[int, float] = {}
    for log in instance.all_logs(run.run_id, of_type={*STARTS}):
        if log.dagster_event is not None and log.dagster_event.pid is not None:
            seen.setdefault(log.dagster_event.pid, log.timestamp)
    return seen


def is_alive(folder: Path, name: str) -> bool:
    """Whether the import of that name still runs."""
    if not name or not lock_of(folder, name).exists():
        return False
    try:
        with FileLock(lock_of(folder, name), timeout=0):
            return False
    except Timeout:
        return True


def lock_of(folder: Path, name: str) -> Path:
    return folder / f"{name}.lock"


class LocalRunLauncher(dg.DefaultRunLauncher):
    """Dagster's own launcher, which also knows whether the processes of a run are still there.

    Dagster notices that a run's process is gone only while the code server that started it lives:
    after a power cut its runs stay under way for `max_runtime_seconds`. With this launcher in
    dagster.yaml the daemon finds them when it starts, marks them as failed, and tries them again.
    """

    @property
    def supports_check_run_worker_health(self) -> bool:
        return True

    def check_run_worker_health(self, run: dg.DagsterRun) -> CheckRunHealthResult:
        """Return RUNNING as long as any process that has worked on the run is there."""
        if is_worked_on(self._instance, run, Path(self._instance.root_directory) / PROCESSES):
            return CheckRunHealthResult(WorkerStatus.RUNNING)
        names = ", ".join(str(pid) for pid in processes(self._instance, run))
        return CheckRunHealthResult(WorkerStatus.NOT_FOUND, f"killed: process {names}")
