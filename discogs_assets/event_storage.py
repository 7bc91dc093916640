"""Keep the engines of Dagster's SQLite storage.

Dagster 1.13.27, which is pinned, makes a SQLAlchemy engine for every statement, and so compiles
each statement anew: a fifth of what a small import takes. Look again when it moves.
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import sqlalchemy
from dagster._core.storage.event_log.sqlite import sqlite_event_log
from dagster._core.storage.runs.sqlite import sqlite_run_storage

KEPT = 32
"""How many files have an engine: each run has one of its own."""


@lru_cache(KEPT)
def engine_of(url: str, timeout_s: float | None) -> sqlalchemy.Engine:
    """Return the engine of a file; it keeps no connection open."""
    waits = {} if timeout_s is None else {"timeout": timeout_s}
    return sqlalchemy.create_engine(url, poolclass=sqlalchemy.NullPool, connect_args=waits)


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
