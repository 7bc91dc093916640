"""Find files of the lake that are not what was published: gone, cut, or with other bytes.

A bit that flips in Parquet often gives another value without a word. So each file is read once
more; XXH3 takes hardly any time for it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import BinaryIO

import xxhash

from discogs_assets.display.progress import OnBytes
from discogs_assets.errors import DamageError, StoreError
from discogs_assets.storage.advice import repair_command
from discogs_assets.storage.disk import disk_errors
from discogs_assets.storage.manifest import Manifest, TableFiles
from discogs_assets.storage.store import Store

PIECE = 1 << 20
GONE = "it is gone"


@dataclass(frozen=True)
class Damage:
    """A file that is not as it was published, and what is wrong with it."""

    key: str
    what: str


def digest_of(stream: BinaryIO, on_bytes: OnBytes = lambda _bytes: None) -> str:
    """Return the XXH3 digest of what a stream has, 128 bits in hexadecimal digits."""
    digest = xxhash.xxh3_128()
    while piece := stream.read(PIECE):
        digest.update(piece)
        on_bytes(len(piece))
    return digest.hexdigest()


def digest_of_file(path: Path) -> str:
    with path.open("rb") as file:
        return digest_of(file)


def iter_damage(
    store: Store, tables: Iterable[TableFiles], on_bytes: OnBytes = lambda _bytes: None
) -> Iterator[Damage]:
    """Yield the files that are damaged; all are read."""
    for table in tables:
        for key, size, digest in table.with_digests():
            if what := damage_of(store, key, size, digest, on_bytes):
                yield Damage(key, what)


def damage_of(store: Store, key: str, size: int, digest: str, on_bytes: OnBytes) -> str:
    """Return what is wrong with a file; "" when it is as it was published."""
    if not store.exists(key):
        return GONE
    try:
        with store.open(key) as stream, disk_errors(Path(store.uri(key))):
            return damage_of_stream(stream, store.size(key), size, digest, on_bytes)
    except StoreError as error:
        # What is wrong with a bucket or the way to it is wrong with each of its files.
        if not isinstance(error.__cause__, OSError) or not store.is_exclusive:
            raise
        return f"it cannot be read: {error.__cause__.strerror}"


def damage_of_stream(
    stream: BinaryIO, actual: int, size: int, digest: str, on_bytes: OnBytes = lambda _bytes: None
) -> str:
    """Return what is wrong with a file of `actual` bytes that is open; "" for nothing."""
    if actual != size:
        return f"expected {size:,} bytes, found {actual:,}"
    found = digest_of(stream, on_bytes)
    return "" if found == digest else "its bytes are not those that were published"


def damaged(store: Store, manifest: Manifest, key: str, what: str) -> DamageError:
    """Return the error of a damaged file of a month."""
    command = repair_command(manifest.group, date.fromisoformat(manifest.month))
    return DamageError(f"{store.uri(key)}: damaged: {what}; to make it again, run {command}")
