"""The SQLite file: what is in it, and all that every sink has to do."""

import csv
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from discogs_assets.exports.sqlite import Sqlite
from discogs_assets.exports.sqlite_tables import CACHED
from discogs_assets_tests.discogs_dumps.change_months import JANUARY, Months
from discogs_assets_tests.exports.contract import Content, FileContract, nobody
from discogs_assets_tests.exports.export_months import TYPES, month_of
from discogs_assets_tests.readme import query_of

Rows = list[tuple[object, ...]]


@pytest.fixture
def sink(tmp_path: Path) -> Sqlite:
    return Sqlite(tmp_path / "cache.db", dict.fromkeys(TYPES, "1"))


def ask(sink: Sqlite, query: str) -> Rows:
    with closing(sqlite3.connect(sink.path)) as connection:
        return connection.execute(query).fetchall()


class TestSqlite(FileContract):
    def content(self, sink: Sqlite) -> Content:
        if not sink.path.exists():
            return {}
        tables = [one.name for one in CACHED.values()]
        return {name: ask(sink, f"SELECT * FROM {name} ORDER BY id") for name in tables}

    def empty(self, sink: Sqlite) -> None:
        sink.path.unlink(missing_ok=True)


def test_lists_are_lines_of_csv(sink: Sqlite, export_months: Months) -> None:
    sink.feed(month_of(export_months, JANUARY), TYPES, nobody)
    ((urls, names, aliases),) = ask(
        sink, "SELECT urls, name_variations, aliases FROM cached_artists WHERE id = 1"
    )
    assert urls == '"https://example.com/a,b",https://example.com/c'
    assert names == '"Alice, Bob","A ""B"""'
    assert aliases == "Carol,Nobody"
    assert [*csv.reader([str(names)])] == [["Alice, Bob", 'A "B"']]


def test_a_release_has_its_page_and_what_it_lists(sink: Sqlite, export_months: Months) -> None:
    sink.feed(month_of(export_months, JANUARY), ["releases"], nobody)
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


def test_the_query_of_the_readme(sink: Sqlite, export_months: Months) -> None:
    sink.feed(month_of(export_months, JANUARY), TYPES, nobody)
    assert ask(sink, query_of("SQLite")) == [("The Dark Side, Again", "Alice & Bob,Carol", 1969)]
