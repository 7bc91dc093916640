"""Which keys Redis has of masters, and what is in them."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyroaring import BitMap

from discogs_assets.exports.masters.masters import KINDS
from discogs_assets.exports.redis.protocol import EncodedRows, encode_rows
from discogs_assets.exports.sink_state import NOTES, SinkState

if TYPE_CHECKING:
    from redis import Redis as Client

TITLES = "master:title"
SCANNED = 10_000


def tag_key(kind: str, tag: str) -> str:
    """Return the key of the masters that carry a tag."""
    return f"{kind}:{tag}"


def tags_key(kind: str) -> str:
    return f"unique:{kind}"


def video_key(master_id: int) -> str:
    """Return the key of the addresses of a master's videos."""
    return f"video:{master_id}"


def video_keys(ids: BitMap | pa.Array, prefix: str = "") -> pa.Array:
    """Return such keys of many masters at once, with something before each."""
    texts = (as_array(ids) if isinstance(ids, BitMap) else ids).cast(pa.string())
    return pc.binary_join_element_wise(f"{prefix}video:", texts, "")


def as_array(ids: BitMap) -> pa.Array:
    return pa.array(np.asarray(ids.to_array(), np.int64))


def read_state(client: "Client") -> dict[str, SinkState]:
    """Return what it says that it holds."""
    return {
        str(name): SinkState.from_text(str(text)) for name, text in client.hgetall(NOTES).items()
    }


def tags_of(client: "Client") -> dict[str, set[str]]:
    return {kind: {str(tag) for tag in client.smembers(tags_key(kind))} for kind in KINDS}


def masters_in(client: "Client", titles: str = TITLES) -> BitMap:
    """Return the masters whose titles a key has: no other has a key of videos."""
    found, cursor = BitMap(), -1
    while cursor:
        cursor, rows = client.hscan(titles, max(cursor, 0), count=SCANNED)
        found.update(int(name) for name in map(str, rows) if name.isdecimal())
    return found


def iter_tags(rows: pa.Table) -> Iterator[tuple[str, str, EncodedRows, int, int]]:
    """Yield kind and tag of rows with `ids`, and between which places its masters are."""
    ids = rows["ids"].combine_chunks()
    members, edges = encode_rows(ids.values), ids.offsets.to_numpy()
    kinds, tags = (rows[name].to_pylist() for name in ("kind", "tag"))
    for kind, tag, start, end in zip(kinds, tags, edges[:-1], edges[1:], strict=True):
        yield kind, tag, members, start, end
