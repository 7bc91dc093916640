"""The folder in which Dagster keeps its runs, and the limits it is given."""

import shutil
from pathlib import Path

import dagster as dg

from discogs_assets.disk import disk_errors, hold_lock, move
from discogs_assets.pools import mend_pools

LIMITS = Path(__file__).parent / "dagster.yaml"
"""How many runs at once, what is tried again; `.dagster` of a checkout is linked to it."""

OPENING_S = 60.0


def open_instance(home: Path) -> dg.DagsterInstance:
    """Return the Dagster instance that a folder keeps, making the folder when it is not there."""
    mend_pools()
    with disk_errors(home):
        home.mkdir(parents=True, exist_ok=True)
    # Two that make the same new storage at once get in each other's way in SQLite.
    with hold_lock(home, "opening", OPENING_S):
        write_limits(home / "dagster.yaml")
        return dg.DagsterInstance.from_config(str(home))


def write_limits(file: Path) -> None:
    """Put the limits into a new folder of Dagster; a file that is there stays as it is."""
    if file.exists():
        return
    with disk_errors(file):
        copy = file.with_name(f".{file.name}.tmp")
        shutil.copyfile(LIMITS, copy)
        move(copy, file)
