"""`discogs-assets dumps`: which months are published, complete and imported."""

import argparse
from typing import TYPE_CHECKING

from discogs_assets.cli.options import add_command, add_source, positive
from discogs_assets.cli.start import started

if TYPE_CHECKING:
    from discogs_assets.cli.options import Commands

WHAT = "list published dumps, and which are complete and imported"
EXAMPLE = """example:
  discogs-assets dumps --year 2026
"""


def add_dumps(commands: "Commands") -> None:
    command = add_command(commands, "dumps", WHAT, run_dumps, EXAMPLE)
    command.add_argument(
        "--year", type=positive, metavar="2026", help="a year (default: the newest two)"
    )
    add_source(command)


def run_dumps(arguments: argparse.Namespace) -> int:
    from discogs_assets.cli.reading.dumps import print_overview, read_overview

    with started(arguments) as (parts, progress), progress.step("listing published dumps", None):
        overview = read_overview(parts, arguments.year)
    print_overview(parts, overview)
    return 0
