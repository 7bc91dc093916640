"""Find, while a dump is read, which records differ from the month before; keep their rows apart.

Where their records cannot be matched so, nothing is kept, and loads compare the months by
themselves.
"""

import logging
from collections.abc import Iterator, Mapping
from concurrent.futures import Executor
from contextlib import ExitStack
from typing import Self

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from discogs_assets.errors import StoreError
from discogs_assets.sources.dumps.changes.record_match import (
    HASH_CHARACTERS,
    WINDOW,
    Differing,
    DisorderError,
    Hashes,
    Ids,
    RecordMatch,
    as_bytes,
)
from discogs_assets.sources.dumps.dump_type import DumpType
from discogs_assets.sources.dumps.reader import Parsed
from discogs_assets.storage.lake import Lake, differences
from discogs_assets.storage.lake_files import LakeFiles
from discogs_assets.storage.lake_writer import PartitionWriter
from discogs_assets.storage.manifest import Changes, Manifest
from discogs_assets.tables.table import Column, Table, Type

logger = logging.getLogger(__name__)


def difference_table(dump_type: DumpType) -> Table:
    """Return the table of the records that differ; it is no table of the warehouse."""
    return Table(
        differences(dump_type.name),
        "Records that are new, gone or have other bytes than in the month before.",
        ("id",),
        (
            dump_type.id_column("The record."),
            Column(
                "hash_before", Type.TEXT, "Its hash in the month before; NULL: it was not there."
            ),
            Column("hash_after", Type.TEXT, "Its hash in this month; NULL: it is gone."),
        ),
    )


class DifferingRows:
    """Keeps the rows of the records of a dump that differ from those of a published month.

    Used as a context. `finish` gives what was kept, or None: there is no month to compare with, or
    its records are too far from the order of their ids.
    """

    def __init__(
        self,
        lake: Lake,
        dump_type: DumpType,
        before: Manifest | None,
        import_id: str,
        name: str,
        pool: Executor,
    ) -> None:
        self.lake, self.dump_type, self.before = lake, dump_type, before
        self.difference = difference_table(dump_type)
        self.tables = (*dump_type.content_tables, self.difference)
        self.writer = PartitionWriter(lake.store, f"{name} changes", import_id, self.tables, pool)
        self.is_kept = before is not None
        self.stack = ExitStack()

    def __enter__(self) -> Self:
        if self.before is not None:
            self.stack.enter_context(self.writer)
            self.match = RecordMatch(self.iter_batches(self.before))
        return self

    def __exit__(self, *_: object) -> None:
        self.stack.close()

    def iter_batches(self, before: Manifest) -> Iterator[tuple[Ids, Hashes]]:
        records = before.tables[self.dump_type.record]
        files = LakeFiles.of(self.lake.store, [before])
        for key in records.files:
            with files.local(key) as path, pq.ParquetFile(path) as file:
                for batch in file.iter_batches(WINDOW, columns=["id", "record_hash"]):
                    yield batch.column("id").to_numpy(), as_bytes(batch.column("record_hash"))

    def add(self, parsed: Parsed) -> None:
        """Take the next records of the dump with their rows."""
        if not self.is_kept or not len(parsed.ids):
            return
        try:
            hashes = parsed.tables[self.dump_type.record].column("record_hash")
            other, gone = self.match.add(parsed.ids, as_bytes(hashes.combine_chunks()))
            self.keep(other)
            self.keep(gone)
            if len(other.ids):
                self.writer.add(rows_of(self.dump_type, parsed.tables, other.ids))
        except (DisorderError, StoreError, OSError, pa.ArrowException) as error:
            self.give_up(error)

    def keep(self, differing: Differing) -> None:
        """Keep which records differ; an empty hash is NULL."""
        if len(differing.ids):
            hashes = (nullable(hashes) for hashes in (differing.before, differing.after))
            columns = [pa.array(differing.ids), *hashes]
            rows = pa.Table.from_arrays(columns, schema=self.difference.arrow_schema)
            self.writer.add({self.difference.name: rows})

    def give_up(self, error: Exception) -> None:
        """Keep nothing: loads compare the months by themselves then."""
        level = logging.INFO if isinstance(error, DisorderError) else logging.WARNING
        logger.log(level, "%s: not compared while it is read: %s", self.dump_type.name, error)
        self.is_kept = False

    def finish(self, folders: Mapping[str, str]) -> Changes | None:
        """Move what was kept into the store, under the folder of each table."""
        if self.is_kept:
            try:
                self.keep(self.match.finish())
            except (DisorderError, StoreError, OSError, pa.ArrowException) as error:
                self.give_up(error)
        if not self.is_kept or self.before is None:
            return None
        return Changes(self.before.import_id, self.writer.finish(folders))


def nullable(hashes: Hashes) -> pa.Array:
    """Return hashes as a column, NULL where they are empty."""
    return pa.array(hashes.astype(f"U{HASH_CHARACTERS}"), pa.string(), mask=hashes == b"")


def rows_of(dump_type: DumpType, tables: Mapping[str, pa.Table], ids: Ids) -> dict[str, pa.Table]:
    wanted = pa.array(ids)
    return {
        table.name: tables[table.name].filter(
            pc.is_in(tables[table.name].column(table.owner), value_set=wanted)
        )
        for table in dump_type.content_tables
    }
