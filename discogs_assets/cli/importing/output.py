"""The output of an import: its plan, the result of each dump type, and a table of all."""

import time
from collections.abc import Sequence

from discogs_assets.cli.importing.events import ImportResult
from discogs_assets.cli.importing.month_import import MonthImport
from discogs_assets.cli.importing.needs import plan_import
from discogs_assets.cli.importing.table import HEADS, rows_of
from discogs_assets.display.terminal import print_table
from discogs_assets.display.text import dump_day
from discogs_assets.errors import DiscogsAssetsError
from discogs_assets.sources.dumps.unknown_months import warn_of_unknown_months


def print_import(month_import: MonthImport) -> None:
    """Import and print; `print_result` is expected to be its `on_result`."""
    print_plan(month_import)
    started = time.monotonic()
    results = run(month_import)
    if warnings := month_import.warnings:
        print(f"[COMPUTED TABLES] Warnings: {len(warnings):,}")
        print_warnings(warnings)
    computed = len(warnings) if month_import.has_computed else None
    rows = rows_of(results, time.monotonic() - started, computed)
    print_table(f"Total of {dump_day(month_import.month)}", HEADS, rows)
    print(f"Warehouse: {month_import.platform.settings.warehouse}")


def print_plan(month_import: MonthImport) -> None:
    """Print what the import will take; SpaceError if it does not fit."""
    platform, steps = month_import.platform, month_import.steps
    # Requests to a web site are a few seconds apart.
    with month_import.progress.step("planning the import", None):
        plan = plan_import(steps)
    plan.refuse()
    warn_of_unknown_months(platform.lake, steps.loaded(), platform.settings.warehouse)
    print(plan, flush=True)
    if left_out := steps.choice.left_out:
        print(left_out, flush=True)


def run(month_import: MonthImport) -> list[ImportResult]:
    """Import; if a dump type fails, print which ones after it were not tried."""
    try:
        return month_import.run()
    except DiscogsAssetsError:
        if not_tried := month_import.waiting[1:]:
            print(
                f"Not tried: {', '.join(not_tried)} of {dump_day(month_import.month)}", flush=True
            )
        raise


def print_result(result: ImportResult) -> None:
    print(summary(result), flush=True)
    print_warnings(result.warnings)


def summary(result: ImportResult) -> str:
    apart = f", in quarantine: {result.quarantined:,}" if result.quarantined else ""
    counts = f"{result.imported:,} (skipped: {result.skipped:,}{apart})"
    return f"[{result.dump_type.upper()}] Imported: {counts}"


def print_warnings(warnings: Sequence[str]) -> None:
    for warning in warnings:
        lines = [line.rstrip() for line in warning.splitlines()]
        print("  warning: " + "\n    ".join(lines), flush=True)
