"""Records in quarantine: which are kept from an earlier month, and what differs then."""

import sqlite3
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from discogs_assets.cli import main
from discogs_assets.exports.differences import changes
from discogs_assets.exports.feed import feed
from discogs_assets.exports.kept import Kept, find_kept
from discogs_assets.exports.month import Month
from discogs_assets.exports.sqlite.sink import Sqlite
from discogs_assets.sources.discogs_dumps.tables import DUMP_TYPES
from discogs_assets.warehouse.loaded import Provenance, loaded_months
from discogs_assets_tests.support.change_months import FEBRUARY, JANUARY, MARCH, Months, artists
from discogs_assets_tests.support.contract import nobody
from discogs_assets_tests.support.export_months import BROKEN, KEPT, TYPES, UNREAD

TABLES = [one for one in DUMP_TYPES["artists"].tables if not one.is_monthly]
ARTIST = TABLES[0]

Names = dict[int, str]


def bring(months: Months, month: date, names: Names, limit: int | None = None) -> None:
    xml = {id_: f"<name>{name}</name>" for id_, name in names.items()}
    months.bring("artists", month, artists(xml), limit)
    months.load("artists", month)


def held(months: Months, month: date) -> Provenance:
    with months.warehouse.reader() as connection:
        found = loaded_months(connection)[ARTIST, month]
    return found.provenance


def kept(months: Months, month: date) -> Kept:
    with months.warehouse.reader() as connection:
        return find_kept(connection, loaded_months(connection), TABLES, held(months, month))


def cached(path: Path) -> dict[int, str]:
    with closing(sqlite3.connect(path)) as connection:
        return dict(connection.execute("SELECT id, name FROM cached_artists").fetchall())


def test_each_is_kept_from_the_newest_month_that_has_it(unread_months: Months) -> None:
    found = {month: kept(unread_months, month) for month in UNREAD}
    assert {month: [*one.ids] for month, one in found.items()} == KEPT
    assert found[MARCH].by_month.keys() == {JANUARY}
    assert [one.unread for one in found.values()] == [0, 1, 2, 1]
    assert len({one.note for one in found.values()}) == 3


def test_what_was_had_twice_is_no_record_that_is_lost(tmp_path: Path) -> None:
    months = Months(tmp_path)
    bring(months, JANUARY, {1: "A"})
    xml = b"<artist><id>1</id><name>B</name></artist>"
    months.bring("artists", FEBRUARY, [xml, xml])
    months.load("artists", FEBRUARY)
    assert months.ask("SELECT record_id FROM discogs.artist_quarantine") == [(1,)]
    assert kept(months, FEBRUARY) == Kept()


def test_nothing_is_kept_in_a_part_of_a_month(tmp_path: Path) -> None:
    months = Months(tmp_path)
    bring(months, JANUARY, {1: "A", 2: "B"})
    bring(months, FEBRUARY, {1: "A", 2: BROKEN}, limit=2)
    assert kept(months, FEBRUARY) == Kept()


def test_a_month_that_is_imported_later_brings_what_it_has(tmp_path: Path) -> None:
    months, path = Months(tmp_path), tmp_path / "cache.db"
    sink = Sqlite(path, dict.fromkeys(TYPES, "1"))

    def feed_month(month: date) -> Names:
        found = Month(months.lake, months.warehouse, month)
        feed(sink, found, ["artists"], nobody)
        return cached(path)

    bring(months, FEBRUARY, {1: "A", 2: BROKEN})
    assert feed_month(FEBRUARY) == {1: "A"}
    bring(months, JANUARY, {1: "A", 2: "B"})
    bring(months, MARCH, {1: "A", 2: BROKEN})
    assert feed_month(MARCH) == {1: "A", 2: "B"}
    assert feed_month(FEBRUARY) == {1: "A", 2: "B"}


def test_the_command_says_what_is_kept(
    unread_months: Months,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("DISCOGS_STORE", unread_months.lake.store.url)
    monkeypatch.setenv("DISCOGS_WAREHOUSE", str(unread_months.warehouse.path))
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("SQLITE_PATH", str(tmp_path / "cache.db"))
    said = []
    for month in ("2026/01", "2026/02", "2026/04"):
        arguments = ["export", "sqlite", "--types", "artists", "--year-month", month]
        assert main.main(arguments) == 0
        said.append(capsys.readouterr().out.splitlines()[1:])
    assert said == [
        ["[ARTISTS] 3 inserted, 0 updated, 0 deleted, 0 unchanged"],
        [
            "[ARTISTS] 1 inserted, 1 updated, 1 deleted, 1 unchanged",
            "  in quarantine: 1; kept as last read: 1",
        ],
        [
            "[ARTISTS] 1 inserted, 1 updated, 0 deleted, 2 unchanged",
            "  in quarantine: 1; kept as last read: 0; 1 left out: no earlier month has them",
        ],
    ]


names = st.dictionaries(st.integers(1, 5), st.sampled_from(["A", "B", BROKEN]), min_size=1)


def as_exported(contents: list[Names], number: int) -> Names:
    """Return a month with each record that is broken as it was last read."""
    found = {}
    for id_, name in contents[number].items():
        earlier = [one[id_] for one in contents[:number] if one.get(id_, BROKEN) != BROKEN]
        if name != BROKEN or earlier:
            found[id_] = name if name != BROKEN else earlier[-1]
    return found


@pytest.mark.slow
@given(st.lists(names.filter(lambda one: {*one.values()} != {BROKEN}), min_size=2, max_size=4))
@settings(max_examples=12)
def test_changes_are_what_tells_the_exported_months_apart(
    tmp_path_factory: pytest.TempPathFactory, contents: list[Names]
) -> None:
    months = Months(tmp_path_factory.mktemp("months"))
    days = [date(2026, number, 1) for number in range(1, len(contents) + 1)]
    for day, content in zip(days, contents, strict=True):
        bring(months, day, content)
    for first, one in enumerate(days):
        for second, other in enumerate(days):
            old, new = as_exported(contents, first), as_exported(contents, second)
            both = kept(months, one), kept(months, other)
            with months.warehouse.reader() as connection:
                found = changes(connection, ARTIST, held(months, one), held(months, other), both)
            assert {*found.added} == new.keys() - old.keys()
            assert {*found.removed} == old.keys() - new.keys()
            assert {*found.changed} == {i for i in new.keys() & old.keys() if new[i] != old[i]}
