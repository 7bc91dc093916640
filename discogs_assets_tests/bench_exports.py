"""How fast sinks are fed, against what their clients do with everything prepared in memory.

Each case is a process of its own: `python -m discogs_assets_tests.bench_exports CASE RUNS`.
"""

import json
import sqlite3
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import psycopg
import pymongo

from discogs_assets.cli import main as run_command
from discogs_assets.definitions import DUMP_TABLES, current_platform
from discogs_assets.discogs_dumps.synthetic import Sizes, write_dump
from discogs_assets.exports.document import DOCUMENTS
from discogs_assets.exports.documents import as_json, iter_documents
from discogs_assets.exports.exports import BY_NAME
from discogs_assets.exports.mongodb import INDEXES, as_writes
from discogs_assets.exports.month import Month
from discogs_assets.exports.postgres_schema import TRIGRAMS, add_search, create_table, indexes
from discogs_assets.exports.settings import ExportSettings
from discogs_assets.exports.sink import Sink
from discogs_assets.exports.sqlite_tables import CACHED
from discogs_assets_tests.services.server import Server, running

MONTH = date(2026, 1, 1)
RELEASES = ["releases"]
DOCUMENT = DOCUMENTS["releases"]

Bare = Callable[[], object]


@dataclass(frozen=True)
class Case:
    """A sink, and the least that its own client can do with the same content.

    `sink` opens it, `empty` leaves nothing in it, and `prepare` reads what a feed has written, or
    what it wrote it from, into memory; what that returns is measured.
    """

    what: str
    target: float
    sink: Callable[[str], Sink]
    empty: Callable[[str], None]
    prepare: Callable[[Month, str], Bare]
    types: Sequence[str]
    server: str = ""
    limit: int | None = None
    """How many records are enough, where the server takes long."""


def opened(name: str, **settings: Any) -> Sink:
    """Return a sink as the settings would make it."""
    return BY_NAME[name].open(ExportSettings(**settings), DUMP_TABLES)


# SQLite


def sqlite_file(address: str) -> Path:
    return Path(address) / "cache.db"


def prepare_sqlite(month: Month, address: str) -> Bare:
    """Return what inserts the rows with one executemany, as quick as SQLite can be told to."""
    cached = CACHED["releases"]
    with closing(sqlite3.connect(sqlite_file(address))) as connection:
        rows = connection.execute(f"SELECT * FROM {cached.name}").fetchall()
    path = Path(address) / "bare.db"

    def bare() -> None:
        path.unlink(missing_ok=True)
        with closing(sqlite3.connect(path, isolation_level=None)) as connection:
            connection.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; BEGIN;")
            connection.execute(cached.create)
            connection.executemany(cached.insert, rows)
            for statement in cached.create_indexes:
                connection.execute(statement)
            connection.execute("COMMIT")

    return bare


# PostgreSQL


def ask_postgres(address: str, *statements: str) -> None:
    with psycopg.connect(address) as connection:
        for statement in statements:
            connection.execute(statement)


def prepare_postgres(month: Month, address: str) -> Bare:
    """Return what copies the documents into the same table, and makes the same indexes."""
    with month.rows(RELEASES) as rows:
        documents = [
            (str(id_), record_hash, text.decode())
            for block in iter_documents(rows, DOCUMENT, as_json)
            for id_, record_hash, text in block
        ]
    made = [f"CREATE INDEX {name} ON releases {on}" for name, on in indexes("releases").items()]

    def bare() -> None:
        with psycopg.connect(address) as connection:
            for statement in (TRIGRAMS, create_table("releases"), add_search("releases")):
                connection.execute(statement)
            with (
                connection.cursor() as cursor,
                cursor.copy("COPY releases (data_id, hash, data) FROM STDIN") as copy,
            ):
                for document in documents:
                    copy.write_row(document)
            for statement in made:
                connection.execute(statement)

    return bare


# MongoDB


