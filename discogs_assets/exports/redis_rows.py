"""Rows of `kind`, `tag` and `ids` as members of Redis' sets."""

from collections.abc import Iterator

import pyarrow as pa

from discogs_assets.exports.redis_wire import Packed, packed


def iter_tags(rows: pa.Table) -> Iterator[tuple[str, str, Packed, int, int]]:
    """Yield kind and tag, and where the masters of it are: in rows, from one place to another."""
    ids = rows["ids"].combine_chunks()
    members, edges = packed(ids.values), ids.offsets.to_numpy()
    kinds, tags = (rows[name].to_pylist() for name in ("kind", "tag"))
    for kind, tag, start, end in zip(kinds, tags, edges[:-1], edges[1:], strict=True):
        yield kind, tag, members, start, end
