"""`discogs-assets changes`: which records differ between a month and the one before."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from discogs_assets.cli.options import add_command, add_month, add_type, positive
from discogs_assets.cli.start import platform, query_warehouse

if TYPE_CHECKING:
    from discogs_assets.cli.options import Commands

WHAT = "report which records were added, changed or removed in a month"
EXAMPLE = """examples:
  discogs-assets changes --type releases --year-month 2026/02
  discogs-assets changes --type artists --format tsv > artists.tsv
  discogs-assets changes --type releases --id 4     one record, before and after
"""


def add_changes(commands: "Commands") -> None:
    """Add the command; `--format` and `--id` exclude each other."""
    command = add_command(commands, "changes", WHAT, run_changes, EXAMPLE)
    add_type(command)
    add_month(
        command,
        "the month (default: the newest compared); it is compared with the newest earlier month "
        "that was imported in full",
    )
    which = command.add_mutually_exclusive_group()
    which.add_argument(
        "--format",
        choices=("text", "tsv", "json", "parquet"),
        default="text",
        help="a summary, or one row per record (default: text)",
    )
    which.add_argument(
        "--id", type=positive, metavar="N", help="one record, field by field, before and after"
    )
    command.add_argument(
        "--output", type=Path, metavar="FILE", help="where to write (parquet needs one)"
    )


def run_changes(arguments: argparse.Namespace) -> int:
    from discogs_assets.cli.reading.changes import ChangesRequest, print_changes

    parts = platform(arguments)
    request = ChangesRequest(
        arguments.type, arguments.year_month, arguments.format, arguments.output, arguments.id
    )
    with query_warehouse(parts.settings).reader() as connection:
        print_changes(connection, parts.lake, request)
    return 0
