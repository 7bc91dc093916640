"""A local web site that behaves like data.discogs.com, for tests, and a clock to wait by."""

import time
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any, NamedTuple
from urllib.parse import parse_qs, quote, urlsplit

from discogs_assets_tests.support.local_site import LocalSite

LINE = "-" * 95
UNITS = ("B", "KB", "MB", "GB")


@dataclass
class Clock:
    """Time that passes only by sleeping."""

    now: float = 1000.0
    slept: list[float] = field(default_factory=list)

    def read(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


class Request(NamedTuple):
    """A request the site got; `path` has the query, `at` is monotonic time."""

    path: str
    headers: dict[str, str]
    at: float


@dataclass
class DiscogsSite(LocalSite):
    """Serves `files` (bytes by key, such as `data/2026/discogs_20260101_artists.xml.gz`).

    Its behaviour may be changed while it runs; use it in a `with` statement.
    """

    files: dict[str, bytes] = field(default_factory=dict)
    modified: Mapping[str, str] = field(default_factory=dict)
    """`YYYY-MM-DD HH:MM:SS` by key; 2026-01-15 16:40:37 for the others."""
    is_refusing: bool = False
    """Answer 403 to everything."""
    busy: int = 0
    """How many requests still get 429."""
    retry_after: str | None = "0"
    """The header that goes with 429 and `faults`; None leaves it out."""
    faults: list[int] = field(default_factory=list)
    """Statuses that the next requests get, such as [503, 500]."""
    fault_headers: Mapping[str, str] = field(default_factory=dict)
    """More headers for `faults`."""
    page: bytes | None = None
    """What requests for files that do not exist get, with status 200; 404 when it is None."""
    honours_range: bool = True
    sends_length: bool = True
    cuts: list[int] = field(default_factory=list)
    """After how many bytes of its body each of the next downloads is cut off."""
    file_headers: Mapping[str, str] = field(default_factory=dict)
    """More headers for downloads, such as another Content-Type."""
    requests: list[Request] = field(default_factory=list)

    @property
    def url(self) -> str:
        return self.address

    def downloads(self) -> list[Request]:
        """Return the requests for files, in order."""
        return [request for request in self.requests if "download=" in request.path]


class Answers(BaseHTTPRequestHandler):
    """Answers one request to a site."""

    def __init__(self, site: DiscogsSite, *connection: Any) -> None:
        self.site = site
        super().__init__(*connection)

    def do_GET(self) -> None:
        self.site.requests.append(Request(self.path, dict(self.headers), time.monotonic()))
        query = parse_qs(urlsplit(self.path).query)
        if self.site.is_refusing:
            self.answer(403, b"<html>Forbidden</html>")
        elif self.site.busy:
            self.site.busy -= 1
            self.refuse(429)
        elif self.site.faults:
            self.refuse(self.site.faults.pop(0))
        elif "download" in query:
            self.download(query["download"][0])
        else:
            self.answer(200, render_page(self.site, query.get("prefix", ["data/"])[0]))

    def refuse(self, status: int) -> None:
        headers = {} if self.site.retry_after is None else {"Retry-After": self.site.retry_after}
        self.answer(status, b"later", {**headers, **self.site.fault_headers})

    def download(self, key: str) -> None:
        content = self.site.files.get(key)
        wanted = self.headers.get("Range")
        if content is None and self.site.page is not None:
            self.answer(200, self.site.page)
        elif content is None:
            self.answer(404, b"no such key")
        elif wanted is None or not self.site.honours_range:
            self.send_file(200, content, {})
        else:
            self.send_part(content, int(wanted.removeprefix("bytes=").removesuffix("-")))

    def send_part(self, content: bytes, offset: int) -> None:
        size = len(content)
        if offset >= size:
            self.answer(416, b"", {"Content-Range": f"bytes */{size}"})
        else:
            span = {"Content-Range": f"bytes {offset}-{size - 1}/{size}"}
            self.send_file(206, content[offset:], span)

    def send_file(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        length = self.site.cuts.pop(0) if self.site.cuts else len(body)
        if self.site.sends_length:
            headers = {**headers, "Content-Length": str(len(body))}
        headers = {**headers, "Content-Type": "application/gzip", **self.site.file_headers}
        self.send_head(status, headers)
        with suppress(ConnectionError):
            self.wfile.write(body[:length])

    def answer(self, status: int, body: bytes, headers: Mapping[str, str] | None = None) -> None:
        page = {"Content-Type": "text/html", "Content-Length": str(len(body))}
        self.send_head(status, {**page, **(headers or {})})
        self.wfile.write(body)

    def send_head(self, status: int, headers: Mapping[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Keep quiet: `requests` has them all."""


def render_page(site: DiscogsSite, prefix: str) -> bytes:
    """Return the listing of a prefix: rows of folders, then of files."""
    names = {key.removeprefix(prefix) for key in site.files if key.startswith(prefix)}
    folders = sorted({name.partition("/")[0] for name in names if "/" in name})
    rows = [render_row("", "-", f"?prefix={quote(prefix + name + '/', safe='')}", f"{name}/")
            for name in folders]  # fmt: skip
    for name in sorted(name for name in names if "/" not in name):
        key = prefix + name
        at = site.modified.get(key, "2026-01-15 16:40:37")
        size = render_size(len(site.files[key]))
        rows.append(render_row(at, size, f"?download={quote(key, safe='')}", name))
    return render_html(rows, prefix)


def render_html(rows: Iterable[str], prefix: str) -> bytes:
    up = [] if prefix == "data/" else [render_row("", "", "?prefix=data%2F", "../")]
    table = "\n".join([render_row_text("Last Modified", "Size") + "Name", LINE, *up, *rows])
    head = "<html><body>\n<pre>Monthly dumps.\n</pre><h2>Data</h2>"
    return f"{head}\n<pre>{table}\n</pre></body></html>".encode()


def render_row(modified: str, size: str, href: str, name: str) -> str:
    return f'{render_row_text(modified, size)}<a href="{href}">{name}</a>'


def render_row_text(modified: str, size: str) -> str:
    return f"{modified:<32}{size:<15}"


def render_size(size: float) -> str:
    """Return a size as the site writes it: whole bytes, or one decimal of a power of 1,024."""
    for unit in UNITS:
        if size < 1024 or unit == UNITS[-1]:
            break
        size /= 1024
    return f"{size} B" if unit == "B" else f"{size:.1f} {unit}"


DiscogsSite.answers = Answers
