"""`discogs-assets ui`: `dagster dev`, on a free port, with its address said at once."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from discogs_assets.cli.options import add_command, positive

if TYPE_CHECKING:
    from discogs_assets.cli.options import Commands

WHAT = "start the Dagster UI and its daemon, until Ctrl-C"
EXAMPLE = """example:
  discogs-assets ui --port 3001
"""
HOST, PORT = "127.0.0.1", 3000
WORKSPACE = Path(__file__).parents[1] / "workspace.yaml"

SUPERSEDED = r"Function `dev_command` is superseded"
"""`dg dev`, which Dagster means instead, starts the same and needs 23 more packages (1.13.27)."""
OTHER_FILE = "Found a dagster instance configuration value"
"""Dagster's warning of the dagster.yaml in a checkout, of which DAGSTER_HOME has a copy."""


def add_ui(commands: "Commands") -> None:
    command = add_command(commands, "ui", WHAT, run_ui, EXAMPLE)
    command.add_argument(
        "--port",
        type=positive,
        default=PORT,
        metavar="N",
        help=f"the port, or the next free one after it (default: {PORT})",
    )


def run_ui(arguments: argparse.Namespace) -> int:
    """Replace this command by `dagster dev`, which ends on Ctrl-C."""
    import runpy
    import sys

    from discogs_assets.platform import current_settings, name_home

    home = current_settings().dagster_home.absolute()
    port = first_free_port(arguments.port)
    print(f"Starting the Dagster UI: http://{HOST}:{port} answers in some 15 seconds.")
    print(f"Runs are kept in {home}. Ctrl-C ends it.", flush=True)
    name_home(home)
    prepare(home)
    ignore_warnings()
    where = ["--workspace", str(WORKSPACE), "--host", HOST, "--port", str(port)]
    sys.argv = ["dagster", "dev", *where]
    runpy.run_module("dagster", run_name="__main__")
    return 0


def first_free_port(first: int) -> int:
    """Return the first port from one on that nobody listens on."""
    port = first
    while is_taken(port):
        port += 1
    return port


def is_taken(port: int) -> bool:
    import socket

    with socket.socket() as probe:
        return probe.connect_ex((HOST, port)) == 0


def prepare(home: Path) -> None:
    """Write the limits and databases into a folder of Dagster, as every command does."""
    from discogs_assets.orchestration.instance import open_instance, retry_from_now

    with open_instance(home) as instance:
        retry_from_now(instance)


def ignore_warnings() -> None:
    """Silence two warnings of `dagster dev` about which a user can do nothing."""
    import logging
    import warnings

    warnings.filterwarnings("ignore", SUPERSEDED)
    logging.getLogger("dagster").addFilter(lambda line: OTHER_FILE not in line.getMessage())
