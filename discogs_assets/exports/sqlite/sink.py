"""Feed a SQLite file: built beside the old one and put in its place when it is whole."""

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
from pyroaring import BitMap

from discogs_assets.errors import ExportError, SinkGoneError
from discogs_assets.exports.documents.build import Block, iter_documents
from discogs_assets.exports.month_rows import MonthRows
from discogs_assets.exports.sink import Tell, WritePlan
from discogs_assets.exports.sink_state import NOTES, SinkState
from discogs_assets.exports.sqlite.csv_text import csv_text
from discogs_assets.exports.sqlite.tables import CACHED, Cached
from discogs_assets.storage.disk import disk_errors, move, sync
from discogs_assets.warehouse.differing import HASH

FETCHED = 500_000
SMALLER = 5
"""How many times more rows than documents take the same room."""
NOTES_TABLE = f"CREATE TABLE IF NOT EXISTS {NOTES} (dump_type TEXT PRIMARY KEY, held TEXT NOT NULL)"
BUSY = sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED
WAITS_S = 5.0
"""How long others may be writing to the file."""
QUICK = "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA locking_mode = EXCLUSIVE;"
"""Nobody reads the file before it is whole: what a crash leaves of it is thrown away."""


class Sqlite:
    """A SQLite file."""

    def __init__(self, path: Path, shapes: Mapping[str, str]) -> None:
        self.path, self.shapes = path, shapes

    @property
    def where(self) -> str:
        return str(self.path)

    @property
    def unfinished(self) -> Path:
        return self.path.with_name(f".{self.path.name}.unfinished")

    @contextmanager
    def open(self) -> Iterator["SqliteSession"]:
        with disk_errors(self.path):
            self.path.parent.mkdir(parents=True, exist_ok=True)
            yield SqliteSession(self)

    def translate(self, error: Exception) -> None:
        if not isinstance(error, sqlite3.Error):
            return
        text = f"{self.path}: {error}"
        if getattr(error, "sqlite_errorcode", 0) & 0xFF in BUSY:
            raise SinkGoneError(f"{text}; close it where it is written") from error
        raise ExportError(
            f"{text}; see that there is room, and that SQLITE_PATH names a SQLite file"
        ) from error


class SqliteSession:
    """The file as it is, and the one that is built beside it."""

    def __init__(self, sink: Sqlite) -> None:
        self.sink = sink

    def ask(self, query: str) -> list[tuple[object, ...]]:
        """Return the rows of a query on the file; none when it, or the table, is not there."""
        return [row for rows in self.iter_rows(query) for row in rows]

    def iter_rows(self, query: str) -> Iterator[list[tuple[object, ...]]]:
        if not self.sink.path.exists():
            return
        with closing(self.connect()) as connection:
            cursor = connection.execute(query)
            while rows := cursor.fetchmany(FETCHED):
                yield rows

    def connect(self) -> sqlite3.Connection:
        """Open the file as it is, for reading."""
        return sqlite3.connect(f"{self.sink.path.absolute().as_uri()}?mode=ro", uri=True)

    def has(self, table: str) -> bool:
        return bool(self.ask(f"SELECT 1 FROM sqlite_master WHERE name = '{table}'"))

    def read_state(self) -> dict[str, SinkState]:
        if not self.has(NOTES):
            return {}
        rows = self.ask(f"SELECT dump_type, held FROM {NOTES}")
        return {str(dump_type): SinkState.from_text(str(text)) for dump_type, text in rows}

    def iter_records(self, dump_type: str) -> Iterator[pa.RecordBatch]:
        table = CACHED[dump_type].name
        if not self.has(table):
            return
        for rows in self.iter_rows(f"SELECT id FROM {table}"):
            ids = pa.array([row[0] for row in rows], pa.int32())
            yield pa.RecordBatch.from_pydict({"id": ids, HASH: pa.nulls(len(ids), pa.string())})

    def count(self, dump_type: str, _expected: int) -> int:
        table = CACHED[dump_type].name
        if not self.has(table):
            return 0
        ((found,),) = self.ask(f"SELECT count(*) FROM {table}")
        return int(str(found))

    def write(self, plans: Sequence[WritePlan], rows: MonthRows, tell: Tell) -> None:
        """Build the file anew, or from a copy; readers have the old one until it is whole."""
        path = self.sink.unfinished
        path.unlink(missing_ok=True)
        try:
            self.build(path, plans, rows, tell)
            sync(path)
            move(path, self.sink.path)
            sync(self.sink.path.parent)
        finally:
            path.unlink(missing_ok=True)

    def build(self, path: Path, plans: Sequence[WritePlan], rows: MonthRows, tell: Tell) -> None:
        with closing(sqlite3.connect(path, isolation_level=None)) as connection:
            if self.sink.path.exists():
                copy_whole(self.sink.path, connection)
            connection.executescript(f"{QUICK} BEGIN; {NOTES_TABLE};")
            for plan in plans:
                write_type(connection, plan, rows, tell)
            connection.execute("COMMIT")


def copy_whole(path: Path, target: sqlite3.Connection) -> None:
    """Copy a file, with what others have left in a journal beside it.

    That must be gone before another file takes its place: it would be put upon that one.
    """
    with closing(sqlite3.connect(path, timeout=WAITS_S, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("ROLLBACK")
        # As long as it is being read nobody writes; the backup would wait for that without end.
        connection.execute("BEGIN")
        connection.execute("SELECT count(*) FROM sqlite_master").fetchall()
        connection.backup(target)
        connection.execute("ROLLBACK")


def write_type(
    connection: sqlite3.Connection, plan: WritePlan, rows: MonthRows, tell: Tell
) -> None:
    """Bring the table of a dump type to the month, and note that it is."""
    cached = CACHED[plan.dump_type]
    if plan.is_everything:
        connection.execute(f"DROP TABLE IF EXISTS {cached.name}")
        connection.execute(cached.create)
    removed = BitMap() if plan.is_everything else plan.delta.removed
    connection.executemany(f"DELETE FROM {cached.name} WHERE id = ?", ((one,) for one in removed))
    narrow = replace(
        rows,
        tables=cached.narrowed(rows.tables),
        block_records=rows.block_records * SMALLER,
    )
    blocks = iter_documents(
        narrow, cached.document, lambda block: columns_of(cached, block), plan.delta.upserts
    )
    for columns in blocks:
        # Made Python's here: while another thread does that, sqlite3 waits for it at every row.
        connection.executemany(cached.insert, zip(*map(to_python, columns), strict=True))
        tell(len(columns[0]))
    for statement in cached.create_indexes:
        connection.execute(statement)
    connection.execute(
        f"INSERT OR REPLACE INTO {NOTES} VALUES (?, ?)", (plan.dump_type, plan.wanted.to_text())
    )


def columns_of(cached: Cached, block: Block) -> list[pa.Array]:
    return [column(block.documents, path) for path in cached.values]


def to_python(values: pa.Array) -> list[object]:
    found: list[object] = values.to_pylist()
    return found


def column(documents: pa.StructArray, path: str) -> pa.Array:
    """Return a field of documents as one column; lists as CSV."""
    name, _, inner = path.partition(".")
    values = documents.field(name)
    if not pa.types.is_list(values.type):
        return values
    members = values.values
    if pa.types.is_struct(members.type):  # Else the list has but this one field.
        members = members.field(inner)
    mask = values.is_null() if values.null_count else None
    offsets = pa.array(values.offsets.to_numpy())
    return csv_text(pa.ListArray.from_arrays(offsets, members, mask=mask))
