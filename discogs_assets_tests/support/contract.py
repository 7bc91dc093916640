"""What every sink has to do, whatever it is; each has a class of its own that fills this in."""

import multiprocessing
import os
import resource
import signal
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from discogs_assets.errors import DiscogsAssetsError, ExportError, SinkGoneError
from discogs_assets.exports.feed import feed, read_state
from discogs_assets.exports.month import Month
from discogs_assets.exports.retry import retrying
from discogs_assets.exports.sink import Counts, Sink, Tell
from discogs_assets.exports.sink_state import Status
from discogs_assets.warehouse.database import Warehouse
from discogs_assets_tests.support.change_months import FEBRUARY, JANUARY, MARCH, Months
from discogs_assets_tests.support.export_months import (
    APRIL,
    BROKEN,
    CHANGES,
    CONTENTS,
    KEPT,
    TYPES,
    UNREAD,
    month_of,
)
from discogs_assets_tests.support.services.server import Server
from discogs_assets_tests.support.small_lake import open_lake

Content = dict[str, Any]
Feeds = Callable[..., dict[str, Counts]]


def nobody(records: int) -> None:
    """Hear of progress, and say nothing."""


def dies(after: int) -> Tell:
    """Return what kills this process once so many records are written."""
    told = 0

    def tell(records: int) -> None:
        nonlocal told
        told += records
        if told >= after:
            os.kill(os.getpid(), signal.SIGKILL)

    return tell


def feed_and_die(
    sink: Sink, store: str, warehouse: Path, month: date, types: Sequence[str], after: int
) -> None:
    """Feed a sink in a process of its own, which is killed."""
    found = Month(open_lake(Path(store)), Warehouse(warehouse), month, block_records=2)
    feed(sink, found, types, dies(after))


