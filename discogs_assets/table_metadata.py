"""What the Dagster UI shows of a month of a warehouse table, whatever made it."""

from collections.abc import Iterable
from datetime import date
from typing import Any

import dagster as dg

from discogs_assets.charts import Chart
from discogs_assets.history import versions
from discogs_assets.loaded import Loaded, has_history, loaded_months
from discogs_assets.table_charts import draw_charts
from discogs_assets.table_sample import sample_rows
from discogs_assets.tables import Table
from discogs_assets.warehouse_file import SCHEMA, Connection, scalar


def table_metadata(
    connection: Connection, table: Table, charts: Iterable[Chart], month: date
) -> dict[str, Any]:
    """Return row counts, where they are, some rows and charts of a loaded month."""
    loaded = loaded_months(connection)
    shown = [one for one in loaded.values() if one.table == table.name and one.is_shown]
    drawn = draw_charts(connection, charts, month)
    return {
        "dagster/partition_row_count": loaded[table.name, month].rows,
        "dagster/row_count": sum(one.rows for one in shown),
        **counts_of_versions(connection, table, loaded[table.name, month]),
        "warehouse": database_file(connection),
        "table": f"{SCHEMA}.{table.name}",
        "first rows": dg.MetadataValue.md(sample_rows(connection, table, month)),
        **{title: dg.MetadataValue.md(chart) for title, chart in drawn.items()},
    }


def counts_of_versions(connection: Connection, table: Table, loaded: Loaded) -> dict[str, int]:
    """Return how many rows came and went with a month, where that is known."""
    if not has_history(table, loaded):
        return {}
    count = f"SELECT count(*) FROM {versions(table)} WHERE"
    return {
        "rows that came": scalar(connection, f"{count} valid_from = ?", loaded.month),
        "rows that went": scalar(connection, f"{count} valid_to = ?", loaded.month),
    }


def database_file(connection: Connection) -> str:
    """Return the path of the DuckDB file."""
    query = "SELECT path FROM duckdb_databases() WHERE database_name = current_database()"
    return str(scalar(connection, query))
