"""A published dump file, and the checksums of a dump."""

import datetime
import math
import re
from dataclasses import dataclass
from pathlib import PurePosixPath

from discogs_assets.errors import ListingError
from discogs_assets.sources.dumps.packing import GZIP_FILES, Packing

CHECKSUM = "CHECKSUM"

CHECKSUM_LINE = re.compile(
    r"\\?(?P<hash>[0-9a-fA-F]{64})[ \t]+\*?(?P<name>\S.*)"
    r"|SHA(?:2-)?256 ?\((?P<tag_name>.+)\) ?= ?(?P<tag_hash>[0-9a-fA-F]{64})"
)
"""As sha256sum and shasum write it, for text or `*` for binary, and with --tag, as BSD does."""


@dataclass(frozen=True, slots=True)
class DumpFile:
    """A published file: one of a dump type, or the list of their checksums.

    `location` is what its catalogue needs to read it. `size` is None when it is not listed; the
    file's own is no farther from it than `size_tolerance`, as a web page's list is rounded.
    `modified` is UTC; None means unknown and is taken as settled. `setting` says where the dumps of
    its `source` are.
    """

    name: str
    date: datetime.date
    kind: str
    location: str
    size: int | None
    size_tolerance: int
    modified: datetime.datetime | None
    source: str
    packing: Packing = GZIP_FILES
    setting: str = "DISCOGS_DUMPS_URL"

    @property
    def prefix(self) -> str:
        """What its name has before that at the publisher, where dumps are told by folders."""
        return self.name.removesuffix(PurePosixPath(self.location).name)

    @property
    def raw_key(self) -> str:
        """Where the store keeps it."""
        return raw_key(self.source, self.date, self.name)

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


def raw_folder(source: str) -> str:
    return f"raw/{source}"


def raw_key(source: str, day: datetime.date, name: str) -> str:
    """Return where the store keeps a dump file."""
    return f"{raw_folder(source)}/{day.year}/{name}"


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
