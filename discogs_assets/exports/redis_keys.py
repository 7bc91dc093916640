"""Which keys Redis has, and keys that are built beside them and take their place all at once."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import uuid4

import pyarrow as pa

from discogs_assets.exports.held import NOTES, Held
from discogs_assets.exports.masters import KINDS, MASTERS
from discogs_assets.exports.redis_wire import AT_ONCE, Packed, Wire, packed

if TYPE_CHECKING:
    from redis import Redis as Client
    from redis.client import Pipeline

Value = TypeVar("Value")

TITLES = "master:title"
VIDEOS = "master:videos"
TURN = f"{NOTES}:turn"
"""Who feeds it: a word of its own; whoever finds another there has been overtaken."""
UNFINISHED = f"{NOTES}:unfinished"
"""The names of keys that are being built: what is broken off is found by it, and nothing else."""

COMMANDS = {1: "SADD", 2: "HSET"}
"""What puts rows of one text, or of a field and its value, into a key."""


def tag_key(kind: str, tag: str) -> str:
    """Return the key of the masters that carry a tag."""
    return f"{kind}:{tag}"


def tags_key(kind: str) -> str:
    """Return the key of the tags of a kind."""
    return f"unique:{kind}"


def held_by(client: "Client") -> dict[str, Held]:
    """Return what it says that it holds."""
    return {str(name): Held.from_text(str(text)) for name, text in client.hgetall(NOTES).items()}


def tags_of(client: "Client") -> dict[str, set[str]]:
    """Return the tags of each kind."""
    return {kind: {str(tag) for tag in client.smembers(tags_key(kind))} for kind in KINDS}


def iter_parts(values: Sequence[Value], size: int = AT_ONCE) -> Iterator[Sequence[Value]]:
    for start in range(0, len(values), size):
        yield values[start : start + size]


def take_turn(client: "Client", pipe: Any) -> None:
    """Let the transaction of `pipe` fail once another begins to feed; clear what was broken off."""
    import redis

    word = uuid4().hex
    client.set(TURN, word)
    pipe.watch(TURN)
    if pipe.get(TURN) != word:
        raise redis.WatchError("overtaken by another")
    for names in iter_parts([str(name) for name in client.smembers(UNFINISHED)]):
        client.unlink(*names)
        client.srem(UNFINISHED, *names)


class Beside:
    """Keys that are built under other names; nobody looks at those."""

    def __init__(self, wire: Wire) -> None:
        self.wire = wire
        self.prefix = f"{NOTES}:{uuid4().hex}:"
        self.names: dict[str, str] = {}
        """The name that each key has for now."""
        self.noted: set[str] = set()

    def add(self, key: str, rows: Packed, start: int = 0, end: int | None = None) -> None:
        """Add members to a set, or fields to a hash: rows of packed texts."""
        command = COMMANDS[rows.texts_a_row]
        for texts, text in rows.iter_parts(start, len(rows) if end is None else end):
            self.wire.send(command, self.name(key), texts, text)

    def name(self, key: str) -> str:
        """Return the name that a key has for now, and have it noted before anything is in it."""
        name = self.names.setdefault(key, f"{self.prefix}{key}")
        if name not in self.noted:
            # Anew after each `settle`: whoever overtakes this removes what is noted by then.
            self.noted.add(name)
            self.wire.send("SADD", UNFINISHED, 1, packed(pa.array([name])).text)
        return name

    def settle(self) -> None:
        """Have all of it done."""
        self.wire.settle()
        self.noted.clear()

    def swap(self, pipe: "Pipeline", gone: set[str]) -> None:
        """Have the transaction put the keys in their places, and remove others."""
        # Redis frees large keys in the background when they are unlinked, not when replaced.
        for names in iter_parts(sorted(gone | {*self.names})):
            pipe.unlink(*names)
        for key, name in self.names.items():
            pipe.rename(name, key)
        for names in iter_parts([*self.names.values()]):
            pipe.srem(UNFINISHED, *names)


def end_turn(client: "Client", pipe: "Pipeline", held: Held) -> None:
    """Do the transaction, and note what is held then.

    When a command of it fails the others are done nevertheless: then nobody knows what is held.
    """
    pipe.hset(NOTES, MASTERS, held.to_text())
    pipe.delete(TURN)
    errors = [one for one in pipe.execute(raise_on_error=False) if isinstance(one, Exception)]
    if errors:
        client.hdel(NOTES, MASTERS)
        raise errors[0]
