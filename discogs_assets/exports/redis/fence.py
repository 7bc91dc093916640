"""Let the newest export to Redis win: a fencing token makes the transactions of others fail."""

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import uuid4

from discogs_assets.exports.masters.masters import MASTERS
from discogs_assets.exports.redis.protocol import Pipeline
from discogs_assets.exports.redis.swap import clear
from discogs_assets.exports.sink_state import NOTES, SinkState

if TYPE_CHECKING:
    from redis import Redis as Client

TOKEN = f"{NOTES}:turn"
"""The key with the token of the newest export; each export watches it."""


@dataclass(frozen=True)
class FencingToken:
    """The right to change the database, until another export acquires it."""

    client: "Client"
    pipeline: Pipeline
    value: str

    @property
    def is_lost(self) -> bool:
        """Whether another export has it: then the next transaction fails."""
        return bool(self.pipeline.call("GET", TOKEN) != self.value)

    def commit(self, wanted: SinkState) -> None:
        """Execute the commands since MULTI, and note the state after them.

        When one of them fails the others are done nevertheless: the state is unknown then.
        """
        self.pipeline.send("HSET", NOTES, MASTERS, wanted.to_text())
        self.pipeline.send("DEL", TOKEN)
        answers = self.pipeline.call("EXEC")
        if answers is None:
            raise superseded()
        errors = [answer for answer in answers if isinstance(answer, Exception)]
        if errors:
            self.client.hdel(NOTES, MASTERS)
            raise errors[0]


def acquire(client: "Client", pipeline: Pipeline) -> FencingToken:
    """Supersede other exports, and remove what unfinished ones have left behind."""
    token = FencingToken(client, pipeline, uuid4().hex)
    client.set(TOKEN, token.value)
    pipeline.send("WATCH", TOKEN)
    if token.is_lost:
        raise superseded()
    clear(client, pipeline)
    return token


def superseded() -> Exception:
    """Return what redis-py raises when a watched key was changed."""
    import redis

    return redis.WatchError("superseded by another export")
