"""Feed PostgreSQL: documents as JSONB, all of a month in one transaction."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc
from pyroaring import BitMap

from discogs_assets.errors import ExportError, SettingError, SinkGoneError
from discogs_assets.exports.documents.build import Block, iter_documents
from discogs_assets.exports.documents.document import DOCUMENTS
from discogs_assets.exports.documents.json_text import json_text
from discogs_assets.exports.drivers import require_driver
from discogs_assets.exports.month_rows import MonthRows
from discogs_assets.exports.postgres.schema import (
    HAS_LZ4,
    HAS_SEARCH,
    IS_OURS,
    IS_THERE,
    LZ4,
    NOTES_TABLE,
    OURS,
    QUICK,
    TRIGRAMS,
    add_search,
    create_table,
    indexes,
    mark,
)
from discogs_assets.exports.redaction import Redactor
from discogs_assets.exports.sink import Tell, WritePlan
from discogs_assets.exports.sink_state import NOTES, SinkState
from discogs_assets.storage.urls import redact_url
from discogs_assets.warehouse.differing import HASH

if TYPE_CHECKING:
    from psycopg import Connection, Cursor

SCHEMES = "postgresql://", "postgres://"
CONNECTION: Mapping[str, Any] = {
    "connect_timeout": 15,
    "client_encoding": "utf8",
    # A host that vanishes is noticed within a minute or two, not after the system's two hours.
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": 60_000,
}
NEW = "new_record"
FETCHED = 100_000
DELETED = 100_000
PASSING = {"25P03", "40001", "40P01", "53300", "57P01", "57P02", "57P03"}
"""SQLSTATEs that pass, besides class 08: too many connections, stopping, starting, idle so long
that the server gave up, two that waited for each other."""

FULL = {"53100"}
TOO_LARGE = "54"
"""The class of SQLSTATEs about limits of PostgreSQL itself."""

REFUSED = "FATAL:", "no password supplied"
WAITS = ("starting up", "shutting down", "recovery", "too many", "remaining connection slots")
"""What a server says that does not let anybody in for now."""


class Postgres:
    """A PostgreSQL database, by its URL."""

    def __init__(self, url: str, shapes: Mapping[str, str]) -> None:
        self.url, self.shapes = url, shapes
        self.redactor = Redactor.of_url(url)

    @property
    def where(self) -> str:
        return redact_url(self.url)

    @contextmanager
    def open(self) -> Iterator["PostgresSession"]:
        """Connect, and do all in one transaction: readers see the month before until its end."""
        with require_driver("psycopg"):
            import psycopg
        if not self.url.startswith(SCHEMES):
            raise SettingError(
                "POSTGRES_URL: expected postgresql://user:password@host/database, found another "
                "form, which is not shown since it may have a password in it"
            )
        with psycopg.connect(self.url, **CONNECTION) as connection:
            yield PostgresSession(connection)

    def translate(self, error: Exception) -> None:
        import psycopg

        if not isinstance(error, psycopg.Error):
            return
        text = f"{self.where}: {self.redactor.redact(str(error)).strip()}"
        if is_passing(error):
            raise SinkGoneError(f"{text}; start PostgreSQL, or look at POSTGRES_URL") from None
        raise ExportError(f"{text}; {advice(error)}") from None


def is_passing(error: Exception) -> bool:
    """Whether trying again may help."""
    import psycopg

    state = getattr(error, "sqlstate", None)
    if state is not None:
        return state.startswith("08") or state in PASSING
    text = str(error)
    is_refused = any(one in text for one in REFUSED) and not any(one in text for one in WAITS)
    return isinstance(error, psycopg.OperationalError | psycopg.InterfaceError) and not is_refused


def advice(error: Exception) -> str:
    if "pg_trgm" in str(error):
        return "let an administrator run CREATE EXTENSION pg_trgm in that database once"
    if getattr(error, "sqlstate", None) in FULL:
        return "make room on the server's disk: the month before is there still"
    if (getattr(error, "sqlstate", None) or "").startswith(TOO_LARGE):
        return "a record is larger than PostgreSQL takes: please report it with this message"
    return "look at POSTGRES_URL and at what its user may do"


class PostgresSession:
    """A transaction in a database."""

    def __init__(self, connection: "Connection") -> None:
        self.connection = connection
        self.run(NOTES_TABLE)

    def run(self, statement: str, *values: object) -> "Cursor[Any]":
        return self.connection.execute(statement, values or None)

    def scalar(self, query: str, *values: object) -> Any:
        found = self.run(query, *values).fetchone()
        assert found is not None
        return found[0]

    def read_state(self) -> dict[str, SinkState]:
        rows = self.run(f"SELECT dump_type, held::text FROM {NOTES}").fetchall()
        return {dump_type: SinkState.from_text(text) for dump_type, text in rows}

    def iter_records(self, dump_type: str) -> Iterator[pa.RecordBatch]:
        if not self.has(dump_type):
            return
        with self.connection.cursor("records") as cursor:
            # Rows of other people's making may have ids that are no numbers: they are replaced.
            cursor.execute(
                f"SELECT data_id::int, hash FROM {dump_type} WHERE data_id ~ '^[0-9]{{1,9}}$'"
            )
            while rows := cursor.fetchmany(FETCHED):
                ids, hashes = zip(*rows, strict=True)
                yield pa.RecordBatch.from_pydict(
                    {"id": pa.array(ids, pa.int32()), HASH: pa.array(hashes, pa.string())}
                )

    def has(self, table: str) -> bool:
        """Tell whether a table is there; ExportError when somebody else has made it."""
        is_there = bool(self.scalar(IS_THERE, table))
        if is_there and not self.scalar(IS_OURS, table):
            raise ExportError(
                f"PostgreSQL: there is a table {table} that discogs-assets has not made, and an "
                "export would replace its rows; let POSTGRES_URL name another database or, if they "
                f"may go, run COMMENT ON TABLE {table} IS '{OURS}'"
            )
        return is_there

    def write(self, plans: Sequence[WritePlan], rows: MonthRows, tell: Tell) -> None:
        self.run(QUICK)
        if self.scalar(HAS_LZ4):
            self.run(LZ4)
        self.run(TRIGRAMS)
        for plan in plans:
            self.write_type(plan, rows, tell)
            self.note(plan.dump_type, plan.wanted)

    def note(self, dump_type: str, held: SinkState) -> None:
        self.run(
            f"INSERT INTO {NOTES} VALUES (%s, %s) "
            "ON CONFLICT (dump_type) DO UPDATE SET held = excluded.held",
            dump_type,
            held.to_text(),
        )

    def write_type(self, plan: WritePlan, rows: MonthRows, tell: Tell) -> None:
        """Bring the table of a dump type to the month."""
        table = plan.dump_type
        if not self.has(table):
            self.run(create_table(table))
            self.run(mark(table))
        if not self.scalar(HAS_SEARCH, table):
            self.run(add_search(table))
        if not self.scalar(f"SELECT EXISTS (SELECT FROM {table})"):
            self.copy(table, plan, rows, tell)
        else:
            self.merge(table, plan, rows, tell)
        for name, on in indexes(table).items():
            self.run(f"CREATE INDEX IF NOT EXISTS {name} ON {table} {on}")
        self.run(f"ANALYZE {table}")

    def merge(self, table: str, plan: WritePlan, rows: MonthRows, tell: Tell) -> None:
        """Write what differs beside the table, and touch only rows that it changes."""
        self.run(f"CREATE TEMP TABLE {NEW} (data_id varchar PRIMARY KEY, hash varchar, data jsonb)")
        self.copy(NEW, plan, rows, tell)
        self.run(
            f"INSERT INTO {table} AS there (data_id, hash, data) SELECT * FROM {NEW} "
            "ON CONFLICT (data_id) DO UPDATE SET hash = excluded.hash, data = excluded.data "
            "WHERE there.hash <> excluded.hash OR there.data <> excluded.data"
        )
        if plan.is_everything:
            is_new = f"EXISTS (SELECT FROM {NEW} WHERE {NEW}.data_id = there.data_id)"
            self.run(f"DELETE FROM {table} AS there WHERE NOT {is_new}")
        else:
            self.delete(table, plan.delta.removed)
        self.run(f"DROP TABLE {NEW}")

    def copy(self, table: str, plan: WritePlan, rows: MonthRows, tell: Tell) -> None:
        """Append the documents that are to be written."""
        blocks = iter_documents(rows, DOCUMENTS[plan.dump_type], as_copied, plan.delta.upserts)
        statement = f"COPY {table} (data_id, hash, data) FROM STDIN"
        with (
            self.connection.cursor() as cursor,
            cursor.copy(statement) as copy,
        ):
            for records, lines in blocks:
                copy.write(lines)
                tell(records)

    def delete(self, table: str, ids: BitMap) -> None:
        for start in range(0, len(ids), DELETED):
            some = [str(one) for one in ids[start : start + DELETED]]
            self.run(f"DELETE FROM {table} WHERE data_id = ANY(%s)", some)

    def count(self, dump_type: str, _expected: int) -> int:
        if not self.has(dump_type):
            return 0
        return int(self.scalar(f"SELECT count(*) FROM {dump_type}"))


def as_copied(block: Block) -> tuple[int, memoryview]:
    """Return the documents of a block as the lines that COPY reads, and how many they are."""
    # JSON writes tabs and ends of line as escapes, so only its backslashes mean something else.
    texts = pc.replace_substring(json_text(block.documents), "\\", "\\\\")
    ids = pa.array(block.ids).cast(pa.string())
    lines = pc.binary_join_element_wise(ids, block.hashes, texts, "\t")
    whole = pc.binary_join(pa.ListArray.from_arrays([0, len(lines)], lines), "\n")
    return len(block), memoryview(pc.binary_join_element_wise(whole, "", "\n")[0].as_buffer())
