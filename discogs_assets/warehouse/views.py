"""What people query: the months of a table in `discogs`, the newest in `main`, or as of a month."""

from collections.abc import Iterable
from datetime import date

from discogs_assets.errors import WarehouseError
from discogs_assets.tables.table import Table
from discogs_assets.warehouse.ddl import describe
from discogs_assets.warehouse.history import is_valid, versions
from discogs_assets.warehouse.loaded import Import, Loaded, LoadedMonths, has_history, loaded_months
from discogs_assets.warehouse.monthly import MONTH, is_of, months_of
from discogs_assets.warehouse.sql import SCHEMA, Connection, literal, quoted


def show(connection: Connection, table: Table) -> None:
    """Make the views of a table: over the months that are shown, and of the newest full one."""
    months = [one for one in loaded_months(connection).values() if one.table == table.name]
    shown = sorted((one for one in months if one.is_shown), key=lambda one: one.month)
    every = [rows_of(table, one, f", {literal(one.month)} AS month") for one in shown]
    name = f'{SCHEMA}."{table.name}"'
    connection.execute(f"CREATE OR REPLACE VIEW {name} AS {' UNION ALL '.join(every)}")
    describe(connection, f"VIEW {name}", table.description, (*table.columns, MONTH))
    newest = max(shown, key=lambda one: (one.is_full, one.month))
    name = main(table.name)
    connection.execute(f"CREATE OR REPLACE VIEW {name} AS {rows_of(table, newest)}")
    text = f"{table.description} Of {newest.month:%Y-%m}."
    describe(connection, f"VIEW {name}", text, table.columns)


def main(name: str) -> str:
    """Return what a view of the newest month is called."""
    return f'main."{name}"'


def rows_of(table: Table, loaded: Loaded | Import, more: str = "") -> str:
    """Return the query of the rows of a loaded month."""
    selected = f"SELECT {table.names}{more} FROM"
    if has_history(table, loaded):
        return f"{selected} {versions(table)} WHERE {is_valid(loaded.month)}"
    return f"{selected} {months_of(table)} WHERE {is_of(loaded.month)}"


def look_back(connection: Connection, tables: Iterable[Table], month: date) -> None:
    """Let the names of tables mean their rows as of a month, on this connection.

    Raises WarehouseError when no table has that month; a query of one that has it not fails.
    """
    loaded = loaded_months(connection)
    if month not in (there := {one.month for one in loaded.values()}):
        raise WarehouseError(
            f"expected {month:%Y-%m} in the warehouse, found {listed(there)}; run "
            f"discogs-assets import --year-month {month:%Y-%m}, or ask for one of those"
        )
    for table in tables:
        query = as_of(loaded, table, month)
        connection.execute(f'CREATE TEMP VIEW "{table.name}" AS {query}')


def as_of(loaded: LoadedMonths, table: Table, month: date) -> str:
    """Return the query of a table's rows of a month; it fails when that is not loaded."""
    if found := loaded.get((table.name, month)):
        return rows_of(table, found)
    there = listed(one.month for one in loaded.values() if one.table == table.name)
    text = f"{table.name}: expected {month:%Y-%m} in the warehouse, found {there}"
    # In every column too: DuckDB asks for no row where it knows that NULL meets no condition.
    fails = f"error({quoted(text)})"
    columns = (f'{fails}::{kind} AS "{name}"' for name, kind in table.duckdb_columns.items())
    return f"SELECT {', '.join(columns)} WHERE {fails}"


def listed(months: Iterable[date]) -> str:
    return ", ".join(f"{month:%Y-%m}" for month in sorted(months)) or "none"
