"""Which months of which tables the warehouse has: `discogs.loaded_month`.

A month stands for any dump: that of another source may be of any day.
"""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, fields
from datetime import date

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
    """A month that is loaded; `source` tells one import of it from another.

    `made_with` names what made its rows of the dump: where that is the same, so are the rows of a
    record whose bytes are the same. Empty means that nothing is known of that.
    """

    month: date
    source: str
    is_full: bool
    made_with: str = ""


@dataclass(frozen=True)
class Loaded:
    """A month of a table in the warehouse; `discogs.<table>` has those that are shown."""

    table: str
    month: date
    source: str
    is_full: bool
    rows: int
    made_with: str = ""
    is_shown: bool = True
    schema: str = DISCOGS

    @property
    def id(self) -> TableId:
        return TableId(self.schema, self.table)

    def is_source(self, source: str) -> bool:
        """Whether this is that import of the month, and shown."""
        return self.is_shown and self.source == source


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
        found = connection.execute(f"SELECT * EXCLUDE (loaded_at) FROM {LOADED} ORDER BY month")
    except duckdb.CatalogException:
        return LoadedMonths()
    names = [column[0] for column in found.description]
    known = {one.name for one in fields(Loaded)}
    by_table: dict[TableId, dict[date, Loaded]] = {}
    for row in found.fetchall():
        values = zip(names, row, strict=True)
        loaded = Loaded(**{name: value for name, value in values if name in known})
        by_table.setdefault(loaded.id, {})[loaded.month] = loaded
    return LoadedMonths(by_table)


def note_loaded(connection: Connection, loaded: Loaded) -> None:
    """Write down that a month of a table is loaded."""
    forget_loaded(connection, loaded.id, loaded.month)
    values = asdict(loaded)
    names = ", ".join(f'"{name}"' for name in values)
    places = ", ".join("?" for _ in values)
    connection.execute(f"INSERT INTO {LOADED} ({names}) VALUES ({places})", [*values.values()])


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
