"""Which dumps of ListenBrainz are published, by the names of their folders."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from html.parser import HTMLParser
from typing import Protocol
from urllib.parse import unquote

from discogs_assets.errors import DumpNotFoundError, ListingError

NAME = re.compile(r"listenbrainz-dump-(\d+)-(\d{8}-\d{6})-(full|incremental)")
FOLDERS = {"full": "fullexport", "incremental": "incremental"}
STAMP = "%Y%m%d-%H%M%S"


class Listed(Protocol):
    """A place that can tell what is in a folder."""

    @property
    def url(self) -> str: ...

    def names(self, folder: str) -> list[str]: ...


@dataclass(frozen=True, order=True)
class Dump:
    """A dump: they are ordered by time, then by number; names do not sort so."""

    made: datetime
    number: int
    kind: str

    @property
    def stamp(self) -> str:
        """What all its names end with, such as `2593-20260712-000004-full`."""
        return f"{self.number}-{self.made:{STAMP}}-{self.kind}"

    @property
    def name(self) -> str:
        return f"listenbrainz-dump-{self.stamp}"

    def archive(self, *, is_json: bool) -> str:
        """Return the path of its archive of listens."""
        file = "listens-dump-{}.tar.zst" if is_json else "spark-dump-{}.tar"
        return f"{FOLDERS[self.kind]}/{self.name}/listenbrainz-{file.format(self.stamp)}"


class Links(HTMLParser):
    """Collects where a page leads to."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [value for name, value in attrs if tag == "a" and name == "href" and value]


def links_of(page: str, where: str) -> list[str]:
    """Return the names that a listing leads to, without `/`; ListingError when it has no link."""
    parser = Links()
    parser.feed(page)
    if not parser.found:
        raise ListingError(
            f"{where}: expected a page that lists folders, found {page[:60]!r}; check "
            "LISTENBRAINZ_URL"
        )
    return [unquote(link).rstrip("/").rpartition("/")[2] for link in parser.found]


def dump_of(name: str) -> Dump | None:
    """Return the dump that a folder is; None for others, such as `…-db`."""
    match = NAME.fullmatch(name)
    if match is None:
        return None
    try:
        made = datetime.strptime(match[2], STAMP).replace(tzinfo=UTC)
    except ValueError:
        return None
    return Dump(made, int(match[1]), match[3])


def dumps_of(place: Listed, kind: str) -> list[Dump]:
    """Return the dumps of a kind that are listed, oldest first."""
    found = map(dump_of, place.names(FOLDERS[kind]))
    return sorted({dump for dump in found if dump and dump.kind == kind})


def newest_full(place: Listed) -> Dump:
    """Return the newest full dump; DumpNotFoundError when none is listed."""
    names = place.names(FOLDERS["full"])
    dumps = sorted(dump for name in names if (dump := dump_of(name)) and dump.kind == "full")
    if not dumps:
        raise DumpNotFoundError(
            f"{place.url}{FOLDERS['full']}: expected a folder listenbrainz-dump-…-full, found "
            f"{', '.join(names) or 'none'}; a dump may be in the making: try later"
        )
    return dumps[-1]
