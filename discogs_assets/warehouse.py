"""The warehouse: create tables, replace a month in one transaction, show the newest month.

`discogs.<table>` holds every month with a `month` column; `main.<table>` is a view of the newest
imported month without it. `discogs.loaded_month` says what is there. Statements use no keys and
no indexes, so that they can serve a DuckLake catalogue too.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass
from datetime import date
from pathlib import Path

from discogs_assets.errors import WarehouseError
from discogs_assets.store import Store
from discogs_assets.tables import Table
from discogs_assets.warehouse_file import SCHEMA, Connection, quoted, scalar, transaction


@dataclass(frozen=True)
class Import:
    """The month that is being loaded; `source` tells one import of it from another."""

    month: date
    source: str
    is_full: bool


@dataclass(frozen=True)
class Loaded:
    """A month of a table in the warehouse."""

    table: str
    month: date
    source: str
    is_full: bool
    rows: int


def replace_from_lake(
    connection: Connection,
    store: Store,
    what: Import,
    tables: Sequence[Table],
    files: Mapping[str, Sequence[str]],
    *,
    tell: Callable[[int], None] = lambda _bytes: None,
    audit: Callable[[], None] = lambda: None,
) -> dict[str, int]:
    """Replace a month of tables with Parquet files of the store, in one transaction.

    `files` gives each table's keys in the store; `tell` hears of the bytes of each that is in.
    `audit` looks at the new rows before others see them, and undoes it all by raising. Returns
    the number of rows of each table.
    """
    with transaction(connection):
        rows = {
            table.name: replace_rows(
                connection, what, table, iter_queries(store, table, files[table.name], tell)
            )
            for table in tables
        }
        audit()
    return rows


def iter_queries(
    store: Store, table: Table, keys: Sequence[str], tell: Callable[[int], None]
) -> Iterator[str]:
    """Yield a query for each file, which is there until the next is asked for."""
    for key in keys:
        with store.local(key) as path:
            yield parquet_query(table, path)
            tell(path.stat().st_size)


def parquet_query(table: Table, path: Path) -> str:
    names = ", ".join(f'"{c.name}"' for c in table.columns)
    # A folder above it may be called id=5: that is no partition.
    return f"SELECT {names} FROM read_parquet({quoted(str(path))}, hive_partitioning = false)"


def replace_from_query(
    connection: Connection,
    what: Import,
    table: Table,
    query: str,
    audit: Callable[[int], None] = lambda _rows: None,
) -> int:
    """Replace a month of a table with the rows of a query, in one transaction.

    In the query `$month` stands for the month. `audit` is given the number of rows, looks at them
    before others see them, and undoes it all by raising. Returns that number.
    """
    with transaction(connection):
        rows = replace_rows(connection, what, table, [of_month(query, what.month)])
        audit(rows)
    return rows


def of_month(query: str, month: date) -> str:
    """Return a query with the month in place of `$month`."""
    return query.replace("$month", literal(month))


def literal(month: date) -> str:
    return f"DATE '{month}'"


def replace_rows(connection: Connection, what: Import, table: Table, queries: Iterable[str]) -> int:
    """Replace a month's rows by those of queries; return how many there are."""
    create_table(connection, table)
    name = f'{SCHEMA}."{table.name}"'
    names = ", ".join(f'"{c.name}"' for c in table.columns)
    connection.execute(f"DELETE FROM {name} WHERE month = ?", [what.month])
    insert = f"INSERT INTO {name} ({names}, month) SELECT {names}, {literal(what.month)} FROM"
    rows = sum(int(scalar(connection, f"{insert} ({query})")) for query in queries)
    note_loaded(connection, Loaded(table.name, what.month, what.source, what.is_full, rows))
    show_newest(connection, table)
    return rows


def create_table(connection: Connection, table: Table) -> None:
    """Create a table that is not there, with its comments; add columns that are new."""
    name = f'{SCHEMA}."{table.name}"'
    wanted = table.duckdb_columns | {"month": "DATE"}
    columns = ", ".join(f'"{column}" {kind}' for column, kind in wanted.items())
    connection.execute(f"CREATE TABLE IF NOT EXISTS {name} ({columns})")
    there = dict(
        connection.execute(
            "SELECT column_name, data_type FROM duckdb_columns() "
            "WHERE database_name = current_database() AND schema_name = ? AND table_name = ?",
            [SCHEMA, table.name],
        ).fetchall()
    )
    for column, kind in wanted.items():
        if column not in there:
            connection.execute(f'ALTER TABLE {name} ADD COLUMN "{column}" {kind}')
        elif there[column] != kind:
            raise WarehouseError(
                f"{name}: expected column {column} as {kind}, found {there[column]}; an older "
                "release made it: delete the DuckDB file and import again with --skip-download"
            )
    comment(connection, f"TABLE {name}", table.description)
    for described in table.columns:
        comment(connection, f'COLUMN {name}."{described.name}"', described.description)
    comment(connection, f"COLUMN {name}.month", "The month of the dump, its first day.")


def comment(connection: Connection, thing: str, text: str) -> None:
    connection.execute(f"COMMENT ON {thing} IS {quoted(text)}")


def note_loaded(connection: Connection, loaded: Loaded) -> None:
    """Write down that a month of a table is loaded."""
    table = f"{SCHEMA}.loaded_month"
    connection.execute(
        f'DELETE FROM {table} WHERE "table" = ? AND month = ?', [loaded.table, loaded.month]
    )
    connection.execute(
        f'INSERT INTO {table} ("table", month, source, is_full, rows) VALUES (?, ?, ?, ?, ?)',
        [*astuple(loaded)],
    )


def show_newest(connection: Connection, table: Table) -> None:
    """Make the view of a table show its newest full month, or the newest when none is full."""
    month = scalar(
        connection,
        f'SELECT month FROM {SCHEMA}.loaded_month WHERE "table" = ? '
        "ORDER BY is_full DESC, month DESC LIMIT 1",
        table.name,
    )
    names = ", ".join(f'"{c.name}"' for c in table.columns)
    connection.execute(
        f'CREATE OR REPLACE VIEW main."{table.name}" AS SELECT {names} '
        f'FROM {SCHEMA}."{table.name}" WHERE month = {literal(month)}'
    )
    comment(connection, f'VIEW main."{table.name}"', f"{table.description} Of {month:%Y-%m}.")


def loaded_months(connection: Connection) -> dict[tuple[str, date], Loaded]:
    """Return what is loaded, by table and month."""
    found = connection.execute(
        f'SELECT "table", month, source, is_full, rows FROM {SCHEMA}.loaded_month'
    ).fetchall()
    return {row[:2]: Loaded(*row) for row in found}
