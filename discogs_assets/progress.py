"""Tell a person how far a long step is: lines in a log. The bar of a terminal is in `cli`."""

import io
import logging
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any, BinaryIO, Protocol

logger = logging.getLogger(__name__)

EVERY_S = 10.0


class Step(Protocol):
    """A step under way."""

    def advance(self, done_bytes: int, records: int = 0) -> None:
        """Count more bytes, fewer when negative, and more records."""


class Progress(Protocol):
    """Shows steps."""

    def step(self, name: str, total_bytes: int | None) -> AbstractContextManager[Step]:
        """Show a step for as long as the context lasts; None: nobody knows how much there is."""


class CountedStream(io.RawIOBase):
    """A stream that tells a function how many bytes were read from it."""

    def __init__(self, stream: BinaryIO, tell: Callable[[int], None]) -> None:
        self.stream = stream
        self.told = tell

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = self.stream.read(len(buffer))
        buffer[: len(data)] = data
        self.told(len(data))
        return len(data)


class LoggedStep:
    """Writes a line at most every `every_s` seconds."""

    def __init__(self, name: str, total_bytes: int | None, every_s: float) -> None:
        self.name = name
        self.total_bytes = total_bytes
        self.every_s = every_s
        self.bytes = 0
        self.records = 0
        self.started = self.told = time.monotonic()

    def advance(self, done_bytes: int, records: int = 0) -> None:
        self.bytes += done_bytes
        self.records += records
        if time.monotonic() - self.told >= self.every_s:
            self.told = time.monotonic()
            self.tell()

    def tell(self) -> None:
        logger.info("%s", str(self))

    def __str__(self) -> str:
        seconds = max(time.monotonic() - self.started, 1e-3)
        parts = [f"{self.name}: {size(self.bytes)}"]
        if self.total_bytes:
            parts[0] += f" of {size(self.total_bytes)} ({self.bytes / self.total_bytes:.0%})"
        if self.records:
            parts.append(f"{self.records:,} records, {self.records / seconds:,.0f}/s")
        else:
            parts.append(f"{size(int(self.bytes / seconds))}/s")
        if self.total_bytes and self.bytes > 0:
            left = seconds * max(self.total_bytes - self.bytes, 0) / self.bytes
            parts.append(f"{duration(left)} left")
        return ", ".join(parts)


class LoggedProgress:
    """Shows steps as lines in a log."""

    def __init__(self, every_s: float = EVERY_S) -> None:
        self.every_s = every_s

    @contextmanager
    def step(self, name: str, total_bytes: int | None) -> Iterator[Step]:
        yield LoggedStep(name, total_bytes, self.every_s)


def size(count: int) -> str:
    """Return a number of bytes for people."""
    if abs(count) < 1000:
        return f"{count} B"
    amount, units = count / 1000, ["kB", "MB", "GB", "TB"]
    while abs(amount) >= 1000 and len(units) > 1:
        amount /= 1000
        units.pop(0)
    return f"{amount:.1f} {units[0]}"


def duration(seconds: float) -> str:
    """Return a time for people: `45 s`, `3:20 min` or `1:05 h`."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    minutes, rest = divmod(whole, 60)
    if minutes < 60:
        return f"{minutes}:{rest:02} min"
    return f"{minutes // 60}:{minutes % 60:02} h"
