"""The rows of one month for some of its records, from the lake's Parquet files."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace

import duckdb
import numpy as np
import pyarrow as pa
from pyroaring import BitMap

from discogs_assets.storage.lake import Lake
from discogs_assets.storage.lake_files import LakeFiles
from discogs_assets.storage.manifest import Manifest
from discogs_assets.tables.table import Table
from discogs_assets.warehouse.database import MEMORY
from discogs_assets.warehouse.history import all_of
from discogs_assets.warehouse.memory import duckdb_settings
from discogs_assets.warehouse.replace import iter_sources
from discogs_assets.warehouse.sql import Connection, scalar

IDS = 1_000_000
"""How many ids are taken from DuckDB at once."""

WANTED = "wanted_ids"

BLOCK_RECORDS = 5_000


@dataclass(frozen=True)
class MonthRows:
    """The rows of a month of dump types; `sources` is what those of a table are selected from.

    The connection is for one thread at a time; others have a `cursor`. `block_records` is how many
    records are to be taken at once.
    """

    connection: Connection
    tables: Mapping[str, Table]
    sources: Mapping[str, str]
    block_records: int = BLOCK_RECORDS

    def cursor(self) -> "MonthRows":
        """Return the same rows with a connection of their own, for another thread."""
        catalogue = scalar(self.connection, "SELECT current_database()")
        cursor = self.connection.cursor()
        cursor.execute(f'USE "{catalogue}"')
        return replace(self, connection=cursor)

    def ids(self, table: str) -> BitMap:
        """Return the ids of the records that have a row in a table."""
        owner = self.tables[table].owner
        return ids_of(self.connection, f'SELECT "{owner}" FROM {self.sources[table]}')

    def read(self, tables: Sequence[str], ids: BitMap, *, is_whole: bool) -> dict[str, pa.Table]:
        """Return the rows of the records with these ids, in any order.

        With `is_whole` the month has no other records between the first and the last of them.
        """
        between = f"BETWEEN {ids.min()} AND {ids.max()}"
        if is_whole:
            return {name: self.select(name, between) for name in tables}
        # Of the type that the tables have, so that theirs is not cast to another.
        wanted = pa.table({"id": pa.array(np.asarray(ids.to_array(), np.int32))})
        self.connection.register(WANTED, wanted)
        try:
            return {name: self.select(name, between, WANTED) for name in tables}
        finally:
            self.connection.unregister(WANTED)

    def select(self, name: str, between: str, wanted: str = "") -> pa.Table:
        """Return the rows of a table whose owner is in a range, and in a table of ids if any."""
        table = self.tables[name]
        among = f' AND "{table.owner}" IN (SELECT id FROM {wanted})' if wanted else ""
        found = self.connection.execute(
            f'SELECT {table.names} FROM {self.sources[name]} WHERE "{table.owner}" {between}{among}'
        )
        return found.to_arrow_table().cast(table.arrow_schema)


def ids_of(connection: Connection, query: str) -> BitMap:
    found = BitMap()
    for batch in connection.execute(query).to_arrow_reader(IDS):
        found |= BitMap(batch.column(0).to_numpy())
    return found


@contextmanager
def lake_rows(
    lake: Lake, manifests: Sequence[Manifest], memory: int = MEMORY
) -> Iterator[MonthRows]:
    """Give the rows of published dump types of a month, as their Parquet files have them.

    From a bucket they are downloaded first, for as long as the context lasts.
    """
    files = {name: found.files for one in manifests for name, found in one.tables.items()}
    tables = {
        table.name: table
        for manifest in manifests
        for table in lake.groups[manifest.group]
        if not table.is_monthly
    }
    settings = duckdb_settings(memory) | {"temp_directory": str(lake.store.scratch / "exports")}
    store = LakeFiles.of(lake.store, manifests)
    with ExitStack() as stack:
        connection = stack.enter_context(duckdb.connect(config=settings))
        # Files are opened once a block, and each time all of their metadata would be read.
        connection.execute("LOAD parquet; SET GLOBAL parquet_metadata_cache = true")
        connection.execute("SET GLOBAL threads = 1")
        sources = {
            name: all_of(table, iter_sources(stack, store, files[name]))
            for name, table in tables.items()
        }
        yield MonthRows(connection, tables, sources)
