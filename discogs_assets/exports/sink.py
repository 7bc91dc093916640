"""What a sink is: a system that is fed a month. Each has a folder of its own that says how."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

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

    def count(self, dump_type: str, expected: int, /) -> int:
        """Return how many records of a dump type it has; a quick count may only be `expected`."""


class RecordSink(Protocol):
    """A sink that has records by id. `where` is its address or path, without password."""

    shapes: Mapping[str, str]
    """The shape that it writes, by dump type."""

    @property
    def where(self) -> str: ...

    def open(self) -> AbstractContextManager[Session]:
        """Connect, for as long as the context lasts."""

    def translate(self, error: Exception) -> None:
        """Raise the meaning of an error of its driver; return for other errors.

        That is SinkGoneError where trying again may help, else another ExportError, without a
        password in its message, its cause or its context.
        """


@runtime_checkable
class MonthSink(Protocol):
    """A sink that is brought to a month in a way of its own, with the same errors."""

    @property
    def where(self) -> str: ...

    def feed(
        self, month: Month, types: Sequence[str], tell: Tell, *, is_full: bool = False
    ) -> dict[str, Counts]:
        """Do what `feed.feed` says of every sink."""

    def read_state(self) -> dict[str, SinkState]:
        """Return the states that it has noted, by dump type."""


Sink = RecordSink | MonthSink
