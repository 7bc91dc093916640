"""`discogs-assets retain`: the deletion of old months."""

import argparse
from typing import TYPE_CHECKING

from discogs_assets.cli.options import add_command, add_source_name
from discogs_assets.cli.runs.start import started_with_dagster

if TYPE_CHECKING:
    from discogs_assets.cli.options import Commands

WHAT = "delete old months, but never the last copy"
EXAMPLE = """examples:
  discogs-assets retain --dry-run             what would be deleted or kept
  discogs-assets retain --keep-raw 2 --keep-lake 12
"""
STAGES = {"raw": "raw dumps", "lake": "Parquet files", "warehouse": "tables in the warehouse"}


def months(text: str) -> str:
    if text != "all" and not (text.isdecimal() and int(text)):
        raise argparse.ArgumentTypeError(
            f"expected a number of months from 1 on, or all, found {text!r}"
        )
    return text


def add_retain(commands: "Commands") -> None:
    command = add_command(commands, "retain", WHAT, run_retain, EXAMPLE)
    add_source_name(command)
    command.add_argument(
        "--dry-run", action="store_true", help="only list what would be deleted or kept"
    )
    for stage, data in STAGES.items():
        command.add_argument(
            f"--keep-{stage}",
            type=months,
            metavar="N",
            help=f"how many months of {data} to keep, or all (default: "
            f"DISCOGS_KEEP_{stage.upper()})",
        )


def run_retain(arguments: argparse.Namespace) -> int:
    config = {
        "dry_run": arguments.dry_run,
        "raw": arguments.keep_raw or "",
        "lake": arguments.keep_lake or "",
        "warehouse": arguments.keep_warehouse or "",
    }
    with started_with_dagster(arguments) as (parts, instance, progress):
        from discogs_assets.cli.runs.retain import print_decisions, retain

        decisions = retain(parts, instance, progress, config)
        print_decisions(parts.source, decisions, is_dry=arguments.dry_run)
    return 0
