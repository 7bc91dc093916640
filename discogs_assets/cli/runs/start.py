"""The start of a command that makes Dagster runs; what takes seconds to load waits for it."""

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from discogs_assets.cli.start import started

if TYPE_CHECKING:
    import dagster as dg

    from discogs_assets.display.progress import Progress
    from discogs_assets.platform import Platform


@contextmanager
def started_with_dagster(
    arguments: argparse.Namespace,
) -> "Iterator[tuple[Platform, dg.DagsterInstance, Progress]]":
    """Yield the parts, the instance of Dagster and the progress on the terminal."""
    with started(arguments) as (parts, progress):
        with progress.step("starting Dagster", None):
            import discogs_assets.definitions  # noqa: F401 - the step is for loading it
            from discogs_assets.orchestration.instance import open_instance

        with open_instance(parts.settings.dagster_home) as instance:
            yield parts, instance, progress
