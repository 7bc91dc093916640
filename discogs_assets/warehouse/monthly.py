"""Rows that belong to one month by themselves: `monthly.<table>`, with a `month` column.

So are those of a month that was imported with a limit, which says nothing of what was removed,
and those of tables that tell of the month itself, as quarantine does.
"""

from datetime import date

from discogs_assets.tables.table import Column, Table, Type
from discogs_assets.warehouse.ddl import create_table
from discogs_assets.warehouse.sql import Connection, literal, scalar

MONTH = Column("month", Type.DATE, "The date of the dump; of a month its first day.")


def is_of(month: date) -> str:
    """Return the condition of the rows that a month has."""
    return f"month = {literal(month)}"


def create_monthly(connection: Connection, table: Table) -> None:
    create_table(connection, table.schemas.monthly, table, MONTH)


def put_rows(connection: Connection, table: Table, month: date, source: str) -> int:
    """Add rows to a month and return how many; `source` is what they are selected from."""
    into = f"INSERT INTO {table.monthly} ({table.names}, month)"
    rows = f"SELECT {table.names}, {literal(month)} FROM {source}"
    return int(scalar(connection, f"{into} {rows}"))


def remove_rows(connection: Connection, table: Table, month: date) -> None:
    connection.execute(f"DELETE FROM {table.monthly} WHERE {is_of(month)}")
