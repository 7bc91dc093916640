"""Rows of the warehouse as the members and fields of Redis."""

from collections.abc import Iterator
from itertools import chain

import pyarrow as pa


def iter_tags(table: pa.Table) -> Iterator[tuple[str, str, list[int]]]:
    """Yield kind, tag and masters of rows of `kind`, `tag` and `ids`."""
    for batch in table.to_batches():
        lists = batch.column("ids")
        ids = lists.values.to_numpy()
        edges = lists.offsets.to_numpy()
        kinds, tags = (batch.column(name).to_pylist() for name in ("kind", "tag"))
        for kind, tag, start, end in zip(kinds, tags, edges[:-1], edges[1:], strict=True):
            yield kind, tag, ids[start:end].tolist()


def fields(rows: pa.Table | pa.RecordBatch) -> list[int | str]:
    """Return rows of an id and a text as fields, each with its value behind it."""
    return [*chain.from_iterable(zip(*(one.to_pylist() for one in rows.columns), strict=True))]
