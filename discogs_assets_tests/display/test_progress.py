"""What a person reads of a long step."""

import io
import logging
import threading
import time

import pytest

from discogs_assets.display.progress import CountedStream, LoggedProgress, LoggedStep
from discogs_assets.display.text import duration, size


class Clock:
    """A clock that goes when told."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(time, "monotonic", clock)
    return clock


def test_a_line_says_how_far_it_is(clock: Clock, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    with LoggedProgress().step("reading", 400_000_000) as step:
        step.advance(50_000_000)
        clock.now += 10
        step.advance(50_000_000, 250_000)
        clock.now += 10
        step.advance(0, 250_000)
    assert caplog.messages == [
        "reading: 100.0 MB of 400.0 MB (25%), 250,000 records, 10 s so far; "
        "in the last 10 s 25,000 records/s, 10.0 MB/s, 30 s left",
        "reading: 100.0 MB of 400.0 MB (25%), 500,000 records, 20 s so far; "
        "in the last 20 s 25,000 records/s, 5.0 MB/s, 1:00 min left",
    ]


def test_lines_keep_their_distance(clock: Clock, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    with LoggedProgress(every_s=5).step("downloading", None) as step:
        for _ in range(12):
            clock.now += 1
            step.advance(1)
    assert caplog.messages == [
        "downloading: 5 B, 5 s so far; in the last 5 s 1 B/s",
        "downloading: 10 B, 10 s so far; in the last 10 s 1 B/s",
    ]


def test_rates_are_of_the_last_minute(clock: Clock) -> None:
    step = LoggedStep("downloading", 1_000_000_000, every_s=10)
    for bytes_a_line in [50_000_000] * 12 + [1_000_000] * 6:
        clock.now += 10
        step.advance(bytes_a_line)
        step.look()
    assert str(step) == (
        "downloading: 606.0 MB of 1.0 GB (61%), 3:00 min so far; "
        "in the last 1:00 min 100.0 kB/s, 1:05 h left"
    )


@pytest.mark.parametrize(
    ("total", "done", "records", "seconds", "expected"),
    [
        (None, 0, 0, 20, "20 s so far"),
        (None, 3_000_000, 0, 2, "3.0 MB, 2 s so far; in the last 2 s 1.5 MB/s"),
        (
            None,
            3_000_000,
            10,
            2,
            "3.0 MB, 10 records, 2 s so far; in the last 2 s 5 records/s, 1.5 MB/s",
        ),
        (0, 0, 0, 5, "5 s so far"),
        (2000, 0, 0, 5, "0 B of 2.0 kB (0%), 5 s so far; in the last 5 s 0 B/s, no end in sight"),
        (2000, 500, 0, 5, "500 B of 2.0 kB (25%), 5 s so far; in the last 5 s 100 B/s, 15 s left"),
        (
            2000,
            2000,
            0,
            4,
            "2.0 kB of 2.0 kB (100%), 4 s so far; in the last 4 s 500 B/s, 4 s left",
        ),
        (
            2000,
            3000,
            0,
            4,
            "3.0 kB of 2.0 kB (150%), 4 s so far; in the last 4 s 750 B/s, 4 s left",
        ),
    ],
)
def test_the_text_of_a_step(
    clock: Clock, total: int | None, done: int, records: int, seconds: float, expected: str
) -> None:
    step = LoggedStep("step", total, every_s=99)
    step.advance(done, records)
    clock.now += seconds
    assert str(step) == f"step: {expected}"


def test_bytes_may_be_taken_back(clock: Clock) -> None:
    step = LoggedStep("downloading", 2000, every_s=99)
    step.advance(500)
    step.advance(-500)
    clock.now += 1
    assert str(step).startswith(
        "downloading: 0 B of 2.0 kB (0%), 1 s so far; in the last 1 s 0 B/s"
    )


def test_a_step_that_stands_still_is_warned_of(
    clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    step = LoggedStep("downloading", 1000, every_s=10)
    clock.now += 5
    step.advance(500)
    for _ in range(26):
        clock.now += 10
        step.look()
    step.advance(1)
    clock.now += 10
    step.look()
    told = [(record.levelname, record.getMessage()) for record in caplog.records]
    warnings = [(at, text) for at, (level, text) in enumerate(told) if level == "WARNING"]
    still = "; in the last 1:00 min 0 B/s, no end in sight; nothing moved for"
    assert [at for at, _ in warnings] == [11, 23]
    assert f"2:05 min so far{still} 2:00 min, since " in warnings[0][1]
    assert f"4:05 min so far{still} 4:00 min, since " in warnings[1][1]
    assert warnings[0][1].endswith(" UTC")
    assert told[26] == ("INFO", "downloading: resumed after stalling for 4:20 min")
    assert told[27][1].startswith("downloading: 501 B of 1.0 kB (50%), 4:35 min so far")
    assert len(told) == 28


def test_nobody_is_warned_of_what_nobody_counts(
    clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    step = LoggedStep("loading releases", None, every_s=10)
    for _ in range(30):
        clock.now += 10
        step.look()
    assert {record.levelname for record in caplog.records} == {"INFO"}
    assert caplog.messages[-1] == "loading releases: 5:00 min so far"
    assert len(caplog.messages) == 30


def wait_for(caplog: pytest.LogCaptureFixture, lines: int) -> None:
    end = time.monotonic() + 10
    while len(caplog.messages) < lines and time.monotonic() < end:
        time.sleep(0.01)
    assert len(caplog.messages) >= lines


def test_lines_come_while_the_step_is_busy_and_end_with_it(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO)
    with LoggedProgress(every_s=0.05).step("computing", None):
        wait_for(caplog, 2)
    told = len(caplog.messages)
    assert {*caplog.messages} == {"computing: 0 s so far"}
    assert "progress of computing" not in [thread.name for thread in threading.enumerate()]
    time.sleep(0.2)
    assert len(caplog.messages) == told


def test_a_step_that_fails_ends_its_watcher() -> None:
    with pytest.raises(ValueError, match="broken"), LoggedProgress().step("failing", None):
        raise ValueError("broken")
    assert "progress of failing" not in [thread.name for thread in threading.enumerate()]


def test_a_short_step_says_nothing(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    with LoggedProgress().step("downloading", 1000) as step:
        step.advance(1000)
    assert caplog.messages == []


@pytest.mark.parametrize(
    ("count", "expected"),
    [
        (0, "0 B"),
        (999, "999 B"),
        (1000, "1.0 kB"),
        (1_550_000, "1.6 MB"),
        (12_345_678_901, "12.3 GB"),
        (5_000_000_000_000, "5.0 TB"),
        (7_000_000_000_000_000, "7000.0 TB"),
        (-5, "-5 B"),
        (-2000, "-2.0 kB"),
    ],
)
def test_sizes(count: int, expected: str) -> None:
    assert size(count) == expected


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        (0, "0 s"),
        (0.4, "0 s"),
        (59.4, "59 s"),
        (59.6, "1:00 min"),
        (200, "3:20 min"),
        (3599.7, "1:00 h"),
        (3900, "1:05 h"),
        (90_000, "25:00 h"),
    ],
)
def test_durations(seconds: float, expected: str) -> None:
    assert duration(seconds) == expected


def test_a_counted_stream_gives_the_bytes_and_tells_their_number() -> None:
    told: list[int] = []
    stream = CountedStream(io.BytesIO(b"0123456789"), told.append)
    assert (stream.read(4), stream.read(4), stream.read(4), stream.read(4)) == (
        b"0123",
        b"4567",
        b"89",
        b"",
    )
    assert told == [4, 4, 2, 0]
    assert stream.readable()


def test_a_counted_stream_can_be_buffered() -> None:
    told: list[int] = []
    stream = CountedStream(io.BytesIO(b"x" * 100), told.append)
    assert io.BufferedReader(stream, 30).read() == b"x" * 100
    assert sum(told) == 100
