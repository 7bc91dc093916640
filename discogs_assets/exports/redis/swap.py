"""Keys that are built beside those of Redis' readers, and take their place all at once."""

from typing import TYPE_CHECKING
from uuid import uuid4

import pyarrow as pa
from pyroaring import BitMap

from discogs_assets.exports.redis.keys import TITLES, as_array, masters_in, video_keys
from discogs_assets.exports.redis.protocol import Packed, Wire, commands, packed
from discogs_assets.exports.sink_state import NOTES

if TYPE_CHECKING:
    from redis import Redis as Client

UNFINISHED = f"{NOTES}:unfinished"
"""The names of keys that are being built: what is broken off is found by it, and nothing else.

Those of videos are too many for that: the titles beside them say of which masters there may be any.
"""

WORD_LENGTH = 12
"""Of what tells builds apart: short, since a transaction has it before each key of videos."""
PREFIX_LENGTH = len(NOTES) + WORD_LENGTH + 2

RENAMED = 100_000
"""Keys whose new names are made at once."""


class Beside:
    """Keys that are built under other names; nobody looks at those."""

    def __init__(self, wire: Wire) -> None:
        self.wire = wire
        self.prefix = f"{NOTES}:{uuid4().hex[:WORD_LENGTH]}:"
        self.names: dict[str, str] = {}
        """The name that each key has for now, but for those of videos."""
        self.noted: set[str] = set()
        self.with_videos = BitMap()

    def add(
        self, command: str, key: str, rows: Packed, start: int = 0, end: int | None = None
    ) -> None:
        """Add members to a set, or fields to a hash."""
        self.wire.send_rows((command, self.name(key)), rows, start, end)

    def add_videos(self, rows: pa.Table) -> None:
        """Add the videos of masters whose titles were added before."""
        ids = rows["id"].combine_chunks()
        names = video_keys(ids, self.prefix)
        self.wire.send_all(commands("SADD", names, rows["uris"].combine_chunks()))
        self.with_videos |= BitMap(ids.to_numpy())

    def name(self, key: str) -> str:
        """Return the name that a key has for now, and have it noted before anything is in it."""
        name = self.names.setdefault(key, f"{self.prefix}{key}")
        if name not in self.noted:
            # Anew after each `settle`: whoever overtakes this removes what is noted by then.
            self.noted.add(name)
            self.wire.send("SADD", UNFINISHED, name)
        return name

    def settle(self) -> None:
        """Have all of it done."""
        self.wire.settle()
        self.noted.clear()

    def swap(self, gone: set[str], earlier: BitMap) -> None:
        """Put the keys in their places; remove others, and videos of earlier masters."""
        # Redis frees large keys in the background when they are unlinked, not when replaced.
        self.wire.send_rows(("UNLINK",), packed(pa.array(sorted(gone | {*self.names}))))
        self.wire.send_rows(("UNLINK",), packed(video_keys(earlier - self.with_videos)))
        for key, name in self.names.items():
            self.wire.send("RENAME", name, key)
        for start in range(0, len(self.with_videos), RENAMED):
            ids = as_array(self.with_videos[start : start + RENAMED])
            keys = pa.ListArray.from_arrays(range(len(ids) + 1), video_keys(ids))
            self.wire.send_all(commands("RENAME", video_keys(ids, self.prefix), keys))
        self.wire.send_rows(("SREM", UNFINISHED), packed(pa.array([*self.names.values()])))

    def discard(self) -> None:
        """Remove all of it."""
        self.wire.send_rows(("UNLINK",), packed(video_keys(self.with_videos, self.prefix)))
        remove(self.wire, [*self.names.values()])


def clear(client: "Client", wire: Wire) -> None:
    """Remove what is left of all that was broken off."""
    names = sorted(map(str, client.smembers(UNFINISHED)))
    for name in names:
        prefix, key = name[:PREFIX_LENGTH], name[PREFIX_LENGTH:]
        if key == TITLES:
            ids = masters_in(client, name)
            wire.send_rows(("UNLINK",), packed(video_keys(ids, prefix)))
    remove(wire, names)


def remove(wire: Wire, names: list[str]) -> None:
    """Remove keys that are noted, and the note."""
    rows = packed(pa.array(names, pa.string()))
    wire.send_rows(("UNLINK",), rows)
    wire.send_rows(("SREM", UNFINISHED), rows)
    wire.settle()
