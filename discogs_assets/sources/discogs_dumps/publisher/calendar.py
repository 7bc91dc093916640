"""Which dumps Discogs publishes, and when a month should have which of them."""

import datetime

from discogs_assets.sources.discogs_dumps.tables import DUMP_TYPES
from discogs_assets.sources.dumps.catalogue import DumpCalendar

MASTERS_SINCE = datetime.date(2011, 11, 1)

KNOWN_BAD = {
    "discogs_20130103_releases.xml.gz": "truncated: 10.7 MB, where 20130101 has 1.8 GB",
}
"""Published files that are never used, and why."""


def expected_types(month: datetime.date) -> tuple[str, ...]:
    """Return the dump types a month should have; masters came in November 2011."""
    return tuple(kind for kind in DUMP_TYPES if kind != "masters" or month >= MASTERS_SINCE)


CALENDAR = DumpCalendar((*DUMP_TYPES,), expected_types, KNOWN_BAD)
