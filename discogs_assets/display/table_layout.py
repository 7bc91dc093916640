"""How wide the columns of a table are, so that no word is broken; drawing it is for `terminal`."""

import re
from collections.abc import Sequence

from rich.cells import cell_len

WORD = re.compile(r"^ *\S+|\S+", re.M)
"""Blanks at the begin of a line indent it: they belong to its first word."""
LONGEST_WORD = 24
"""A longer word, such as an address, may be broken to make room for the other columns."""
BETWEEN, EDGES = 2, 1
"""What a table needs beside its columns: for each of them, and once."""


def room_for(count: int, width: int) -> int:
    """Return how much of a width is left to so many columns."""
    return width - BETWEEN * count - EDGES


def column_widths(columns: Sequence[Sequence[str]], room: int) -> list[int] | None:
    """Return the widths of columns, given by their cells; None when words have not the room.

    Each has what its longest word needs. What is left of the room goes to those with longer
    texts, in equal parts as far as they can use it.
    """
    widths = [longest_word(cells) for cells in columns]
    spare = room - sum(widths)
    if spare < 0:
        return None
    needs = [longest_line(cells) - width for cells, width in zip(columns, widths, strict=True)]
    by_need = sorted(range(len(columns)), key=needs.__getitem__)
    for place, column in enumerate(by_need):
        more = min(max(needs[column], 0), spare // (len(by_need) - place))
        widths[column] += more
        spare -= more
    return widths


def longest_word(cells: Sequence[str]) -> int:
    words = (min(cell_len(word), LONGEST_WORD) for cell in cells for word in WORD.findall(cell))
    return max(words, default=1)


def longest_line(cells: Sequence[str]) -> int:
    return max((cell_len(line) for cell in cells for line in cell.splitlines()), default=1)
