"""Ids that a dump file has had before."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from discogs_assets.sources.dumps.seen_ids import SeenIds

BLOCKS = st.lists(st.lists(st.integers(0, 30)), max_size=12)


@given(BLOCKS)
def test_numbers_that_repeat_are_found(blocks: list[list[int]]) -> None:
    check(SeenIds(is_number=True), [np.array(block, np.int32) for block in blocks])


@given(BLOCKS)
def test_texts_that_repeat_are_found(blocks: list[list[int]]) -> None:
    check(SeenIds(is_number=False), [np.array([*map(str, one)], object) for one in blocks])


def check(seen: SeenIds, blocks: list[np.ndarray]) -> None:
    had: set[object] = set()
    for block in blocks:
        now = {*block.tolist()}
        repeats = now & had or len(now) < len(block)
        assert seen.add(block) == ((now & had) if repeats else None)
        had |= now


def test_texts_take_a_few_bytes_each() -> None:
    seen = SeenIds(is_number=False)
    for start in range(0, 50_000, 1000):
        assert seen.add(np.array([f"{n:036}" for n in range(start, start + 1000)], object)) is None
    assert sum(run.nbytes for run in seen.prints.runs) == 8 * 50_000
    assert len(seen.prints.runs) < 10
