"""Reads the listing pages of the dumps' web site."""

import math
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import PurePosixPath
from typing import NamedTuple
from urllib.parse import parse_qs, urlsplit

import lxml.etree
import lxml.html

from discogs_assets.errors import ListingError
from discogs_assets.sources.discogs_dumps.publication import PUBLICATION
from discogs_assets.sources.dumps.files import DumpFile

UNITS = {"B": 1, "KB": 1 << 10, "MB": 1 << 20, "GB": 1 << 30, "TB": 1 << 40}
HEADING = "Last Modified"
ADVICE = "look at the page; set DISCOGS_DUMPS_URL to a mirror while it cannot be read"


class Page(NamedTuple):
    """What a listing page shows: dump files, and the prefixes of the folders below it."""

    files: tuple[DumpFile, ...]
    folders: tuple[str, ...]


def parse_page(content: bytes, prefix: str, where: str) -> Page:
    """Return what the page of a prefix lists; links to elsewhere are passed over."""
    files: list[DumpFile] = []
    folders: list[str] = []
    for link in find_listing(content, where).iter("a"):
        href = link.get("href", "")
        query = parse_qs(urlsplit(href).query)
        key, folder = query.get("download", [""])[0], query.get("prefix", [""])[0]
        if PUBLICATION.is_dump_file(PurePosixPath(key).name):
            files.append(parse_row(link, key, where))
        elif folder.startswith(prefix) and folder != prefix:
            folders.append(folder)
        elif not key and PUBLICATION.is_dump_file(link.text_content().strip()):
            raise ListingError(f"{where}: expected ?download=… links, found {href!r}; {ADVICE}")
    return Page(tuple(files), tuple(folders))


def find_listing(content: bytes, where: str) -> lxml.html.HtmlElement:
    """Return the `<pre>` that holds the list, or raise `ListingError`."""
    for pre in iter_pres(content):
        if HEADING in pre.text_content():
            return pre
    start = content.decode(errors="replace").strip()[:80]
    raise ListingError(
        f"{where}: expected a page with a <pre> list under {HEADING!r}, found {start!r}; {ADVICE}"
    )


def iter_pres(content: bytes) -> Iterator[lxml.html.HtmlElement]:
    """Yield the `<pre>` elements of a page; an empty page has none."""
    try:
        document = lxml.html.document_fromstring(content)
    except lxml.etree.ParserError:
        return
    yield from document.iter("pre")


def parse_row(link: lxml.html.HtmlElement, key: str, where: str) -> DumpFile:
    """Return the dump file of a row: date, time, size and unit stand before its link."""
    previous, parent = link.getprevious(), link.getparent()
    before = previous.tail if previous is not None else parent.text if parent is not None else ""
    row = (before or "").rpartition("\n")[2]
    try:
        day, clock, number, unit = row.split()
        modified = datetime.fromisoformat(f"{day} {clock}").replace(tzinfo=UTC)
        size, size_tolerance = parse_size(number, unit.upper())
    except (KeyError, OverflowError, ValueError) as error:
        raise ListingError(
            f"{where}, {key}: expected a row like '2026-01-15 16:40:37  455.8 MB', "
            f"found {row.strip()!r}; {ADVICE}"
        ) from error
    return PUBLICATION.describe(key, size, modified, size_tolerance=size_tolerance)


def parse_size(number: str, unit: str) -> tuple[int, int]:
    """Return a listed size in bytes, and how far the file's own may be from it.

    "455.8 MB" is rounded at its last digit; bytes are counted.
    """
    step = UNITS[unit] / 10 ** len(number.partition(".")[2])
    return round(float(number) * UNITS[unit]), 0 if unit == "B" else math.ceil(step / 2) + 1
