"""How far a step is, and when it will be done."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from discogs_assets.display.pace import Pace
from discogs_assets_tests.display.test_progress import Clock


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(time, "monotonic", clock)
    return clock


def work(total: float = 100) -> Pace:
    return Pace("loading", total, is_bytes=False)


def test_a_part_is_done_when_its_block_ends() -> None:
    step, seen = work(), list[tuple[str, float]]()
    with step.part("rows", 60) as reach:
        for share in (0.0, 0.5, 0.25, 0.9, 7.0):
            reach(share)
            seen.append((step.present, step.done))
    seen.append((step.present, step.done))
    with step.part("checks", 40):
        seen.append((step.present, step.done))
    assert seen == [
        ("rows", 0), ("rows", 30), ("rows", 30), ("rows", 54), ("rows", 60), ("", 60),
        ("checks", 60),
    ]  # fmt: skip
    assert step.done == 100


def test_a_part_of_a_part_stays_within_it() -> None:
    step = work()
    with step.part("month", 50):
        with step.part("rows", 30) as reach:
            reach(0.5)
            assert (step.present, step.done) == ("rows", 15)
        with step.part("checks", 999):
            pass
        assert (step.present, step.done) == ("month", 50)


def test_what_counts_bytes_stays_within_its_part() -> None:
    step = work()
    with step.part("rows", 10):
        step.advance(7)
        step.advance(7)
        assert step.done == 10
    assert step.done == 10


def test_a_part_that_fails_is_not_done() -> None:
    step = work()

    def break_off() -> None:
        with step.part("rows", 60) as reach:
            reach(0.1)
            raise ValueError("broken")

    with pytest.raises(ValueError, match="broken"):
        break_off()
    assert (step.present, step.done) == ("", 6)


@given(st.lists(st.tuples(st.floats(0, 80), st.lists(st.floats(-1, 2), max_size=5)), max_size=5))
def test_it_never_goes_back_nor_beyond_the_total(parts: list[tuple[float, list[float]]]) -> None:
    step, seen = work(), [0.0]
    for weight, shares in parts:
        with step.part("part", weight) as reach:
            for share in shares:
                reach(share)
                seen.append(step.done)
        seen.append(step.done)
    assert seen == sorted(seen)
    assert max(seen) <= 100


def test_the_time_left_counts_what_is_to_come(clock: Clock) -> None:
    # Rows take 60 of 100, checks 40: after all rows, two thirds of that time is to come.
    step = work()
    with step.part("rows", 60) as reach:
        for share in range(1, 11):
            clock.now += 3
            reach(share / 10)
    assert step.left_s(clock.now) == pytest.approx(20)
    with step.part("checks", 40):
        clock.now += 1
        assert step.left_s(clock.now) == pytest.approx(40 / (60 / 31))


def test_what_stands_still_is_not_said_to_end_at_once(clock: Clock) -> None:
    step = work()
    clock.now += 10
    step.advance(99)
    clock.now += 5
    assert step.left_s(clock.now) == 5
    for _ in range(12):
        clock.now += 10
        assert step.left_s(clock.now) is None
    step.advance(1)
    assert step.left_s(clock.now) == 0
    clock.now += 30
    assert step.left_s(clock.now) == 30


def test_a_download_that_stands_still_has_no_end(clock: Clock) -> None:
    step = Pace("downloading", 100)
    clock.now += 10
    step.advance(50)
    clock.now += 30
    assert step.left_s(clock.now) == 40
    clock.now += 31
    assert step.left_s(clock.now) is None


def test_nobody_knows_when_there_is_no_total(clock: Clock) -> None:
    step = Pace("feeding", None)
    step.advance(0, 500)
    clock.now += 10
    assert (step.share, step.left_s(clock.now)) == (None, None)
    assert step.rates(clock.now) == (10, 0, 50)
