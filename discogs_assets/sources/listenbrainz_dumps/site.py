"""ListenBrainz's dumps on a web site: pages that list folders, files that are read by ranges."""

import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

import requests

from discogs_assets.errors import (
    DownloadError,
    DumpNotFoundError,
    SettingError,
    SourceError,
)
from discogs_assets.sources.http import (
    BUSY,
    CONNECT_S,
    READ_S,
    Pace,
    busy_error,
    explained_errors,
    patient,
)
from discogs_assets.sources.listenbrainz_dumps.listing import links_of
from discogs_assets.sources.listenbrainz_dumps.place import CHUNK_BYTES

T = TypeVar("T")
RANGE = re.compile(r"bytes (\d+)-(\d+)/(\d+)")
PAUSE_S = 0.05
LONGEST_WAIT_S = 7200.0


@dataclass
class SitePlace:
    """A site; one request at a time, on one connection."""

    url: str
    user_agent: str
    pause_s: float = PAUSE_S
    longest_wait_s: float = LONGEST_WAIT_S
    sleep: Callable[[float], None] = time.sleep
    session: requests.Session = field(default_factory=requests.Session, repr=False)
    pace: Pace = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self.pace = Pace(self.pause_s, time.monotonic, time.sleep)

    def names(self, folder: str) -> list[str]:
        page = self.patiently(self.read_once, f"{folder}/", "text/html")
        return links_of(page.decode(errors="replace"), f"{self.url}{folder}/")

    def size(self, path: str) -> int:
        """Return the bytes of a file, and see that the site answers with ranges."""
        return self.patiently(self.size_once, path)

    def size_once(self, path: str) -> int:
        with self.asked(path, 0, 1) as response:
            return check_range(response, 0, 1, f"{self.url}{path}")

    def read(self, path: str) -> bytes:
        return self.patiently(self.read_once, path)

    def read_once(self, path: str, kind: str = "") -> bytes:
        with self.asked(path) as response, explained_errors(f"{self.url}{path}"):
            refuse_page(response, f"{self.url}{path}", kind)
            return response.content

    def iter_range(self, path: str, start: int, length: int) -> Iterator[bytes]:
        where = f"{self.url}{path}"
        with self.asked(path, start, length) as response, explained_errors(where):
            check_range(response, start, length, where)
            yield from response.raw.stream(CHUNK_BYTES, decode_content=False)

    def local(self, _path: str) -> Path | None:
        return None

    def patiently(self, ask: Callable[..., T], *arguments: object) -> T:
        return patient(self.sleep, self.longest_wait_s)(ask, *arguments)

    @contextmanager
    def asked(self, path: str, start: int = 0, length: int = 0) -> Iterator[requests.Response]:
        """Ask for a file, or for some bytes of it, and give the answer if it is a good one."""
        self.pace.wait()
        headers = {"User-Agent": self.user_agent, "Accept-Encoding": "identity"}
        if length:
            headers["Range"] = f"bytes={start}-{start + length - 1}"
        where = f"{self.url}{path}"
        with explained_errors(where):
            response = self.session.get(
                where, headers=headers, stream=True, timeout=(CONNECT_S, READ_S)
            )
        with response:
            check_status(response, where)
            yield response


def open_site(url: str, user_agent: str) -> SitePlace:
    parts = urlsplit(url)
    if not parts.hostname or parts.username is not None or parts.query or parts.fragment:
        raise SettingError(
            "LISTENBRAINZ_URL: expected an address like https://host/pub/listenbrainz/, found one "
            "without a host or with a user, a ? or a #"
        )
    return SitePlace(url.rstrip("/") + "/", user_agent)


def check_status(response: requests.Response, where: str) -> None:
    """Raise the error that an answer's status stands for."""
    status = response.status_code
    if status in (HTTPStatus.OK, HTTPStatus.PARTIAL_CONTENT):
        return
    if status in BUSY or status >= 500:
        raise busy_error(response, where)
    if status in (HTTPStatus.NOT_FOUND, HTTPStatus.GONE):
        raise DumpNotFoundError(
            f"{where}: the site answers {status}: it is no longer published, or not yet; only the "
            "newest two full dumps and some weeks of incremental ones are kept: import again, and "
            "the newest is used"
        )
    raise SourceError(f"{where}: expected status 200 or 206, found {status}")


def check_range(response: requests.Response, start: int, length: int, where: str) -> int:
    """Return the size of the whole file; raise an error unless the answer is the part asked for."""
    refuse_page(response, where)
    if response.status_code == HTTPStatus.OK:
        raise SourceError(
            f"{where}: asked for {length} bytes, and the site sends the whole file: it has no "
            "ranges; choose another mirror with LISTENBRAINZ_URL, or a folder with the dump"
        )
    found = response.headers.get("Content-Range", "")
    match = RANGE.fullmatch(found)
    if match is None or int(match[1]) != start or int(match[2]) - start + 1 > length:
        raise SourceError(f"{where}: expected {length} bytes from {start} on, found {found!r}")
    return int(match[3])


def refuse_page(response: requests.Response, where: str, expected: str = "") -> None:
    """Raise DownloadError when a page comes instead of a file."""
    kind = response.headers.get("Content-Type", "")
    if kind.startswith("text/html") and expected != "text/html":
        raise DownloadError(
            f"{where}: expected a file of a dump, found a web page; try later, or check "
            "LISTENBRAINZ_URL"
        )
