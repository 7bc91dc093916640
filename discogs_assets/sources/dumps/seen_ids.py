"""Which record ids a dump file has had so far."""

from pyroaring import BitMap

from discogs_assets.sources.dumps.reader import Ids


class SeenIds:
    """The ids of the blocks before: whole numbers in a bitmap of a few megabytes.

    Texts are compared within a block only, as 40 million of them would take gigabytes: the check
    of the key finds the others when the dump is loaded.
    """

    def __init__(self, *, is_number: bool) -> None:
        self.numbers = BitMap()
        self.is_number = is_number

    def add(self, ids: Ids) -> set[int] | None:
        """Note the ids of a block; return those of earlier blocks when one repeats, else None."""
        if not self.is_number:
            return set() if len({*ids}) < len(ids) else None
        now = BitMap(ids)
        taken = now & self.numbers
        self.numbers |= now
        return {*taken} if taken or len(now) < len(ids) else None
