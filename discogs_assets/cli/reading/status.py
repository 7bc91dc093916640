"""The output of `status`: a row per month and dump type, and the totals of each stage."""

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

import duckdb
import pyarrow as pa

from discogs_assets.cli.reading.contents import Contents, Counts, read_warehouse
from discogs_assets.derived.tables import DERIVED
from discogs_assets.display.rows import PRINTERS
from discogs_assets.display.terminal import print_table
from discogs_assets.display.text import dump_day, size
from discogs_assets.platform import Platform
from discogs_assets.sources.discogs_dumps.source import DISCOGS
from discogs_assets.sources.dumps.change_tables import KINDS
from discogs_assets.sources.dumps.retention.inventory import (
    COMPUTED,
    MonthInventory,
    take_inventory,
)
from discogs_assets.storage.disk import disk_errors
from discogs_assets.storage.lake import time_of
from discogs_assets.storage.local import LocalStore
from discogs_assets.warehouse.memory import for_duckdb

HEADS = ("month", " raw", " lake", " rows", " tables", "changes", "imported")
BYTES = (" B", " kB", " MB", " GB", " TB")
NONE, UNKNOWN = "–", "?"
SIGNS = {"added": "+", "changed": "~", "removed": "−"}


@dataclass(frozen=True)
class Line:
    """A month of a dump type; None is unknown, because the warehouse is being written."""

    of: MonthInventory
    contents: Contents

    @property
    def raw_bytes(self) -> int:
        return sum(dump.bytes for dump in self.of.dumps)

    @property
    def lake_bytes(self) -> int:
        return self.of.lake.bytes if self.of.lake else 0

    @property
    def lake_rows(self) -> int:
        return sum(self.of.lake.rows.values()) if self.of.lake else 0

    @property
    def is_part(self) -> bool:
        return self.of.lake is not None and not self.of.lake.is_full

    @property
    def warehouse_rows(self) -> int | None:
        return None if self.contents.is_locked else sum(table.rows for table in self.of.tables)

    @property
    def is_shown(self) -> bool | None:
        """Whether it is in `discogs.<table>`, and not only in the history."""
        tables = [table for table in self.of.tables if not table.is_quarantine]
        return None if self.contents.is_locked else any(table.is_shown for table in tables)

    @property
    def changes(self) -> Counts:
        return self.contents.changes.get((self.of.group, self.of.month), {})

    @property
    def imported_at(self) -> datetime | None:
        """When it was imported into the lake, even if it was deleted since; None if never."""
        copy = self.of.lake or self.of.retired
        return time_of(copy.import_id) if copy else None

    def values(self) -> dict[str, object]:
        """Return a row of `ROW` for programs."""
        return {
            "month": self.of.month,
            "dump_type": self.of.group,
            "raw_bytes": self.raw_bytes,
            "lake_bytes": self.lake_bytes,
            "lake_rows": self.lake_rows,
            "is_part": self.is_part,
            "warehouse_rows": self.warehouse_rows,
            "is_shown": self.is_shown,
            **{kind: self.changes.get(kind) for kind in KINDS},
            "imported_at": self.imported_at,
        }

    def cells(self) -> Sequence[str]:
        """Return a row of `HEADS` for people."""
        rows = short(self.lake_rows) + " part" * self.is_part
        counts = [f"{sign}{short(self.changes.get(kind, 0))}" for kind, sign in SIGNS.items()]
        return (
            f"  {self.of.group}",
            short(self.raw_bytes, BYTES) if self.of.dumps else NONE,
            self.lake_cell(),
            rows if self.of.lake else NONE,
            self.tables_cell(),
            " ".join(counts) if self.changes else UNKNOWN if self.contents.is_locked else NONE,
            f"{self.imported_at:%Y-%m-%d}" if self.imported_at else NONE,
        )

    def lake_cell(self) -> str:
        if self.of.lake:
            return short(self.lake_bytes, BYTES)
        return "retired" if self.of.retired else NONE

    def tables_cell(self) -> str:
        if self.warehouse_rows is None:
            return UNKNOWN
        if not self.of.tables:
            return NONE
        return short(self.warehouse_rows) if self.is_shown else "history"


def month_cells(month: date, lines: Sequence[Line]) -> Sequence[str]:
    """Return the sums of a month, as a row of `HEADS`."""
    rows = sum(line.warehouse_rows or 0 for line in lines if line.is_shown)
    sums = (
        short(sum(line.raw_bytes for line in lines), BYTES),
        short(sum(line.lake_bytes for line in lines), BYTES),
        short(sum(line.lake_rows for line in lines)),
        UNKNOWN if lines[0].contents.is_locked else short(rows),
    )
    return (dump_day(month), *(NONE if cell.split()[0] == "0" else cell for cell in sums), "", "")


