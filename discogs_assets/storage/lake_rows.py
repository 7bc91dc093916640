"""Find the rows of one record in the lake: a few pages of a month, each with its checksum."""

from collections.abc import Iterator
from typing import BinaryIO

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from discogs_assets.storage.lake import Lake, parquet_errors
from discogs_assets.storage.manifest import Manifest
from discogs_assets.tables.table import Table


def rows_of_record(
    lake: Lake, manifest: Manifest, table: Table, column: str, record_id: int | str
) -> pa.Table:
    """Return the rows that have an id in a column; StoreError when a page of them is damaged."""
    found = [table.arrow_schema.empty_table()]
    for key in manifest.tables[table.name].files:
        with parquet_errors(lake.store.uri(key)), lake.store.open(key) as stream:
            found += iter_found(stream, column, record_id)
    return pa.concat_tables(found)


def iter_found(stream: BinaryIO, column: str, record_id: int | str) -> Iterator[pa.Table]:
    """Yield the rows of each row group that has some."""
    file = pq.ParquetFile(stream, page_checksum_verification=True)
    for number in range(file.num_row_groups):
        if not may_have(file, number, column, record_id):
            continue
        ids = file.read_row_group(number, [column])
        is_found = pc.equal(ids.column(column), record_id)
        if pc.any(is_found).as_py():
            yield file.read_row_group(number).filter(is_found)


def may_have(file: pq.ParquetFile, number: int, column: str, record_id: int | str) -> bool:
    """Whether a row group can have an id, by its statistics."""
    group = file.metadata.row_group(number)
    names = [group.column(one).path_in_schema for one in range(group.num_columns)]
    numbers = group.column(names.index(column)).statistics
    if numbers is None or not numbers.has_min_max:
        return True
    return bool(numbers.min <= record_id <= numbers.max)
