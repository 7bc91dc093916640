"""What people query in DuckDB: `listenbrainz.listen`, and the counts, over the files themselves.

The warehouse has no copy of the rows: a month of listens is as large as a Discogs dump.
"""

import logging
from collections.abc import Mapping, Sequence
from datetime import date

from discogs_assets.errors import LakeError
from discogs_assets.sources.listenbrainz_dumps.features import feature_months
from discogs_assets.sources.listenbrainz_dumps.tables import FEATURES, GROUP, LISTEN, SCHEMA
from discogs_assets.storage.lake import Lake
from discogs_assets.storage.manifest import Manifest
from discogs_assets.storage.store import Store
from discogs_assets.tables.table import Table
from discogs_assets.warehouse.ddl import create_schema, describe
from discogs_assets.warehouse.monthly import MONTH
from discogs_assets.warehouse.sql import Connection, literal, quoted, transaction

logger = logging.getLogger(__name__)

Files = Mapping[date, Sequence[str]]
"""The files of each month."""


def can_show(store: Store) -> bool:
    """Whether DuckDB reads the files where they are: in a folder, not in a bucket."""
    return store.polars_options() is None


def create_views(connection: Connection, lake: Lake) -> None:
    """Make the views anew of all months there are."""
    store = lake.store
    create_schema(connection, SCHEMA)
    months = readable_months(lake)
    with transaction(connection):
        for table in lake.groups[GROUP]:
            files = {
                month: [store.uri(key) for key in manifest.tables[table.name].files]
                for month, manifest in months.items()
            }
            create_view(connection, table, files)
        for table in FEATURES:
            create_view(connection, table, feature_months(store, table))


def readable_months(lake: Lake) -> dict[date, Manifest]:
    """Return what is published; months that cannot be shown are told, and left out."""
    found = {}
    for month in lake.months(GROUP):
        try:
            found[month] = lake.readable_manifest(GROUP, month)
        except LakeError as error:
            logger.warning("not shown in %s.%s: %s", SCHEMA, LISTEN.name, error)
    return found


def create_view(connection: Connection, table: Table, files: Files) -> None:
    parts = [
        f"SELECT {table.names}, {literal(month)} AS month FROM {parquet(paths)}"
        for month, paths in sorted(files.items())
        if paths
    ]
    nothing = f"SELECT *, NULL::DATE AS month FROM ({table.select_nothing})"
    query = " UNION ALL ".join(parts or [nothing])
    connection.execute(f"CREATE OR REPLACE VIEW {table.every} AS {query}")
    describe(connection, f"VIEW {table.every}", table.description, (*table.columns, MONTH))


def parquet(paths: Sequence[str]) -> str:
    return f"read_parquet([{', '.join(map(quoted, paths))}], hive_partitioning = false)"
