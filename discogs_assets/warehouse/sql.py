"""Pieces of SQL, and how statements are run."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import duckdb

Connection = duckdb.DuckDBPyConnection

SCHEMA = "discogs"

HISTORY = "history"

MONTHLY = "monthly"


@contextmanager
def transaction(connection: Connection) -> Iterator[None]:
    """Make what is done inside visible all at once, or not at all."""
    connection.execute("BEGIN")
    try:
        yield
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


def scalar(connection: Connection, sql: str, *values: object) -> Any:
    """Return the one value that a statement gives."""
    found = connection.execute(sql, values).fetchone()
    assert found is not None
    return found[0]


def literal(month: date) -> str:
    """Return a month as SQL has it."""
    return f"DATE '{month}'"


def hashed_parts(values: str, rows: int, at_once: int) -> list[str]:
    """Return conditions that part so many rows by the hash of some columns: about `at_once` each.

    Rows with the same values meet the same one. Each takes a look at all rows, where a range of
    numbers skips what lies elsewhere: those that can, use ranges.
    """
    parts = -(-rows // at_once) or 1
    return [f"hash({values}) % {parts} = {part}" for part in range(parts)]


def quoted(text: str) -> str:
    """Return a text as SQL has it."""
    return "'" + text.replace("'", "''") + "'"