@contextmanager
def mongo(address: str) -> Iterator["pymongo.database.Database[dict[str, Any]]"]:
    client: pymongo.MongoClient[dict[str, Any]] = pymongo.MongoClient(address)
    with client:
        yield client.get_default_database("discogs")


def empty_mongo(address: str) -> None:
    with mongo(address) as database:
        for name in database.list_collection_names():
            database.drop_collection(name)


def prepare_mongo(month: Month, address: str) -> Bare:
    """Return what writes the documents with bulk_write, and makes the same indexes."""
    with month.rows(RELEASES) as rows:
        ids = rows.ids("release")
        batches = [*iter_documents(rows, DOCUMENT, lambda block: as_writes(block, ids))]

    def bare() -> None:
        with mongo(address) as database:
            for batch in batches:
                database["releases"].bulk_write(batch, ordered=False)
            for name in INDEXES["releases"]:
                database["releases"].create_index(name)

    return bare


CASES = {
    "sqlite": Case(
        "SQLite ÷ bare executemany",
        0.5,
        lambda address: opened("sqlite", sqlite_path=sqlite_file(address)),
        lambda address: sqlite_file(address).unlink(missing_ok=True),
        prepare_sqlite,
        RELEASES,
    ),
    "postgres": Case(
        "PostgreSQL ÷ bare COPY",
        0.7,
        lambda address: opened("postgres", postgres_url=address),
        lambda address: ask_postgres(address, "DROP SCHEMA public CASCADE", "CREATE SCHEMA public"),
        prepare_postgres,
        RELEASES,
        "postgres",
    ),
    "mongodb": Case(
        "MongoDB ÷ bare bulk_write",
        0.6,
        lambda address: opened("mongodb", mongodb_url=address),
        empty_mongo,
        prepare_mongo,
        RELEASES,
        "mongodb",
        limit=10_000,
    ),
}
AGAIN = 10.0
"""A second run with nothing changed is to be at least so many times quicker than the first."""


def import_month(folder: Path, releases: int) -> None:
    """Make a month up, all dump types in their proportions, and import it."""
    write_dump(folder / "dumps", MONTH, Sizes.around("releases", releases))
    arguments = ["import", "--source", str(folder / "dumps"), "--year-month", "2026/01"]
    if run_command(arguments):
        raise SystemExit(1)


def seconds_of(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def measure(case: Case, runs: int, month: Month, address: str) -> dict[str, float]:
    """Return the median seconds of a feed, a second one, and the bare client, in turns."""
    sink = case.sink(address)
    fed, again, bare = [], [], []

    def feed() -> None:
        sink.feed(month, case.types, lambda _: None)

    for _ in range(runs):
        case.empty(address)
        fed.append(seconds_of(feed))
        again.append(seconds_of(feed))
        work = case.prepare(month, address)
        case.empty(address)
        bare.append(seconds_of(work))
    return {
        "feed": statistics.median(fed),
        "again": statistics.median(again),
        "bare": statistics.median(bare),
    }


@contextmanager
def serving(name: str, folder: Path) -> Iterator[str]:
    """Give the address of a server, or the folder of what needs none."""
    if not name:
        yield str(folder)
        return
    with running(name) as server:
        yield address_of(server)


def address_of(server: Server) -> str:
    """Return the settings of a server as one text."""
    return server.address


def main() -> None:
    """Measure a case on the month that the environment says, which is imported first if need be."""
    name, folder, releases, runs = sys.argv[1], Path(sys.argv[2]), *map(int, sys.argv[3:5])
    platform = current_platform()
    if not platform.lake.is_published("releases", MONTH):
        import_month(folder, releases)
    case = CASES[name]
    month = Month(platform.lake, platform.warehouse.warehouse, MONTH, case.limit)
    with serving(case.server, folder) as address:
        print(json.dumps(measure(case, runs, month, address)))


if __name__ == "__main__":
    main()
