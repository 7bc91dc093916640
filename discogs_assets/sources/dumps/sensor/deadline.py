"""A deadline for what may take longer than there is time."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from typing import TypeVar

from discogs_assets.errors import TransientError

T = TypeVar("T")


def run_with_timeout(seconds: float, name: str, look: Callable[[], T]) -> T:
    """Return what a function returns; TransientError when it takes longer than that.

    The function then goes on unheeded: a request cannot be called back.
    """
    pool = ThreadPoolExecutor(1)
    try:
        future = pool.submit(look)
        if wait([future], seconds).not_done:
            raise TransientError(
                f"{name}: expected an answer within {seconds:.0f} s, found none; look whether it "
                "can be reached from here"
            )
        return future.result()
    finally:
        pool.shutdown(wait=False)
