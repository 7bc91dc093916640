"""The SQLite file: what is in it, and all that every sink has to do."""

import csv
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import duckdb
import pytest

from discogs_assets.errors import LakeError, SinkGoneError, SpaceError
from discogs_assets.exports.feed import feed, read_state
from discogs_assets.exports.sqlite import sink as sqlite
from discogs_assets.exports.sqlite.sink import Sqlite
from discogs_assets.exports.sqlite.tables import CACHED
from discogs_assets_tests.support.change_months import FEBRUARY, JANUARY, Months
from discogs_assets_tests.support.contract import Content, FileContract, nobody
from discogs_assets_tests.support.export_months import TYPES, month_of
from discogs_assets_tests.support.exports_page import query_of

Rows = list[tuple[object, ...]]


@pytest.fixture
def sink(tmp_path: Path) -> Sqlite:
    return Sqlite(tmp_path / "cache.db", dict.fromkeys(TYPES, "1"))


def ask(sink: Sqlite, query: str) -> Rows:
    with closing(sqlite3.connect(sink.path)) as connection:
        return connection.execute(query).fetchall()


@pytest.mark.slow
class TestSqlite(FileContract):
    def content(self, sink: Sqlite) -> Content:
        if not sink.path.exists():
            return {}
        tables = [one.name for one in CACHED.values()]
        return {name: ask(sink, f"SELECT * FROM {name} ORDER BY id") for name in tables}

    def empty(self, sink: Sqlite) -> None:
        sink.path.unlink(missing_ok=True)


def test_lists_are_lines_of_csv(sink: Sqlite, export_months: Months) -> None:
    feed(sink, month_of(export_months, JANUARY), TYPES, nobody)
    ((urls, names, aliases),) = ask(
        sink, "SELECT urls, name_variations, aliases FROM cached_artists WHERE id = 1"
    )
    assert urls == '"https://example.com/a,b",https://example.com/c'
    assert names == '"Alice, Bob","A ""B"""'
    assert aliases == "Carol,Nobody"
    assert [*csv.reader([str(names)])] == [["Alice, Bob", 'A "B"']]


def test_a_release_has_its_page_and_what_it_lists(sink: Sqlite, export_months: Months) -> None:
    feed(sink, month_of(export_months, JANUARY), ["releases"], nobody)
    assert ask(sink, "SELECT * FROM cached_releases WHERE id IN (1, 3) ORDER BY id") == [
        (
            1,
            "The Dark Side, Again",
            "Alice & Bob,Carol",
            "Warm,Warm,Cold",
            'W 1,W 1,"C, 2"',
            "UK",
            1969,
            "Rock",
            "Psychedelic",
            "https://www.discogs.com/release/1",
        ),
        (3, None, None, None, None, None, None, "Jazz", None, "https://www.discogs.com/release/3"),
    ]


def test_what_people_search_is_indexed(sink: Sqlite, export_months: Months) -> None:
    feed(sink, month_of(export_months, JANUARY), TYPES, nobody)
    query = "SELECT sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL ORDER BY name"
    assert [sql for (sql,) in ask(sink, query)] == [
        "CREATE INDEX cached_artists_name ON cached_artists (name)",
        "CREATE INDEX cached_labels_name ON cached_labels (name)",
        "CREATE INDEX cached_releases_title ON cached_releases (title)",
        "CREATE INDEX cached_releases_year ON cached_releases (year)",
    ]


def test_the_query_of_the_readme(sink: Sqlite, export_months: Months) -> None:
    feed(sink, month_of(export_months, JANUARY), TYPES, nobody)
    assert ask(sink, query_of("SQLite")) == [("The Dark Side, Again", "Alice & Bob,Carol", 1969)]


def test_what_others_left_in_a_journal_is_not_put_upon_the_new_file(
    sink: Sqlite, export_months: Months
) -> None:
    feed(sink, month_of(export_months, JANUARY), TYPES, nobody)
    script = "import os, sqlite3, sys; c = sqlite3.connect(sys.argv[1]); "
    script += "c.execute('PRAGMA journal_mode = WAL'); c.execute('CREATE TABLE mine (x)'); "
    script += "c.execute('INSERT INTO mine VALUES (1)'); c.commit(); os._exit(0)"
    subprocess.run([sys.executable, "-c", script, sink.path], check=True)
    assert sink.path.with_name("cache.db-wal").stat().st_size > 0
    feed(sink, month_of(export_months, FEBRUARY), TYPES, nobody)
    assert ask(sink, "PRAGMA integrity_check") == [("ok",)]
    assert ask(sink, "SELECT x FROM mine") == [(1,)]
    assert ask(sink, "SELECT name FROM cached_artists WHERE id = 4") == [("Dan",)]


def test_a_file_that_somebody_writes_is_waited_for(
    sink: Sqlite, export_months: Months, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite, "WAITS_S", 0.1)
    feed(sink, month_of(export_months, JANUARY), TYPES, nobody)
    with closing(sqlite3.connect(sink.path, isolation_level=None)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        with pytest.raises(SinkGoneError, match="close it where it is written"):
            feed(sink, month_of(export_months, FEBRUARY), TYPES, nobody)
        writer.execute("ROLLBACK")
    feed(sink, month_of(export_months, FEBRUARY), TYPES, nobody)


def test_asking_what_it_holds_disturbs_no_other_feed(sink: Sqlite, export_months: Months) -> None:
    feed(sink, month_of(export_months, JANUARY), TYPES, nobody)
    heard: list[object] = []

    def ask_it(records: int) -> None:
        heard.append(read_state(sink))

    feed(sink, month_of(export_months, FEBRUARY), TYPES, ask_it)
    assert len(heard) == 4
    assert {held.provenance.month for held in read_state(sink).values()} == {FEBRUARY}


@pytest.mark.parametrize("name", ["o'brien", "a?b", "[x] *", "100% #1 %20", 'ä "q"'])
def test_any_path_will_do(tmp_path: Path, export_months: Months, name: str) -> None:
    sink = Sqlite(tmp_path / name / "cache?#.db", dict.fromkeys(TYPES, "1"))
    feed(sink, month_of(export_months, JANUARY), TYPES, nobody)
    feed(sink, month_of(export_months, FEBRUARY), ["artists"], nobody)
    assert ask(sink, "SELECT name FROM cached_artists WHERE id = 4") == [("Dan",)]
    assert [*sink.path.parent.iterdir()] == [sink.path]


def test_a_full_disk_beside_the_store_is_named(export_months: Months) -> None:
    month = month_of(export_months, JANUARY)
    scratch = month.lake.store.scratch
    full = pytest.raises(SpaceError, match=rf"^{scratch}: .*/tmp/x.*; make room there")
    with full, month.errors():
        raise duckdb.IOException('Could not write file "/tmp/x": No space left on device')
    with pytest.raises(LakeError, match="a file cannot be read"), month.errors():
        raise duckdb.IOException('Could not read file "/tmp/x"')
