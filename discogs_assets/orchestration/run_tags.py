"""The tags of runs that a person reads in the Dagster UI: the command, the month, the types."""

from collections.abc import Iterable, Mapping
from datetime import date

from discogs_assets.display.text import dump_day

COMMAND = "discogs/command"
MONTH = "discogs/month"
TYPES = "discogs/types"


def month_tags(month: date, types: Iterable[str] = ()) -> Mapping[str, str]:
    """Return the tags of a run of a month, and of some dump types where it has such."""
    listed = ", ".join(types)
    return {MONTH: dump_day(month), **({TYPES: listed} if listed else {})}
