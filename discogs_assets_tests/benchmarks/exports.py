"""How fast sinks are fed, against what their clients do with everything prepared in memory.

Each case is a process of its own: `python -m discogs_assets_tests.benchmarks.exports CASE RUNS`.
"""

import json
import sqlite3
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import neo4j
import psycopg
import pymongo
import redis

from discogs_assets.cli.main import main as run_command
from discogs_assets.exports.documents.build import iter_documents
from discogs_assets.exports.documents.document import DOCUMENTS
from discogs_assets.exports.feed import feed
from discogs_assets.exports.graph.model import EDGES, RECORD_NODES, TAG_NODES
from discogs_assets.exports.graph.rows import GraphRows, as_rows, iter_parts
from discogs_assets.exports.mongodb.sink import INDEXES, as_writes
from discogs_assets.exports.month import Month
from discogs_assets.exports.month_rows import BLOCK_RECORDS
from discogs_assets.exports.neo4j import cypher
from discogs_assets.exports.neo4j.cypher import iter_schema
from discogs_assets.exports.neo4j.session import EDGES_AT_ONCE
from discogs_assets.exports.postgres.schema import TRIGRAMS, add_search, create_table, indexes
from discogs_assets.exports.registry import BY_NAME, TYPES
from discogs_assets.exports.sqlite.tables import CACHED
from discogs_assets.platform import DUMP_TABLES, current_platform, read_settings
from discogs_assets.sources.discogs_dumps.synthetic import Sizes, write_dump
from discogs_assets_tests.support.made_documents import as_json
from discogs_assets_tests.support.services.server import running

MONTH = date(2026, 1, 1)
RELEASES = ["releases"]
DOCUMENT = DOCUMENTS["releases"]

Bare = Callable[[], object]
Where = Mapping[str, str]
"""The environment variables that say where a sink is."""


@dataclass(frozen=True)
class Case:
    """A sink, and the least that its own client can do with the same content.

    `empty` leaves nothing in it, and `prepare` reads what a feed has written, or what it wrote it
    from, into memory; what that returns is measured.
    """

    what: str
    target: float
    empty: Callable[[Where], None]
    prepare: Callable[[Month, Where], Bare]
    types: Sequence[str]
    server: str = ""
    limit: int | None = None
    """How many records are enough: FerretDB takes a millisecond or two for each."""
    sink: str = ""
    """The name of the sink, where it is not that of the case."""
    is_until_written: bool = False
    """Whether a feed is measured until its last record is written, without indexes and checks."""


# SQLite


def empty_sqlite(where: Where) -> None:
    Path(where["SQLITE_PATH"]).unlink(missing_ok=True)


def prepare_sqlite(month: Month, where: Where) -> Bare:
    """Return what inserts the rows with one executemany, as quick as SQLite can be told to."""
    cached = CACHED["releases"]
    with closing(sqlite3.connect(where["SQLITE_PATH"])) as connection:
        rows = connection.execute(f"SELECT * FROM {cached.name}").fetchall()
    insert = f"INSERT INTO {cached.name} VALUES ({', '.join('?' * len(cached.columns))})"
    path = Path(where["SQLITE_PATH"]).with_name("bare.db")

    def bare() -> None:
        path.unlink(missing_ok=True)
        with closing(sqlite3.connect(path, isolation_level=None)) as connection:
            connection.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; BEGIN;")
            connection.execute(cached.create)
            connection.executemany(insert, rows)
            for statement in cached.create_indexes:
                connection.execute(statement)
            connection.execute("COMMIT")

    return bare


# PostgreSQL


def empty_postgres(where: Where) -> None:
    with psycopg.connect(where["POSTGRES_URL"]) as connection:
        connection.execute("DROP SCHEMA public CASCADE")
        connection.execute("CREATE SCHEMA public")


def prepare_postgres(month: Month, where: Where) -> Bare:
    """Return what copies the documents into the same table, and makes the same indexes."""
    copy = prepare_copy(month, where)
    made = [f"CREATE INDEX {name} ON releases {on}" for name, on in indexes("releases").items()]

    def bare() -> None:
        copy()
        with psycopg.connect(where["POSTGRES_URL"]) as connection:
            for statement in made:
                connection.execute(statement)

    return bare


