"""Open the DuckDB file: one process writes, or several read, at a time.

What is in it is for `warehouse`.
"""

import logging
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
from tenacity import RetryCallState, Retrying, retry_if_exception_type, stop_after_delay, wait_fixed

from discogs_assets.errors import (
    QueryError,
    WarehouseError,
    WarehouseLockedError,
)
from discogs_assets.storage.disk import disk_errors
from discogs_assets.warehouse.ddl import create_schema
from discogs_assets.warehouse.errors import not_opened, not_used, too_little_memory
from discogs_assets.warehouse.loaded import LOADED, LOADED_MONTH, SCHEMA_COLUMN
from discogs_assets.warehouse.memory import LEAST, duckdb_settings, for_duckdb
from discogs_assets.warehouse.scratch_rows import scratch_folder
from discogs_assets.warehouse.sql import HISTORY, MONTHLY, SCHEMA, Connection, quoted

logger = logging.getLogger(__name__)

MEMORY = for_duckdb(LEAST)
"""What DuckDB may use, in bytes, before it spills to disk, where nobody says otherwise."""

READING = {"SELECT", "EXPLAIN", "CALL", "CREATE", "SET"}
"""What a query may do: COPY and EXPORT would write files; PIVOT creates a type, which is gone
with the connection, and DuckDB refuses to create anything in a file opened for reading."""

INTERRUPTED = "Query interrupted"
"""What DuckDB (1.5.5) makes of Ctrl-C while a query is at work."""


class Warehouse:
    """A DuckDB file that one process writes, or several read, at a time."""

    def __init__(self, path: Path, lock_timeout_s: float = 60.0, memory: int = MEMORY) -> None:
        self.path = path
        self.lock_timeout_s = lock_timeout_s
        self.memory = memory

    @property
    def temporary(self) -> Path:
        """The folder that DuckDB spills to."""
        return Path(f"{self.path}.tmp")

    @contextmanager
    def writer(self) -> Iterator[Connection]:
        """Open for writing, waiting for other processes; closed whatever happens."""
        with disk_errors(self.path):
            self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.opened(is_reader=False) as connection, self.scratch():
            for schema in (SCHEMA, HISTORY, MONTHLY):
                create_schema(connection, schema)
            connection.execute(LOADED_MONTH)
            self.refuse_older(connection)
            connection.execute(SCHEMA_COLUMN)
            yield connection

    @contextmanager
    def scratch(self) -> Iterator[None]:
        """Remove scratch files: those of a process that was killed, and in the end one's own."""
        folder = scratch_folder(self.temporary)
        shutil.rmtree(folder, ignore_errors=True)
        try:
            yield
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def refuse_older(self, connection: Connection) -> None:
        """Raise WarehouseError when the file has a month a table, as it was before histories."""
        names = {row[0] for row in connection.execute(f"DESCRIBE {LOADED}").fetchall()}
        if "is_shown" not in names:
            raise WarehouseError(
                f"{self.path}: expected row versions in schema {HISTORY}, found the tables of an "
                "older release; delete the DuckDB file and import again with --skip-download"
            )

    @contextmanager
    def reader(self) -> Iterator[Connection]:
        """Open for reading only; WarehouseError when there is no file yet."""
        if not self.path.exists():
            raise WarehouseError(
                f"{self.path}: expected a DuckDB file, found none; run discogs-assets import first"
            )
        with self.opened(is_reader=True) as connection:
            yield connection

    @contextmanager
    def opened(self, *, is_reader: bool) -> Iterator[Connection]:
        """Open the file, and say what it means when DuckDB finds too little memory or disk."""
        connection = self.connect(is_reader=is_reader)
        try:
            yield connection
        except duckdb.OutOfMemoryException as error:
            raise too_little_memory(str(self.path), error) from error
        # A commit that finds the disk full is a TransactionException.
        except (duckdb.IOException, duckdb.TransactionException) as error:
            raise not_used(str(self.path), error) from error
        except RuntimeError as error:
            if str(error) == INTERRUPTED:
                raise KeyboardInterrupt from error
            raise
        finally:
            connection.close()

    def connect(self, *, is_reader: bool) -> Connection:
        attempts = Retrying(
            retry=retry_if_exception_type(WarehouseLockedError),
            stop=stop_after_delay(self.lock_timeout_s),
            wait=wait_fixed(0.2),
            before_sleep=tell_once,
            reraise=True,
        )
        return attempts(self.connect_once, is_reader=is_reader)

    def connect_once(self, *, is_reader: bool) -> Connection:
        """Open the file, or raise WarehouseLockedError when another process has it."""
        # Attached under a name of its own: a file discogs.duckdb would be a catalogue of the
        # same name as the schema, and DuckDB could not tell one from the other.
        config = duckdb_settings(self.memory) | {
            "preserve_insertion_order": False,
            "temp_directory": str(self.temporary),
        }
        connection = duckdb.connect(config=config)
        path = quoted(str(self.path))
        try:
            connection.execute(f"ATTACH {path} AS warehouse{' (READ_ONLY)' * is_reader}")
            connection.execute("USE warehouse")
        except duckdb.Error as error:
            connection.close()
            raise not_opened(str(self.path), error, self.lock_timeout_s) from None
        return connection


def tell_once(state: RetryCallState) -> None:
    """Log that another process has the file, when it is first found so."""
    if state.attempt_number == 1 and state.outcome is not None:
        logger.warning("waiting: %s", state.outcome.exception())


def without_kind(error: duckdb.Error) -> str:
    """Return what DuckDB says of an error, without a name such as Binder Error before it."""
    return re.sub(r"^[A-Z][A-Za-z -]* Error: ", "", str(error))


def query(connection: Connection, sql: str) -> duckdb.DuckDBPyRelation:
    """Return the result of one query; QueryError when DuckDB refuses it, or it would write."""
    try:
        kinds = {statement.type.name for statement in connection.extract_statements(sql)}
        relation = connection.sql(sql) if kinds <= READING else None
    except duckdb.Error as error:
        raise QueryError(f"this query cannot be run: {without_kind(error)}") from None
    if relation is None:
        raise QueryError(f"expected a query that gives rows, found {sql[:80]!r}")
    return relation
