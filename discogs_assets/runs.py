"""The Dagster runs that a command makes, one after the other, in its own process."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import dagster as dg

from discogs_assets.definitions import all_assets
from discogs_assets.killed_runs import (
    PROCESS,
    PROCESSES,
    STARTED_BY,
    end_killed_runs,
    living_process,
)
from discogs_assets.platform import Platform
from discogs_assets.progress import Progress

QUIET = {"console": {"config": {"log_level": "CRITICAL"}}}
"""The person at the command line sees progress and results; the run has the log."""


@dataclass(frozen=True)
class Runs:
    """Makes runs: `instance` keeps them, `progress` shows their steps, `tags` mark them."""

    platform: Platform
    instance: dg.DagsterInstance
    progress: Progress
    tags: Mapping[str, str]

    def materialize(
        self, keys: Sequence[dg.AssetKey], partition: str | None, config: Mapping[str, object]
    ) -> dg.ExecuteInProcessResult:
        """Run assets as one Dagster run; what went wrong in a step is raised as it was."""
        try:
            return dg.materialize(
                all_assets(self.platform.settings),
                selection=dg.AssetSelection.assets(*keys),
                partition_key=partition,
                instance=self.instance,
                resources=self.platform.resources(self.progress),
                run_config={"ops": config, "loggers": QUIET},
                tags=self.tags,
            )
        except dg.DagsterExecutionInterruptedError:
            raise KeyboardInterrupt from None


@contextmanager
def runs_of(
    platform: Platform, instance: dg.DagsterInstance, progress: Progress, command: str
) -> Iterator[Runs]:
    """Give what makes runs, once those of killed commands are marked as failed."""
    processes = platform.settings.dagster_home / PROCESSES
    with living_process(processes) as process:
        end_killed_runs(instance, processes)
        yield Runs(platform, instance, progress, {STARTED_BY: command, PROCESS: process})
