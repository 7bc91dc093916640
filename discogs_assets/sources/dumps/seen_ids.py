"""Which record ids a dump file has had so far."""

import numpy as np
import numpy.typing as npt
import xxhash
from pyroaring import BitMap

from discogs_assets.sources.dumps.reader import Ids

Prints = npt.NDArray[np.uint64]


class SeenIds:
    """The ids of the blocks before.

    Whole numbers are in a bitmap of a few megabytes. Of texts a number of 64 bits is kept: of 6
    million, 48 MB; that two of so many share one by chance has odds of one to a million.
    """

    def __init__(self, *, is_number: bool) -> None:
        self.numbers = BitMap()
        self.prints = PrintSet()
        self.is_number = is_number

    def add(self, ids: Ids) -> set[int] | set[str] | None:
        """Note the ids of a block; return those of earlier blocks when one repeats, else None."""
        if not self.is_number:
            return self.add_texts(ids)
        now = BitMap(ids)
        taken = now & self.numbers
        self.numbers |= now
        return {*taken} if taken or len(now) < len(ids) else None

    def add_texts(self, ids: Ids) -> set[str] | None:
        prints = (xxhash.xxh3_64_intdigest(text.encode()) for text in ids)
        now = np.fromiter(prints, np.uint64, len(ids))
        taken = self.prints.contains(now)
        is_twice = len({*ids}) < len(ids)
        self.prints.add(now)
        return {*ids[taken]} if is_twice or taken.any() else None


class PrintSet:
    """A set of numbers as sorted arrays, each more than twice as long as the next."""

    def __init__(self) -> None:
        self.runs: list[Prints] = []

    def contains(self, prints: Prints) -> npt.NDArray[np.bool_]:
        """Return which of some numbers are in the set."""
        found = np.zeros(len(prints), np.bool_)
        for run in self.runs:
            at = np.minimum(np.searchsorted(run, prints), len(run) - 1)
            found |= run[at] == prints
        return found

    def add(self, prints: Prints) -> None:
        if not len(prints):
            return
        self.runs.append(np.unique(prints))
        while len(self.runs) > 1 and len(self.runs[-2]) <= 2 * len(self.runs[-1]):
            last, before = self.runs.pop(), self.runs.pop()
            self.runs.append(np.unique(np.concatenate([before, last])))
