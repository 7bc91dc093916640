"""Which option of `lake` helps against an error of the storage, which knows no options."""

from collections.abc import Iterator
from contextlib import contextmanager

from discogs_assets.errors import OtherContentError, RegionError

OPTIONS = {
    RegionError: ", or say it with --region",
    OtherContentError: ": replace them with --replace, or upload elsewhere with --to",
}


@contextmanager
def option_advice() -> Iterator[None]:
    """Add the option to an error that goes through the block."""
    try:
        yield
    except (RegionError, OtherContentError) as error:
        raise type(error)(f"{error}{OPTIONS[type(error)]}") from error
