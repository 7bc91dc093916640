"""Write the Parquet files of a partition, a row group at a time, on the threads of a pool."""

import shutil
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import Executor, Future, wait
from contextlib import suppress
from pathlib import Path
from typing import Self

import pyarrow as pa
import pyarrow.parquet as pq

from discogs_assets.storage.disk import disk_errors
from discogs_assets.storage.lake_damage import digest_of_file
from discogs_assets.storage.manifest import TableFiles
from discogs_assets.storage.store import Store
from discogs_assets.tables.table import Table, Type

ROW_GROUP_ROWS = 122_880
"""As many as DuckDB keeps together, so that it reads row groups on all its threads."""

ROW_GROUP_BYTES = 32 << 20
FILE_BYTES = 512 << 20
PIECES = 128
"""How many tables may wait for a row group: a table of three rows takes kilobytes."""

WRITE_BATCH_ROWS = 16_384


def zstd_columns(table: Table) -> list[str]:
    """Return the Parquet columns that zstd makes smaller.

    Numbers are packed already: zstd takes another 4 % off a file of releases, and hashes 5 %.
    """
    return [
        f"{column.name}.list.element" if column.type is Type.TEXT_LIST else column.name
        for column in table.columns
        if column.type is not Type.INTEGER and column.name != "record_hash"
    ]


def compression(table: Table) -> dict[str, str]:
    """Return how each Parquet column is compressed."""
    plain = dict.fromkeys((column.name for column in table.columns), "NONE")
    return plain | dict.fromkeys(zstd_columns(table), "ZSTD")


class TableWriter:
    """Writes one table's files in order, one row group after the other."""

    def __init__(self, table: Table, folder: Path, prefix: str, pool: Executor) -> None:
        self.table = table
        self.folder = folder
        self.prefix = prefix
        self.pool = pool
        self.waiting: list[pa.Table] = []
        self.waiting_rows = 0
        self.waiting_bytes = 0
        self.writing: Future[None] | None = None
        self.writer: pq.ParquetWriter | None = None
        self.files: list[Path] = []
        self.rows = 0
        self.nulls = dict.fromkeys((column.name for column in table.columns), 0)

    def add(self, rows: pa.Table) -> None:
        """Take rows; write when there are enough for a row group."""
        if not rows.num_rows:
            return
        self.waiting.append(rows)
        self.waiting_rows += rows.num_rows
        self.waiting_bytes += rows.get_total_buffer_size()
        if len(self.waiting) >= PIECES:
            self.waiting = [pa.concat_tables(self.waiting).combine_chunks()]
        if self.waiting_rows >= ROW_GROUP_ROWS or self.waiting_bytes >= ROW_GROUP_BYTES:
            self.flush()

    def flush(self) -> None:
        """Hand what waits to the pool; raise what went wrong with the row group before."""
        if self.writing is not None and self.writing.done():
            self.writing.result()
        if self.waiting:
            rows = pa.concat_tables(self.waiting)
            self.writing = self.pool.submit(self.write, rows, self.writing)
        self.waiting, self.waiting_rows, self.waiting_bytes = [], 0, 0

    def write(self, rows: pa.Table, before: Future[None] | None) -> None:
        """Write a row group after the one before, in a new file when the last has its size."""
        if before is not None:
            before.result()  # It was handed over earlier, so the pool has begun it.
        if self.writer is None or self.files[-1].stat().st_size >= FILE_BYTES:
            self.close_file()
            self.open_file()
        assert self.writer is not None
        self.writer.write_table(rows, row_group_size=rows.num_rows)
        self.rows += rows.num_rows
        for name in self.nulls:
            self.nulls[name] += rows.column(name).null_count

    def open_file(self) -> None:
        """Begin the next file; only numbers have statistics, as only they are looked up."""
        path = self.folder / f"{self.prefix}-{self.table.name}-{len(self.files):05}.parquet"
        columns = self.table.columns
        numbers = [c.name for c in columns if c.type is Type.INTEGER]
        self.files.append(path)
        self.writer = pq.ParquetWriter(
            path,
            self.table.arrow_schema,
            compression=compression(self.table),
            compression_level=dict.fromkeys(zstd_columns(self.table), 1),
            use_dictionary=[c.name for c in columns if c.is_repetitive],
            column_encoding=dict.fromkeys(numbers, "DELTA_BINARY_PACKED"),
            write_statistics=numbers,
            write_page_checksum=True,
            write_batch_size=WRITE_BATCH_ROWS,
            data_page_version="2.0",
            memory_pool=pa.system_memory_pool(),  # 2 % faster here, and gives memory back
        )

    def close_file(self) -> None:
        if self.writer is not None:
            self.writer.close()
            self.writer = None

    def finish(self) -> None:
        """Wait until all is written and close the file."""
        if self.writing is not None:
            self.writing.result()
        self.close_file()

    def abandon(self) -> None:
        """Wait until nothing is written any more and let go of the file."""
        if self.writing is not None:
            wait([self.writing])
        with suppress(OSError):  # On a full disk the file cannot be ended, nor has it to be.
            self.close_file()


class PartitionWriter:
    """Writes the tables of one partition into a scratch folder, then moves them into the store.

    Used as a context: leaving it removes what was not moved.
    """

    def __init__(
        self, store: Store, name: str, import_id: str, tables: Sequence[Table], pool: Executor
    ) -> None:
        self.store = store
        self.import_id = import_id
        self.pool = pool
        self.folder = store.scratch / "lake" / name
        self.writers = {
            table.name: TableWriter(table, self.folder, import_id, pool) for table in tables
        }

    def __enter__(self) -> Self:
        with disk_errors(self.folder):
            shutil.rmtree(self.folder, ignore_errors=True)
            self.folder.mkdir(parents=True)
        return self

    def __exit__(self, *_: object) -> None:
        for writer in self.writers.values():
            writer.abandon()
        shutil.rmtree(self.folder, ignore_errors=True)

    def add(self, tables: Mapping[str, pa.Table]) -> None:
        """Take rows of any of the tables, in the order they are to have."""
        with disk_errors(self.folder):
            for name, rows in tables.items():
                self.writers[name].add(rows)

    def finish(self, folders: Mapping[str, str]) -> dict[str, TableFiles]:
        """Move the finished files into the store, under the folder of each table."""
        with disk_errors(self.folder):
            # The largest first, so that the threads of the pool end together.
            for writer in sorted(self.writers.values(), key=lambda one: -one.waiting_bytes):
                writer.flush()
            for writer in self.writers.values():
                writer.finish()
        return {name: self.published(one, folders[name]) for name, one in self.writers.items()}

    def published(self, writer: TableWriter, folder: str) -> TableFiles:
        """Move the files of a table into the store; return what they are."""
        with disk_errors(self.folder):
            sizes = [path.stat().st_size for path in writer.files]
            digests = [*self.pool.map(digest_of_file, writer.files)]
        keys = self.move(writer.files, folder)
        return TableFiles(
            writer.rows, sum(sizes), tuple(keys), writer.nulls, tuple(sizes), tuple(digests)
        )

    def move(self, files: Iterable[Path], folder: str) -> list[str]:
        keys = [f"{folder}/{path.name}" for path in files]
        for path, key in zip(files, keys, strict=True):
            self.store.put(path, key)
        return keys
