"""Feed Redis: sets of masters by tag, their titles and their videos, all at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyarrow as pa
from pyroaring import BitMap

from discogs_assets.exports.differences import Delta
from discogs_assets.exports.feed import counted
from discogs_assets.exports.masters.differences import GROUPED, changes, is_comparable, touched
from discogs_assets.exports.masters.masters import (
    MASTERS,
    RELEASES,
    Among,
    Masters,
    as_loaded,
    masters_of,
)
from discogs_assets.exports.month import Month
from discogs_assets.exports.month_rows import ids_of
from discogs_assets.exports.redis.changes import change
from discogs_assets.exports.redis.client import connected
from discogs_assets.exports.redis.fence import FencingToken, acquire, superseded
from discogs_assets.exports.redis.keys import (
    TITLES,
    iter_tags,
    masters_in,
    read_state,
    tag_key,
    tags_key,
    tags_of,
)
from discogs_assets.exports.redis.protocol import encode_rows, pipelined
from discogs_assets.exports.redis.swap import StagedKeys
from discogs_assets.exports.sink import Counts, Tell
from discogs_assets.exports.sink_state import SinkState
from discogs_assets.storage.urls import redact_url

if TYPE_CHECKING:
    from redis import Redis as Client

SHAPE = "2"
"""To be changed with what the keys have in them."""

MASTERS_AT_ONCE = 25_000
MOST_CHANGED = 100_000
"""Masters that are changed in place; for more of them all is built anew."""


class Redis:
    """A database of a Redis server, by its URL; its dump type is `masters`, others it has not."""

    def __init__(self, url: str) -> None:
        self.url = url

    @property
    def where(self) -> str:
        return redact_url(self.url)

    def feed(
        self, month: Month, types: Sequence[str], tell: Tell, *, is_full: bool = False
    ) -> dict[str, Counts]:
        if MASTERS not in types:
            return {}
        with (
            month.warehouse.reader() as connection,
            connected(self.url) as client,
        ):
            records = month.record(MASTERS), month.record(RELEASES)
            masters = masters_of(connection, *records, month.month, month.limit)
            wanted = SinkState(masters.provenance, SHAPE, kept=masters.note)
            feeding = Feeding(client, masters, wanted, tell)
            delta = feeding.run(is_full=is_full)
            there = client.hlen(TITLES)
            return {MASTERS: counted(delta, masters.count(), there, masters.kept)}

    def read_state(self) -> dict[str, SinkState]:
        with connected(self.url) as client:
            return read_state(client)


@dataclass(frozen=True)
class Feeding:
    """Brings a database to the masters of a month."""

    client: "Client"
    masters: Masters
    wanted: SinkState
    tell: Tell

    def run(self, *, is_full: bool) -> Delta:
        """Write what it lacks, and return what that was."""
        if not is_full and read_state(self.client).get(MASTERS) == self.wanted:
            return Delta()
        with pipelined(self.client) as pipeline:
            token = acquire(self.client, pipeline)
            held = None if is_full else read_state(self.client).get(MASTERS)
            if held and held.shape == SHAPE and is_comparable(self.masters, held.provenance):
                masters = self.masters
                old = as_loaded(
                    masters.connection, masters.tables, masters.release, held.provenance.month
                )
                ids = touched(old, self.masters)
                if held.kept == old.note and len(ids) <= MOST_CHANGED:
                    return self.change(token, old, ids)
            return self.replace(token)

    def change(self, token: FencingToken, old: Masters, ids: BitMap) -> Delta:
        """Change in place what differs from the month before."""
        found = changes(old, self.masters, ids)
        if records := len(found.records.upserts):
            self.tell(records)
        change(token, found, self.wanted)
        return found.records

    def replace(self, token: FencingToken) -> Delta:
        """Build all of it anew; what was there and still is counts as changed."""
        held = masters_in(self.client)
        are = ids_of(self.masters.connection, f"SELECT id FROM {self.masters.master}")
        staged = StagedKeys(token.pipeline)
        self.build(staged)
        if token.is_lost:
            staged.drop()
            raise superseded()
        earlier = self.keys()
        token.pipeline.send("MULTI")
        staged.publish(earlier, held | are)
        token.commit(self.wanted)
        return Delta(are - held, are & held, held - are)

    def build(self, staged: StagedKeys) -> None:
        """Write all masters, some at a time."""
        tags: dict[str, set[str]] = {}
        for records, these in self.masters.iter_ranges(MASTERS_AT_ONCE):
            for kind, tag in self.build_some(staged, these):
                tags.setdefault(kind, set()).add(tag)
            staged.drain()
            self.tell(records)
        for kind, members in tags.items():
            staged.add("SADD", tags_key(kind), encode_rows(pa.array([*members])))
        staged.drain()

    def build_some(self, staged: StagedKeys, these: Among) -> list[tuple[str, str]]:
        """Write some of the masters, and return their tags."""
        titles, tags, videos = (
            self.masters.connection.execute(query).to_arrow_table()
            for query in (
                self.masters.titles(these),
                GROUPED.format(self.masters.tags(these)),
                self.masters.videos(these),
            )
        )
        staged.add("HSET", TITLES, encode_rows(*titles.columns))
        staged.add_videos(videos)
        found = []
        for kind, tag, members, start, end in iter_tags(tags):
            staged.add("SADD", tag_key(kind, tag), members, start, end)
            found.append((kind, tag))
        return found

    def keys(self) -> set[str]:
        """Return the keys that it has of masters, but for those of videos."""
        kinds = tags_of(self.client)
        keys = {tag_key(kind, tag) for kind, tags in kinds.items() for tag in tags}
        return keys | {tags_key(kind) for kind in kinds} | {TITLES}
