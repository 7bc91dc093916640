"""`discogs-assets hashes`: id and SHA-1 of each record of a dump file."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from discogs_assets.cli.options import add_command, add_month, add_type
from discogs_assets.cli.start import platform

if TYPE_CHECKING:
    from discogs_assets.cli.options import Commands

WHAT = "print id and SHA-1 of each record of a dump file, in file order"
EXAMPLE = """examples:
  discogs-assets hashes --type releases --year-month 2026/02 > releases.sha1
  discogs-assets hashes --type labels --file discogs_20260201_labels.xml.gz
"""


def add_hashes(commands: "Commands") -> None:
    command = add_command(commands, "hashes", WHAT, run_hashes, EXAMPLE)
    add_type(command)
    which = command.add_mutually_exclusive_group(required=True)
    add_month(which, "the dump file in the store")
    which.add_argument("--file", type=Path, metavar="FILE", help="any dump file, an .xml.gz")


def run_hashes(arguments: argparse.Namespace) -> int:
    from discogs_assets.sources.discogs_dumps.hashes import print_hashes

    store = platform(arguments).store
    print_hashes(store, arguments.type, arguments.year_month, arguments.file)
    return 0
