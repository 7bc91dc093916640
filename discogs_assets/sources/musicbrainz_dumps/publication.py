"""What MusicBrainz publishes: dumps by a stamp such as 20260523-001002, a file a dump type.

A dump is a folder of that name. Here each file is called by the stamp as well, so that it can be
told from the others of its type. In lake and warehouse a dump is its date.
"""

import re
from collections.abc import Sequence
from datetime import date

from discogs_assets.errors import ListingError
from discogs_assets.sources.dumps.files import CHECKSUM, DumpFile
from discogs_assets.sources.dumps.publication import Publication
from discogs_assets.sources.musicbrainz_dumps.columns import SOURCE
from discogs_assets.sources.musicbrainz_dumps.json.xz import XZ
from discogs_assets.sources.musicbrainz_dumps.tables import DUMP_TYPES

SETTING = "MUSICBRAINZ_DUMPS_URL"
SUMS, ENDING = "SHA256SUMS", ".tar.xz"
STAMP = re.compile(r"\d{8}-\d{6}", re.ASCII)
FILE_NAME = re.compile(
    rf"(\d{{8}})-(\d{{6}})-(?:({'|'.join(DUMP_TYPES)}){re.escape(ENDING)}|({SUMS}))", re.ASCII
)
DEFAULT_TYPES = ("artist", "label", "release-group", "release", "recording", "work")


def day_of(stamp: str) -> date:
    """Return the date of a stamp, or raise `ListingError`."""
    try:
        if STAMP.fullmatch(stamp):
            return date.fromisoformat(stamp[:8])
    except ValueError:
        pass
    raise ListingError(f"expected the stamp of a dump such as 20260523-001002, found {stamp!r}")


def stamp_in(name: str) -> str:
    """Return the stamp that a file name starts with."""
    return name[:15]


def file_name(day: date, kind: str) -> str:
    """Return what the file of a day is called; its time is not known."""
    return f"{day:%Y%m%d}-HHMMSS-{SUMS if kind == CHECKSUM else f'{kind}{ENDING}'}"


def parse_file_name(name: str) -> tuple[date, str]:
    """Return date and kind of a dump file's name, or raise `ListingError`."""
    match = FILE_NAME.fullmatch(name)
    if match is None:
        raise ListingError(
            f"{name!r} is not the name of a dump file: expected YYYYMMDD-HHMMSS-TYPE{ENDING} with "
            f"a type of {', '.join(DUMP_TYPES)}, or YYYYMMDD-HHMMSS-{SUMS}"
        )
    return day_of(f"{match[1]}-{match[2]}"), match[3] or CHECKSUM


def publication_of(types: Sequence[str]) -> Publication:
    """Return what is wanted of the dumps: some dump types, in the order of import."""
    return Publication(
        SOURCE,
        SETTING,
        tuple(name for name in DUMP_TYPES if name in types),
        file_name,
        parse_file_name,
        partition=lambda day: day,
        packing=XZ,
        day_of=day_of,
        key_in=stamp_in,
    )


def describe(
    publication: Publication, stamp: str, name: str, location: str, size: int | None
) -> DumpFile:
    """Return a file of a dump."""
    return publication.describe(location, size, None, name=f"{stamp}-{name}")
