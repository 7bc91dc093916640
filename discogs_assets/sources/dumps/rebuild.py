"""Make damaged Parquet files of a month again, from the rows that the warehouse has of it."""

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date

import pyarrow as pa

from discogs_assets.display.text import dump_day
from discogs_assets.errors import DamageError
from discogs_assets.storage.lake import Lake, new_import_id
from discogs_assets.storage.lake_writer import ROW_GROUP_ROWS, PartitionWriter
from discogs_assets.storage.manifest import Manifest, TableFiles
from discogs_assets.tables.table import Table
from discogs_assets.warehouse.loaded import Loaded, loaded_months
from discogs_assets.warehouse.sql import Connection
from discogs_assets.warehouse.views import rows_of


def rebuild(
    connection: Connection, lake: Lake, group: str, month: date, damaged: Sequence[str]
) -> Manifest:
    """Publish a month with new files in place of its `damaged` ones, keys of the store.

    It stays the same import, so that what was loaded of it counts. Rows are in the order of their
    keys. Raises DamageError when the warehouse has not that import, or not as many rows or NULLs.
    """
    with lake.lock(group, month):
        manifest = lake.manifest(group, month)
        tables = [one for one in lake.groups[group] if is_in(manifest, one, damaged)]
        try:
            made = write(connection, lake, manifest, tables) if tables else {}
            refuse_others(manifest, made)
            # Loads can do without the files of what differs: they read all then.
            now = replace(manifest, tables={**manifest.tables, **made}, changes=None)
            lake.publish(now)
        except BaseException:
            lake.clear(group, month)
            raise
    return now


def is_in(manifest: Manifest, table: Table, damaged: Sequence[str]) -> bool:
    files = manifest.tables[table.name].files if table.name in manifest.tables else ()
    return not {*files}.isdisjoint(damaged)


def write(
    connection: Connection, lake: Lake, manifest: Manifest, tables: Sequence[Table]
) -> Mapping[str, TableFiles]:
    """Write the rows of tables as new files."""
    month = date.fromisoformat(manifest.month)
    loaded = [loaded_of(connection, manifest, table) for table in tables]
    name = f"{manifest.group} {dump_day(month)} again"
    with (
        ThreadPoolExecutor() as pool,
        PartitionWriter(lake.store, name, new_import_id(), tables, pool) as writer,
    ):
        for table, one in zip(tables, loaded, strict=True):
            for batch in iter_batches(connection, table, one):
                writer.add({table.name: batch})
        return writer.finish({table.name: lake.folder(table.name, month) for table in tables})


def loaded_of(connection: Connection, manifest: Manifest, table: Table) -> Loaded:
    """Return the month of a table as it is loaded; DamageError when that is another import."""
    loaded = loaded_months(connection).get(table, date.fromisoformat(manifest.month))
    if loaded is None or loaded.import_id != manifest.import_id:
        there = f"another import of it, {loaded.import_id}" if loaded else "nothing of it"
        raise DamageError(
            f"{table.name} of {manifest.month[:7]}: expected the rows of import "
            f"{manifest.import_id} in the warehouse, found {there}: import the month again with "
            "--force"
        )
    return loaded


def iter_batches(connection: Connection, table: Table, loaded: Loaded) -> Iterator[pa.Table]:
    keys = ", ".join(f'"{name}"' for name in table.key)
    query = f"SELECT * FROM ({rows_of(table, loaded)}) ORDER BY {keys}"
    for batch in connection.execute(query).to_arrow_reader(ROW_GROUP_ROWS):
        yield pa.Table.from_batches([batch]).cast(table.arrow_schema)


def refuse_others(manifest: Manifest, made: Mapping[str, TableFiles]) -> None:
    """Raise DamageError when there are not as many rows, or NULLs, as were published."""
    for name, files in made.items():
        was = manifest.tables[name]
        if (files.rows, files.nulls) != (was.rows, was.nulls):
            raise DamageError(
                f"{name} of {manifest.month[:7]}: expected {was.rows:,} rows in the warehouse, as "
                f"in the lake, found {files.rows:,}, or other values: import the month again with "
                "--force"
            )
