"""The plan of an import: the download and disk space it takes, or why it does not fit.

The numbers come from `needs`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from discogs_assets.display.text import size
from discogs_assets.errors import SpaceError

PARQUET = 12.0 / 11.3
"""Bytes of Parquet per byte of dump files; measured, like the next three, in September 2026."""
TABLES = 12.0 / 11.3
"""Growth of the DuckDB file with a first month, per byte of dump files."""
NEXT_TABLES = 0.06 * TABLES
"""The same with a month after a loaded one: 3 % changed, 2 % added, 1 % removed."""
SPILL = 0.15
"""What DuckDB spills to disk at a time, as a share of the growth of its file."""
BYTES_A_RECORD = 500
"""About how many bytes of a dump file a record has, if only some are read."""

WHAT_TO_DO = (
    "make room there, import the --types one at a time with retain in between, or put the data "
    "elsewhere with DISCOGS_STORE and DISCOGS_WAREHOUSE"
)


@dataclass(frozen=True)
class TypeWork:
    """The work for a dump type: its dump file has `size` bytes, of which `left` to download.

    None is an unknown size. `limit` is how many records to read.
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
        """The bytes of the dump file that are read."""
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
    """A disk by its number in the system, the free bytes on it, and a folder there."""

    number: int
    free: int
    folder: Path


@dataclass(frozen=True)
class Disks:
    """The disks that are written to; a store in a bucket has none for dump files and Parquet."""

    raw: Disk | None
    lake: Disk | None
    scratch: Disk
    tables: Disk
    spill: Disk


@dataclass(frozen=True)
class Need:
    """Bytes of one kind of data on a disk."""

    what: str
    bytes: float
    disk: Disk


@dataclass(frozen=True)
class Plan:
    """The bytes to download and to write for an import of a month."""

    month: str
    is_known: bool
    download: int
    needs: Sequence[Need]

    @property
    def disks(self) -> list[Disk]:
        """The disks that are written to, each once, with the first folder on it."""
        by_number: dict[int, Disk] = {}
        for need in self.needs:
            by_number.setdefault(need.disk.number, need.disk)
        return [*by_number.values()]

    def on(self, disk: Disk) -> list[Need]:
        return [need for need in self.needs if need.disk.number == disk.number]

    def refuse(self) -> None:
        """Raise SpaceError if a disk has not enough space."""
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
            return f"{self.month}: unknown how much to download; {free}"
        needed = sum(need.bytes for need in self.needs)
        if not needed and not self.download:
            return f"{self.month}: 0 B to download; needs no more disk"
        listing = f"{size(needed)} of disk ({listed(self.needs)})"
        return f"{self.month}: {size(self.download)} to download; needs {listing}, {free}"


def listed(needs: Sequence[Need]) -> str:
    return ", ".join(f"{need.what} {size(need.bytes)}" for need in needs if need.bytes)


def plan(month: str, work: Sequence[TypeWork], disks: Disks) -> Plan:
    download = sum(of_type.left or 0 for of_type in work)
    tables = sum(of_type.tables for of_type in work)
    needs = [
        Need("tables", tables, disks.tables),
        Need("spill", SPILL * tables, disks.spill),
    ]
    stored = [Need("dump files", download, disks.raw)] if disks.raw else []
    if disks.lake:
        stored.append(Need("Parquet", sum(of_type.parquet for of_type in work), disks.lake))
    if any(disk is None or disk.number != disks.scratch.number for disk in (disks.raw, disks.lake)):
        # On its way to another disk a file is written to scratch, one dump type at a time.
        passing = max((max(of_type.left or 0, of_type.parquet) for of_type in work), default=0)
        needs.append(Need("passing files", passing, disks.scratch))
    return Plan(month, all(of_type.is_known for of_type in work), download, [*stored, *needs])
