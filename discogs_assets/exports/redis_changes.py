"""Change in Redis what differs between two months: all of it in one transaction."""

from typing import TYPE_CHECKING

from discogs_assets.exports.held import Held
from discogs_assets.exports.master_changes import Differ, MasterChanges, ids_in
from discogs_assets.exports.redis_keys import (
    TITLES,
    VIDEOS,
    end_turn,
    iter_parts,
    tag_key,
    tags_key,
    tags_of,
)
from discogs_assets.exports.redis_rows import fields, iter_tags
from discogs_assets.exports.redis_wire import AT_ONCE

if TYPE_CHECKING:
    from redis import Redis as Client
    from redis.client import Pipeline


def change(client: "Client", pipe: "Pipeline", found: MasterChanges, held: Held) -> None:
    """Apply changes, and note what it holds then."""
    there = tags_of(client)
    pipe.multi()
    for key, differ in ((TITLES, found.titles), (VIDEOS, found.videos)):
        put(pipe, key, differ)
    change_tags(pipe, found, there)
    end_turn(client, pipe, held)


def put(pipe: "Pipeline", key: str, differ: Differ) -> None:
    """Put the fields that came into a hash, and remove those that went."""
    for part in iter_parts(fields(differ.came), 2 * AT_ONCE):
        pipe.hset(key, items=[*part])
    for part in iter_parts([*map(str, ids_in(differ.went) - ids_in(differ.came))]):
        pipe.hdel(key, *part)


def change_tags(pipe: "Pipeline", found: MasterChanges, there: dict[str, set[str]]) -> None:
    """Add masters to the sets of tags and remove others, and keep the list of tags."""
    for kind, tag, ids in iter_tags(found.tags.came):
        if tag not in there[kind]:
            pipe.unlink(tag_key(kind, tag))  # It is somebody else's, if anything.
            pipe.sadd(tags_key(kind), tag)
        for part in iter_parts(ids):
            pipe.sadd(tag_key(kind, tag), *part)
    for kind, tag, ids in iter_tags(found.tags.went):
        for part in iter_parts(ids):
            pipe.srem(tag_key(kind, tag), *part)
        if (kind, tag) in found.gone:
            pipe.srem(tags_key(kind), tag)
