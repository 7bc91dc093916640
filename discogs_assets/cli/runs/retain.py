"""Apply retention as a Dagster run that a person at the command line starts."""

from collections.abc import Mapping, Sequence
from datetime import date

import dagster as dg

from discogs_assets.cli.runs.in_process import runs_of
from discogs_assets.display.progress import Progress
from discogs_assets.display.terminal import print_table
from discogs_assets.display.text import size
from discogs_assets.platform import Platform
from discogs_assets.sources.discogs_dumps.source import DISCOGS
from discogs_assets.sources.discogs_dumps.tables import DUMP_TYPES
from discogs_assets.sources.dumps.keys import retention_key
from discogs_assets.sources.dumps.retention.assets import RETENTION
from discogs_assets.sources.dumps.retention.plan import Decision
from discogs_assets.sources.dumps.retention.report import HEADS, rows_of


def retain(
    platform: Platform,
    instance: dg.DagsterInstance,
    progress: Progress,
    config: Mapping[str, object],
) -> list[Decision]:
    """Apply retention, with the config of its asset; return what was decided and done."""
    step = retention_key(DISCOGS).to_python_identifier()
    with runs_of(platform, instance, progress, "retain") as runs:
        result = runs.execute(RETENTION, config={step: {"config": dict(config)}})
    [event] = result.asset_materializations_for_node(step)
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
    for title, shown in (
        ("Would delete" if is_dry else "Deleted", gone),
        ("Expired but kept", kept),
    ):
        if shown:
            print_table(title, HEADS, rows_of([*DUMP_TYPES], shown))
    if not gone:
        print("Nothing to delete.")
        return
    freed = size(sum(one.bytes for one in gone))
    hidden = sorted({f"{one.month:%Y-%m}" for one in gone if one.stage == "warehouse"})
    print(f"{'Would free' if is_dry else 'Freed'}: {freed} of files.")
    if hidden:
        print(f"{'Would hide' if is_dry else 'Hidden'} in the warehouse: {', '.join(hidden)}.")
