"""The parts of the platform that a command starts with."""

import argparse
import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from discogs_assets.cli.options import LISTENS, SOURCES
from discogs_assets.errors import SettingError

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

    source = getattr(arguments, "source", None)
    if source in SOURCES:
        parts = current_platform().of(source)
    elif source == LISTENS:
        refuse_listens(arguments)
        parts = current_platform()
    else:
        parts = current_platform(dumps_url=source)
    refuse_other_types(arguments, parts)
    return parts


def refuse_listens(arguments: argparse.Namespace) -> None:
    """Raise SettingError for a command that is not for listens: they are imported only."""
    if "incremental" not in arguments:
        raise SettingError(
            f"--source {LISTENS}: only import takes it; what is there of listens, views of schema "
            f"{LISTENS} tell"
        )


def refuse_other_types(arguments: argparse.Namespace, parts: "Platform") -> None:
    """Raise SettingError for a dump type that the source has not."""
    there = parts.source.dump_types
    if unknown := [name for name in getattr(arguments, "types", ()) if name not in there]:
        raise SettingError(
            f"--types: expected some of {', '.join(there)} of {parts.source.title}, found "
            f"{', '.join(unknown)}; other sources are chosen by --source, and types of MusicBrainz "
            "by MUSICBRAINZ_TYPES"
        )


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
