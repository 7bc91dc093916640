"""What an import prints: what it will take, what became of each type, and a table of them all."""

import time
from collections.abc import Sequence

from discogs_assets.cli.importing.events import ImportResult
from discogs_assets.cli.importing.month_import import MonthImport
from discogs_assets.cli.importing.needs import plan_import
from discogs_assets.cli.importing.table import HEADS, rows_of
from discogs_assets.display.terminal import print_table
from discogs_assets.errors import DiscogsAssetsError
from discogs_assets.sources.dumps.unknown_months import tell_unknown


def print_import(importing: MonthImport) -> None:
    """Import and print; warnings of checks follow the line of what they are about."""
    steps = importing.steps
    # A web site is asked a few seconds apart.
    with importing.progress.step("looking at what there is", None):
        plan = plan_import(steps)
    plan.refuse()
    platform = importing.platform
    tell_unknown(platform.lake, steps.loaded(), platform.settings.warehouse)
    print(plan, flush=True)
    if left_out := steps.choice.left_out:
        print(left_out, flush=True)
    started = time.monotonic()
    all_done = run(importing)
    if computed := importing.warnings:
        print(f"[COMPUTED TABLES] Warnings: {len(computed):,}")
        print_warnings(computed)
    rows = rows_of(all_done, time.monotonic() - started, len(computed))
    print_table(f"Total of {importing.month:%Y-%m}", HEADS, rows)
    print(f"Warehouse: {platform.settings.warehouse}")


def run(importing: MonthImport) -> list[ImportResult]:
    """Import; when a dump type fails, say which ones after it were not tried."""
    try:
        return importing.run()
    except DiscogsAssetsError:
        if not_tried := importing.waiting[1:]:
            print(f"Not tried: {', '.join(not_tried)} of {importing.month:%Y-%m}", flush=True)
        raise


def print_done(done: ImportResult) -> None:
    """Print what became of a dump type."""
    print(summary(done), flush=True)
    print_warnings(done.warnings)


def summary(done: ImportResult) -> str:
    """Return the line of a dump type."""
    apart = f", in quarantine: {done.quarantined:,}" if done.quarantined else ""
    name = done.dump_type.upper()
    return f"[{name}] Imported: {done.imported:,} (skipped: {done.skipped:,}{apart})"


def print_warnings(warnings: Sequence[str]) -> None:
    for warning in warnings:
        lines = [line.rstrip() for line in warning.splitlines()]
        print("  warning: " + "\n    ".join(lines), flush=True)
