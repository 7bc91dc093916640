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


def quoted(text: str) -> str:
    """Return a text as SQL has it."""
    return "'" + text.replace("'", "''") + "'"
