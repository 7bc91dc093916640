"""Keep the engines and connections of Dagster's SQLite storage.

Dagster 1.13.27, which is pinned, makes a SQLAlchemy engine and a connection for every statement: so
it compiles each statement anew, and closes the file each time, a third of what a small import
takes. Look again when it moves.
"""

import sys
import threading
from collections import OrderedDict
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sqlalchemy import Engine, Pool

KEPT = 8
"""How many files are kept open: the index, the runs, and one for each run."""

STORAGES = (
    "dagster._core.storage.event_log.sqlite.sqlite_event_log",
    "dagster._core.storage.runs.sqlite.sqlite_run_storage",
)


KEPT_ENGINES: "OrderedDict[tuple[str, float | None], Engine]" = OrderedDict()
"""By address and waiting time; the one used last is the last."""
LOCK = threading.Lock()


def engine_of(url: str, timeout_s: float | None) -> "Engine":
    """Return the engine of a file, with a connection for each thread that asks at a time."""
    with LOCK:
        if (url, timeout_s) not in KEPT_ENGINES:
            KEPT_ENGINES[url, timeout_s] = new_engine(url, timeout_s)
        KEPT_ENGINES.move_to_end((url, timeout_s))
        drop_engines(len(KEPT_ENGINES) - KEPT)
        return KEPT_ENGINES[url, timeout_s]


def new_engine(url: str, timeout_s: float | None) -> "Engine":
    import sqlalchemy

    waits = {} if timeout_s is None else {"timeout": timeout_s}
    engine: Any = sqlalchemy.create_engine(url, connect_args=waits)
    # Dagster disposes of an engine after each statement.
    engine.dispose = lambda: None
    kept: Engine = engine
    return kept


def drop_engines(count: int) -> None:
    """Close the files of the engines that were used first."""
    for _ in range(count):
        _, engine = KEPT_ENGINES.popitem(last=False)
        engine.pool.dispose()


def release_engines() -> None:
    """Close all files: who opens the instance again sees them as they are then."""
    with LOCK:
        drop_engines(len(KEPT_ENGINES))


def kept_engine(
    url: str, poolclass: "type[Pool]", connect_args: Mapping[str, float] | None = None
) -> "Engine":
    """Return what Dagster's `create_engine` returns, for its arguments."""
    assert poolclass.__name__ == "NullPool"
    return engine_of(url, (connect_args or {}).get("timeout"))


def keep_engines() -> None:
    """Let Dagster's storage use them, where the process has opened it; again is nothing more.

    To import it takes a second, which those that only read the definitions need not wait.
    """
    for name in STORAGES:
        if module := sys.modules.get(name):
            vars(module)["create_engine"] = kept_engine
