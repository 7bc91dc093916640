"""A receiver of webhooks on 127.0.0.1 that behaves as it is told."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

SECRET = "T0/B0/s3cr3t"


class Receiver(ThreadingHTTPServer):
    """Keeps what was posted; `manner` is how it answers."""

    daemon_threads = True

    def __init__(self, manner: str) -> None:
        super().__init__(("127.0.0.1", 0), Answers)
        self.manner = manner
        self.posted: list[dict[str, Any]] = []
        self.paths: list[str] = []
        self.is_over = threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/{SECRET}"


class Answers(BaseHTTPRequestHandler):
    """Answers as the server is told."""

    server: Receiver
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        assert self.headers["Content-Type"] == "application/json"
        self.server.posted.append(json.loads(body))
        self.server.paths.append(self.path)
        getattr(self, self.server.manner)()

    def good(self) -> None:
        self.send_response(204)
        self.end_headers()

    def broken(self) -> None:
        self.send_response(500)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def moved(self) -> None:
        self.send_response(302)
        self.send_header("Location", f"http://127.0.0.1:{self.server.server_port}/elsewhere")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def silent(self) -> None:
        self.server.is_over.wait(30)

    def dripping(self) -> None:
        """Send a header line now and then, so that each read is in time and the whole is not."""
        self.wfile.write(b"HTTP/1.1 200 OK\r\n")
        while not self.server.is_over.wait(0.05):
            self.wfile.write(b"X-More: 1\r\n")

    def endless(self) -> None:
        """Answer well, and never end the text."""
        self.send_response(200)
        self.end_headers()
        self.server.is_over.wait(30)

    def garbled(self) -> None:
        self.wfile.write(b"\x00\x01 no HTTP\r\n\r\n")

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


@contextmanager
def receiver(manner: str = "good") -> Iterator[Receiver]:
    """Run a receiver for as long as the context lasts."""
    with Receiver(manner) as server:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        try:
            yield server
        finally:
            server.is_over.set()
            server.shutdown()
