"""What becomes of a command whose standard output takes no more."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from discogs_assets.errors import SpaceError
from discogs_assets.storage.disk import NO_ROOM


def drop_output() -> None:
    """Drop what is not yet written to standard output: Python would complain at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


@contextmanager
def output_errors() -> Iterator[None]:
    """Raise SpaceError where the disk of standard output is full: only its errors have no name."""
    try:
        yield
    except OSError as error:
        if error.filename is None and error.errno in NO_ROOM:
            drop_output()
            raise SpaceError(
                f"standard output: {error.strerror}; make room there, or write it elsewhere"
            ) from error
        raise
