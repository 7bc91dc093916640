"""`discogs-assets demo`: two made-up months, imported and asked."""

import argparse
from typing import TYPE_CHECKING

from discogs_assets.cli.options import add_command

if TYPE_CHECKING:
    from discogs_assets.cli.options import Commands

WHAT = "import two made-up months, and ask them questions"
EXAMPLE = """example:
  discogs-assets demo                         keeps everything in demo-data
"""


def add_demo(commands: "Commands") -> None:
    add_command(commands, "demo", WHAT, run_demo, EXAMPLE)


def run_demo(_arguments: argparse.Namespace) -> int:
    """Make the months in the folder `demo-data`, and show them."""
    from discogs_assets.cli.demonstration.demo import Demo, make_home, write_months

    demo = Demo()
    make_home()
    write_months(demo.console)
    return demo.run()
