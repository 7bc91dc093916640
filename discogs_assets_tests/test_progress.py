"""What a person reads of a long step."""

import io
import logging
import time

import pytest

from discogs_assets.progress import CountedStream, LoggedProgress, LoggedStep, duration, size


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
        "reading: 100.0 MB of 400.0 MB (25%), 250,000 records, 25,000/s, 30 s left",
        "reading: 100.0 MB of 400.0 MB (25%), 500,000 records, 25,000/s, 1:00 min left",
    ]


def test_lines_keep_their_distance(clock: Clock, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    with LoggedProgress(every_s=5).step("loading", None) as step:
        for _ in range(12):
            clock.now += 1
            step.advance(1)
    assert caplog.messages == ["loading: 5 B, 1 B/s", "loading: 10 B, 1 B/s"]


@pytest.mark.parametrize(
    ("total", "done", "records", "seconds", "expected"),
    [
        (None, 0, 0, 0, "step: 0 B, 0 B/s"),
        (None, 3_000_000, 0, 2, "step: 3.0 MB, 1.5 MB/s"),
        (None, 3_000_000, 10, 2, "step: 3.0 MB, 10 records, 5/s"),
        (0, 0, 0, 5, "step: 0 B, 0 B/s"),
        (2000, 0, 0, 5, "step: 0 B of 2.0 kB (0%), 0 B/s"),
        (2000, 500, 0, 5, "step: 500 B of 2.0 kB (25%), 100 B/s, 15 s left"),
        (2000, 2000, 0, 4, "step: 2.0 kB of 2.0 kB (100%), 500 B/s, 0 s left"),
        (2000, 3000, 0, 4, "step: 3.0 kB of 2.0 kB (150%), 750 B/s, 0 s left"),
    ],
)
def test_the_text_of_a_step(
    clock: Clock, total: int | None, done: int, records: int, seconds: float, expected: str
) -> None:
    step = LoggedStep("step", total, every_s=99)
    step.advance(done, records)
    clock.now += seconds
    assert str(step) == expected


def test_bytes_may_be_taken_back(clock: Clock) -> None:
    step = LoggedStep("downloading", 2000, every_s=99)
    step.advance(500)
    step.advance(-500)
    clock.now += 1
    assert str(step) == "downloading: 0 B of 2.0 kB (0%), 0 B/s"


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