def prepare_copy(month: Month, where: Where) -> Bare:
    """Return what copies the documents into a table of two texts and JSONB."""
    with month.rows(RELEASES) as rows:
        documents = [
            (str(id_), record_hash, text.decode())
            for block in iter_documents(rows, DOCUMENT, as_json)
            for id_, record_hash, text in block
        ]

    def bare() -> None:
        with psycopg.connect(where["POSTGRES_URL"]) as connection:
            for statement in (TRIGRAMS, create_table("releases"), add_search("releases")):
                connection.execute(statement)
            with (
                connection.cursor() as cursor,
                cursor.copy("COPY releases (data_id, hash, data) FROM STDIN") as copy,
            ):
                for document in documents:
                    copy.write_row(document)

    return bare


# MongoDB


@contextmanager
def mongo(where: Where) -> Iterator["pymongo.database.Database[dict[str, Any]]"]:
    client: pymongo.MongoClient[dict[str, Any]] = pymongo.MongoClient(where["MONGODB_URL"])
    with client:
        yield client.get_default_database("discogs")


def empty_mongo(where: Where) -> None:
    with mongo(where) as database:
        for name in database.list_collection_names():
            database.drop_collection(name)


def prepare_mongo(month: Month, where: Where) -> Bare:
    """Return what writes the documents with bulk_write, and makes the same indexes."""
    with month.rows(RELEASES) as rows:
        ids = rows.ids("release")
        batches = [*iter_documents(rows, DOCUMENT, lambda block: as_writes(block, ids))]

    def bare() -> None:
        with mongo(where) as database:
            for batch in batches:
                database["releases"].bulk_write(batch, ordered=False)
            for name in INDEXES["releases"]:
                database["releases"].create_index(name)

    return bare


# Redis


def empty_redis(where: Where) -> None:
    with redis.Redis.from_url(where["REDIS_URL"]) as client:
        client.flushdb()


def prepare_redis(month: Month, where: Where) -> Bare:
    """Return what adds the members of all sets, and the titles, in groups and pipelines."""
    with redis.Redis.from_url(where["REDIS_URL"]) as client:
        keys = [key for key in client.scan_iter(count=1000, _type="set") if b"export" not in key]
        sets = {key: [*members] for key in keys if isinstance(members := client.smembers(key), set)}
        titles = dict(client.hgetall("master:title"))

    def bare() -> None:
        with redis.Redis.from_url(where["REDIS_URL"]) as client:
            pipeline = client.pipeline(transaction=False)
            for key, members in sets.items():
                for start in range(0, len(members), MEMBERS):
                    pipeline.sadd(key, *members[start : start + MEMBERS])
                if len(pipeline) >= COMMANDS:
                    pipeline.execute()
            fields = [*titles.items()]
            for start in range(0, len(fields), MEMBERS):
                pipeline.hset("master:title", mapping=dict(fields[start : start + MEMBERS]))
            pipeline.execute()

    return bare


# Neo4j


@contextmanager
def neo4j_session(where: Where) -> Iterator[neo4j.Session]:
    login = where["NEO4J_USERNAME"], where["NEO4J_PASSWORD"]
    with (
        neo4j.GraphDatabase.driver(where["NEO4J_URI"], auth=login) as driver,
        driver.session() as session,
    ):
        yield session


def empty_neo4j(where: Where) -> None:
    with neo4j_session(where) as session:
        session.run("MATCH (n) CALL (n) { DETACH DELETE n } IN TRANSACTIONS").consume()


def prepare_neo4j(month: Month, where: Where) -> Bare:
    """Return what creates the nodes and relationships, batch by batch."""
    with month.rows(TYPES) as rows, closing(GraphRows(rows)) as graph:
        batches = [*iter_batches(graph)]

    def bare() -> None:
        with neo4j_session(where) as session:
            for statement in iter_schema():
                session.run(statement).consume()
            for statement, some in batches:
                session.execute_write(lambda tx: tx.run(statement, rows=some).consume())  # noqa: B023

    return bare


