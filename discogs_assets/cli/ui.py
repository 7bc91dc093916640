"""The Dagster UI and its daemon for `make ui`: `dagster dev`, with its address said at once."""

import logging
import runpy
import socket
import sys
import warnings
from collections.abc import Sequence
from pathlib import Path

from discogs_assets.errors import DiscogsAssetsError
from discogs_assets.platform import current_settings, name_home

HOST, PORT = "127.0.0.1", 3000
WORKSPACE = Path(__file__).parents[2] / "workspace.yaml"

SUPERSEDED = r"Function `dev_command` is superseded"
"""`dg dev`, which Dagster means instead, starts the same and needs 23 more packages (1.13.27)."""
OTHER_FILE = "Found a dagster instance configuration value"
"""The file of the checkout is the one that DAGSTER_HOME has a copy of."""


def main(arguments: Sequence[str]) -> None:
    """Run `dagster dev`, with more `arguments` for it, until Ctrl-C."""
    home = current_settings().dagster_home.absolute()
    port = first_free_port(PORT)
    print(f"Starting the Dagster UI: http://{HOST}:{port} answers in some 15 seconds.")
    print(f"Runs are kept in {home}. Ctrl-C ends it.", flush=True)
    name_home(home)
    prepare(home)
    leave_out_warnings()
    where = ["--workspace", str(WORKSPACE), "--host", HOST, "--port", str(port)]
    sys.argv = ["dagster", "dev", *where, *arguments]
    runpy.run_module("dagster", run_name="__main__")


def first_free_port(first: int) -> int:
    """Return the first port from one on that nobody listens on."""
    port = first
    while is_taken(port):
        port += 1
    return port


def is_taken(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex((HOST, port)) == 0


def prepare(home: Path) -> None:
    """Make a folder of Dagster ready, as every command does: its limits, its databases."""
    from discogs_assets.orchestration.instance import open_instance, retry_from_now

    with open_instance(home) as instance:
        retry_from_now(instance)


def leave_out_warnings() -> None:
    """Silence two warnings of `dagster dev` that ask for nothing anybody could do here."""
    warnings.filterwarnings("ignore", SUPERSEDED)
    logging.getLogger("dagster").addFilter(lambda line: OTHER_FILE not in line.getMessage())


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except DiscogsAssetsError as error:
        sys.exit(f"discogs-assets: {error}")
