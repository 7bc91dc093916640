"""`discogs-assets backfill`: many months, for the Dagster daemon to import."""

import argparse
from typing import TYPE_CHECKING

from discogs_assets.cli.options import TYPES, add_command, add_types, year_month
from discogs_assets.cli.start import platform

if TYPE_CHECKING:
    from discogs_assets.cli.options import Commands

WHAT = "queue many months for the Dagster daemon to import"
EXAMPLE = """example:
  discogs-assets backfill 2025/01 2025/12 --types artists masters
"""


def add_backfill(commands: "Commands") -> None:
    command = add_command(commands, "backfill", WHAT, run_backfill, EXAMPLE)
    command.add_argument("first", type=year_month, metavar="2025/01", help="the first month")
    command.add_argument("last", type=year_month, metavar="2025/12", help="the last month")
    add_types(command, TYPES, "all")


def run_backfill(arguments: argparse.Namespace) -> int:
    """Queue the months, and print where the backfill can be watched."""
    from discogs_assets.cli.runs.backfill import count_files, months_between, queue_backfill
    from discogs_assets.orchestration.instance import open_instance

    parts = platform(arguments)
    home = parts.settings.dagster_home
    months = months_between(arguments.first, arguments.last, parts.settings.first_month)
    types = [name for name in TYPES if name in arguments.types]
    with open_instance(home) as instance:
        backfill = queue_backfill(parts, instance, months, types)
    print(
        f"Backfill {backfill}: {count_files(months, types)} dump files, {', '.join(types)} of "
        f"{months[0]:%Y-%m} to {months[-1]:%Y-%m}. The Dagster daemon of {home} imports them while "
        f"it runs (discogs-assets ui, or the service). In the UI: /runs/b/{backfill}"
    )
    return 0
