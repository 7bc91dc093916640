"""What lists of folders and checksums say of the dumps, wherever they are."""

import logging
import re
from collections.abc import Iterable, Mapping

from discogs_assets.errors import ListingError
from discogs_assets.sources.dumps.files import DumpFile, parse_checksums
from discogs_assets.sources.dumps.publication import Publication
from discogs_assets.sources.musicbrainz_dumps.publication import STAMP, SUMS, day_of, describe

logger = logging.getLogger(__name__)

LINK = re.compile(r'href="(?:\./)?([^"/?#]+)/?"[^>]*>[^<]*</a>([^\n<]*)', re.IGNORECASE)
SIZE = re.compile(r"\s(\d+)\s*$")
"""The last word of a row of a listing, where it counts bytes."""


def parse_latest(text: str, where: str) -> str:
    """Return the stamp of the newest dump, or raise `ListingError`."""
    stamp = text.strip()
    if not STAMP.fullmatch(stamp):
        raise ListingError(
            f"{where}: expected the stamp of the newest dump such as 20260523-001002, found "
            f"{stamp[:80]!r}; look at the page, or set MUSICBRAINZ_DUMPS_URL to a mirror"
        )
    return stamp


def parse_listing(page: str) -> dict[str, int | None]:
    """Return the names that a page links to, with their sizes where it counts bytes."""
    found: dict[str, int | None] = {}
    for name, rest in LINK.findall(page):
        size = SIZE.search(rest)
        found[name] = int(size[1]) if size else None
    return found


def choose_stamps(names: Iterable[str], latest: str | None, where: str) -> list[str]:
    """Return the stamps of the dumps that are published in full, oldest first.

    What is newer than the latest is still being put there. Of two of a day the first is taken:
    lake and warehouse tell dumps by their date.
    """
    stamps = {name for name in names if STAMP.fullmatch(name)} | ({latest} if latest else set())
    by_day: dict[object, str] = {}
    for stamp in sorted(stamps):
        if latest and stamp > latest:
            logger.info("%s: %s is left out: LATEST is %s", where, stamp, latest)
        elif (first := by_day.setdefault(day_of(stamp), stamp)) != stamp:
            text = "%s: expected one dump a day, found %s and %s: the second is left out"
            logger.warning(text, where, first, stamp)
    return [*by_day.values()]


def parse_sums(text: str, stamp: str, where: str) -> dict[str, str]:
    """Return SHA-256 by the names that the files have here."""
    return {f"{stamp}-{name}": sha256 for name, sha256 in parse_checksums(text, where).items()}


def iter_files(
    publication: Publication,
    stamp: str,
    names: Iterable[str],
    sizes: Mapping[str, int | None],
    folder: str,
) -> Iterable[DumpFile]:
    """Yield the files of a dump: the list of checksums, and those of dump types."""
    for name in sorted({SUMS, *names}):
        if publication.is_dump_file(f"{stamp}-{name}"):
            yield describe(publication, stamp, name, f"{folder}{name}", sizes.get(name))
