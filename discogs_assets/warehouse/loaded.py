"""Which months of which tables the warehouse has: `discogs.loaded_month`.

A month stands for any dump: that of another source may be of any day.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import duckdb

from discogs_assets.tables.names import DISCOGS, TableId
from discogs_assets.tables.table import Table
from discogs_assets.warehouse.history import Neighbours, neighbours
from discogs_assets.warehouse.sql import SCHEMA, Connection, literal, quoted

LOADED = f"{SCHEMA}.loaded_month"

LOADED_MONTH = f"""
CREATE TABLE IF NOT EXISTS {LOADED} (
    "table" VARCHAR, month DATE, source VARCHAR, is_full BOOLEAN, rows BIGINT,
    made_with VARCHAR, is_shown BOOLEAN, loaded_at TIMESTAMPTZ DEFAULT now(),
    "schema" VARCHAR DEFAULT '{DISCOGS}'
)"""

SCHEMA_COLUMN = f"""
ALTER TABLE {LOADED} ADD COLUMN IF NOT EXISTS "schema" VARCHAR DEFAULT '{DISCOGS}'"""
"""What gives a file of 0.1.0 the column that it has not: all its tables are those of Discogs."""

AnyTable = Table | TableId


@dataclass(frozen=True)
class Provenance:
    """Where the rows of a month come from; `import_id` tells imports of one month apart.

    `code_version` names the code that made the rows of the dump; "" is unknown. Equal bytes of a
    record make equal rows where it is the same.
    """

    month: date
    import_id: str
    is_full: bool
    code_version: str = ""

    def first(self, limit: int) -> "Provenance":
        """Return what the first so many records of the month come from."""
        return replace(self, import_id=f"{self.import_id} first {limit}", is_full=False)

    def same_rows(self, other: "Provenance") -> bool:
        return (self.month, self.import_id) == (other.month, other.import_id)

    def same_code(self, other: "Provenance") -> bool:
        return self.code_version == other.code_version != ""


@dataclass(frozen=True)
class Loaded:
    """A month of a table in the warehouse; `discogs.<table>` has those that are shown."""

    table: TableId
    provenance: Provenance
    rows: int
    is_shown: bool = True

    @property
    def month(self) -> date:
        return self.provenance.month

    @property
    def import_id(self) -> str:
        return self.provenance.import_id

    @property
    def is_full(self) -> bool:
        return self.provenance.is_full

    def shows(self, import_id: str) -> bool:
        """Whether the month is shown, and is of that import."""
        return self.is_shown and self.import_id == import_id


@dataclass(frozen=True)
class LoadedMonths:
    """What is loaded, of every table; what is asked for of a table is in the order of months."""

    by_table: Mapping[TableId, Mapping[date, Loaded]] = field(default_factory=dict)

    def __iter__(self) -> Iterator[Loaded]:
        for months in self.by_table.values():
            yield from months.values()

    def __len__(self) -> int:
        return sum(map(len, self.by_table.values()))

    def __contains__(self, key: tuple[AnyTable, date]) -> bool:
        return self.get(*key) is not None

    def __getitem__(self, key: tuple[AnyTable, date]) -> Loaded:
        table, month = key
        return self.by_table[id_of(table)][month]

    def get(self, table: AnyTable, month: date) -> Loaded | None:
        return self.by_table.get(id_of(table), {}).get(month)

    def names(self, schema: str = DISCOGS) -> set[str]:
        """Return the tables of a schema of which any month is loaded."""
        return {table.name for table in self.by_table if table.schema == schema}

    def months(self, table: AnyTable) -> list[Loaded]:
        return [*self.by_table.get(id_of(table), {}).values()]

    def newest(self, table: AnyTable) -> Loaded | None:
        """Return the newest month that is shown, a full one before others."""
        shown = [one for one in self.months(table) if one.is_shown]
        return max(shown, key=lambda one: (one.is_full, one.month), default=None)

    def full_before(self, table: AnyTable, month: date) -> list[Loaded]:
        """Return the full months before one, the newest first."""
        return [one for one in reversed(self.months(table)) if one.is_full and one.month < month]

    def neighbours(self, table: AnyTable, month: date) -> Neighbours:
        """Return the months next to one that the history of a table has."""
        months = [one.month for one in self.months(table) if one.month != month and one.is_full]
        return neighbours(month, months)


def id_of(table: AnyTable) -> TableId:
    return table.id if isinstance(table, Table) else table


def loaded_months(connection: Connection) -> LoadedMonths:
    """Return what is loaded; nothing of a file that is not ours, or new.

    A file that is only read may be one of 0.1.0, whose `loaded_month` has no schemas.
    """
    try:
        # DuckDB hands out a TIMESTAMPTZ only where pytz is installed.
        rows = connection.execute(f"SELECT * EXCLUDE (loaded_at) FROM {LOADED} ORDER BY month")
    except duckdb.CatalogException:
        return LoadedMonths()
    names = [column[0] for column in rows.description]
    by_table: dict[TableId, dict[date, Loaded]] = {}
    for row in rows.fetchall():
        loaded = from_row(dict(zip(names, row, strict=True)))
        by_table.setdefault(loaded.table, {})[loaded.month] = loaded
    return LoadedMonths(by_table)


def from_row(row: Mapping[str, Any]) -> Loaded:
    provenance = Provenance(row["month"], row["source"], row["is_full"], row["made_with"])
    table = TableId(row.get("schema", DISCOGS), row["table"])
    return Loaded(table, provenance, row["rows"], row["is_shown"])


def note_loaded(connection: Connection, loaded: Loaded) -> None:
    """Write down that a month of a table is loaded."""
    forget_loaded(connection, loaded.table, loaded.month)
    provenance = loaded.provenance
    connection.execute(
        f"""INSERT INTO {LOADED}
            ("schema", "table", month, source, is_full, made_with, rows, is_shown)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?)""",
        [
            loaded.table.schema,
            loaded.table.name,
            provenance.month,
            provenance.import_id,
            provenance.is_full,
            provenance.code_version,
            loaded.rows,
            loaded.is_shown,
        ],
    )


def forget_loaded(connection: Connection, table: AnyTable, month: date) -> None:
    connection.execute(
        f"DELETE FROM {LOADED} WHERE {is_of(id_of(table))} AND month = {literal(month)}"
    )


def is_of(table: TableId) -> str:
    """Return the condition of the rows of `loaded_month` that are of a table."""
    return f'"table" = {quoted(table.name)} AND "schema" = {quoted(table.schema)}'


def has_history(table: Table, month: Loaded | Provenance) -> bool:
    """Whether the rows of a month are kept as versions, not by themselves."""
    return month.is_full and not table.is_monthly
