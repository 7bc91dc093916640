"""Dagster runs in the process of the command, one after the other."""

import gc
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any
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
"""The command shows progress and results; the log is kept with the run."""

Listener = Callable[[dg.EventLogEntry], None]


@dataclass(frozen=True)
class Runs:
    """Executes jobs of `definitions` with some tags, and keeps the runs in `instance`."""

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
        """Run some assets of a job, all if None; raise the error of a failed step itself.

        With `keys` all checks of those assets run, also those that the job leaves out (Dagster
        1.13). `config` is by step. `listener` is called with each event of the run.
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


def metadata_of(result: dg.ExecuteInProcessResult, key: dg.AssetKey) -> Mapping[str, Any]:
    """Return the metadata values of an asset that a run materialized once."""
    [event] = result.asset_materializations_for_node(key.to_python_identifier())
    return {name: value.value for name, value in event.metadata.items()}


@contextmanager
def runs_of(
    platform: Platform, instance: dg.DagsterInstance, progress: Progress, command: str
) -> Iterator[Runs]:
    """Yield the runs of a command, after failing the runs of killed commands."""
    processes = platform.settings.dagster_home / PROCESSES
    # The UI may begin with a later month; the command accepts any.
    settings = replace(platform.settings, first_month=FIRST_DUMP)
    definitions = build_definitions(replace(platform, settings=settings), progress)
    gc.freeze()  # Objects made by now stay: garbage collections can skip them.
    with living_process(processes) as process:
        end_killed_runs(instance, processes)
        yield Runs(instance, definitions, {COMMAND: command, PROCESS: process})
