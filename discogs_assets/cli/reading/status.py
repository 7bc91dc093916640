"""What each stage holds of each month, how large it is, and how it is shown."""

import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

import duckdb
import pyarrow as pa

from discogs_assets.derived.tables import DERIVED
from discogs_assets.display.rows import PRINTERS
from discogs_assets.display.terminal import print_table
from discogs_assets.display.text import size
from discogs_assets.errors import WarehouseLockedError
from discogs_assets.platform import Platform
from discogs_assets.sources.discogs_dumps.source import CHANGE_TABLES, DISCOGS
from discogs_assets.sources.discogs_dumps.tables import DUMP_TYPES
from discogs_assets.sources.dumps.change_tables import KINDS
from discogs_assets.sources.dumps.changes.compare import NOTHING
from discogs_assets.sources.dumps.retention.inventory import COMPUTED, Holding, survey
from discogs_assets.storage.disk import disk_errors
from discogs_assets.storage.lake import time_of
from discogs_assets.storage.local import LocalStore
from discogs_assets.warehouse.database import Warehouse
from discogs_assets.warehouse.loaded import LoadedMonths, loaded_months
from discogs_assets.warehouse.memory import for_duckdb
from discogs_assets.warehouse.sql import SCHEMA, Connection

HEADS = ("month", " raw", " lake", " rows", " tables", "changes", "imported")
BYTES = (" B", " kB", " MB", " GB", " TB")
NONE, UNKNOWN = "–", "?"
SIGNS = {"added": "+", "changed": "~", "removed": "−"}

Counts = Mapping[str, int]
Changes = Mapping[tuple[str, date], Counts]


@dataclass(frozen=True)
class Contents:
    """What the warehouse says; when another process has it open, `is_locked` and nothing more."""

    loaded: LoadedMonths
    changes: Changes
    is_locked: bool = False


def read_warehouse(platform: Platform) -> Contents:
    """Return what is loaded, and how many records of each kind changed; waits for nobody."""
    path = platform.settings.warehouse
    if not path.exists():
        return Contents({}, {})
    try:
        with Warehouse(path, lock_timeout_s=0).reader() as connection:
            loaded = loaded_months(connection)
            return Contents(loaded, count_changes(connection, loaded))
    except WarehouseLockedError:
        return Contents({}, {}, is_locked=True)


def count_changes(connection: Connection, loaded: LoadedMonths) -> Changes:
    """Return the number of records of each kind by dump type and month, of what was compared."""
    found = {
        (name, one.month): dict.fromkeys(KINDS, 0)
        for name, table in CHANGE_TABLES.items()
        for one in loaded.values()
        if one.table == table.name and not one.source.endswith(f" {NOTHING}")
    }
    for name in {name for name, _ in found}:
        query = (
            f'SELECT month, kind, count(*) FROM {SCHEMA}."{CHANGE_TABLES[name].name}" GROUP BY ALL'
        )
        for month, kind, count in connection.execute(query).fetchall():
            found[name, month][kind] = count
    return found


@dataclass(frozen=True)
class Line:
    """A month of a dump type; None is what nobody knows while the warehouse is written."""

    of: Holding
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
        """Whether it is in `discogs.<table>`, and not in the history alone."""
        tables = [table for table in self.of.tables if not table.is_quarantine]
        return None if self.contents.is_locked else any(table.is_shown for table in tables)

    @property
    def changes(self) -> Counts:
        return self.contents.changes.get((self.of.group, self.of.month), {})

    @property
    def imported_at(self) -> datetime | None:
        """When it was brought into the lake, be it there or not; None when it never was."""
        copy = self.of.lake or self.of.retired
        return time_of(copy.attempt) if copy else None

    def values(self) -> dict[str, object]:
        """Return what programs are given."""
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
        """Return what people are shown, by `HEADS`."""
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
    """Return the sums of a month, by `HEADS`."""
    rows = sum(line.warehouse_rows or 0 for line in lines if line.is_shown)
    sums = (
        short(sum(line.raw_bytes for line in lines), BYTES),
        short(sum(line.lake_bytes for line in lines), BYTES),
        short(sum(line.lake_rows for line in lines)),
        UNKNOWN if lines[0].contents.is_locked else short(rows),
    )
    return (f"{month:%Y-%m}", *(NONE if one.split()[0] == "0" else one for one in sums), "", "")


def iter_cells(lines: Sequence[Line]) -> Iterator[Sequence[str]]:
    """Yield the sums of each month, then its dump types."""
    for month, group in groupby(lines, key=lambda line: line.of.month):
        of_month = [*group]
        yield month_cells(month, of_month)
        yield from (line.cells() for line in of_month)


TYPES = pa.schema(
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
    """Print a line a month and dump type, the newest month first, and what it comes to."""
    computed = [derived.table for derived in DERIVED.values()]
    order = [*DUMP_TYPES, COMPUTED]
    held = survey(DISCOGS, platform.lake, contents.loaded, computed)
    held.sort(key=lambda one: (-one.month.toordinal(), order.index(one.group)))
    lines = [Line(one, contents) for one in held]
    if form != "table":
        rows = pa.Table.from_pylist([line.values() for line in lines], schema=TYPES)
        PRINTERS[form](duckdb.from_arrow(rows))
        if contents.is_locked:
            print(f"discogs-assets: {locked(platform)}", file=sys.stderr)
        return
    if lines:
        print_table(f"Months in {platform.store.url}", HEADS, [*iter_cells(lines)])
    for line in iter_totals(platform, contents, lines):
        print(line)


def iter_totals(platform: Platform, contents: Contents, lines: Sequence[Line]) -> Iterator[str]:
    """Yield what each stage comes to."""
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
    """Return why nothing is known of the warehouse."""
    path = platform.settings.warehouse
    return f"{size(path.stat().st_size)}, {path}: another process is writing, ask again later"


def short(count: int, units: Sequence[str] = ("", "k", "M", "G")) -> str:
    """Return a number for a narrow column, with three digits: 361M, or 11.2 GB."""
    if count < 10_000 and not units[0]:
        return f"{count:,}"
    amount, power = float(count), 0
    while amount >= 999.5 and power < len(units) - 1:
        amount /= 1000
        power += 1
    return f"{amount:.3g}{units[power]}"
