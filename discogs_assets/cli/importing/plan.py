"""What an import will take: numbers in, a sentence out, or a refusal.

Asking for the numbers is the work of `needs`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from discogs_assets.display.text import size
from discogs_assets.errors import SpaceError

PARQUET = 12.0 / 11.3
"""Bytes of Parquet for a byte of dump files; a whole month of September 2026, like all of these."""
TABLES = 12.0 / 11.3
"""Bytes the DuckDB file grows by with a first month, for a byte of dump files."""
NEXT_TABLES = 0.06 * TABLES
"""The same with a month after one that is loaded: 3 % changed, 2 % added, 1 % removed."""
SPILL = 0.15
"""What DuckDB spills to disk at a time, as a share of what its file grows by."""
BYTES_A_RECORD = 500
"""About how many bytes of a dump file a record has, where only some are read."""

WHAT_TO_DO = (
    "make room there, import the --types one by one and retain in between, or put the data "
    "elsewhere with DISCOGS_STORE and DISCOGS_WAREHOUSE"
)


@dataclass(frozen=True)
class Wanted:
    """A dump type to import: what is still to be done of it, and the `size` of its dump file.

    `size` None means that nobody knows it. `left` is how many bytes are to be downloaded, `limit`
    how many records to read.
    """

    size: int | None
    left: int | None
    is_read: bool = True
    is_loaded: bool = True
    is_first: bool = True
    limit: int | None = None

    @property
    def is_known(self) -> bool:
        return self.size is not None and self.left is not None

    @property
    def read(self) -> float:
        """How many bytes of the dump file are read."""
        most = self.size or 0
        return most if self.limit is None else min(most, self.limit * BYTES_A_RECORD)

    @property
    def parquet(self) -> float:
        return PARQUET * self.read * self.is_read

    @property
    def tables(self) -> float:
        return (TABLES if self.is_first else NEXT_TABLES) * self.read * self.is_loaded


@dataclass(frozen=True)
class Disk:
    """A disk by the number the system gives it, the room on it, and a folder there."""

    number: int
    free: int
    folder: Path


@dataclass(frozen=True)
class Disks:
    """Where things are written; a store in a bucket has no disk for dump files and Parquet."""

    raw: Disk | None
    lake: Disk | None
    scratch: Disk
    tables: Disk
    spill: Disk


@dataclass(frozen=True)
class Need:
    """What is written to a disk."""

    what: str
    bytes: float
    disk: Disk


@dataclass(frozen=True)
class Plan:
    """What an import will take, here."""

    month: str
    is_known: bool
    download: int
    needs: Sequence[Need]

    @property
    def disks(self) -> list[Disk]:
        """The disks that are written to, each once, by the first folder of it."""
        found: dict[int, Disk] = {}
        for need in self.needs:
            found.setdefault(need.disk.number, need.disk)
        return [*found.values()]

    def on(self, disk: Disk) -> list[Need]:
        return [need for need in self.needs if need.disk.number == disk.number]

    def refuse(self) -> None:
        """Raise SpaceError when a disk has not the room."""
        for disk in self.disks:
            needs = self.on(disk)
            needed = sum(need.bytes for need in needs)
            if self.is_known and needed > disk.free:
                raise SpaceError(
                    f"{disk.folder}: {self.month} needs {size(needed)} there ({listed(needs)}), "
                    f"{size(disk.free)} are free; {WHAT_TO_DO}"
                )

    def __str__(self) -> str:
        free = " and ".join(f"{size(disk.free)} are free in {disk.folder}" for disk in self.disks)
        if not self.is_known:
            return f"{self.month}: nobody knows how much is to be downloaded; {free}"
        needed = sum(need.bytes for need in self.needs)
        if not needed and not self.download:
            return f"{self.month}: 0 B to download; needs no more disk"
        listing = f"{size(needed)} of disk ({listed(self.needs)})"
        return f"{self.month}: {size(self.download)} to download; needs {listing}, {free}"


def listed(needs: Sequence[Need]) -> str:
    return ", ".join(f"{need.what} {size(need.bytes)}" for need in needs if need.bytes)


def plan(month: str, wanted: Sequence[Wanted], disks: Disks) -> Plan:
    """Return what an import of some dump types takes."""
    download = sum(one.left or 0 for one in wanted)
    tables = sum(one.tables for one in wanted)
    needs = [
        Need("tables", tables, disks.tables),
        Need("spill", SPILL * tables, disks.spill),
    ]
    stored = [Need("dump files", download, disks.raw)] if disks.raw else []
    if disks.lake:
        stored.append(Need("Parquet", sum(one.parquet for one in wanted), disks.lake))
    if any(disk is None or disk.number != disks.scratch.number for disk in (disks.raw, disks.lake)):
        # Elsewhere a file is written where it stays; here it passes, one dump type at a time.
        passing = max((max(one.left or 0, one.parquet) for one in wanted), default=0)
        needs.append(Need("passing files", passing, disks.scratch))
    return Plan(month, all(one.is_known for one in wanted), download, [*stored, *needs])
