"""Answer from Redis which masters carry some tags, and which videos lead to them."""

from collections.abc import Callable, Mapping, Sequence
from itertools import product
from typing import TYPE_CHECKING

from pyroaring import BitMap

from discogs_assets.errors import ExportError
from discogs_assets.exports.masters.masters import MASTERS
from discogs_assets.exports.masters.videos import Found, Master, View
from discogs_assets.exports.redis.client import connected
from discogs_assets.exports.redis.keys import TITLES, tag_key, tags_key, video_key
from discogs_assets.exports.sink_state import NOTES
from discogs_assets.storage.urls import redact_url

if TYPE_CHECKING:
    from redis import Redis as Client
    from redis.client import Pipeline


class RedisVideos:
    """A database that was fed, by its URL."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.name = redact_url(url)

    def ask(self, question: Callable[[View], Found]) -> Found:
        """Return what a function finds; again when another month came in between."""
        videos: list[Found] = []

        def look(pipe: "Pipeline") -> None:
            if not pipe.hexists(NOTES, MASTERS):
                raise ExportError(
                    f"{self.name}: expected the masters of a month, found none; feed it, or unset "
                    "REDIS_URL to ask the warehouse"
                )
            videos.append(question(RedisView(client)))
            pipe.multi()

        with connected(self.url) as client:
            client.transaction(look, NOTES)
        return videos[-1]


class RedisView:
    """What it has while nobody feeds it."""

    def __init__(self, client: "Client") -> None:
        self.client = client

    def tags(self, kind: str) -> set[str]:
        return {str(tag) for tag in self.client.smembers(tags_key(kind))}

    def matching(self, kinds: Mapping[str, Sequence[str]]) -> BitMap:
        found = BitMap()
        for tags in product(*kinds.values()):
            keys = [tag_key(kind, tag) for kind, tag in zip(kinds, tags, strict=True)]
            found.update(map(int, self.client.sinter(keys)))
        return found

    def with_videos(self, ids: Sequence[int]) -> list[Master]:
        with self.client.pipeline(transaction=False) as pipe:
            for one in ids:
                pipe.smembers(video_key(one))
            videos = pipe.execute()
        having = [(one, sorted(uris)) for one, uris in zip(ids, videos, strict=True) if uris]
        if not having:
            return []
        titles = self.client.hmget(TITLES, [str(one) for one, _ in having])
        return [
            Master(one, str(title or ""), uris)
            for (one, uris), title in zip(having, titles, strict=True)
        ]
