"""A setting of a bucket: as found, as wanted, and the request that makes it so."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import TypeVar

from botocore.exceptions import ClientError

from discogs_assets.errors import StoreError
from discogs_assets.storage.s3_errors import error_code, s3_errors

Answer = TypeVar("Answer")

NONE = "–"
UNKNOWN = "?"
UNSUPPORTED = "not supported by this server"
NO_BUCKET = "NoSuchBucket"


@dataclass(frozen=True)
class Setting:
    """A setting as found and as wanted, for people; `change` None: nothing to do.

    `error` is what refused to read or to change it, None when nothing did.
    """

    name: str
    found: str
    wanted: str
    change: Callable[[], None] | None = None
    error: StoreError | None = None

    @property
    def is_unsupported(self) -> bool:
        return self.found == UNSUPPORTED


def read_or_none(uri: str, read: Callable[[], Answer], unset: Collection[str]) -> Answer | None:
    """Return what a bucket says of a setting; None when it was never set, or has no bucket yet.

    `unset` are the codes that say so. Raises UnsupportedError and StoreError.
    """
    with s3_errors(uri):
        try:
            return read()
        except ClientError as error:
            if error_code(error) in (*unset, NO_BUCKET):
                return None
            raise
