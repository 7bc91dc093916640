"""Files of the lake as local paths to read: each is verified when it is given out.

From a bucket it is downloaded once for both.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

import polars as pl

from discogs_assets.errors import StoreError
from discogs_assets.storage.lake import Lake
from discogs_assets.storage.lake_damage import GONE, damage_of_stream, damaged
from discogs_assets.storage.manifest import Manifest
from discogs_assets.storage.store import Store


@dataclass(frozen=True, slots=True)
class Expected:
    """What a file was when it was published, and which month it is of."""

    manifest: Manifest
    size: int
    digest: str


@dataclass(frozen=True)
class LakeFiles:
    """Gives out files of some months; those of before digests were noted as they are."""

    store: Store
    expected: Mapping[str, Expected]
    verified: set[Path] = field(default_factory=set)

    @classmethod
    def of(cls, store: Store, manifests: Iterable[Manifest]) -> Self:
        expected = {
            key: Expected(manifest, size, digest)
            for manifest in manifests
            for table in manifest.all_tables
            for key, size, digest in table.with_digests()
        }
        return cls(store, expected)

    @contextmanager
    def local(self, key: str) -> Iterator[Path]:
        """Give a path for as long as the block lasts; DamageError for a damaged file."""
        expected = self.expected.get(key)
        if expected and not self.store.exists(key):
            raise damaged(self.store, expected.manifest, key, GONE)
        with self.store.local(key) as path:
            if expected and path not in self.verified:
                self.verify(key, path, expected)
            yield path

    def verify(self, key: str, path: Path, expected: Expected) -> None:
        with path.open("rb") as stream:
            what = damage_of_stream(stream, path.stat().st_size, expected.size, expected.digest)
        if what:
            raise damaged(self.store, expected.manifest, key, what)
        self.verified.add(path)


def types_of(lake: Lake, table: str, manifest: Manifest) -> dict[str, pl.DataType]:
    """Return what `Lake.types` does; DamageError when a file is not what was published."""
    try:
        return lake.types(table, manifest)
    except StoreError:
        files = LakeFiles.of(lake.store, [manifest])
        for key in manifest.tables[table].files:
            with files.local(key):
                pass
        raise
