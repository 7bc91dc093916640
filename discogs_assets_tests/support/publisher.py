"""A publisher that fails as it is told, and one of its files to download."""

import gzip
import hashlib
import random
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from discogs_assets.errors import TransientError
from discogs_assets.sources.dumps.catalogue import Catalogue, Dump, Reading
from discogs_assets.sources.dumps.download import download
from discogs_assets.sources.dumps.files import DumpFile
from discogs_assets.sources.dumps.origin import Origin
from discogs_assets.sources.dumps.raw_files import Downloaded
from discogs_assets.storage.local import LocalStore
from discogs_assets.storage.store import Store
from discogs_assets_tests.support.checkout import CHECKOUT

NAME = "discogs_20260101_artists.xml.gz"
KEY = f"raw/discogs/2026/{NAME}"
CHUNK = 1000
DUMP = gzip.compress(random.Random(1).randbytes(20_000), mtime=0)
OTHER = gzip.compress(random.Random(2).randbytes(25_000), mtime=0)
FILE = DumpFile(NAME, date(2026, 1, 1), "artists", "data/2026", len(DUMP), 0, None, "discogs")


ONE = Origin('"1"')


@dataclass
class Publisher:
    """A source that breaks after each of `cuts` bytes, a read each, and then sends everything."""

    content: bytes = DUMP
    cuts: list[int] = field(default_factory=list)
    has_ranges: bool = True
    has_total: bool = True
    is_silent: bool = False
    retry_after_s: float | None = None
    before_chunk: Callable[[int], None] = lambda position: None
    origin: Origin = ONE
    url: str = "https://dumps.test/"
    asked: list[int] = field(default_factory=list)

    @contextmanager
    def read(self, file: DumpFile, offset: int) -> Iterator[Reading]:
        self.asked.append(offset)
        start = offset if self.has_ranges else 0
        stop = start + self.cuts.pop(0) if self.cuts else len(self.content)
        if stop == start < len(self.content):
            raise TransientError("429 Too Many Requests", self.retry_after_s)
        total = len(self.content) if self.has_total else None
        is_whole = 0 < start >= len(self.content)
        yield Reading(self.chunks(start, stop), start, total, is_whole, self.origin)

    def chunks(self, start: int, stop: int) -> Iterator[bytes]:
        for position in range(start, stop, CHUNK):
            self.before_chunk(position)
            yield self.content[position : min(position + CHUNK, stop)]
        if stop < len(self.content) and not self.is_silent:
            raise TransientError("connection cut")

    def years(self) -> list[int]:
        raise AssertionError("a download lists nothing")

    def dumps(self, year: int) -> list[Dump]:
        raise AssertionError("a download lists nothing")

    def checksums(self, dump: Dump) -> dict[str, str]:
        raise AssertionError("a download lists nothing")

    def address(self, file: DumpFile) -> str:
        raise AssertionError("a download shows nobody where it reads")


class Download:
    """One call's arguments, with what it told of progress and how long it slept."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.progress: list[int] = []
        self.slept: list[float] = []
        self.while_asleep: Callable[[], None] = lambda: None

    def __call__(
        self, catalogue: Catalogue, sha256: str | None, file: DumpFile = FILE
    ) -> Downloaded:
        return download(catalogue, file, sha256, self.store, self.progress.append, self.sleep)

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.while_asleep()

    @property
    def part(self) -> Path:
        return self.store.scratch / f"{NAME}.part"

    def leave_part(self, content: bytes) -> None:
        self.part.parent.mkdir(parents=True)
        self.part.write_bytes(content)


def sha(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def sidecar(content: bytes) -> bytes:
    return f"{sha(content)}  {NAME}\n".encode()


def listing(store: Store) -> dict[str, bytes]:
    return {key: store.read(key) for key in store.keys("")}


WHOLE = {KEY: DUMP, f"{KEY}.sha256": sidecar(DUMP)}


def run_child(store: LocalStore, code: str) -> "subprocess.Popen[bytes]":
    """Start a process that has this module's names, `run` for `store`, and runs `code`."""
    preamble = (
        f"import resource, sys, time\nfrom {__name__} import *\n"
        "from discogs_assets.errors import SpaceError\n"
        f"run = Download(LocalStore({store.url!r}))\n"
    )
    root = str(CHECKOUT)
    return subprocess.Popen(
        [sys.executable, "-c", preamble + code],
        cwd=root,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
