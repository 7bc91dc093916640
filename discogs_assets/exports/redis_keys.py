"""Which keys Redis has of masters, and what is in them."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyroaring import BitMap

from discogs_assets.exports.held import NOTES, Held
from discogs_assets.exports.masters import KINDS

if TYPE_CHECKING:
    from redis import Redis as Client

TITLES = "master:title"
SCANNED = 10_000


def tag_key(kind: str, tag: str) -> str:
    """Return the key of the masters that carry a tag."""
    return f"{kind}:{tag}"


def tags_key(kind: str) -> str:
    """Return the key of the tags of a kind."""
    return f"unique:{kind}"


def video_key(master_id: int) -> str:
    """Return the key of the addresses of a master's videos."""
    return f"video:{master_id}"


def video_keys(ids: Iterable[int] | pa.Array, prefix: str = "") -> pa.Array:
    """Return such keys of many masters at once, with something before each."""
    texts = as_array(ids).cast(pa.string())
    return pc.binary_join_element_wise(f"{prefix}video:", texts, "")


def as_array(ids: Iterable[int] | pa.Array) -> pa.Array:
    if isinstance(ids, BitMap):
        return pa.array(np.asarray(ids.to_array(), np.int32))
    return ids if isinstance(ids, pa.Array) else pa.array([*ids], pa.int32())


def held_by(client: "Client") -> dict[str, Held]:
    """Return what it says that it holds."""
    return {str(name): Held.from_text(str(text)) for name, text in client.hgetall(NOTES).items()}


def tags_of(client: "Client") -> dict[str, set[str]]:
    """Return the tags of each kind."""
    return {kind: {str(tag) for tag in client.smembers(tags_key(kind))} for kind in KINDS}


def masters_in(client: "Client", titles: str = TITLES) -> BitMap:
    """Return the masters whose titles a key has: no other has a key of videos."""
    found, cursor = BitMap(), -1
    while cursor:
        cursor, rows = client.hscan(titles, max(cursor, 0), count=SCANNED)
        found.update(int(name) for name in map(str, rows) if name.isdecimal())
    return found
