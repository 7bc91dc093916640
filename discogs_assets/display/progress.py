"""Tell a person how far a long step is: lines in a log. The bar of a terminal is in `terminal`.

What is counted, and how the time left follows, is in `pace`.
"""

import io
import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import UTC, datetime, timedelta
from typing import Any, BinaryIO, Protocol

from discogs_assets.display.pace import Pace
from discogs_assets.display.text import duration, size

logger = logging.getLogger(__name__)

EVERY_S = 10.0
SILENT_S = 120.0
"""When nothing moved for so long, a person is warned; again after as long."""
SHORTEST_S = 0.01
NO_END = "no end in sight"

OnBytes = Callable[[int], object]
"""Called with the bytes that were read or sent since the last call."""


class Step(Protocol):
    """A step under way."""

    def advance(self, done: float, records: int = 0) -> None:
        """Count more of what there is, bytes or work, fewer when negative, and more records."""

    def part(self, name: str, weight: float) -> AbstractContextManager[Callable[[float], None]]:
        """Say what is done now, and how much of the total it is; it is done when the block ends.

        Gives a function that takes the share of it that is done, from 0 to 1.
        """


class Progress(Protocol):
    """Shows steps."""

    def step(
        self, name: str, total: float | None, *, is_bytes: bool = True
    ) -> AbstractContextManager[Step]:
        """Show a step for as long as the context lasts; None: nobody knows how much there is.

        Without `is_bytes` the total is that of the weights of its parts, in any measure of work.
        """


class Parts(Protocol):
    """Takes what a piece of work is made of: `query_progress.Statements` shows it."""

    def part(self, name: str, weight: float, statements: int = 1) -> AbstractContextManager[None]:
        """Name what is done in the block, and how much it is of all that is to be done.

        `statements` is how many long ones it takes, each about as long.
        """


class Unseen:
    """Parts of work that nobody looks at."""

    def part(self, *_: object) -> AbstractContextManager[None]:
        return nullcontext()


UNSEEN = Unseen()


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


class LoggedStep(Pace):
    """Writes a line every `every_s` seconds, and a warning when it was silent for long."""

    def __init__(
        self, name: str, total: float | None, every_s: float, *, is_bytes: bool = True
    ) -> None:
        super().__init__(name, total, is_bytes=is_bytes)
        self.every_s = every_s
        self.told = self.warned = self.started

    def advance(self, done: float, records: int = 0) -> None:
        super().advance(done, records)
        self.look()

    def note_move(self) -> None:
        if self.warned > self.moved:
            silent = duration(time.monotonic() - self.moved)
            logger.info("%s: resumed after stalling for %s", self.name, silent)
        super().note_move()

    def look(self) -> None:
        """Write the line or the warning that is due, if one is."""
        with self.lock:
            now = time.monotonic()
            if now - self.told < self.every_s:
                return
            self.told = now
            if self.is_counted and now - max(self.moved, self.warned) >= SILENT_S:
                self.warned = now
                self.warn(now - self.moved)
            else:
                self.tell()

    @property
    def is_counted(self) -> bool:
        """Whether anybody counts."""
        return bool(self.total or self.done or self.records)

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
        name = f"{self.name} ({self.present})" if self.present else self.name
        parts = [self.amount] if self.amount else []
        if self.records:
            parts.append(f"{self.records:,} records")
        parts.append(f"{duration(now - self.started)} so far")
        line = f"{name}: " + ", ".join(parts)
        recent = self.recent(now) if self.is_counted else ""
        return f"{line}; {recent}" if recent else line

    @property
    def amount(self) -> str:
        """How much is done, of how much."""
        if not self.is_bytes:
            return "" if self.share is None else f"{self.share:.0%}"
        if self.total and self.share is not None:
            return f"{size(self.done)} of {size(self.total)} ({self.share:.0%})"
        return size(self.done) if self.done else ""

    def recent(self, now: float) -> str:
        """Return the rates of the last minute, and when the step would end if it goes on so."""
        seconds, rate, records = self.rates(now)
        rates = [f"{records:,.0f} records/s"] if self.records else []
        if self.is_bytes and (self.done or self.total):
            rates.append(f"{size(rate)}/s")
        left = self.left_s(now)
        ends = [f"{duration(left)} left"] if left is not None else []
        if self.total and left is None and self.is_bytes:
            ends = [NO_END]
        since = f"in the last {duration(seconds)} " if rates else ""
        return since + ", ".join([*rates, *ends])


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
    def step(self, name: str, total: float | None, *, is_bytes: bool = True) -> Iterator[Step]:
        with watched(LoggedStep(name, total, self.every_s, is_bytes=is_bytes)) as step:
            yield step
