"""A server before an S3 server that hands requests on, and does now and then what networks do."""

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

ERROR = "<Error><Code>{code}</Code><Message>made up by a test</Message></Error>"


@dataclass
class Fault:
    """What is done once to a request that a pattern finds, such as `PUT .*partNumber=2`.

    An answer of this status and code; without a status the connection is cut after the request,
    and when it `holds`, nothing is answered until `Faults.is_over`. `is_met` once it was done.
    """

    pattern: str
    status: int = 0
    code: str = ""
    holds: bool = False
    is_lost: bool = False
    """Whether the server gets the request all the same, and only its answer is lost."""
    is_met: threading.Event = field(default_factory=threading.Event)


class Faults(ThreadingHTTPServer):
    """Hands requests on to a server of this machine; keeps a line for each that it handed on."""

    daemon_threads = True

    def __init__(self, upstream: str, faults: tuple[Fault, ...]) -> None:
        super().__init__(("127.0.0.1", 0), Hands)
        self.upstream = upstream.removeprefix("http://")
        self.faults = [*faults]
        self.handed_on: list[str] = []
        self.guard = threading.Lock()
        self.is_over = threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def take(self, line: str) -> Fault | None:
        """Return the fault that this request meets, which no other will meet."""
        with self.guard:
            found = next((one for one in self.faults if re.match(one.pattern, line)), None)
            if found:
                self.faults.remove(found)
            return found

    def count(self, pattern: str) -> int:
        """Return how many requests that a pattern finds were handed on."""
        return sum(re.match(pattern, line) is not None for line in self.handed_on)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of clients that are gone."""


class Hands(BaseHTTPRequestHandler):
    """Hands one request on, or meets its fault."""

    server: Faults
    protocol_version = "HTTP/1.1"

    def hand_on(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        line = f"{self.command} {self.path}"
        fault = self.server.take(line)
        if fault is None:
            self.answer(*self.ask(line, body))
            return
        if fault.is_lost:
            self.ask(line, body)
        fault.is_met.set()
        if fault.holds:
            self.server.is_over.wait(60)
        if fault.status:
            content = ERROR.format(code=fault.code).encode()
            self.answer(fault.status, {"Content-Type": "application/xml"}, content)
        else:
            self.close_connection = True

    do_GET = do_PUT = do_POST = do_HEAD = do_DELETE = hand_on  # noqa: N815

    def ask(self, line: str, body: bytes) -> tuple[int, dict[str, str], bytes]:
        """Return what the server answers: status, headers, body."""
        headers = {name: value for name, value in self.headers.items() if name != "Expect"}
        connection = HTTPConnection(self.server.upstream, timeout=60)
        try:
            connection.request(self.command, self.path, body or None, headers)
            answer = connection.getresponse()
            content = answer.read()
        finally:
            connection.close()
        self.server.handed_on.append(line)
        return answer.status, dict(answer.getheaders()), content

    def answer(self, status: int, headers: dict[str, str], content: bytes) -> None:
        is_head = self.command == "HEAD"
        self.send_response_only(status)
        for name, value in headers.items():
            if name.lower() not in ("connection", "transfer-encoding") and (
                is_head or name.lower() != "content-length"
            ):
                self.send_header(name, value)
        if not is_head:
            self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if not is_head:
            self.wfile.write(content)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


@contextmanager
def faults(upstream: str, *met: Fault) -> Iterator[Faults]:
    """Run it for as long as the context lasts."""
    with Faults(upstream, met) as server:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        try:
            yield server
        finally:
            server.is_over.set()
            server.shutdown()
