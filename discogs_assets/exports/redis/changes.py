"""Change in Redis what differs between two months: all of it in one transaction."""

import pyarrow as pa

from discogs_assets.exports.masters.differences import Differ, MasterChanges, ids_in
from discogs_assets.exports.redis.fence import FencingToken
from discogs_assets.exports.redis.keys import (
    TITLES,
    as_array,
    iter_tags,
    tag_key,
    tags_key,
    tags_of,
    video_keys,
)
from discogs_assets.exports.redis.protocol import Pipeline, commands, encode_rows
from discogs_assets.exports.sink_state import SinkState


def change(token: FencingToken, changes: MasterChanges, held: SinkState) -> None:
    """Apply changes, and note what it holds then."""
    there = tags_of(token.client)
    token.pipeline.send("MULTI")
    change_titles(token.pipeline, changes.titles)
    change_videos(token.pipeline, changes)
    change_tags(token.pipeline, changes, there)
    token.commit(held)


def change_titles(pipeline: Pipeline, titles: Differ) -> None:
    pipeline.send_rows(("HSET", TITLES), encode_rows(*titles.came.columns))
    went = as_array(ids_in(titles.went) - ids_in(titles.came))
    pipeline.send_rows(("HDEL", TITLES), encode_rows(went))


def change_videos(pipeline: Pipeline, changes: MasterChanges) -> None:
    """Write anew the sets of masters whose videos are others."""
    # What is there of a master that comes is somebody else's, if anything.
    written = changes.videos.ids | changes.records.added
    pipeline.send_rows(("UNLINK",), encode_rows(video_keys(written)))
    came: pa.Table = changes.videos.came.combine_chunks()
    ids, uris = (came[name].combine_chunks() for name in ("id", "uris"))
    pipeline.send_all(commands("SADD", video_keys(ids), uris))


def change_tags(pipeline: Pipeline, changes: MasterChanges, there: dict[str, set[str]]) -> None:
    """Add masters to the sets of tags and remove others, and keep the list of tags."""
    for kind, tag, ids, start, end in iter_tags(changes.tags.came):
        if tag not in there[kind]:
            pipeline.send("UNLINK", tag_key(kind, tag))  # It is somebody else's, if anything.
            pipeline.send("SADD", tags_key(kind), tag)
        pipeline.send_rows(("SADD", tag_key(kind, tag)), ids, start, end)
    for kind, tag, ids, start, end in iter_tags(changes.tags.went):
        pipeline.send_rows(("SREM", tag_key(kind, tag)), ids, start, end)
        if (kind, tag) in changes.gone:
            pipeline.send("SREM", tags_key(kind), tag)
