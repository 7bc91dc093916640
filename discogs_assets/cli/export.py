"""`discogs-assets export`: an imported month into other systems."""

import argparse
from typing import TYPE_CHECKING

from discogs_assets.cli.options import add_command, add_month, add_types, positive
from discogs_assets.cli.runs.start import started_with_dagster

if TYPE_CHECKING:
    from discogs_assets.cli.options import Commands

SINKS = ("sqlite", "postgres", "neo4j", "ladybug", "mongodb", "redis")
"""The names of `EXPORTS`, which loads libraries that options do without."""

WHAT = "write an imported month to other systems"
EXAMPLE = """examples:
  discogs-assets export postgres redis        the newest imported month
  discogs-assets export sqlite --types artists labels --limit 1000
"""


def add_export(commands: "Commands") -> None:
    command = add_command(commands, "export", WHAT, run_export, EXAMPLE)
    command.add_argument(
        "sinks", nargs="+", choices=SINKS, metavar="SINK", help=f"of {', '.join(SINKS)}"
    )
    add_month(command, "the month (default: the newest imported)")
    add_types(command)
    command.add_argument(
        "--limit", type=positive, metavar="N", help="only the first N records of each type"
    )
    command.add_argument(
        "--full",
        action="store_true",
        help="write all records, also those that the sink says it has",
    )


def run_export(arguments: argparse.Namespace) -> int:
    with started_with_dagster(arguments) as (parts, instance, progress):
        from discogs_assets.cli.runs.export import ExportRequest, print_export

        request = ExportRequest(
            arguments.types, arguments.year_month, arguments.limit, arguments.full
        )
        for sink in arguments.sinks:
            print_export(parts, instance, progress, sink, request)
    return 0
