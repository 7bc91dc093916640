"""Columns and where they come from, as the Dagster UI shows them."""

from collections.abc import Iterable, Mapping

import dagster as dg

from discogs_assets.tables.table import Column, Table
from discogs_assets.warehouse.lineage import Lineage


def column_schema(table: Table) -> dg.TableSchema:
    """Return the column schema of a table, with the month of the warehouse's tables."""
    columns = [
        dg.TableColumn(
            column.name,
            type=column.type.duckdb,
            description=column.description,
            constraints=dg.TableColumnConstraints(nullable=column.name not in table.never_null),
        )
        for column in table.columns
    ]
    month = dg.TableColumn("month", type="DATE", description="The month, its first day.")
    return dg.TableSchema(columns=[*columns, month])


def records_schema(tables: Iterable[Table]) -> dg.TableSchema:
    """Return the columns of many tables as those of one asset, called `<table>.<column>`."""
    return dg.TableSchema(
        columns=[records_column(table, column) for table in tables for column in table.columns]
    )


def records_column(table: Table, column: Column) -> dg.TableColumn:
    return dg.TableColumn(
        f"{table.name}.{column.name}",
        type=str(column.type.arrow),
        description=column.description,
        constraints=dg.TableColumnConstraints(nullable=column.name not in table.never_null),
    )


def paths_schema(described: Mapping[str, str]) -> dg.TableSchema:
    """Return paths as the columns of the files they stand in; `described` says what of each."""
    return dg.TableSchema(
        columns=[
            dg.TableColumn(
                path,
                type="attribute" if "/@" in path else "element",
                description=description,
            )
            for path, description in described.items()
        ]
    )


def column_lineage(lineage: Lineage, source: str) -> dg.TableColumnLineage:
    """Return what columns come from; `source` is what the keys of the assets start with."""
    return dg.TableColumnLineage(
        {
            column: [dg.TableColumnDep(dg.AssetKey([source, name]), of) for name, of in sources]
            for column, sources in lineage.items()
        }
    )
