"""Take turns in feeding Redis: one transaction, which fails when another has begun since."""

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import uuid4

from discogs_assets.exports.masters.masters import MASTERS
from discogs_assets.exports.redis.protocol import Wire
from discogs_assets.exports.redis.swap import clear
from discogs_assets.exports.sink_state import NOTES, Held

if TYPE_CHECKING:
    from redis import Redis as Client

TURN = f"{NOTES}:turn"
"""Who feeds it: a word of its own; whoever finds another there has been overtaken."""


@dataclass(frozen=True)
class Turn:
    """The right to change what it has, for as long as nobody else takes it."""

    client: "Client"
    wire: Wire
    word: str

    @property
    def is_lost(self) -> bool:
        """Whether another has it: then the next transaction fails."""
        return bool(self.wire.ask("GET", TURN) != self.word)

    def end(self, held: Held) -> None:
        """Do what was sent since MULTI, and note what is held then.

        When a command of it fails the others are done nevertheless: nobody knows what is held.
        """
        self.wire.send("HSET", NOTES, MASTERS, held.to_text())
        self.wire.send("DEL", TURN)
        answers = self.wire.ask("EXEC")
        if answers is None:
            raise overtaken()
        errors = [one for one in answers if isinstance(one, Exception)]
        if errors:
            self.client.hdel(NOTES, MASTERS)
            raise errors[0]


def take_turn(client: "Client", wire: Wire) -> Turn:
    """Let the next transaction of `wire` fail once another begins; clear what was broken off."""
    turn = Turn(client, wire, uuid4().hex)
    client.set(TURN, turn.word)
    wire.send("WATCH", TURN)
    if turn.is_lost:
        raise overtaken()
    clear(client, wire)
    return turn


def overtaken() -> Exception:
    """Return what redis-py raises when another has changed what was watched."""
    import redis

    return redis.WatchError("overtaken by another")
