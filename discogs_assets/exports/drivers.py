"""The client libraries of sinks: an extra, since most people need none or one."""

from collections.abc import Iterator
from contextlib import contextmanager

from discogs_assets.errors import SettingError


@contextmanager
def require_driver(library: str) -> Iterator[None]:
    """Say how to get a library that is not there."""
    try:
        yield
    except ModuleNotFoundError as error:
        raise SettingError(
            f"expected the library {library}, found it not installed; "
            "run pip install 'discogs-assets[exports]'"
        ) from error
