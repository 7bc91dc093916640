"""The rows of a month as the warehouse has them, where an export reads those of the lake."""

from collections.abc import Sequence

from discogs_assets.exports.month_rows import MonthRows
from discogs_assets.tables.table import Table
from discogs_assets.warehouse.loaded import Provenance
from discogs_assets.warehouse.sql import Connection
from discogs_assets.warehouse.views import rows_of


def warehouse_rows(
    connection: Connection, tables: Sequence[Table], provenance: Provenance
) -> MonthRows:
    rows = {table.name: table for table in tables if not table.is_monthly}
    sources = {name: f"({rows_of(table, provenance)})" for name, table in rows.items()}
    return MonthRows(connection, rows, sources)
