"""One published file: what its name tells, and what a list of checksums says.

Which files make up a dump or a month stands in `catalogue`.
"""

import datetime
import logging
import math
import re
from dataclasses import dataclass

from discogs_assets.discogs_dumps.tables import DUMP_TYPES
from discogs_assets.errors import ListingError

CHECKSUM = "CHECKSUM"
FILE_NAME = re.compile(
    rf"discogs_(\d{{8}})_(?:({'|'.join(DUMP_TYPES)})\.xml\.gz|({CHECKSUM})\.txt)", re.ASCII
)
CHECKSUM_LINE = re.compile(
    r"\\?(?P<hash>[0-9a-fA-F]{64})[ \t]+\*?(?P<name>\S.*)"
    r"|SHA(?:2-)?256 ?\((?P<tag_name>.+)\) ?= ?(?P<tag_hash>[0-9a-fA-F]{64})"
)
"""As sha256sum and shasum write it, for text or `*` for binary, and with --tag, as BSD does."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class DumpFile:
    """A published file: a dump type's `.xml.gz`, or the list of their checksums.

    `location` is what its catalogue needs to read it. `size` is None when it is not listed; the
    file's own is no farther from it than `size_tolerance`, as a web page's list is rounded.
    `modified` is UTC; None means unknown and is taken as settled.
    """

    name: str
    date: datetime.date
    kind: str
    location: str
    size: int | None
    size_tolerance: int
    modified: datetime.datetime | None

    @property
    def exact_size(self) -> int | None:
        """The size to the byte; None when the listing does not tell it."""
        return None if self.size_tolerance else self.size

    @property
    def smallest_size(self) -> int:
        return 0 if self.size is None else self.size - self.size_tolerance

    @property
    def largest_size(self) -> float:
        return math.inf if self.size is None else self.size + self.size_tolerance


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


def parse_checksums(text: str, where: str) -> dict[str, str]:
    """Return SHA-256 (lower case) by file name; a path before the name does not count.

    Raises `ListingError`.
    """
    checksums: dict[str, str] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        match = CHECKSUM_LINE.fullmatch(line.strip())
        if match is None:
            raise ListingError(
                f"{where}, line {number}: expected 64 hex digits and a file name, "
                f"found {line[:80]!r}"
            )
        name = match["name"] or match["tag_name"]
        checksums[re.split(r"[/\\]", name)[-1]] = (match["hash"] or match["tag_hash"]).lower()
    return checksums
