"""Create the tables that rows lie in, from their declarations."""

from collections.abc import Mapping, Sequence

from discogs_assets.errors import WarehouseError
from discogs_assets.tables.table import Column, Table
from discogs_assets.warehouse.sql import Connection, quoted


def create_schema(connection: Connection, schema: str) -> None:
    connection.execute(f"CREATE SCHEMA IF NOT EXISTS {schema}")


def create_table(connection: Connection, schema: str, table: Table, *more: Column) -> None:
    """Create a table that is not there, with its comments; add columns that are new."""
    create_schema(connection, schema)
    name = f'{schema}."{table.name}"'
    columns = (*table.columns, *more)
    declared = ", ".join(column_definition(column) for column in columns)
    connection.execute(f"CREATE TABLE IF NOT EXISTS {name} ({declared})")
    wanted = {column.name: column.type.duckdb for column in columns}
    add_columns(connection, schema, table.name, wanted)
    describe(connection, f"TABLE {name}", table.description, columns)


def column_definition(column: Column) -> str:
    """Return a column as a table is declared with it."""
    how = f" USING COMPRESSION {column.compression}" if column.compression else ""
    return f'"{column.name}" {column.type.duckdb}{how}'


def add_columns(connection: Connection, schema: str, table: str, wanted: Mapping[str, str]) -> None:
    """Add the columns that a table has not; WarehouseError when one has another type."""
    # Of this table alone: duckdb_columns() looks at every column of every view.
    found = connection.execute(f'DESCRIBE {schema}."{table}"').fetchall()
    present = {name: kind for name, kind, *_ in found}
    for column, kind in wanted.items():
        if column not in present:
            connection.execute(f'ALTER TABLE {schema}."{table}" ADD COLUMN "{column}" {kind}')
        elif present[column] != kind:
            raise WarehouseError(
                f'{schema}."{table}": expected column {column} as {kind}, found {present[column]}; '
                "an older release made it: delete the DuckDB file and import again with "
                "--skip-download"
            )


def describe(connection: Connection, thing: str, text: str, columns: Sequence[Column]) -> None:
    """Comment a table or view, and its columns."""
    comment(connection, thing, text)
    name = thing.partition(" ")[2]
    for column in columns:
        comment(connection, f'COLUMN {name}."{column.name}"', column.description)


def comment(connection: Connection, thing: str, text: str) -> None:
    connection.execute(f"COMMENT ON {thing} IS {quoted(text)}")
