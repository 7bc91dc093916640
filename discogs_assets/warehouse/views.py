"""What people query: the months of a table in `discogs`, the newest in `main`, or as of a month.

The tables of another source `x` are in `x` and `x_newest`.
"""

from collections.abc import Iterable, Sequence
from datetime import date

from discogs_assets.display.text import dump_day
from discogs_assets.errors import WarehouseError
from discogs_assets.tables.names import DISCOGS
from discogs_assets.tables.table import Table
from discogs_assets.warehouse.ddl import create_schema, describe
from discogs_assets.warehouse.history import is_valid
from discogs_assets.warehouse.loaded import (
    Loaded,
    LoadedMonths,
    Provenance,
    has_history,
    loaded_months,
)
from discogs_assets.warehouse.monthly import MONTH, is_of
from discogs_assets.warehouse.sql import Connection, literal, quoted, scalar

AS_OF = "as_of"
"""The catalogue, in memory, of what the tables of other sources are as of a date."""


def create_views(connection: Connection, table: Table) -> None:
    """Make the views of a table: over the dumps that are shown, and of the newest full one."""
    loaded = loaded_months(connection)
    shown = [one for one in loaded.months(table) if one.is_shown]
    every = [rows_of(table, one, f", {literal(one.month)} AS month") for one in shown]
    create_schema(connection, table.schemas.every)
    connection.execute(f"CREATE OR REPLACE VIEW {table.every} AS {' UNION ALL '.join(every)}")
    describe(connection, f"VIEW {table.every}", table.description, (*table.columns, MONTH))
    newest = loaded.newest(table)
    assert newest is not None
    create_schema(connection, table.schemas.newest)
    connection.execute(f"CREATE OR REPLACE VIEW {table.newest} AS {rows_of(table, newest)}")
    text = f"{table.description} Of {dump_day(newest.month)}."
    describe(connection, f"VIEW {table.newest}", text, table.columns)


def rows_of(table: Table, loaded: Loaded | Provenance, more: str = "", catalogue: str = "") -> str:
    """Return the query of the rows of a loaded month; `catalogue` is for views in another one."""
    selected = f"SELECT {table.names}{more} FROM {catalogue}"
    if has_history(table, loaded):
        return f"{selected}{table.versions} WHERE {is_valid(loaded.month)}"
    return f"{selected}{table.monthly} WHERE {is_of(loaded.month)}"


def create_as_of_views(connection: Connection, tables: Iterable[Table], month: date) -> None:
    """Let the names of tables mean their rows as of a month, on this connection.

    Those are `artist` and `main.artist` for a table of Discogs, `x_newest.artist` for one of
    another source. Raises WarehouseError when no table has that month; a query of one that has it
    not fails.
    """
    tables = [*tables]
    loaded = loaded_months(connection)
    if month not in (there := {one.month for table in tables for one in loaded.months(table)}):
        raise WarehouseError(
            f"expected {dump_day(month)} in the warehouse, found {join_months(there)}; run "
            f"discogs-assets import --year-month {month:%Y-%m}, or ask for one of those"
        )
    catalogue = f"{scalar(connection, 'SELECT current_database()')}."
    others = {table.schemas.newest for table in tables if table.schema != DISCOGS}
    create_as_of_schemas(connection, sorted(others))
    for table in tables:
        query = as_of(loaded, table, month, catalogue)
        if table.schema == DISCOGS:
            connection.execute(f'CREATE TEMP VIEW "{table.name}" AS {query}')
        else:
            connection.execute(f"CREATE VIEW {AS_OF}.{table.newest} AS {query}")


def create_as_of_schemas(connection: Connection, schemas: Sequence[str]) -> None:
    """Create schemas that are looked into before those of the same name in the file.

    A temporary view cannot be in a schema.
    """
    if not schemas:
        return
    path = scalar(connection, "SELECT current_setting('search_path')")
    connection.execute(f"ATTACH ':memory:' AS {AS_OF}")
    for schema in schemas:
        connection.execute(f"CREATE SCHEMA {AS_OF}.{schema}")
    more = (f"{AS_OF}.{schema}" for schema in schemas)
    connection.execute(f"SET search_path = {quoted(','.join([path, *more]))}")


def as_of(loaded: LoadedMonths, table: Table, month: date, catalogue: str) -> str:
    """Return the query of a table's rows of a month; it fails when that is not loaded."""
    if found := loaded.get(table, month):
        return rows_of(table, found, catalogue=catalogue)
    there = join_months(one.month for one in loaded.months(table))
    text = f"{table.id}: expected {dump_day(month)} in the warehouse, found {there}"
    # In every column too: DuckDB asks for no row where it knows that NULL meets no condition.
    fails = f"error({quoted(text)})"
    columns = (f'{fails}::{kind} AS "{name}"' for name, kind in table.duckdb_columns.items())
    return f"SELECT {', '.join(columns)} WHERE {fails}"


def join_months(months: Iterable[date]) -> str:
    return ", ".join(map(dump_day, sorted(months))) or "none"
