"""Print the rows of a query: as a table for people, as CSV or JSON for programs."""

import csv
import json
import math
import re
from collections.abc import Callable, Iterator, Sequence
from itertools import count
from typing import Any

import duckdb

from discogs_assets.display.characters import data_output
from discogs_assets.display.terminal import has_room, print_fields
from discogs_assets.display.terminal import print_table as print_rows
from discogs_assets.errors import QueryError

Relation = duckdb.DuckDBPyRelation

ROWS_AT_ONCE = 10_000
MOST_ROWS, MOST_RECORDS = 1_000, 50
"""A table has no more rows, or records with a line a column; CSV and JSON have all."""
LONGEST, CUT = 500, "…"
CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]")
"""They could do anything to a terminal; a line break is as good as a blank."""
PLAN = ["explain_key", "explain_value"]
"""What EXPLAIN gives; it is drawn already."""


def iter_rows(relation: Relation) -> Iterator[tuple[Any, ...]]:
    """Yield the rows, a few thousand in memory at a time."""
    try:
        while rows := relation.fetchmany(ROWS_AT_ONCE):
            yield from rows
    except duckdb.Error as error:
        raise QueryError(f"the query failed: {error}") from None


def print_table(relation: Relation) -> None:
    """Print rows side by side, or a line a column where the terminal is too narrow for that."""
    try:
        found = relation.limit(MOST_ROWS + 1).fetchall()
    except duckdb.Error as error:
        raise QueryError(f"the query failed: {error}") from None
    if relation.columns == PLAN:
        print(*(plan for _, plan in found), sep="\n")
        return
    rows, names = [[*map(shown, row)] for row in found], names_of_their_own(relation.columns)
    heads = [
        f" {name}" * is_number or name
        for name, is_number in zip(names, map(is_of_numbers, relation.types), strict=True)
    ]
    if has_room(heads, rows[:MOST_ROWS]):
        print_rows("", heads, rows[:MOST_ROWS])
        tell_rest(rows, MOST_ROWS)
    else:
        print_fields(dict(zip(names, row, strict=True)) for row in rows[:MOST_RECORDS])
        tell_rest(rows, MOST_RECORDS)


def tell_rest(rows: Sequence[Sequence[str]], most: int) -> None:
    """Say how many rows there are, and how to have what is not shown."""
    count = f"{len(rows):,} row{'s' * (len(rows) != 1)}"
    if len(rows) > most:
        count = f"the first {most:,} rows; --format csv or json has all"
    print(f"({count})")
    if any(cell.endswith(CUT) and len(cell) == LONGEST for row in rows[:most] for cell in row):
        print(f"({CUT} stands for the rest of a long text; --format csv or json has it)")


def is_of_numbers(type_: object) -> bool:
    return re.match(r"U?(TINY|SMALL|BIG|HUGE)?INT|DOUBLE|FLOAT|DECIMAL", str(type_)) is not None


def shown(value: object) -> str:
    """Return a value for people: NULL by its name, control characters by their numbers."""
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list | tuple):
        text = f"[{', '.join(map(shown, value))}]"
    elif isinstance(value, dict):
        text = f"{{{', '.join(f'{shown(name)}: {shown(one)}' for name, one in value.items())}}}"
    else:
        text = CONTROL.sub(lambda found: repr(found[0])[1:-1], as_text(value))
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + CUT


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
