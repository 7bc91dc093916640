"""What the Dagster UI shows of a month of a warehouse table, whatever made it."""

from collections.abc import Iterable
from datetime import date
from typing import Any

import dagster as dg

from discogs_assets.display.charts import Chart
from discogs_assets.tables.table import Table
from discogs_assets.warehouse.charts import draw_charts
from discogs_assets.warehouse.loaded import Loaded, LoadedMonths, has_history, loaded_months
from discogs_assets.warehouse.sample import sample_rows
from discogs_assets.warehouse.sql import Connection, scalar


def table_metadata(
    connection: Connection, table: Table, charts: Iterable[Chart], month: date
) -> dict[str, Any]:
    """Return row counts, where they are, some rows and charts of a loaded month.

    `dagster/row_count` is shown on top whatever month was loaded last: it is the newest month's.
    """
    loaded = loaded_months(connection)
    drawn = draw_charts(connection, charts, month, table.schema)
    return {
        "dagster/partition_row_count": loaded[table, month].rows,
        "dagster/row_count": newest_rows(loaded, table),
        **counts_of_versions(connection, table, loaded[table, month]),
        "warehouse": database_file(connection),
        "first_rows": dg.MetadataValue.md(sample_rows(connection, table, month)),
        **{key: dg.MetadataValue.md(chart) for key, chart in drawn.items()},
    }


def newest_rows(loaded: LoadedMonths, table: Table) -> int:
    """Return the rows of the newest month that is shown: of one in full, if there is any."""
    return max(loaded.months(table), key=lambda one: (one.is_shown, one.is_full, one.month)).rows


def counts_of_versions(connection: Connection, table: Table, loaded: Loaded) -> dict[str, int]:
    """Return how many rows came and went with a month, where that is known."""
    if not has_history(table, loaded):
        return {}
    count = f"SELECT count(*) FROM {table.versions} WHERE"
    return {
        "rows_added": scalar(connection, f"{count} valid_from = ?", loaded.month),
        "rows_removed": scalar(connection, f"{count} valid_to = ?", loaded.month),
    }


def database_file(connection: Connection) -> str:
    """Return the path of the DuckDB file."""
    query = "SELECT path FROM duckdb_databases() WHERE database_name = current_database()"
    return str(scalar(connection, query))