def iter_cells(lines: Sequence[Line]) -> Iterator[Sequence[str]]:
    """Yield rows of `HEADS`: the sums of each month, then its dump types."""
    for month, group in groupby(lines, key=lambda line: line.of.month):
        month_lines = [*group]
        yield month_cells(month, month_lines)
        yield from (line.cells() for line in month_lines)


ROW = pa.schema(
    {
        "month": pa.date32(),
        "dump_type": pa.string(),
        "raw_bytes": pa.int64(),
        "lake_bytes": pa.int64(),
        "lake_rows": pa.int64(),
        "is_part": pa.bool_(),
        "warehouse_rows": pa.int64(),
        "is_shown": pa.bool_(),
        **dict.fromkeys(KINDS, pa.int64()),
        "imported_at": pa.timestamp("s"),
    }
)


def print_status(platform: Platform, contents: Contents, form: str) -> None:
    """Print a line per month and dump type, the newest month first; for people also totals."""
    lines = read_lines(platform, contents)
    if form != "table":
        rows = pa.Table.from_pylist([line.values() for line in lines], schema=ROW)
        PRINTERS[form](duckdb.from_arrow(rows))
        if contents.is_locked:
            print(f"discogs-assets: {locked(platform)}", file=sys.stderr)
        return
    if lines:
        print_table(f"Months in {platform.store.url}", HEADS, [*iter_cells(lines)])
    for total_line in iter_totals(platform, contents, lines):
        print(total_line)
    if platform.source is DISCOGS:
        print_others(platform)


def print_others(platform: Platform) -> None:
    """Print the dumps of the other sources, of those that have any."""
    for other in platform.others:
        if lines := read_lines(other, read_warehouse(other)):
            title = f"Dumps of {other.source.title} in {platform.store.url}"
            print_table(title, HEADS, [*iter_cells(lines)])


def read_lines(platform: Platform, contents: Contents) -> list[Line]:
    source = platform.source
    computed = [derived.table for derived in DERIVED.values()] if source is DISCOGS else []
    order = [*source.dump_types, COMPUTED]
    holdings = take_inventory(source, platform.lake, contents.loaded, computed)
    holdings.sort(key=lambda holding: (-holding.month.toordinal(), order.index(holding.group)))
    return [Line(holding, contents) for holding in holdings]


def iter_totals(platform: Platform, contents: Contents, lines: Sequence[Line]) -> Iterator[str]:
    """Yield a sentence about each stage."""
    raw = [line for line in lines if line.of.dumps]
    lake = [line for line in lines if line.of.lake]
    memory = platform.settings.memory
    yield f"Memory: up to {size(memory)} a process, {size(for_duckdb(memory))} of it for DuckDB"
    yield f"Raw dumps: {total(raw, sum(line.raw_bytes for line in raw))}"
    yield f"Lake: {total(lake, sum(line.lake_bytes for line in lake))}"
    yield f"Warehouse: {describe_warehouse(platform, contents, lines)}"
    if isinstance(platform.store, LocalStore):
        free = size(platform.store.free_bytes())
        yield f"Free on the disk of {platform.store.url}: {free}"


def total(lines: Sequence[Line], bytes_: int) -> str:
    return f"{size(bytes_)}, {counted({line.of.month for line in lines})}"


def counted(months: set[date]) -> str:
    return f"{len(months)} month{'s' * (len(months) != 1)}"


def describe_warehouse(platform: Platform, contents: Contents, lines: Sequence[Line]) -> str:
    path = platform.settings.warehouse
    if not path.exists():
        return f"none at {path}"
    if contents.is_locked:
        return locked(platform)
    with disk_errors(path):
        bytes_ = path.stat().st_size
    shown = {line.of.month for line in lines if line.is_shown}
    return f"{size(bytes_)}, {counted(shown)} shown, {path}"


def locked(platform: Platform) -> str:
    """Return why the contents of the warehouse are unknown."""
    path = platform.settings.warehouse
    return f"{size(path.stat().st_size)}, {path}: another process is writing, try again later"


def short(count: int, units: Sequence[str] = ("", "k", "M", "G")) -> str:
    """Return a number for a narrow column, with three digits: 361M, or 11.2 GB."""
    if count < 10_000 and not units[0]:
        return f"{count:,}"
    amount, power = float(count), 0
    while amount >= 999.5 and power < len(units) - 1:
        amount /= 1000
        power += 1
    return f"{amount:.3g}{units[power]}"
