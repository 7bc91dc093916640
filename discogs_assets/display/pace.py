"""How far a step is, and when it will be done. How that is shown is for `progress` and `terminal`.

A step may be made of parts, one after the other, each with its share of the step's total.
"""

import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from math import inf

RECENT_S = 60.0
"""Rates are of so long."""
READ_EVERY_S = 1.0
LONG_S = 5.0


@dataclass(frozen=True)
class Reading:
    """How far a step was at a time."""

    time: float
    done: float
    records: int


class Pace:
    """Counts what is done of a step: bytes, or any measure of work when not `is_bytes`.

    `total` None means that nobody knows how much there is. Rates and the time left are those of
    about the last minute: an average of all the time would hide that a step has become slow.
    """

    def __init__(self, name: str, total: float | None, *, is_bytes: bool = True) -> None:
        self.name = name
        self.total = total
        self.is_bytes = is_bytes
        self.done = 0.0
        self.records = 0
        self.started = self.moved = time.monotonic()
        self.readings = deque([Reading(self.started, 0, 0)])
        self.parts: list[tuple[str, float]] = []
        self.lock = threading.RLock()

    def advance(self, done: float, records: int = 0) -> None:
        """Count more bytes or work, fewer when negative, and more records."""
        with self.lock:
            self.records += records
            # Beyond the total only where that is a guess, such as a listing's rounded size.
            end = self.parts[-1][1] if self.parts else inf
            self.done += min(done, max(end - self.done, 0))
            if done or records:
                self.note_move()

    @contextmanager
    def part(self, name: str, weight: float) -> Iterator[Callable[[float], None]]:
        """Say what is done now, and how much of the total it is; it is done when the block ends.

        Gives a function to call with the share of the part that is done, from 0 to 1: what is
        shown never goes back, nor beyond the part. A part may have parts itself.
        """
        with self.lock:
            start = self.done
            end = min(start + weight, self.end)
            self.parts.append((name, end))
        try:
            yield lambda share: self.reach(start + (end - start) * min(share, 1))
            self.reach(end)
        finally:
            with self.lock:
                self.parts.remove((name, end))

    @property
    def end(self) -> float:
        """How far the present part may go."""
        if self.parts:
            return self.parts[-1][1]
        return inf if self.total is None else max(self.total, self.done)

    @property
    def present(self) -> str:
        """The name of the present part."""
        return self.parts[-1][0] if self.parts else ""

    def reach(self, done: float) -> None:
        """Count up to here, unless it is further already."""
        with self.lock:
            if done > self.done:
                self.done = done
                self.note_move()

    def note_move(self) -> None:
        self.moved = time.monotonic()
        self.read(self.moved)

    def read(self, now: float) -> None:
        """Note how far it is, for the rates to come."""
        with self.lock:
            if now - self.readings[-1].time >= READ_EVERY_S:
                self.readings.append(Reading(now, self.done, self.records))
            while len(self.readings) > 1 and now - self.readings[1].time >= RECENT_S:
                self.readings.popleft()

    def rates(self, now: float) -> tuple[float, float, float]:
        """Return of how many seconds the rates are, and how much and how many records a second."""
        with self.lock:
            self.read(now)
            before = self.readings[0]
            seconds = max(now - before.time, 1e-3)
            return (
                seconds,
                (self.done - before.done) / seconds,
                (self.records - before.records) / seconds,
            )

    @property
    def share(self) -> float | None:
        """How much of the total is done; None when nobody knows."""
        return self.done / self.total if self.total else None

    def left_s(self, now: float) -> float | None:
        """Return when it would be done if it goes on so; None when nobody knows.

        What has stood still for a while will hardly be done sooner than after as long again.
        """
        if not self.total:
            return None
        left, still_s = max(self.total - self.done, 0), now - self.moved
        if not left:
            return still_s
        seconds, rate, _ = self.rates(now)
        if not self.is_bytes and still_s > max(seconds / 2, LONG_S):
            return None  # Of some statements DuckDB says nothing until they are done.
        return max(left / rate, still_s) if rate > 0 else None
