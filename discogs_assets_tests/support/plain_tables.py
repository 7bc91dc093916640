"""Tables of the schema `discogs` as rows are written into them by hand, in place of the views."""

from collections.abc import Iterable

from discogs_assets.tables.table import Table
from discogs_assets.warehouse.ddl import create_table
from discogs_assets.warehouse.monthly import MONTH
from discogs_assets.warehouse.sql import SCHEMA, Connection


def create_plain(connection: Connection, tables: Iterable[Table]) -> None:
    """Create tables with a `month` column, without rows."""
    for table in tables:
        create_table(connection, SCHEMA, table, MONTH)


def is_plain(connection: Connection, table: Table) -> bool:
    """Whether a table is there that was created so, and not the view in its place."""
    found = connection.execute(
        "SELECT 1 FROM duckdb_tables() WHERE schema_name = ? AND table_name = ?",
        [SCHEMA, table.name],
    )
    return found.fetchone() is not None
