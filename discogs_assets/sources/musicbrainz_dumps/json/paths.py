"""How tables say where a value stands in a record: `media[]/tracks[]`, `area/id`.

A key that ends in `[]` is a list, `{}` an object of texts, `[0]` the first text of a list; `!`
keeps an empty text, which is no value elsewhere. In a column, `.` is the row's own value, `#` its
number in the list from 1, `|` parts places of which one has the value, and a leading `/` starts at
the record and goes through the lists of the row.
"""

from collections.abc import Iterator
from typing import NamedTuple

from discogs_assets.tables.table import Column, Rows, Table, Type

LIST, MAP, FIRST, EMPTY = "[]", "{}", "[0]", "!"
NUMBER, OWN = "#", "."


class Place(NamedTuple):
    """The lists that a value is below, each a path from the one before, and the path after them."""

    lists: tuple[str, ...]
    path: str


def parse(path: str) -> Place:
    """Return the place of an absolute path."""
    lists: list[str] = []
    rest = path
    while (end := rest.find("[]")) >= 0:
        lists.append(rest[:end])
        rest = rest[end + 2 :].removeprefix("/")
    return Place(tuple(lists), rest)


def absolute(rows: Rows, path: str) -> str:
    """Return the path of a column from the record on."""
    if path.startswith("/"):
        return path[1:]
    if path == OWN:
        return rows.path
    return f"{rows.path}/{path}" if rows.path else path


def iter_declared(table: Table) -> Iterator[str]:
    """Yield every absolute path that a table reads: of its rows, conditions and columns."""
    for rows in table.rows:
        if rows.path:
            yield rows.path
        yield from (absolute(rows, path) for path in getattr(rows, "where", ()))
        for column in table.columns:
            yield from column_paths(rows, column)


def column_paths(rows: Rows, column: Column) -> list[str]:
    """Return the absolute paths that may have a column's value; none of a number or computed."""
    paths = [path for path in (column.path or "").split("|") if path and not path.endswith(NUMBER)]
    ending = LIST if column.type is Type.TEXT_LIST else ""
    return [absolute(rows, path).removesuffix(EMPTY) + ending for path in paths]


def keys_of(path: str) -> list[str]:
    return [key for key in path.split("/") if key]


def plain(path: str) -> list[str]:
    """Return the keys of a path without lists, as JSON has them."""
    return [key.removesuffix(MAP).removesuffix(FIRST).removesuffix(EMPTY) for key in keys_of(path)]
