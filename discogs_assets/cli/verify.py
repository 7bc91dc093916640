"""`discogs-assets verify`: the search for damage in what is stored."""

import argparse
from typing import TYPE_CHECKING

from discogs_assets.cli.options import add_command, add_month, add_source_name, add_types
from discogs_assets.cli.runs.start import started_with_dagster

if TYPE_CHECKING:
    from discogs_assets.cli.options import Commands

WHAT = "read everything that is stored and report damage"
EXAMPLE = """examples:
  discogs-assets verify  everything; minutes for a whole month
  discogs-assets verify --year-month 2026/01 --types artists
"""


def add_verify(commands: "Commands") -> None:
    command = add_command(commands, "verify", WHAT, run_verify, EXAMPLE)
    add_month(command, "only this month (default: all)", "--year-month", "--month")
    add_types(command, (), "all")
    add_source_name(command)


def run_verify(arguments: argparse.Namespace) -> int:
    """Return 1 when something is damaged."""
    with started_with_dagster(arguments) as (parts, instance, progress):
        from discogs_assets.cli.runs.verify import is_damaged, print_flaws, verify

        month, types = arguments.year_month, arguments.types or [*parts.source.dump_types]
        flaws, read = verify(parts, instance, progress, month, types)
        print_flaws(flaws, read)
    return 1 if is_damaged(flaws) else 0
