"""What differs from the month before is kept apart while a dump is read."""

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from discogs_assets.sources.discogs_dumps.source import DISCOGS
from discogs_assets.sources.discogs_dumps.tables import DUMP_TYPES
from discogs_assets.sources.dumps import publish
from discogs_assets.sources.dumps.load import Load
from discogs_assets.storage.manifest import Changes
from discogs_assets_tests.support.change_months import FEBRUARY, JANUARY, MARCH, Months, artists

NAME = "<name>%s</name>"
BEFORE = {1: NAME % "A", 2: NAME % "B" + "<urls><url>u</url></urls>", 3: NAME % "C"}
AFTER = {1: NAME % "A", 2: NAME % "D" + "<urls><url>u</url></urls>", 4: NAME % "E"}

Rows = list[tuple[object, ...]]


@pytest.fixture
def months(tmp_path: Path) -> Months:
    """Return a lake that has a month."""
    months = Months(tmp_path)
    months.bring("artists", JANUARY, artists(BEFORE))
    return months


def changes(months: Months, month: date = FEBRUARY) -> Changes | None:
    return months.lake.manifest("artists", month).changes


def rows(months: Months, table: str, month: date = FEBRUARY) -> Rows:
    """Return what was kept of a table, in order."""
    found = changes(months, month)
    assert found is not None
    files = [months.lake.store.uri(file) for file in found.tables[table].files]
    return sorted(pl.read_parquet(files).rows()) if files else []


def test_records_that_are_other_new_or_gone(months: Months) -> None:
    months.bring("artists", FEBRUARY, artists(AFTER))
    found = changes(months)
    assert found is not None
    assert found.since == months.lake.manifest("artists", JANUARY).import_id
    differing = rows(months, "artists_difference")
    assert [(id_, bool(before), bool(after)) for id_, before, after in differing] == [
        (2, True, True),
        (3, True, False),
        (4, False, True),
    ]
    assert [row[:2] for row in rows(months, "artist")] == [(2, "D"), (4, "E")]
    assert rows(months, "artist_url") == [(2, 1, "u")]


def test_the_first_month_has_nothing_to_differ_from(months: Months) -> None:
    assert changes(months, JANUARY) is None


def test_the_same_again_differs_in_nothing(months: Months) -> None:
    months.bring("artists", FEBRUARY, artists(BEFORE))
    assert rows(months, "artists_difference") == []


def in_order(ids: list[int]) -> list[bytes]:
    return [record for id_ in ids for record in artists({id_: NAME % f"{id_:0400}"})]


@pytest.mark.parametrize(
    ("before", "after"), [([3, 1, 2], [1, 2, 3]), ([1, 2, 3], [3, 1, 2]), ([1, 2, 3], [2, 2, 3])]
)
def test_the_order_of_neighbours_does_not_matter(
    tmp_path: Path, before: list[int], after: list[int]
) -> None:
    months = Months(tmp_path)
    for month, order in ((JANUARY, before), (FEBRUARY, after)):
        months.bring("artists", month, in_order(order))
    gone = {*before} - {*after}
    assert {row[0] for row in rows(months, "artists_difference")} == gone


def test_records_far_from_the_order_of_their_ids_are_not_compared(tmp_path: Path) -> None:
    months = Months(tmp_path)
    ids = [*range(1, 300)]
    for month, order in ((JANUARY, ids), (FEBRUARY, [*ids[1:], 1])):
        months.bring("artists", month, in_order(order))
    assert changes(months) is None


def test_many_blocks_pass_by_each_other(months: Months) -> None:
    many = {id_: NAME % f"{id_:0400}" for id_ in range(1, 300)}
    months.bring("artists", FEBRUARY, artists(many))
    later = {**many, 7: NAME % "seven", 299: NAME % "last", 400: NAME % "new"}
    del later[150]
    months.bring("artists", MARCH, artists(later))
    ids = [row[0] for row in rows(months, "artists_difference", MARCH)]
    assert ids == [7, 150, 299, 400]


def test_another_version_of_the_program_makes_other_rows(
    months: Months, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publish, "VERSION", "9.9.9")
    months.bring("artists", FEBRUARY, artists(AFTER))
    assert changes(months) is None


def test_what_was_kept_goes_with_its_month(months: Months) -> None:
    months.bring("artists", FEBRUARY, artists(AFTER))
    assert months.lake.store.keys("lake/discogs/_changes")
    months.lake.unpublish("artists", FEBRUARY)
    assert months.lake.store.keys("lake/discogs/_changes") == []


def test_a_month_that_is_imported_again_has_what_differs_now(months: Months) -> None:
    months.bring("artists", FEBRUARY, artists(AFTER))
    kept = {*months.lake.store.keys("lake/discogs/_changes")}
    months.bring("artists", FEBRUARY, artists({**BEFORE, 9: NAME % "Z"}))
    assert [row[0] for row in rows(months, "artists_difference")] == [9]
    assert not kept & {*months.lake.store.keys("lake/discogs/_changes")}


def test_it_is_not_relied_on_when_the_month_before_is_another_now(months: Months) -> None:
    months.bring("artists", FEBRUARY, artists(AFTER))
    months.bring("artists", JANUARY, artists({**BEFORE, 1: NAME % "other"}))
    tables = DUMP_TYPES["artists"].tables
    for month in (JANUARY, FEBRUARY):
        with months.warehouse.writer() as connection:
            work = Load(
                DISCOGS, months.lake, months.lake.manifest("artists", month), is_accepted=True
            )
            work.run(connection, tables, [])
    february = f"SELECT id, name FROM discogs.artist WHERE month = DATE '{FEBRUARY}' ORDER BY id"
    assert months.ask(february) == [(1, "A"), (2, "D"), (4, "E")]
