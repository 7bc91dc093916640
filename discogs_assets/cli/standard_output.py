"""The end of a command whose standard output is closed, or on a full disk."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from discogs_assets.errors import SpaceError


def drop_output() -> None:
    """Drop unwritten output: Python would report at exit that it cannot write it."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


@contextmanager
def output_errors() -> Iterator[None]:
    """Raise SpaceError if the disk of standard output is full: only its errors have no name."""
    try:
        yield
    except OSError as error:
        from discogs_assets.storage.disk import NO_ROOM

        if error.filename is None and error.errno in NO_ROOM:
            drop_output()
            raise SpaceError(
                f"standard output: {error.strerror}; make room there, or write it elsewhere"
            ) from error
        raise
