"""The documents of a month, a block of records at a time, in the order of their ids."""

from collections import deque
from collections.abc import Callable, Generator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from pyroaring import BitMap

from discogs_assets.exports.documents.document import Document
from discogs_assets.exports.documents.nesting import Nesting
from discogs_assets.exports.month_rows import MonthRows

THREADS = 2
"""How many blocks are made at once while the caller has one."""

T = TypeVar("T")


@dataclass(frozen=True)
class Block:
    """The documents of some records: their ids, ascending, and the hashes of their bytes."""

    ids: npt.NDArray[np.int64]
    hashes: pa.StringArray
    documents: pa.StructArray

    def __len__(self) -> int:
        return len(self.ids)


def as_dicts(block: Block) -> list[tuple[int, str, dict[str, Any]]]:
    """Return id, hash and content of each document; the content is the caller's to change."""
    found = python_values(block.documents)
    return [*zip(block.ids.tolist(), block.hashes.to_pylist(), found, strict=True)]


def iter_documents(
    rows: MonthRows,
    document: Document,
    form: Callable[[Block], T],
    among: BitMap | None = None,
    *,
    limit: int | None = None,
) -> Generator[T]:
    """Yield the documents of a month, block by block, in some form.

    With `among` only those of these ids; one that the month has not is passed over. With `limit`
    the first so many. While the caller has a block the next ones are made on threads of their own;
    `form` is called there.
    """
    in_month = rows.ids(document.table)
    wanted = in_month if among is None else in_month & among
    wanted = wanted if limit is None else BitMap(wanted[:limit])

    records = rows.block_records
    cursors = [rows.cursor() for _ in range(THREADS)]

    def make(number: int, start: int) -> T:
        ids = BitMap(wanted[start : start + records])
        is_whole = len(ids) == in_month.range_cardinality(ids.min(), ids.max() + 1)
        return form(read_block(cursors[number % THREADS], document, ids, is_whole=is_whole))

    # A thread each, so that a connection is never used by two.
    with ExitStack() as stack:
        for cursor in cursors:
            stack.callback(cursor.connection.close)
        threads = [stack.enter_context(ThreadPoolExecutor(1)) for _ in cursors]
        under_way: deque[Future[T]] = deque()
        for number, start in enumerate(range(0, len(wanted), records)):
            under_way.append(threads[number % THREADS].submit(make, number, start))
            if len(under_way) > THREADS:
                yield under_way.popleft().result()
        while under_way:
            yield under_way.popleft().result()


def read_block(rows: MonthRows, document: Document, ids: BitMap, *, is_whole: bool) -> Block:
    """Return the documents of some records, with `is_whole` of all between first and last."""
    found = rows.read([*document.iter_tables()], ids, is_whole=is_whole)
    nesting = Nesting(document, rows.tables, found)
    return Block(nesting.ids, nesting.hashes, nesting.documents())


def python_values(values: pa.Array) -> list[Any]:
    """Return Arrow values as Python's; what is null is left out of objects."""
    if pa.types.is_struct(values.type):
        fields = zip(values.type.names, values.flatten(), strict=True)
        filled = {name: python_values(one) for name, one in fields if one.null_count < len(one)}
        if not filled:
            return [{} for _ in range(len(values))]
        rows = zip(*filled.values(), strict=True)
        return [
            {name: value for name, value in zip(filled, row, strict=True) if value is not None}
            for row in rows
        ]
    if pa.types.is_list(values.type):
        members = python_values(values.values)
        ends = values.offsets.to_pylist()
        return [members[a:b] if b > a else None for a, b in pairwise(ends)]
    found: list[Any] = values.to_pylist()
    return found
