"""Where files lie: a local folder or an S3 bucket, behind one interface.

What the files mean does not belong here; the disk's ways lie in `disk`, S3 in `store_s3`.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Protocol

from discogs_assets.errors import SettingError

if TYPE_CHECKING:
    pass

LOCK_TIMEOUT_S = 3600.0


class Readable(Protocol):
    """Gives out files by key."""

    def local(self, key: str) -> AbstractContextManager[Path]:
        """Give a local path to read the file from, for as long as the block lasts."""


class Store(Readable, Protocol):
    """Files by key, a relative path with `/` of which no part starts with a dot.

    Every operation raises StoreError, and SpaceError when a disk is full.
    """

    url: str
    """The store as the user named it: `data` or `s3://bucket/prefix`."""
    lock_timeout_s: float
    is_exclusive: bool
    """Whether `lock` keeps out everybody, or only the processes of this machine."""

    @property
    def scratch(self) -> Path:
        """The local folder of unfinished files."""

    def refuse_another(self) -> None:
        """Raise StoreError when the store was there, and is gone or another since."""

    def exists(self, key: str) -> bool: ...

    def size(self, key: str) -> int: ...

    def keys(self, prefix: str) -> list[str]:
        """List what lies below the folder `prefix`, sorted; "" is the whole store."""

    def sizes(self, prefix: str) -> dict[str, int]:
        """Return the bytes of each file that lies below the folder `prefix`."""

    def open(self, key: str) -> AbstractContextManager[BinaryIO]:
        """Read from start to end without holding the file in memory."""

    def read(self, key: str) -> bytes: ...

    def write(self, key: str, data: bytes) -> None:
        """Write whole or not at all; what was there is replaced."""

    def put(self, path: Path, key: str) -> None:
        """Move a finished local file in, whole or not at all."""

    def delete(self, keys: Iterable[str]) -> None:
        """Remove files; those that are not there are no error."""

    def uri(self, key: str) -> str:
        """Name the file for people and for Polars: an absolute path or `s3://…`."""

    def polars_options(self) -> dict[str, str] | None:
        """Return what Polars has to know to read `uri`; None when nothing."""

    def free_bytes(self) -> int:
        """Return the room on the disk of `scratch`."""

    def lock(self, name: str, timeout_s: float | None = None) -> AbstractContextManager[None]:
        """Wait until no other process of this machine holds `name`; raise StoreLockedError.

        By default for `lock_timeout_s`.
        """


def checked_key(key: str) -> str:
    """Return `key`; SettingError when it could leave the store or hide in it."""
    if any(part.startswith(".") or not part for part in key.split("/")) or "\\" in key:
        raise SettingError(
            f"key {key!r}: expected a relative path with / of which no part is empty"
            " or starts with a dot"
        )
    return key
