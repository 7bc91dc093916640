"""What Discogs publishes: which dump types a month has, and what their files are called."""

import datetime
import re

from discogs_assets.errors import ListingError
from discogs_assets.sources.discogs_dumps.tables import DUMP_TYPES, SOURCE
from discogs_assets.sources.dumps.files import CHECKSUM
from discogs_assets.sources.dumps.publication import Publication

MASTERS_SINCE = datetime.date(2011, 11, 1)

KNOWN_BAD = {
    "discogs_20130103_releases.xml.gz": "truncated: 10.7 MB, where 20130101 has 1.8 GB",
}
"""Published files that are never used, and why."""

FILE_NAME = re.compile(
    rf"discogs_(\d{{8}})_(?:({'|'.join(DUMP_TYPES)})\.xml\.gz|({CHECKSUM})\.txt)", re.ASCII
)


def expected_types(month: datetime.date) -> tuple[str, ...]:
    """Return the dump types a month should have; masters came in November 2011."""
    return tuple(kind for kind in DUMP_TYPES if kind != "masters" or month >= MASTERS_SINCE)


def file_name(day: datetime.date, kind: str) -> str:
    ending = "txt" if kind == CHECKSUM else "xml.gz"
    return f"discogs_{day:%Y%m%d}_{kind}.{ending}"


def parse_file_name(name: str) -> tuple[datetime.date, str]:
    """Return date and kind of a dump file's name, or raise `ListingError`."""
    match = FILE_NAME.fullmatch(name)
    try:
        if match is None:
            raise ValueError
        return datetime.date.fromisoformat(match[1]), match[2] or match[3]
    except ValueError:
        raise ListingError(
            f"{name!r} is not the name of a dump file: expected "
            f"discogs_YYYYMMDD_TYPE.xml.gz with a type of {', '.join(DUMP_TYPES)}, "
            f"or discogs_YYYYMMDD_{CHECKSUM}.txt"
        ) from None


def has_form(name: str) -> bool:
    return name.startswith("discogs_") and name.endswith((".xml.gz", ".txt"))


PUBLICATION = Publication(
    SOURCE,
    "DISCOGS_DUMPS_URL",
    (*DUMP_TYPES,),
    file_name,
    parse_file_name,
    has_form,
    expected_types,
    KNOWN_BAD,
)
