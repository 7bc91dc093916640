"""The frame of local web sites: a server on loopback, for as long as a `with` statement lasts."""

import threading
from collections.abc import Callable
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import ClassVar, Self


class LocalSite:
    """`answers` takes the site and a connection."""

    answers: ClassVar[Callable[..., BaseHTTPRequestHandler]]
    server_type: ClassVar[type[ThreadingHTTPServer]] = ThreadingHTTPServer

    def __enter__(self) -> Self:
        self.server = self.server_type(("127.0.0.1", 0), partial(type(self).answers, self))
        self.thread = threading.Thread(
            target=self.server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True
        )
        self.thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}/"
