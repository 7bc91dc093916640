"""A local web site that behaves like that of MusicBrainz' dumps: files by path, ranges, faults."""

from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

from discogs_assets_tests.support.local_site import LocalSite


@dataclass
class MusicBrainzSite(LocalSite):
    """Serves a folder; its behaviour may be changed while it runs. Use it in a `with` statement."""

    folder: Path
    faults: list[int] = field(default_factory=list)
    """Statuses that the next requests get."""
    retry_after: str = "0"
    cuts: list[int] = field(default_factory=list)
    """After how many bytes each of the next downloads of a `.tar.xz` breaks off."""
    page: bytes | None = None
    """What is sent instead of a `.tar.xz`."""
    requests: list[tuple[str, str]] = field(default_factory=list)
    """The path and range of each request."""

    @property
    def url(self) -> str:
        return f"{self.address}json-dumps/"


class Answers(BaseHTTPRequestHandler):
    """Answers one request to a site."""

    def __init__(self, site: MusicBrainzSite, *connection: Any) -> None:
        self.site = site
        super().__init__(*connection)

    def do_GET(self) -> None:
        path = self.path.removeprefix("/json-dumps/")
        self.site.requests.append((path, self.headers.get("Range", "")))
        found = self.site.folder / path
        if self.site.faults:
            self.answer(self.site.faults.pop(0), b"", {"Retry-After": self.site.retry_after})
        elif found.is_dir():
            self.answer(200, listing(found), {"Content-Type": "text/html"})
        elif not found.is_file():
            self.answer(404, b"<html>gone</html>", {})
        elif self.site.page is not None and path.endswith(".xz"):
            self.answer(200, self.site.page, {"Content-Type": "text/html"})
        else:
            self.send_file(found.read_bytes(), is_dump=path.endswith(".xz"))

    def send_file(self, data: bytes, *, is_dump: bool) -> None:
        start = int(self.headers.get("Range", "bytes=0-").removeprefix("bytes=").rstrip("-"))
        if start and start >= len(data):
            self.answer(416, b"", {"Content-Range": f"bytes */{len(data)}"})
            return
        headers = {"Content-Range": f"bytes {start}-{len(data) - 1}/{len(data)}"} if start else {}
        cut = self.site.cuts.pop(0) if is_dump and self.site.cuts else None
        self.answer(206 if start else 200, data[start:], headers, cut)

    def answer(
        self, status: int, body: bytes, headers: dict[str, str], cut: int | None = None
    ) -> None:
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body[:cut])

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def listing(folder: Path) -> bytes:
    """Return a page as nginx writes it."""
    rows = [
        f'<a href="{path.name}{"/" * path.is_dir()}">{path.name}</a>   23-May-2026 14:53   '
        f"{'-' if path.is_dir() else path.stat().st_size}"
        for path in sorted(folder.iterdir())
    ]
    page = "\n".join(['<html><body><h1>Index</h1><hr><pre><a href="../">../</a>', *rows])
    return f"{page}\n</pre><hr></body></html>\n".encode()


MusicBrainzSite.answers = Answers
