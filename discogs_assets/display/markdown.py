"""Rows as a Markdown table; what is in them can neither break the table nor become markup."""

import re
from collections.abc import Iterable, Sequence
from html import escape

from discogs_assets.display.text import cut, readable

MARKUP = re.compile(r"([\\`*_\[\]|~])")
RULES = {"l": "---", "r": "---:", "c": ":---:"}


def markdown_table(headings: Sequence[str], rows: Iterable[Sequence[object]], align: str) -> str:
    """Return rows as a Markdown table; `align` has a letter a column: l, r or c.

    Texts are escaped; a heading or value that is `Markup` stands as it is.
    """
    lines = [headings, *rows]
    rules = "|".join(RULES[letter] for letter in align)
    shown = [row_line(line) for line in lines]
    return "\n".join([shown[0], f"|{rules}|", *shown[1:]])


class Markup(str):
    """A text that is Markdown already, such as a name between backticks."""

    __slots__ = ()


def code(name: str) -> Markup:
    """Return a plain name, such as that of a table, in the type of code."""
    return Markup(f"`{name}`")


def codes(names: Iterable[str]) -> Markup:
    """Return plain names in the type of code, with commas between them."""
    return Markup(", ".join(map(code, names)))


def row_line(values: Iterable[object]) -> str:
    return f"| {' | '.join(cell(value) for value in values)} |"


def cell(value: object) -> str:
    """Return a value as a cell: one line, cut, escaped; NULL is empty."""
    return value if isinstance(value, Markup) else escaped(cut(readable(value)))


def escaped(text: str) -> str:
    """Return a text that Markdown shows as it is."""
    return MARKUP.sub(r"\\\1", escape(text, quote=False))
