"""The Dagster runs that a command makes, one after the other, in its own process."""

import gc
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from uuid import uuid4

import dagster as dg

from discogs_assets.definitions import build_definitions
from discogs_assets.display.progress import Progress
from discogs_assets.orchestration.killed_runs import (
    PROCESS,
    PROCESSES,
    end_killed_runs,
    living_process,
)
from discogs_assets.orchestration.months import FIRST_DUMP
from discogs_assets.orchestration.run_tags import COMMAND
from discogs_assets.platform import Platform

QUIET = {"console": {"config": {"log_level": "CRITICAL"}}}
"""The person at the command line sees progress and results; the run has the log."""

Listener = Callable[[dg.EventLogEntry], None]


@dataclass(frozen=True)
class Runs:
    """Makes runs of the jobs in `definitions`: `instance` keeps them, `tags` mark them."""

    instance: dg.DagsterInstance
    definitions: dg.Definitions
    tags: Mapping[str, str]

    def execute(
        self,
        job: str,
        keys: Sequence[dg.AssetKey] | None = None,
        partition: str | None = None,
        *,
        config: Mapping[str, object] | None = None,
        tags: Mapping[str, str] | None = None,
        listener: Listener | None = None,
    ) -> dg.ExecuteInProcessResult:
        """Run some assets of a job, all when None; what went wrong in a step is raised as it was.

        With `keys` all checks of those assets run, also those that the job leaves out (Dagster
        1.13). `config` is by step. `listener` is given each event of the run as it comes.
        """
        run_id = str(uuid4())
        if listener:
            self.instance.add_event_listener(run_id, listener)
        try:
            return self.definitions.resolve_job_def(job).execute_in_process(
                instance=self.instance,
                asset_selection=keys,
                partition_key=partition,
                run_config={"ops": dict(config or {}), "loggers": QUIET},
                tags={**self.tags, **(tags or {})},
                run_id=run_id,
            )
        except dg.DagsterExecutionInterruptedError:
            raise KeyboardInterrupt from None
        except dg.Failure as failure:
            raise failure.__cause__ or failure from None


@contextmanager
def runs_of(
    platform: Platform, instance: dg.DagsterInstance, progress: Progress, command: str
) -> Iterator[Runs]:
    """Give what makes runs of a command, once those of killed commands are marked as failed."""
    processes = platform.settings.dagster_home / PROCESSES
    # The UI may begin with a later month; the command line takes any.
    settings = replace(platform.settings, first_month=FIRST_DUMP)
    definitions = build_definitions(replace(platform, settings=settings), progress)
    gc.freeze()  # What has been made by now stays: no collection needs to look at it again.
    with living_process(processes) as process:
        end_killed_runs(instance, processes)
        yield Runs(instance, definitions, {COMMAND: command, PROCESS: process})
