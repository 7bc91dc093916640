"""Records of two months are matched by id, although they are not quite in order."""

from collections.abc import Iterator, Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from discogs_assets.sources.dumps.changes.record_match import (
    HASH_CHARACTERS,
    Differing,
    DisorderError,
    Hashes,
    Ids,
    RecordMatch,
)

BLOCK = WINDOW = 4

Month = dict[int, str]
"""A letter for each record's hash, in the order of the file."""


def arrays(records: Sequence[tuple[int, str]]) -> tuple[Ids, Hashes]:
    ids, letters = zip(*records, strict=True)
    hashes = [(letter * HASH_CHARACTERS).encode() for letter in letters]
    return np.array(ids, np.int32), np.array(hashes)


def iter_blocks(month: Month) -> Iterator[tuple[Ids, Hashes]]:
    records = [*month.items()]
    for first in range(0, len(records), BLOCK):
        yield arrays(records[first : first + BLOCK])


def rows(differing: Differing) -> list[tuple[int, str, str]]:
    """Return the first letter of each hash, nothing where there is none."""
    before, after = (hashes.astype(str) for hashes in (differing.before, differing.after))
    return [
        (int(id_), old[:1], new[:1])
        for id_, old, new in zip(differing.ids, before, after, strict=True)
    ]


def differing(before: Month, after: Month) -> list[tuple[int, str, str]]:
    match = RecordMatch(iter_blocks(before), WINDOW)
    found = [
        row for block in iter_blocks(after) for part in match.add(*block) for row in rows(part)
    ]
    return sorted(found + rows(match.finish()))


@st.composite
def months(draw: st.DrawFn) -> Month:
    """Draw a month in which neighbours, three at a time, are in any order."""
    ids = sorted(draw(st.sets(st.integers(1, 60), max_size=40)))
    for first in range(0, len(ids), 3):
        ids[first : first + 3] = draw(st.permutations(ids[first : first + 3]))
    return {id_: draw(st.sampled_from("ab")) for id_ in ids}


@given(months(), months())
def test_all_that_differ_are_found(before: Month, after: Month) -> None:
    expected = [
        (id_, before.get(id_, ""), after.get(id_, ""))
        for id_ in sorted({*before, *after})
        if before.get(id_) != after.get(id_)
    ]
    assert differing(before, after) == expected


IN_ORDER = dict.fromkeys(range(1, 40), "a")


@pytest.mark.parametrize("is_before", [False, True])
def test_a_record_far_from_its_place_is_refused(is_before: bool) -> None:
    moved = dict.fromkeys([*range(2, 40), 1], "a")
    with pytest.raises(DisorderError):
        differing(moved, IN_ORDER) if is_before else differing(IN_ORDER, moved)
