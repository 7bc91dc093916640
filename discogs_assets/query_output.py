"""Print the rows of a query: as a table for people, as CSV or JSON for programs."""

import csv
import json
import math
import shutil
from collections.abc import Callable, Iterator, Sequence
from itertools import count
from typing import Any

import duckdb

from discogs_assets.characters import data_output
from discogs_assets.errors import QueryError

Relation = duckdb.DuckDBPyRelation

ROWS_AT_ONCE = 10_000
MOST_ROWS = 1_000
"""A table of more rows is cut in the middle; CSV and JSON never are."""


def iter_rows(relation: Relation) -> Iterator[tuple[Any, ...]]:
    """Yield the rows, a few thousand in memory at a time."""
    try:
        while rows := relation.fetchmany(ROWS_AT_ONCE):
            yield from rows
    except duckdb.Error as error:
        raise QueryError(f"the query failed: {error}") from None


def print_table(relation: Relation) -> None:
    try:
        width = shutil.get_terminal_size((160, 50)).columns
        relation.show(max_width=width, max_rows=MOST_ROWS)
    except duckdb.Error as error:
        raise QueryError(f"the query failed: {error}") from None


def print_csv(relation: Relation) -> None:
    """Print a head and the rows; lists and structures as JSON, NULL as nothing."""
    writer = csv.writer(data_output(), lineterminator="\n")
    writer.writerow(names_of_their_own(relation.columns))
    for row in iter_rows(relation):
        writer.writerow(
            json_of(value)
            if isinstance(value, list | dict)
            else as_text(value)
            if isinstance(value, bytes)
            else value
            for value in row
        )


def print_tsv(relation: Relation) -> None:
    """Print a head and the rows with tabs between the values, NULL as nothing; for plain values."""
    writer = csv.writer(data_output(), delimiter="\t", lineterminator="\n")
    writer.writerow(names_of_their_own(relation.columns))
    writer.writerows(iter_rows(relation))


def print_json(relation: Relation) -> None:
    """Print one list of objects, a row a line."""
    separator, output = "[\n", data_output()
    names = names_of_their_own(relation.columns)
    for row in iter_rows(relation):
        output.write(separator + json_of(dict(zip(names, row, strict=True))))
        separator = ",\n"
    output.write("[]\n" if separator == "[\n" else "\n]\n")


def names_of_their_own(columns: Sequence[str]) -> list[str]:
    """Return the names of columns, those that are there already with a number: id, id_1."""
    found: list[str] = []
    for name in columns:
        more = (f"{name}_{number}" for number in count(1) if f"{name}_{number}" not in columns)
        found.append(name if name not in found else next(one for one in more if one not in found))
    return found


def json_of(value: object) -> str:
    """Return a value as JSON; numbers that JSON has not as texts: Infinity, NaN."""
    try:
        return json.dumps(value, default=as_text, ensure_ascii=False, allow_nan=False)
    except (ValueError, TypeError):  # TypeError: a key of a map is a date, or the like.
        return json.dumps(with_texts(value), default=as_text, ensure_ascii=False)


def with_texts(value: object) -> object:
    """Return a value with texts in place of the numbers, and of the keys, that JSON has not."""
    if isinstance(value, dict):
        return {key_of(key): with_texts(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [*map(with_texts, value)]
    if isinstance(value, float) and not math.isfinite(value):
        return json.dumps(value)
    return value


def key_of(key: object) -> object:
    """Return a key of a map as JSON can have it."""
    return key if isinstance(key, str | int | float | None) else as_text(key)


def as_text(value: Any) -> str:
    """Return what JSON has no form for, dates and bytes among them, as text."""
    return value.hex() if isinstance(value, bytes) else str(value)


PRINTERS: dict[str, Callable[[Relation], None]] = {
    "table": print_table,
    "csv": print_csv,
    "json": print_json,
}
