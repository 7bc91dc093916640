"""`discogs-assets demo`: two made-up months, imported and asked."""

import argparse
from typing import TYPE_CHECKING

from discogs_assets.cli.options import add_command

if TYPE_CHECKING:
    from discogs_assets.cli.options import Commands

OTHERS = ("musicbrainz",)
"""What `--with` takes: listens and the crosswalk come with it."""

WHAT = "import two made-up months, and ask them questions"
EXAMPLE = """examples:
  discogs-assets demo                         keeps everything in demo-data
  discogs-assets demo --with musicbrainz      and asks what needs two sources
"""


def add_demo(commands: "Commands") -> None:
    command = add_command(commands, "demo", WHAT, run_demo, EXAMPLE)
    command.add_argument(
        "--with",
        dest="others",
        choices=OTHERS,
        help="made-up dumps of MusicBrainz and ListenBrainz too, and the crosswalk",
    )


def run_demo(arguments: argparse.Namespace) -> int:
    """Make the months in the folder `demo-data`, and show them."""
    from discogs_assets.cli.demonstration.demo import (
        Demo,
        make_home,
        write_months,
        write_other_dumps,
    )

    demo = Demo(has_others=bool(arguments.others))
    make_home()
    write_months(demo.console)
    if demo.has_others:
        write_other_dumps(demo.console)
    return demo.run()
