"""A local web site that serves a folder with listings and ranges, and can misbehave."""

import re
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from discogs_assets_tests.support.local_site import LocalSite


class QuietServer(ThreadingHTTPServer):
    """Says nothing of clients that go before they have read the answer."""

    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]


@dataclass
class ListenSite(LocalSite):
    """Serves what is in `folder`; use it in a `with` statement."""

    folder: Path
    faults: list[tuple[int, str | None]] = field(default_factory=list)
    """Status and Retry-After that the next requests get."""
    honours_range: bool = True
    page: bytes | None = None
    """What requests for files get instead, with status 200 and as HTML."""
    cuts: list[int] = field(default_factory=list)
    """After how many bytes each of the next answers of more bytes is cut off."""
    before: Callable[[str], None] = lambda _path: None
    """Is called with the path of each request."""
    requests: list[tuple[str, str]] = field(default_factory=list)
    """Path and range of each request."""
    sent: int = 0
    """How many bytes of files were sent."""

    @property
    def url(self) -> str:
        return self.address


class Answers(BaseHTTPRequestHandler):
    """Answers the requests of one connection."""

    protocol_version = "HTTP/1.1"
    wbufsize = 1 << 16
    disable_nagle_algorithm = True

    def __init__(self, site: ListenSite, *connection: Any) -> None:
        self.site = site
        super().__init__(*connection)

    def do_GET(self) -> None:
        wanted = self.headers.get("Range", "")
        self.site.requests.append((self.path, wanted))
        self.site.before(self.path)
        path = self.site.folder / self.path.strip("/")
        if self.site.faults:
            status, wait = self.site.faults.pop(0)
            self.answer(status, b"later", {"Retry-After": wait} if wait else {})
        elif path.is_dir():
            names = sorted(f"{one.name}/" for one in path.iterdir())
            links = "".join(f'<a href="{name}">{name}</a>\n' for name in ["../", *names])
            self.answer(
                200, f"<html><pre>{links}</pre></html>".encode(), {"Content-Type": "text/html"}
            )
        elif self.site.page is not None:
            self.answer(200, self.site.page, {"Content-Type": "text/html"})
        elif not path.is_file():
            self.answer(404, b"no such file", {})
        else:
            self.send(path, wanted)

    def send(self, path: Path, wanted: str) -> None:
        match = re.fullmatch(r"bytes=(\d+)-(\d+)", wanted)
        if match is None or not self.site.honours_range:
            self.answer(200, path.read_bytes(), {"Content-Type": "application/octet-stream"})
            return
        begin, size = int(match[1]), path.stat().st_size
        with path.open("rb") as file:
            file.seek(begin)
            part = file.read(int(match[2]) - begin + 1)
        self.site.sent += len(part)
        span = {"Content-Range": f"bytes {begin}-{begin + len(part) - 1}/{size}"}
        self.answer(206, part, {"Content-Type": "application/octet-stream", **span})

    def answer(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        is_cut = self.site.cuts and len(body) > self.site.cuts[0]
        if is_cut:
            body = body[: self.site.cuts.pop(0)]
            self.close_connection = True
        with suppress(ConnectionError):
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Keep quiet: `requests` has them all."""


ListenSite.answers = Answers
ListenSite.server_type = QuietServer
