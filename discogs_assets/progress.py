"""Tell a person how far a long step is: lines in a log. The bar of a terminal is in `terminal`."""

import io
import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, BinaryIO, Protocol

logger = logging.getLogger(__name__)

EVERY_S = 10.0
RECENT_S = 60.0
"""Rates are of so long."""
SILENT_S = 120.0
"""When nothing moved for so long, a person is warned; again after as long."""
SHORTEST_S = 0.01
NO_END = "no end in sight"


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


@dataclass(frozen=True)
class Reading:
    """How far a step was at a time."""

    time: float
    bytes: int
    records: int


class LoggedStep:
    """Writes a line every `every_s` seconds, and a warning when it was silent for long.

    Rates and the time left are those of about the last minute, and the line says of how long: an
    average of all the time would hide that a step has become slow, or stands still.
    """

    def __init__(self, name: str, total_bytes: int | None, every_s: float) -> None:
        self.name = name
        self.total_bytes = total_bytes
        self.every_s = every_s
        self.bytes = 0
        self.records = 0
        self.started = self.told = self.moved = self.warned = time.monotonic()
        self.readings = deque([Reading(self.started, 0, 0)])
        self.lock = threading.RLock()

    def advance(self, done_bytes: int, records: int = 0) -> None:
        with self.lock:
            self.bytes += done_bytes
            self.records += records
            if done_bytes or records:
                self.note_move()
        self.look()

    def note_move(self) -> None:
        now = time.monotonic()
        if self.warned > self.moved:
            silent = duration(now - self.moved)
            logger.info("%s: moves again, after it stood still for %s", self.name, silent)
        self.moved = now

    def look(self) -> None:
        """Write the line or the warning that is due, if one is."""
        with self.lock:
            now = time.monotonic()
            if now - self.told < self.every_s:
                return
            self.told = now
            while len(self.readings) > 1 and now - self.readings[1].time >= RECENT_S:
                self.readings.popleft()
            if self.is_counted and now - max(self.moved, self.warned) >= SILENT_S:
                self.warned = now
                self.warn(now - self.moved)
            else:
                self.tell()
            self.readings.append(Reading(now, self.bytes, self.records))

    @property
    def is_counted(self) -> bool:
        """Whether anybody counts; what DuckDB computes in one statement cannot be."""
        return bool(self.total_bytes or self.bytes or self.records)

    def wait_s(self) -> float:
        """Return how long it is until a line may be due."""
        return max(self.told + self.every_s - time.monotonic(), 0)

    def tell(self) -> None:
        logger.info("%s", str(self))

    def warn(self, silent_s: float) -> None:
        since = datetime.now(UTC) - timedelta(seconds=silent_s)
        silent = f"nothing moved for {duration(silent_s)}, since {since:%H:%M:%S} UTC"
        logger.warning("%s; %s", str(self), silent)

    def __str__(self) -> str:
        now = time.monotonic()
        parts = []
        if self.total_bytes:
            share = self.bytes / self.total_bytes
            parts.append(f"{size(self.bytes)} of {size(self.total_bytes)} ({share:.0%})")
        elif self.bytes:
            parts.append(size(self.bytes))
        if self.records:
            parts.append(f"{self.records:,} records")
        parts.append(f"{duration(now - self.started)} so far")
        line = f"{self.name}: " + ", ".join(parts)
        return f"{line}; {self.recent(now)}" if self.is_counted else line

    def recent(self, now: float) -> str:
        """Return the rates of the last minute, and when the step would end if it goes on so."""
        before = self.readings[0]
        seconds = max(now - before.time, 1e-3)
        rate = (self.bytes - before.bytes) / seconds
        parts = [f"{size(int(rate))}/s"] if self.bytes or self.total_bytes else []
        if self.records:
            parts.insert(0, f"{(self.records - before.records) / seconds:,.0f} records/s")
        if self.total_bytes:
            left = max(self.total_bytes - self.bytes, 0)
            is_known = rate > 0 or not left
            parts.append(f"{duration(left / rate if left else 0)} left" if is_known else NO_END)
        return f"in the last {duration(seconds)} " + ", ".join(parts)


@contextmanager
def watched(step: LoggedStep) -> Iterator[LoggedStep]:
    """Have a step's lines written while nothing moves too, by a thread that ends with it."""
    is_over = threading.Event()

    def watch() -> None:
        while not is_over.wait(max(step.wait_s(), SHORTEST_S)):
            step.look()

    thread = threading.Thread(target=watch, name=f"progress of {step.name}", daemon=True)
    thread.start()
    try:
        yield step
    finally:
        is_over.set()
        thread.join()


class LoggedProgress:
    """Shows steps as lines in a log."""

    def __init__(self, every_s: float = EVERY_S) -> None:
        self.every_s = every_s

    @contextmanager
    def step(self, name: str, total_bytes: int | None) -> Iterator[Step]:
        with watched(LoggedStep(name, total_bytes, self.every_s)) as step:
            yield step


def size(count: int) -> str:
    """Return a number of bytes for people."""
    if abs(count) < 1000:
        return f"{count} B"
    amount, units = count / 1000, ["kB", "MB", "GB", "TB"]
    while abs(amount) >= 1000 and len(units) > 1:
        amount /= 1000
        units.pop(0)
    return f"{amount:.1f} {units[0]}"


def per_second(count: int, seconds: float) -> int:
    """Return a rate, also of what took no time to speak of."""
    return round(count / max(seconds, 1e-3))


def duration(seconds: float) -> str:
    """Return a time for people: `45 s`, `3:20 min` or `1:05 h`."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    minutes, rest = divmod(whole, 60)
    if minutes < 60:
        return f"{minutes}:{rest:02} min"
    return f"{minutes // 60}:{minutes % 60:02} h"
