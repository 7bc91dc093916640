"""A digest of the rows that a month of a table has, wherever they lie.

DuckDB's own, in any order of the rows: it can be compared within a version of DuckDB.
"""

from contextlib import ExitStack

import duckdb

from discogs_assets.storage.lake import Lake
from discogs_assets.storage.manifest import Manifest
from discogs_assets.tables.table import Table
from discogs_assets.warehouse.history import all_of
from discogs_assets.warehouse.loaded import Loaded
from discogs_assets.warehouse.replace import iter_sources
from discogs_assets.warehouse.sql import Connection
from discogs_assets.warehouse.views import rows_of


def row_digest(connection: Connection, table: Table, query: str) -> str:
    """Return the digest of a query's rows: DuckDB's version, how many, the sum of their hashes."""
    found = connection.execute(
        f"SELECT count(*), coalesce(sum(hash({table.names})), 0) FROM ({query})"
    ).fetchall()
    [(rows, total)] = found
    return f"{duckdb.__version__} {rows} {total:x}"


def rows_in(digest: str) -> int:
    return int(digest.split(" ")[1])


def is_comparable(digest: str) -> bool:
    """Whether a digest is of the version of DuckDB that is at hand."""
    return digest.partition(" ")[0] == duckdb.__version__


def lake_digest(connection: Connection, lake: Lake, manifest: Manifest, table: Table) -> str:
    """Return the digest of a table's rows in the lake."""
    with ExitStack() as stack:
        source = all_of(table, iter_sources(stack, lake.store, manifest.tables[table.name].files))
        return row_digest(connection, table, f"SELECT * FROM {source}")


def warehouse_digest(connection: Connection, table: Table, loaded: Loaded) -> str:
    """Return the digest of a table's rows in the warehouse; all of their values are read."""
    return row_digest(connection, table, rows_of(table, loaded))
