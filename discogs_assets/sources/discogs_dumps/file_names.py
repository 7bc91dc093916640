"""One published file: what its name tells, and what a list of checksums says.

Which files make up a dump or a month stands in `catalogue`.
"""

import datetime
import logging
import re

from discogs_assets.errors import ListingError
from discogs_assets.sources.discogs_dumps.tables import DUMP_TYPES
from discogs_assets.sources.dumps.files import CHECKSUM, DumpFile

FILE_NAME = re.compile(
    rf"discogs_(\d{{8}})_(?:({'|'.join(DUMP_TYPES)})\.xml\.gz|({CHECKSUM})\.txt)", re.ASCII
)

logger = logging.getLogger(__name__)


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


def is_dump_file(name: str) -> bool:
    """Tell whether a listed name is a dump file's; one that only looks like it is logged."""
    try:
        parse_file_name(name)
    except ListingError as error:
        if name.startswith("discogs_") and name.endswith((".xml.gz", ".txt")):
            logger.warning("left out of the listing: %s", error)
        return False
    return True


def describe_file(
    location: str,
    size: int | None,
    modified: datetime.datetime | None,
    *,
    size_tolerance: int = 0,
) -> DumpFile:
    """Return the dump file at a location whose last part is its name."""
    name = location.rpartition("/")[2]
    day, kind = parse_file_name(name)
    return DumpFile(name, day, kind, location, size, size_tolerance, modified)
