"""Dumps that came and went unseen: the publisher makes two a week and keeps two."""

from collections.abc import Sequence
from datetime import date, timedelta

DAYS = (2, 5)
"""Wednesday and Saturday, on which dumps are made."""


def describe_missed(imported: date | None, published: Sequence[date]) -> str:
    """Return a sentence about the dumps between the newest imported one and the oldest published.

    "" when there are none; by the calendar, as nobody lists dumps that are gone.
    """
    if imported is None or not published:
        return ""
    first, end = imported + timedelta(days=1), min(published)
    between = [first + timedelta(days=n) for n in range((end - first).days)]
    if not (missed := [str(day) for day in between if day.weekday() in DAYS]):
        return ""
    return (
        f"missed: after {imported} the dumps of {', '.join(missed)} came and are gone, as "
        "MusicBrainz keeps two; what changed is told between those that are imported"
    )
