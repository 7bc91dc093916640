"""Made-up records that several tests look at, each set made once."""

import re
from functools import cache

from lxml import etree

from discogs_assets.sources.discogs_dumps.synthetic import iter_records

COUNTS = {"artists": 3000, "labels": 3000, "masters": 1000, "releases": 3000}
TYPES = tuple(COUNTS)


@cache
def records(dump_type: str, era: str = "2026", month: int = 0) -> tuple[bytes, ...]:
    return tuple(iter_records(dump_type, COUNTS[dump_type], era=era, seed=7, month=month))


@cache
def tree(dump_type: str, era: str = "2026") -> etree._Element:
    return etree.fromstring(b"<dump>\n%s\n</dump>" % b"\n".join(records(dump_type, era)))


def text(dump_type: str, era: str) -> str:
    return b"\n".join(records(dump_type, era)).decode()


def ids_of(dump_type: str, month: int = 0) -> dict[int, bytes]:
    """Return each record of a month by its id, the first number in it."""
    found = {}
    for record in records(dump_type, month=month):
        first = re.search(rb'(?:<id>|^<\w+ id=")(\d+)', record)
        assert first is not None
        found[int(first[1])] = record
    return found