def iter_batches(graph: GraphRows) -> Iterator[tuple[Any, list[tuple[Any, ...]]]]:
    """Yield statements and the rows for each."""
    for node in RECORD_NODES:
        for part in iter_parts(graph.iter_nodes(node.label), BLOCK_RECORDS):
            yield cypher.create_nodes(node), as_rows(part)
    for node in TAG_NODES:
        for batch in graph.tags(node.label).to_batches():
            yield cypher.merge_tags(node), as_rows(batch)
    for edge in EDGES:
        for part in iter_parts(graph.iter_edges(edge), BLOCK_RECORDS * EDGES_AT_ONCE):
            yield cypher.create_edges(edge), as_rows(part)


CASES = {
    "sqlite": Case(
        "SQLite ÷ bare executemany",
        0.5,
        empty_sqlite,
        prepare_sqlite,
        RELEASES,
    ),
    "postgres": Case(
        "PostgreSQL ÷ bare COPY and the same indexes",
        0.7,
        empty_postgres,
        prepare_postgres,
        RELEASES,
        "postgres",
    ),
    "postgres copy": Case(
        "PostgreSQL until all is copied ÷ bare COPY",
        0.7,
        empty_postgres,
        prepare_copy,
        RELEASES,
        "postgres",
        sink="postgres",
        is_until_written=True,
    ),
    "mongodb": Case(
        "MongoDB ÷ bare bulk_write",
        0.6,
        empty_mongo,
        prepare_mongo,
        RELEASES,
        "mongodb",
        limit=10_000,
    ),
    "redis": Case(
        "Redis ÷ bare grouped SADD",
        0.5,
        empty_redis,
        prepare_redis,
        ["masters"],
        "redis",
    ),
    "neo4j": Case(
        "Neo4j ÷ bare UNWIND",
        0.6,
        empty_neo4j,
        prepare_neo4j,
        TYPES,
        "neo4j",
    ),
}
MEMBERS, COMMANDS = 1_000, 1_000
"""How many members a command of Redis has, and how many commands are sent at once."""
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


def measure(name: str, runs: int, month: Month, where: Where) -> dict[str, float]:
    """Return the median seconds of a feed, a second one, and the bare client, in turns.

    The first of each warms up, libraries here and a virtual machine there, and does not count.
    """
    case = CASES[name]
    sink = BY_NAME[case.sink or name].open(read_settings(where).exports, DUMP_TABLES)
    fed, again, bare = [], [], []

    def measure_feed() -> float:
        """Return the seconds until all was written, or all was done."""
        started = written = time.perf_counter()

        def tell(records: int) -> None:
            nonlocal written
            written = time.perf_counter()

        anew = Month(month.lake, month.warehouse, month.month, month.limit)
        feed(sink, anew, case.types, tell)
        return (written if case.is_until_written else time.perf_counter()) - started

    for _ in range(runs + 1):
        case.empty(where)
        fed.append(measure_feed())
        again.append(seconds_of(measure_feed))
        work = case.prepare(month, where)
        case.empty(where)
        bare.append(seconds_of(work))
    return {
        "feed": statistics.median(fed[1:]),
        "again": statistics.median(again[1:]),
        "bare": statistics.median(bare[1:]),
    }


@contextmanager
def serving(name: str, folder: Path) -> Iterator[Where]:
    """Give where a server is, or the file of what needs none."""
    if not name:
        yield {"SQLITE_PATH": str(folder / "cache.db")}
        return
    with running(name) as server:
        yield server.settings


def main() -> None:
    """Measure a case on the month that the environment says, which is imported first if need be."""
    name, folder, releases, runs = sys.argv[1], Path(sys.argv[2]), *map(int, sys.argv[3:5])
    platform = current_platform()
    if not platform.lake.is_published("releases", MONTH):
        import_month(folder, releases)
    case = CASES[name]
    month = Month(platform.lake, platform.warehouse, MONTH, case.limit)
    with serving(case.server, folder) as where:
        print(json.dumps(measure(name, runs, month, where)))


if __name__ == "__main__":
    main()
