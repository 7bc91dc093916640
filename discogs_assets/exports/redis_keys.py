"""Which keys Redis has, and keys that are built beside them and take their place all at once."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import uuid4

from discogs_assets.exports.held import NOTES, Held
from discogs_assets.exports.masters import KINDS, MASTERS

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

AT_ONCE = 1_000
"""Members or fields that a command has."""
SENT = 20_000
"""Members or fields that are sent before their answers are read."""


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

    def __init__(self, client: "Client") -> None:
        self.pipeline = client.pipeline(transaction=False)
        self.prefix = f"{NOTES}:{uuid4().hex}:"
        self.names: dict[str, str] = {}
        """The name that each key has for now."""
        self.noted: set[str] = set()
        self.sent = 0

    def add(self, key: str, members: Sequence[str | int]) -> None:
        """Add members to a set."""
        for part in iter_parts(members):
            self.pipeline.sadd(self.name(key), *part)
            self.send(len(part))

    def put(self, key: str, fields: Sequence[str | int]) -> None:
        """Put fields into a hash: each with its value behind it."""
        for part in iter_parts(fields, 2 * AT_ONCE):
            self.pipeline.hset(self.name(key), items=[*part])
            self.send(len(part))

    def name(self, key: str) -> str:
        """Return the name that a key has for now, and have it noted before anything is in it."""
        name = self.names.setdefault(key, f"{self.prefix}{key}")
        if name not in self.noted:
            # Anew each time: whoever overtakes this removes what is noted by then.
            self.pipeline.sadd(UNFINISHED, name)
            self.noted.add(name)
        return name

    def send(self, values: int) -> None:
        """Have it done once there is enough of it."""
        self.sent += values
        if self.sent >= SENT:
            self.flush()

    def flush(self) -> None:
        """Have all of it done."""
        self.pipeline.execute()
        self.noted.clear()
        self.sent = 0

    def swap(self, pipe: "Pipeline", gone: set[str], held: Held) -> None:
        """Put the keys in their places, and remove others, in one transaction."""
        pipe.multi()
        # Redis frees large keys in the background when they are unlinked, not when replaced.
        for names in iter_parts(sorted(gone | {*self.names})):
            pipe.unlink(*names)
        for key, name in self.names.items():
            pipe.rename(name, key)
        for names in iter_parts([*self.names.values()]):
            pipe.srem(UNFINISHED, *names)
        end_turn(pipe, held)
        pipe.execute()


def end_turn(pipe: "Pipeline", held: Held) -> None:
    """Note what it holds now."""
    pipe.hset(NOTES, MASTERS, held.to_text())
    pipe.delete(TURN)
