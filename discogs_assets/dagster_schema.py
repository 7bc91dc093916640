"""A table's columns as the Dagster UI shows them."""

import dagster as dg

from discogs_assets.tables import Table


def column_schema(table: Table) -> dg.TableSchema:
    """Return the column schema of a table, with the month of the warehouse's tables."""
    columns = [
        dg.TableColumn(
            column.name,
            type=column.type.duckdb,
            description=column.description,
            constraints=dg.TableColumnConstraints(nullable=column.name not in table.key),
        )
        for column in table.columns
    ]
    month = dg.TableColumn("month", type="DATE", description="The month, its first day.")
    return dg.TableSchema(columns=[*columns, month])
