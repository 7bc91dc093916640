"""Keep the engines and connections of Dagster's SQLite storage.

Dagster 1.13.27, which is pinned, makes a SQLAlchemy engine and a connection for every statement: so
it compiles each statement anew, and closes the file each time, a third of what a small import
takes. Look again when it moves.
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import sqlalchemy
from dagster._core.storage.event_log.sqlite import sqlite_event_log
from dagster._core.storage.runs.sqlite import sqlite_run_storage

KEPT = 8
"""How many files are kept open: the index, the runs, and one for each run."""


@lru_cache(KEPT)
def engine_of(url: str, timeout_s: float | None) -> sqlalchemy.Engine:
    """Return the engine of a file, with a connection for each thread that asks at a time."""
    waits = {} if timeout_s is None else {"timeout": timeout_s}
    engine: Any = sqlalchemy.create_engine(url, connect_args=waits)
    # Dagster disposes of an engine after each statement.
    engine.dispose = lambda: None
    kept: sqlalchemy.Engine = engine
    return kept


def kept_engine(
    url: str,
    poolclass: type[sqlalchemy.Pool],
    connect_args: Mapping[str, float] | None = None,
) -> sqlalchemy.Engine:
    """Return what Dagster's `create_engine` returns, for its arguments."""
    assert poolclass is sqlalchemy.NullPool
    return engine_of(url, (connect_args or {}).get("timeout"))


def keep_engines() -> None:
    """Let Dagster's storage use them; again is nothing more."""
    for storage in (sqlite_event_log, sqlite_run_storage):
        module: Any = storage
        module.create_engine = kept_engine
