"""Match the records of two months by id, both in files nearly in the order of their ids.

Each file is read once, and a window of either is in memory.
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa

HASH_CHARACTERS = 32
"""Of XXH3 with 128 bits, in hexadecimal digits."""

Ids = npt.NDArray[np.int32]
Hashes = npt.NDArray[np.bytes_]

WINDOW = 65_536
"""How many records of the earlier month are looked ahead."""


class DisorderError(Exception):
    """Records are too far from the order of their ids."""


class Records(NamedTuple):
    """Some records of a month by ascending id."""

    ids: Ids
    hashes: Hashes

    def up_to(self, last: int) -> tuple["Records", "Records"]:
        """Return those up to and with an id, and the others."""
        count = int(np.searchsorted(self.ids, last, "right"))
        return self.where(slice(count)), self.where(slice(count, None))

    def where(self, chosen: slice | npt.NDArray[np.bool_]) -> "Records":
        return Records(self.ids[chosen], self.hashes[chosen])

    def with_more(self, more: "Records", after: int = 0) -> "Records":
        ids = np.concatenate((self.ids, more.ids))
        return ordered(ids, np.concatenate((self.hashes, more.hashes)), after)

    def hashes_of(self, wanted: Ids) -> Hashes:
        """Return the hash of each wanted id, which ascend too; empty where there is none."""
        hashes = np.zeros(len(wanted), self.hashes.dtype)
        place = np.searchsorted(self.ids, wanted)
        is_there = place < len(self.ids)
        is_there[is_there] = self.ids[place[is_there]] == wanted[is_there]
        hashes[is_there] = self.hashes[place[is_there]]
        return hashes


class Differing(NamedTuple):
    """Records that differ, with their hashes in both months: empty where a month has none."""

    ids: Ids
    before: Hashes
    after: Hashes


def ordered(ids: Ids, hashes: Hashes, after: int = 0) -> Records:
    """Return records by ascending id; DisorderError unless each id is larger than `after`."""
    if (ids[1:] < ids[:-1]).any():
        order = np.argsort(ids)
        ids, hashes = ids[order], hashes[order]
    if len(ids) and (ids[0] <= after or (ids[1:] == ids[:-1]).any()):
        raise DisorderError("records are too far from the order of their ids")
    return Records(ids, hashes)


def no_records() -> Records:
    return Records(np.empty(0, np.int32), np.empty(0, f"S{HASH_CHARACTERS}"))


def as_bytes(hashes: pa.Array) -> Hashes:
    """Return hashes, which all have the same length, as an array of bytes."""
    _, offsets, data = hashes.buffers()
    start = int(np.frombuffer(offsets, np.int32)[hashes.offset])
    return np.frombuffer(data, f"S{HASH_CHARACTERS}", len(hashes), start)


class Ahead:
    """The records of the earlier month, looked ahead by a window; DisorderError beyond it."""

    def __init__(self, batches: Iterator[tuple[Ids, Hashes]], window: int) -> None:
        self.batches = batches
        self.window = window
        self.waiting = no_records()
        self.last = 0

    def take(self, last: int) -> Records:
        """Return the next records up to and with an id."""
        taken, ahead = self.waiting.up_to(last)
        while len(ahead.ids) < self.window and (batch := next(self.batches, None)):
            self.waiting = self.waiting.with_more(Records(*batch), self.last)
            taken, ahead = self.waiting.up_to(last)
        self.waiting, self.last = ahead, last
        return taken

    def rest(self) -> Records:
        """Return all that are left."""
        for batch in self.batches:
            self.waiting = self.waiting.with_more(Records(*batch), self.last)
        return self.waiting


class RecordMatch:
    """Finds which records of a month, block by block, differ from the month before.

    A record of the month before is gone when it came neither with the block where its id belongs
    nor with the next.
    """

    def __init__(self, batches: Iterator[tuple[Ids, Hashes]], window: int = WINDOW) -> None:
        self.ahead = Ahead(batches, window)
        self.missing = no_records()
        self.last = self.last_but_one = 0

    def add(self, ids: Ids, hashes: Hashes) -> tuple[Differing, Differing]:
        """Return which of a block of new records differ, and which old ones are gone."""
        new = ordered(ids, hashes, self.last_but_one)
        last = max(self.last, int(new.ids[-1]))
        old = self.missing.with_more(self.ahead.take(last))
        before = old.hashes_of(new.ids)
        is_other = before != new.hashes
        gone, self.missing = old.where(new.hashes_of(old.ids) == b"").up_to(self.last)
        self.last_but_one, self.last = self.last, last
        return Differing(new.ids[is_other], before[is_other], new.hashes[is_other]), without(gone)

    def finish(self) -> Differing:
        """Return the old records that are gone after the last block."""
        return without(self.missing.with_more(self.ahead.rest()))


def without(gone: Records) -> Differing:
    return Differing(gone.ids, gone.hashes, np.zeros_like(gone.hashes))
