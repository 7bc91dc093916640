"""Retention as a Dagster run of `discogs-assets retain`, and what it prints."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import dagster as dg

from discogs_assets.cli.runs.in_process import metadata_of, runs_of
from discogs_assets.display.progress import Progress
from discogs_assets.display.terminal import print_table
from discogs_assets.display.text import dump_day, size
from discogs_assets.platform import Platform
from discogs_assets.sources.dumps.keys import retention_key
from discogs_assets.sources.dumps.retention.assets import retention_job
from discogs_assets.sources.dumps.retention.plan import Decision
from discogs_assets.sources.dumps.retention.report import HEADS, rows_of
from discogs_assets.sources.dumps.source import DumpSource


def retain(
    platform: Platform,
    instance: dg.DagsterInstance,
    progress: Progress,
    config: Mapping[str, object],
) -> list[Decision]:
    """Apply retention with a config of its asset; return its decisions."""
    key = retention_key(platform.source)
    ops = {key.to_python_identifier(): {"config": config}}
    with runs_of(platform, instance, progress, "retain") as runs:
        result = runs.execute(retention_job(platform.source), config=ops)
    return [*map(decision_from_json, metadata_of(result, key)["decisions"])]


def decision_from_json(values: Mapping[str, Any]) -> Decision:
    month, tables = date.fromisoformat(values["month"]), tuple(values["tables"])
    return Decision(**{**values, "month": month, "tables": tables})


def print_decisions(source: DumpSource, decisions: Sequence[Decision], *, is_dry: bool) -> None:
    """Print what was deleted, or would be, and what is expired but kept."""
    deleted = [decision for decision in decisions if decision.deletes]
    kept = [decision for decision in decisions if not decision.deletes]
    for title, shown in (
        ("Would delete" if is_dry else "Deleted", deleted),
        ("Expired but kept", kept),
    ):
        if shown:
            print_table(title, HEADS, rows_of([*source.dump_types], shown))
    if not deleted:
        print("Nothing to delete.")
        return
    freed = size(sum(decision.bytes for decision in deleted))
    hidden = sorted({f"{dump_day(gone.month)}" for gone in deleted if gone.stage == "warehouse"})
    print(f"{'Would free' if is_dry else 'Freed'}: {freed} of files.")
    if hidden:
        print(f"{'Would hide' if is_dry else 'Hidden'} in the warehouse: {', '.join(hidden)}.")
