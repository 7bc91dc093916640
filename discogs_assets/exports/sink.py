"""What a sink is: a system that is fed a month. Each has a file of its own that says how."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

import pyarrow as pa

from discogs_assets.exports.differences import Delta
from discogs_assets.exports.month import Month
from discogs_assets.exports.month_rows import MonthRows
from discogs_assets.exports.sink_state import SinkState

Tell = Callable[[int], None]
"""Hears of the number of records that were written just now."""


@dataclass(frozen=True)
class Counts:
    """What became of the records of a dump type in a sink.

    `records` is how many the month has in the warehouse, `there` how many the sink has now.
    `unread` are in quarantine; `kept` of them are there as they were last read, and in `records`.
    """

    inserted: int
    updated: int
    deleted: int
    records: int
    there: int
    unread: int = 0
    kept: int = 0

    @property
    def unchanged(self) -> int:
        return self.records - self.inserted - self.updated


class Sink(Protocol):
    """A system that can be fed.

    Its methods raise SinkGoneError where trying again may help, other ExportErrors where not. No
    message has a password in it. `where` is its address or path, without password.
    """

    @property
    def where(self) -> str: ...

    def feed(
        self, month: Month, types: Sequence[str], tell: Tell, *, is_full: bool = False
    ) -> dict[str, Counts]:
        """Bring the dump types of a sink to a month, whatever it holds; return what that took.

        May be broken off anywhere: the next call completes it. With `is_full` everything is
        written, also what it says it has.
        """

    def months(self) -> dict[str, SinkState]:
        """Return what it holds, by dump type."""


@dataclass(frozen=True)
class WritePlan:
    """The changes of a dump type that bring a sink to the state `wanted`.

    A sink that is changed in place notes `in_progress` before the first change. `is_everything`
    when every record of the month is to be written.
    """

    dump_type: str
    in_progress: SinkState
    wanted: SinkState
    delta: Delta
    is_everything: bool


class Session(Protocol):
    """A connection to a sink that has records by id."""

    def read_state(self) -> Mapping[str, SinkState]:
        """Return the states that it has noted, by dump type."""

    def iter_records(self, dump_type: str) -> Iterator[pa.RecordBatch]:
        """Yield `id` and `record_hash` of the records it has, in any order; nothing when none.

        A sink that keeps no hashes gives NULL.
        """

    def write(self, plans: Sequence[WritePlan], rows: MonthRows, tell: Tell) -> None:
        """Carry out the plans, and note the states that they lead to."""

    def count(self, dump_type: str) -> int:
        """Return how many records of a dump type it has."""


class RecordSink(Protocol):
    """A sink that has records by id."""

    shapes: Mapping[str, str]
    """The shape that it writes, by dump type."""

    def open(self) -> AbstractContextManager[Session]:
        """Connect, for as long as the context lasts."""
