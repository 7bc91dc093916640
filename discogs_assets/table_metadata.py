"""What the Dagster UI shows of a month of a warehouse table, whatever made it."""

from collections.abc import Iterable
from datetime import date
from typing import Any

import dagster as dg

from discogs_assets.charts import Chart
from discogs_assets.table_charts import draw_charts
from discogs_assets.table_sample import sample_rows
from discogs_assets.tables import Table
from discogs_assets.warehouse import loaded_months
from discogs_assets.warehouse_file import SCHEMA, Connection, scalar


def table_metadata(
    connection: Connection, table: Table, charts: Iterable[Chart], month: date
) -> dict[str, Any]:
    """Return row counts, where they are, some rows and charts of a loaded month."""
    loaded = loaded_months(connection)
    drawn = draw_charts(connection, charts, month)
    return {
        "dagster/partition_row_count": loaded[table.name, month].rows,
        "dagster/row_count": sum(one.rows for one in loaded.values() if one.table == table.name),
        "warehouse": database_file(connection),
        "table": f"{SCHEMA}.{table.name}",
        "first rows": dg.MetadataValue.md(sample_rows(connection, table, month)),
        **{title: dg.MetadataValue.md(chart) for title, chart in drawn.items()},
    }


def database_file(connection: Connection) -> str:
    """Return the path of the DuckDB file."""
    query = "SELECT path FROM duckdb_databases() WHERE database_name = current_database()"
    return str(scalar(connection, query))
