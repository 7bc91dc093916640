"""Parquet files are made again from the warehouse, with the very same rows."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest

from discogs_assets.errors import DamageError
from discogs_assets.sources.dumps.rebuild import rebuild
from discogs_assets.storage.lake_damage import iter_damage
from discogs_assets.storage.local import LocalStore
from discogs_assets.storage.manifest import Manifest
from discogs_assets_tests.support.change_months import FEBRUARY, JANUARY, MARCH
from discogs_assets_tests.support.damage import flip
from discogs_assets_tests.support.retained_months import RetainedMonths

each_month = pytest.mark.parametrize("month", [JANUARY, FEBRUARY, MARCH], ids=str)


@pytest.fixture
def months(tmp_path: Path) -> RetainedMonths:
    months = RetainedMonths(tmp_path, LocalStore(str(tmp_path / "store")))
    months.bring_all(bad=True)
    return months


def rebuilt(months: RetainedMonths, month: date, files: Sequence[str]) -> Manifest:
    with months.warehouse.reader() as connection:
        return rebuild(connection, months.lake, "artists", month, files)


def rows(months: RetainedMonths, month: date) -> dict[str, list[tuple[object, ...]]]:
    names = months.lake.manifest("artists", month).tables
    return {name: months.lake.scan(name, [month]).collect().rows() for name in names}


@each_month
def test_all_files_are_made_again(months: RetainedMonths, month: date) -> None:
    was, before = months.lake.manifest("artists", month), rows(months, month)
    for file in was.files:
        flip(Path(months.store.uri(file)))
    now = rebuilt(months, month, was.files)
    assert rows(months, month) == before
    assert now.import_id == was.import_id
    assert [*iter_damage(months.store, now.all_tables)] == []
    assert not {*was.files} & {*months.parquet_files()}
    assert months.lake.manifest("artists", month) == now


def test_whole_files_stay(months: RetainedMonths) -> None:
    was = months.lake.manifest("artists", MARCH)
    now = rebuilt(months, MARCH, was.tables["artist"].files)
    assert now.tables["artist"].files != was.tables["artist"].files
    assert now.tables["artist_url"] == was.tables["artist_url"]


def test_files_of_what_differs_are_done_without(months: RetainedMonths) -> None:
    was = months.lake.manifest("artists", FEBRUARY)
    assert was.changes
    now = rebuilt(months, FEBRUARY, was.changes.tables["artist"].files)
    assert (now.changes, now.tables) == (None, was.tables)
    months.load("artists", FEBRUARY)


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM history.artist WHERE id = 2 AND valid_from = DATE '2026-01-01'",
        "UPDATE history.artist SET name = NULL WHERE id = 2 AND valid_from = DATE '2026-01-01'",
    ],
    ids=["rows", "values"],
)
def test_a_warehouse_that_lost_something_is_refused(months: RetainedMonths, statement: str) -> None:
    with months.warehouse.writer() as connection:
        connection.execute(statement)
    was, files = months.lake.manifest("artists", JANUARY), months.parquet_files()
    with pytest.raises(DamageError, match="artist of 2026-01: expected "):
        rebuilt(months, JANUARY, was.files)
    assert months.lake.manifest("artists", JANUARY) == was
    assert months.parquet_files() == files


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        ("UPDATE discogs.loaded_month SET source = 'other'", "another import of it, other"),
        ("DELETE FROM discogs.loaded_month", "nothing of it"),
    ],
)
def test_rows_of_another_import_are_refused(
    months: RetainedMonths, statement: str, found: str
) -> None:
    with months.warehouse.writer() as connection:
        connection.execute(f"{statement} WHERE \"table\" = 'artist' AND month = '2026-01-01'")
    was, files = months.lake.manifest("artists", JANUARY), months.parquet_files()
    with pytest.raises(DamageError, match=f"artist of 2026-01: expected .*found {found}"):
        rebuilt(months, JANUARY, was.files)
    assert months.parquet_files() == files
