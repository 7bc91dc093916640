"""The parts of the platform that a command starts with."""

import argparse
import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from discogs_assets.display.progress import Progress
    from discogs_assets.platform import Platform, Settings
    from discogs_assets.warehouse.database import Warehouse

QUERY_WAITS_S = 10.0
"""How long a query waits for an import that is writing; a person is waiting for the answer."""

OBJECTS_A_COLLECTION = 100_000
"""New objects until the next garbage collection: nearly all that Dagster makes stays, and the usual
700 collections take a twentieth of a small import."""


def platform(arguments: argparse.Namespace) -> "Platform":
    """Return the parts that environment and arguments ask for."""
    from discogs_assets.platform import current_platform

    return current_platform(dumps_url=getattr(arguments, "source", None))


def query_warehouse(settings: "Settings") -> "Warehouse":
    """Return the warehouse for a query of a person, who does not wait long."""
    from discogs_assets.warehouse.database import Warehouse

    return Warehouse(settings.warehouse, QUERY_WAITS_S, settings.duckdb_memory)


@contextmanager
def started(arguments: argparse.Namespace) -> "Iterator[tuple[Platform, Progress]]":
    """Yield the parts and the progress on the terminal; loading the parts is its first step."""
    from discogs_assets.display.terminal import original_stderr, terminal_progress

    gc.set_threshold(OBJECTS_A_COLLECTION)
    with original_stderr() as console:
        progress = terminal_progress(console, every_s=10)
        with progress.step("starting", None):
            parts = platform(arguments)
        yield parts, progress
