"""Find, while a dump is read, which records differ from the month before; keep their rows apart.

Both months have their records by ascending id, so that one passes by the other; where they have
not, nothing is kept, and loads compare the months by themselves.
"""

import logging
from collections.abc import Iterator, Mapping
from concurrent.futures import Executor
from contextlib import ExitStack
from typing import Self

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from discogs_assets.discogs_dumps.parse import HASH_CHARACTERS, Parsed
from discogs_assets.discogs_dumps.table_parts import INTEGER, TEXT
from discogs_assets.discogs_dumps.tables import DumpType
from discogs_assets.errors import StoreError
from discogs_assets.lake import Changes, Lake, Manifest, differences
from discogs_assets.lake_writer import PartitionWriter
from discogs_assets.tables import Column, Table

Ids = npt.NDArray[np.int32]
Hashes = npt.NDArray[np.bytes_]

BATCH_ROWS = 65_536

logger = logging.getLogger(__name__)


class DisorderError(Exception):
    """Records do not come by ascending id."""


def difference_table(dump_type: DumpType) -> Table:
    """Return the table of the records that differ; it is no table of the warehouse."""
    return Table(
        differences(dump_type.name),
        "Records that are new, gone or have other bytes than in the month before.",
        ("id",),
        (
            Column("id", INTEGER, "The record."),
            Column("hash_before", TEXT, "Its hash in the month before; NULL: it was not there."),
            Column("hash_after", TEXT, "Its hash in this month; NULL: it is gone."),
        ),
    )


class Records:
    """The ids and hashes of a published month, by ascending id, some at a time."""

    def __init__(self, batches: Iterator[pa.RecordBatch]) -> None:
        self.batches = batches
        self.ids: Ids = np.empty(0, np.int32)
        self.hashes: Hashes = np.empty(0, f"S{HASH_CHARACTERS}")
        self.last = 0

    def take(self, last: int | None) -> tuple[Ids, Hashes]:
        """Return the next records, up to and with an id; all that are left when None."""
        while last is None or not len(self.ids) or self.ids[-1] <= last:
            batch = next(self.batches, None)
            if batch is None:
                break
            self.append(batch)
        count = len(self.ids) if last is None else int(np.searchsorted(self.ids, last, "right"))
        taken = self.ids[:count], self.hashes[:count]
        self.ids, self.hashes = self.ids[count:], self.hashes[count:]
        return taken

    def append(self, batch: pa.RecordBatch) -> None:
        ids = ascending(batch.column("id").to_numpy(), self.last)
        self.last = int(ids[-1])
        self.ids = np.concatenate((self.ids, ids))
        self.hashes = np.concatenate((self.hashes, as_bytes(batch.column("record_hash"))))


def ascending(ids: Ids, after: int) -> Ids:
    """Return ids; DisorderError when one is not larger than the one before."""
    if len(ids) and (ids[0] <= after or (ids[1:] <= ids[:-1]).any()):
        raise DisorderError("its records do not come by ascending id")
    return ids


def as_bytes(hashes: pa.Array) -> Hashes:
    """Return hashes, which all have the same length, as an array of bytes."""
    _, offsets, data = hashes.buffers()
    start = int(np.frombuffer(offsets, np.int32)[hashes.offset])
    return np.frombuffer(data, f"S{HASH_CHARACTERS}", len(hashes), start)


class Differing:
    """Keeps the rows of the records of a dump that differ from those of a published month.

    Used as a context. `finish` gives what was kept, or None: there is no month to compare with, or
    its records are in another order.
    """

    def __init__(
        self,
        lake: Lake,
        dump_type: DumpType,
        before: Manifest | None,
        attempt: str,
        name: str,
        pool: Executor,
    ) -> None:
        self.lake, self.dump_type, self.before = lake, dump_type, before
        self.difference = difference_table(dump_type)
        self.tables = (*dump_type.xml_tables, self.difference)
        self.writer = PartitionWriter(lake.store, f"{name} changes", attempt, self.tables, pool)
        self.is_kept = before is not None
        self.last = 0
        self.stack = ExitStack()

    def __enter__(self) -> Self:
        if self.before is not None:
            self.stack.enter_context(self.writer)
            self.records = Records(self.iter_batches(self.before))
        return self

    def __exit__(self, *_: object) -> None:
        self.stack.close()

    def iter_batches(self, before: Manifest) -> Iterator[pa.RecordBatch]:
        """Yield the ids and hashes of the month before."""
        for key in before.tables[self.dump_type.record].files:
            with self.lake.store.local(key) as path, pq.ParquetFile(path) as file:
                yield from file.iter_batches(BATCH_ROWS, columns=["id", "record_hash"])

    def add(self, parsed: Parsed) -> None:
        """Take the next records of the dump with their rows."""
        if not self.is_kept or not len(parsed.ids):
            return
        try:
            ids = ascending(parsed.ids, self.last)
            self.last = int(ids[-1])
            hashes = parsed.tables[self.dump_type.record].column("record_hash")
            self.keep(ids, as_bytes(hashes.combine_chunks()), parsed.tables, self.last)
        except (DisorderError, StoreError, OSError, pa.ArrowException) as error:
            self.give_up(error)

    def keep(
        self, ids: Ids, hashes: Hashes, tables: Mapping[str, pa.Table], last: int | None
    ) -> None:
        """Keep which records differ, those of the month before up to an id, and their new rows."""
        old = self.records.take(last)
        before = hashes_of(ids, *old)
        is_other = before != hashes
        self.write(ids[is_other], before[is_other], hashes[is_other])
        is_gone = hashes_of(old[0], ids, hashes) == b""
        gone = old[0][is_gone], old[1][is_gone]
        self.write(*gone, np.zeros_like(gone[1]))
        if is_other.any():
            self.writer.add(rows_of(self.dump_type, tables, ids[is_other]))

    def write(self, ids: Ids, before: Hashes, after: Hashes) -> None:
        """Write which records differ; an empty hash is NULL."""
        if len(ids):
            columns = [pa.array(ids), *(nullable(hashes) for hashes in (before, after))]
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
            nothing = np.empty(0, np.int32), np.empty(0, f"S{HASH_CHARACTERS}")
            try:
                self.keep(*nothing, {}, None)
            except (DisorderError, StoreError, OSError, pa.ArrowException) as error:
                self.give_up(error)
        if not self.is_kept or self.before is None:
            return None
        return Changes(self.before.attempt, self.writer.finish(folders))


def hashes_of(wanted: Ids, ids: Ids, hashes: Hashes) -> Hashes:
    """Return the hash that each wanted id has among others, empty where it is not among them.

    All are in ascending order.
    """
    found = np.zeros(len(wanted), hashes.dtype)
    place = np.searchsorted(ids, wanted)
    is_there = place < len(ids)
    is_there[is_there] = ids[place[is_there]] == wanted[is_there]
    found[is_there] = hashes[place[is_there]]
    return found


def nullable(hashes: Hashes) -> pa.Array:
    """Return hashes as a column, NULL where they are empty."""
    return pa.array(hashes.astype(f"U{HASH_CHARACTERS}"), pa.string(), mask=hashes == b"")


def rows_of(dump_type: DumpType, tables: Mapping[str, pa.Table], ids: Ids) -> dict[str, pa.Table]:
    """Return the rows of some records of each table."""
    wanted = pa.array(ids)
    return {
        table.name: tables[table.name].filter(
            pc.is_in(tables[table.name].column(table.owner), value_set=wanted)
        )
        for table in dump_type.xml_tables
    }