def feed_on_full_disk(
    sink: Sink, store: str, warehouse: Path, month: date, types: Sequence[str], room: int
) -> None:
    """Feed a sink in a process of its own, whose files can be no larger than `room` bytes."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, room))
    found = Month(open_lake(Path(store)), Warehouse(warehouse), month, block_records=2)
    try:
        feed(sink, found, types, nobody)
    except DiscogsAssetsError as error:
        sys.exit(REFUSED if "room" in str(error) or "write there" in str(error) else str(error))


REFUSED = 9


class SinkContract:
    """A sink equals the month that it was fed, however that went."""

    types: Sequence[str] = TYPES
    server: Server | None = None
    is_atomic = True
    """Whether readers see one month or the other while it is fed."""

    # What a class fills in, as fixtures: `sink`, which is empty, and `stranger`, with a wrong
    # password; and this:

    def content(self, sink: Any) -> Content:
        """Return all that is in it, read with the means of its readers."""
        raise NotImplementedError

    def empty(self, sink: Any) -> None:
        """Leave nothing in it."""
        raise NotImplementedError

    @pytest.fixture
    def feeds(self, sink: Sink, export_months: Months) -> Feeds:
        def feed_month(
            month: date, limit: int | None = None, tell: Tell = nobody, *, is_full: bool = False
        ) -> dict[str, Counts]:
            found = month_of(export_months, month, limit)
            return feed(sink, found, self.types, tell, is_full=is_full)

        return feed_month

    @pytest.fixture
    def fresh(self, sink: Sink, feeds: Feeds) -> Callable[..., Content]:
        """Return the content of a sink that was fed a month while it was empty."""

        def fed(month: date, limit: int | None = None) -> Content:
            self.empty(sink)
            feeds(month, limit)
            found = self.content(sink)
            self.empty(sink)
            return found

        return fed

    def test_first_load(self, sink: Sink, feeds: Feeds) -> None:
        found = feeds(JANUARY)
        sizes = {one: len(CONTENTS[one][JANUARY]) for one in self.types}
        assert found == {one: Counts(n, 0, 0, n, n) for one, n in sizes.items()}
        assert {one.provenance.month for one in read_state(sink).values()} == {JANUARY}

    def test_the_same_again_is_no_work(self, sink: Sink, feeds: Feeds) -> None:
        feeds(JANUARY)
        before = self.content(sink)
        found = feeds(JANUARY, tell=pytest.fail)
        sizes = {one: len(CONTENTS[one][JANUARY]) for one in self.types}
        assert found == {one: Counts(0, 0, 0, n, n) for one, n in sizes.items()}
        assert self.content(sink) == before

    def test_a_later_month_brings_what_changed(
        self, sink: Sink, feeds: Feeds, fresh: Callable[..., Content]
    ) -> None:
        expected = fresh(FEBRUARY)
        feeds(JANUARY)
        found = feeds(FEBRUARY)
        sizes = {one: len(CONTENTS[one][FEBRUARY]) for one in self.types}
        assert found == {one: Counts(*CHANGES[one], n, n) for one, n in sizes.items()}
        assert self.content(sink) == expected

    @pytest.mark.parametrize(
        "order", [(FEBRUARY, JANUARY), (MARCH, JANUARY, FEBRUARY), (JANUARY, MARCH)]
    )
    def test_months_may_come_in_any_order(
        self, sink: Sink, feeds: Feeds, fresh: Callable[..., Content], order: Sequence[date]
    ) -> None:
        expected = fresh(order[-1])
        for month in order:
            feeds(month)
        assert self.content(sink) == expected

    def test_a_limit_takes_the_first_records(
        self, sink: Sink, feeds: Feeds, fresh: Callable[..., Content]
    ) -> None:
        whole, part = fresh(JANUARY), fresh(JANUARY, 2)
        assert part != whole
        feeds(JANUARY)
        found = feeds(JANUARY, 2)
        assert {(one.records, one.there) for one in found.values()} == {(2, 2)}
        assert self.content(sink) == part
        feeds(JANUARY)
        assert self.content(sink) == whole

    def test_all_is_written_again_when_asked(
        self, sink: Sink, feeds: Feeds, fresh: Callable[..., Content]
    ) -> None:
        expected = fresh(JANUARY)
        feeds(JANUARY)
        found = feeds(JANUARY, is_full=True)
        assert {(one.inserted, one.deleted, one.unchanged) for one in found.values()} == {(0, 0, 0)}
        assert self.content(sink) == expected

    @pytest.mark.slow
    def test_what_could_not_be_read_stays_as_it_was(
        self, sink: Sink, unread_months: Months
    ) -> None:
        def feed_month(month: date) -> Content:
            found = feed(sink, month_of(unread_months, month), self.types, nobody)
            unread = [*UNREAD[month].values()].count(BROKEN)
            records = len(UNREAD[month]) - unread + len(KEPT[month])
            assert {*found} == {*self.types}
            for one in found.values():
                assert (one.records, one.there) == (records, records)
                assert (one.unread, one.kept) == (unread, len(KEPT[month]))
            return self.content(sink)

        first = {}
        for month in UNREAD:
            self.empty(sink)
            first[month] = feed_month(month)
        self.empty(sink)
        order = (JANUARY, FEBRUARY, MARCH, APRIL, MARCH, JANUARY, MARCH, FEBRUARY, APRIL, FEBRUARY)
        for month in order:
            assert feed_month(month) == first[month], month

    @pytest.mark.slow
    @pytest.mark.parametrize("after", [2, 5])
    @pytest.mark.parametrize("before", [None, JANUARY])
    def test_a_killed_process_is_made_up_for(
        self,
        sink: Sink,
        feeds: Feeds,
        fresh: Callable[..., Content],
        export_months: Months,
        before: date | None,
        after: int,
    ) -> None:
        expected = fresh(FEBRUARY)
        if before:
            feeds(before)
        was = self.content(sink)
        self.feed_and_die(sink, export_months, after)
        if self.is_atomic:
            assert self.content(sink) == was
        feeds(FEBRUARY)
        assert self.content(sink) == expected

    def feed_and_die(self, sink: Sink, months: Months, after: int) -> None:
        assert self.run(feed_and_die, sink, months, after) == -signal.SIGKILL

    def run(self, work: Callable[..., None], sink: Sink, months: Months, how: int) -> int | None:
        """Feed February in a process of its own; return how that ended."""
        where = months.lake.store.url, months.warehouse.path
        spawn = multiprocessing.get_context("spawn")
        process = spawn.Process(target=work, args=(sink, *where, FEBRUARY, self.types, how))
        process.start()
        process.join()
        return process.exitcode

    def test_readers_see_one_month_or_that_another_is_on_its_way(
        self, sink: Sink, feeds: Feeds
    ) -> None:
        feeds(JANUARY)
        before, seen = self.content(sink), []

        def look(records: int) -> None:
            states = {held.status for held in read_state(sink).values()}
            seen.append(states != {Status.DONE} or self.content(sink) == before)
            assert self.is_atomic == (states == {Status.DONE})

        feeds(FEBRUARY, tell=look)
        assert seen
        assert all(seen)
        assert self.content(sink) != before
        assert {held.status for held in read_state(sink).values()} == {Status.DONE}


class FileContract(SinkContract):
    """A sink that is a file may find the disk full."""

    rooms: Sequence[int] = (1, 9_000)
    """How large a file may become in each test: not large enough."""

    @pytest.mark.slow
    def test_a_full_disk_leaves_the_month_before(
        self, sink: Sink, feeds: Feeds, fresh: Callable[..., Content], export_months: Months
    ) -> None:
        expected = fresh(FEBRUARY)
        feeds(JANUARY)
        before = self.content(sink)
        for room in self.rooms:
            assert self.run(feed_on_full_disk, sink, export_months, room) == REFUSED
            assert self.content(sink) == before
        feeds(FEBRUARY)
        assert self.content(sink) == expected


class ServerContract(SinkContract):
    """A sink that is a server may also be gone, or refuse a stranger."""

    server: Server

    def test_a_wrong_password_is_refused_and_not_shown(
        self, stranger: Sink, export_months: Months
    ) -> None:
        with pytest.raises(ExportError) as raised:
            feed(stranger, month_of(export_months, JANUARY), self.types, nobody)
        assert not isinstance(raised.value, SinkGoneError)
        assert "wrong-secret" not in repr(raised.value)
        assert raised.value.__suppress_context__
        assert raised.value.__cause__ is None

    @pytest.mark.parametrize("after", [0, 3])
    def test_a_server_that_was_gone_is_fed_to_the_end(
        self,
        sink: Sink,
        feeds: Feeds,
        fresh: Callable[..., Content],
        export_months: Months,
        after: int,
    ) -> None:
        expected = fresh(FEBRUARY)
        feeds(JANUARY)
        told = 0
        waits: list[float] = []

        def tell(records: int) -> None:
            nonlocal told
            told += records
            if told > after and not waits:
                self.server.stop()

        def wait(seconds: float) -> None:
            waits.append(seconds)
            with suppress(AssertionError):
                self.server.start()

        found = retrying(wait)(lambda: feeds(FEBRUARY, tell=tell))
        assert waits
        assert {one.records for one in found.values()} == {one.there for one in found.values()}
        assert self.content(sink) == expected

    def test_a_server_that_is_not_there_is_an_error_in_the_end(
        self, sink: Sink, feeds: Feeds
    ) -> None:
        waits: list[float] = []
        with self.server.stopped(), pytest.raises(SinkGoneError) as raised:
            retrying(waits.append, attempts=3)(lambda: feeds(JANUARY))
        assert len(waits) == 2
        assert self.server.password not in repr(raised.value)
