"""Apply retention as a Dagster run that a person at the command line starts."""

from collections.abc import Mapping, Sequence
from datetime import date

import dagster as dg

from discogs_assets.definitions import ASSETS, Platform
from discogs_assets.discogs_dumps.retention import Decision
from discogs_assets.discogs_dumps.retention_asset import RETENTION
from discogs_assets.discogs_dumps.retention_table import HEADS, rows_of
from discogs_assets.importing import QUIET
from discogs_assets.killed_runs import (
    PROCESS,
    PROCESSES,
    RETAINED_BY,
    end_killed_runs,
    living_process,
)
from discogs_assets.progress import Progress, size
from discogs_assets.terminal import print_table


def retain(
    platform: Platform,
    instance: dg.DagsterInstance,
    progress: Progress,
    config: Mapping[str, object],
) -> list[Decision]:
    """Apply retention, with the config of its asset; return what was decided and done."""
    processes = platform.settings.dagster_home / PROCESSES
    with living_process(processes) as process:
        end_killed_runs(instance, processes)
        try:
            result = dg.materialize(
                ASSETS,
                selection=[RETENTION],
                instance=instance,
                resources=platform.resources(progress),
                run_config={
                    "ops": {RETENTION.to_python_identifier(): {"config": dict(config)}},
                    "loggers": QUIET,
                },
                tags=RETAINED_BY | {PROCESS: process},
            )
        except dg.DagsterExecutionInterruptedError:
            raise KeyboardInterrupt from None
    [event] = result.asset_materializations_for_node(RETENTION.to_python_identifier())
    decisions = event.metadata["decisions"].value
    assert isinstance(decisions, list)
    return [
        Decision(
            **one | {"month": date.fromisoformat(one["month"]), "tables": tuple(one["tables"])}
        )
        for one in decisions
    ]


def print_decisions(decisions: Sequence[Decision], *, is_dry: bool) -> None:
    """Print what has gone, or would, and what is old and stays."""
    gone = [one for one in decisions if one.goes]
    kept = [one for one in decisions if not one.goes]
    for title, shown in (("Would go" if is_dry else "Gone", gone), ("Old, but stays", kept)):
        if shown:
            print_table(title, HEADS, rows_of(shown), wraps=True)
    if not gone:
        print("Nothing to delete.")
        return
    freed = size(sum(one.bytes for one in gone))
    hidden = sorted({f"{one.month:%Y-%m}" for one in gone if one.stage == "warehouse"})
    print(f"{'Would be deleted' if is_dry else 'Deleted'}: {freed} of files.")
    if hidden:
        print(f"{'Would be' if is_dry else 'Are'} shown no more: {', '.join(hidden)}.")
