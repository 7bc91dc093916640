"""`discogs-assets status`: which months each stage holds."""

import argparse
from typing import TYPE_CHECKING

from discogs_assets.cli.options import add_command, add_format, add_source_name
from discogs_assets.cli.start import platform

if TYPE_CHECKING:
    from discogs_assets.cli.options import Commands

WHAT = "show which months each stage holds, and their size"
EXAMPLE = """examples:
  discogs-assets status
  discogs-assets status --format json
"""


def add_status(commands: "Commands") -> None:
    command = add_command(commands, "status", WHAT, run_status, EXAMPLE)
    add_format(command)
    add_source_name(command)


def run_status(arguments: argparse.Namespace) -> int:
    from discogs_assets.cli.reading.contents import read_warehouse
    from discogs_assets.cli.reading.status import print_status
    from discogs_assets.sources.dumps.unknown_months import warn_of_unknown_months

    parts = platform(arguments)
    contents = read_warehouse(parts)
    print_status(parts, contents, arguments.format)
    warn_of_unknown_months(parts.lake, contents.loaded, parts.settings.warehouse)
    return 0
