"""Change in Redis what differs between two months: all of it in one transaction."""

import pyarrow as pa

from discogs_assets.exports.masters.differences import Differ, MasterChanges, ids_in
from discogs_assets.exports.redis.fence import Turn
from discogs_assets.exports.redis.keys import (
    TITLES,
    as_array,
    iter_tags,
    tag_key,
    tags_key,
    tags_of,
    video_keys,
)
from discogs_assets.exports.redis.protocol import Wire, commands, packed
from discogs_assets.exports.sink_state import Held


def change(turn: Turn, found: MasterChanges, held: Held) -> None:
    """Apply changes, and note what it holds then."""
    there = tags_of(turn.client)
    turn.wire.send("MULTI")
    change_titles(turn.wire, found.titles)
    change_videos(turn.wire, found)
    change_tags(turn.wire, found, there)
    turn.end(held)


def change_titles(wire: Wire, titles: Differ) -> None:
    wire.send_rows(("HSET", TITLES), packed(*titles.came.columns))
    went = as_array(ids_in(titles.went) - ids_in(titles.came))
    wire.send_rows(("HDEL", TITLES), packed(went))


def change_videos(wire: Wire, found: MasterChanges) -> None:
    """Write anew the sets of masters whose videos are others."""
    # What is there of a master that comes is somebody else's, if anything.
    written = found.videos.ids | found.records.added
    wire.send_rows(("UNLINK",), packed(video_keys(written)))
    came: pa.Table = found.videos.came.combine_chunks()
    ids, uris = (came[name].combine_chunks() for name in ("id", "uris"))
    wire.send_all(commands("SADD", video_keys(ids), uris))


def change_tags(wire: Wire, found: MasterChanges, there: dict[str, set[str]]) -> None:
    """Add masters to the sets of tags and remove others, and keep the list of tags."""
    for kind, tag, ids, start, end in iter_tags(found.tags.came):
        if tag not in there[kind]:
            wire.send("UNLINK", tag_key(kind, tag))  # It is somebody else's, if anything.
            wire.send("SADD", tags_key(kind), tag)
        wire.send_rows(("SADD", tag_key(kind, tag)), ids, start, end)
    for kind, tag, ids, start, end in iter_tags(found.tags.went):
        wire.send_rows(("SREM", tag_key(kind, tag)), ids, start, end)
        if (kind, tag) in found.gone:
            wire.send("SREM", tags_key(kind), tag)
