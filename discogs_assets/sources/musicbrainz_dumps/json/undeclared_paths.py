"""Count the JSON paths that no table declares, in a sample of the records."""

from collections import Counter
from collections.abc import Iterator

import msgspec

from discogs_assets.sources.musicbrainz_dumps.json.blocks import Block
from discogs_assets.sources.musicbrainz_dumps.json.paths import FIRST, LIST, MAP, iter_declared
from discogs_assets.sources.musicbrainz_dumps.tables import JsonDumpType

EVERY = 1000
"""One record in so many is looked at."""

AT_START = 100
"""All of this many records at the start of a dump are looked at."""

PARTS = {"media[]/pregap": "media[]/tracks[]", "media[]/data-tracks[]": "media[]/tracks[]"}
"""Tracks that stand elsewhere than the others."""


class Census:
    """Counts the paths of records that are neither read nor left out with a reason.

    What is below a path that is left out as a whole, or in an object of texts, is not looked at.
    """

    def __init__(self, dump_type: JsonDumpType) -> None:
        declared = {path for table in dump_type.content_tables for path in iter_declared(table)}
        left_out = {path.removesuffix("/") for path in dump_type.left_out}
        self.closed = {path.removesuffix("/") for path in dump_type.left_out if path[-1] == "/"}
        self.closed |= {path.removesuffix(MAP) for path in declared if path.endswith(MAP)}
        plain = (path.removesuffix(MAP).replace(FIRST, LIST) for path in declared | left_out)
        self.known = {above for path in (*plain, *PARTS) for above in iter_above(path)}

    def count(self, block: Block) -> Counter[str]:
        """Return how often each undeclared path occurs in the sampled records of a block."""
        counts: Counter[str] = Counter()
        first, count = AT_START if block.is_first else 0, len(block.lines)
        for number in sorted({*range(min(first, count)), *range(0, count, EVERY)}):
            try:
                record = msgspec.json.decode(block.lines[number] or b"{}")
            except msgspec.MsgspecError:
                continue  # It is in quarantine.
            self.count_in(record, "", counts)
        return counts

    def count_in(self, value: object, path: str, counts: Counter[str]) -> None:
        """Count the undeclared paths of a value; what is below one is not looked at."""
        path = PARTS.get(path, path)
        if path in self.closed:
            return
        if path and path not in self.known:
            counts[path] += 1
        elif isinstance(value, dict):
            for key, below in value.items():
                self.count_in(below, f"{path}/{key}" if path else key, counts)
        elif isinstance(value, list):
            for one in value:
                self.count_in(one, f"{path}{LIST}", counts)


def iter_above(path: str) -> Iterator[str]:
    """Yield a path and all that lead to it: `a`, `a[]`, `a[]/b`."""
    while path:
        yield path
        is_list = path.endswith(LIST)
        path = path.removesuffix(LIST) if is_list else path.rpartition("/")[0]
