"""Keys that are staged under other names, and replace those of Redis' readers all at once."""

from typing import TYPE_CHECKING
from uuid import uuid4

import pyarrow as pa
from pyroaring import BitMap

from discogs_assets.exports.redis.keys import TITLES, as_array, masters_in, video_keys
from discogs_assets.exports.redis.protocol import EncodedRows, Pipeline, commands, encode_rows
from discogs_assets.exports.sink_state import NOTES

if TYPE_CHECKING:
    from redis import Redis as Client

UNFINISHED = f"{NOTES}:unfinished"
"""The names of keys that are being built: what is broken off is found by it, and nothing else.

Those of videos are too many for that: the staged titles name the masters that may have any.
"""

WORD_LENGTH = 12
"""Of what tells builds apart: short, since a transaction has it before each key of videos."""
PREFIX_LENGTH = len(NOTES) + WORD_LENGTH + 2

RENAMED = 100_000
"""Keys whose new names are made at once."""


class StagedKeys:
    """Keys that are built under other names; nobody looks at those."""

    def __init__(self, pipeline: Pipeline) -> None:
        self.pipeline = pipeline
        self.prefix = f"{NOTES}:{uuid4().hex[:WORD_LENGTH]}:"
        self.names: dict[str, str] = {}
        """The name that each key has for now, but for those of videos."""
        self.noted: set[str] = set()
        self.with_videos = BitMap()

    def add(
        self, command: str, key: str, rows: EncodedRows, start: int = 0, end: int | None = None
    ) -> None:
        """Add members to a set, or fields to a hash."""
        self.pipeline.send_rows((command, self.name(key)), rows, start, end)

    def add_videos(self, rows: pa.Table) -> None:
        """Add the videos of masters whose titles were added before."""
        ids = rows["id"].combine_chunks()
        names = video_keys(ids, self.prefix)
        self.pipeline.send_all(commands("SADD", names, rows["uris"].combine_chunks()))
        self.with_videos |= BitMap(ids.to_numpy())

    def name(self, key: str) -> str:
        """Return the name that a key has for now, and have it noted before anything is in it."""
        name = self.names.setdefault(key, f"{self.prefix}{key}")
        if name not in self.noted:
            # Anew after each `drain`: whoever supersedes this removes what is noted by then.
            self.noted.add(name)
            self.pipeline.send("SADD", UNFINISHED, name)
        return name

    def drain(self) -> None:
        """Have all of it done."""
        self.pipeline.drain()
        self.noted.clear()

    def publish(self, gone: set[str], earlier: BitMap) -> None:
        """Put the keys in their places; remove others, and videos of earlier masters."""
        # Redis frees large keys in the background when they are unlinked, not when replaced.
        self.pipeline.send_rows(("UNLINK",), encode_rows(pa.array(sorted(gone | {*self.names}))))
        self.pipeline.send_rows(("UNLINK",), encode_rows(video_keys(earlier - self.with_videos)))
        for key, name in self.names.items():
            self.pipeline.send("RENAME", name, key)
        for start in range(0, len(self.with_videos), RENAMED):
            ids = as_array(self.with_videos[start : start + RENAMED])
            keys = pa.ListArray.from_arrays(range(len(ids) + 1), video_keys(ids))
            self.pipeline.send_all(commands("RENAME", video_keys(ids, self.prefix), keys))
        self.pipeline.send_rows(("SREM", UNFINISHED), encode_rows(pa.array([*self.names.values()])))

    def drop(self) -> None:
        """Remove all of it."""
        self.pipeline.send_rows(("UNLINK",), encode_rows(video_keys(self.with_videos, self.prefix)))
        remove(self.pipeline, [*self.names.values()])


def clear(client: "Client", pipeline: Pipeline) -> None:
    """Remove what is left of all that was broken off."""
    names = sorted(map(str, client.smembers(UNFINISHED)))
    for name in names:
        prefix, key = name[:PREFIX_LENGTH], name[PREFIX_LENGTH:]
        if key == TITLES:
            ids = masters_in(client, name)
            pipeline.send_rows(("UNLINK",), encode_rows(video_keys(ids, prefix)))
    remove(pipeline, names)


def remove(pipeline: Pipeline, names: list[str]) -> None:
    """Remove keys that are noted, and the note."""
    rows = encode_rows(pa.array(names, pa.string()))
    pipeline.send_rows(("UNLINK",), rows)
    pipeline.send_rows(("SREM", UNFINISHED), rows)
    pipeline.drain()
