"""How the columns of a table share the width of a terminal."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from discogs_assets.display.table_layout import (
    LONGEST_WORD,
    column_widths,
    longest_line,
    longest_word,
)

CELLS = st.lists(st.text("ab 日\n", max_size=40), min_size=1, max_size=5)


@pytest.mark.parametrize(
    ("columns", "room", "widths"),
    [
        ([["id", "7"], ["one two three"]], 40, [2, 13]),
        ([["id", "7"], ["one two three"]], 10, [2, 8]),
        ([["id", "7"], ["one two three"]], 7, [2, 5]),
        ([["id", "7"], ["one two three"]], 6, None),
        ([["a " * 9], ["b " * 20], ["c"]], 41, [17, 23, 1]),
        ([["https://www.example.org/a/long/address"], ["x"]], 30, [29, 1]),
        ([[""]], 5, [1]),
    ],
)
def test_widths(columns: list[list[str]], room: int, widths: list[int] | None) -> None:
    assert column_widths([[cell.strip() for cell in c] for c in columns], room) == widths


@given(st.lists(CELLS, min_size=1, max_size=6), st.integers(1, 120))
def test_no_word_is_broken_and_no_room_is_wasted(columns: list[list[str]], room: int) -> None:
    widths = column_widths(columns, room)
    if widths is None:
        assert sum(map(longest_word, columns)) > room
        return
    assert sum(widths) <= room
    for cells, width in zip(columns, widths, strict=True):
        assert width >= min(longest_word(cells), LONGEST_WORD)
        assert width <= max(longest_line(cells), longest_word(cells))
    is_cut = any(longest_line(c) > width for c, width in zip(columns, widths, strict=True))
    assert sum(widths) == room if is_cut else True
