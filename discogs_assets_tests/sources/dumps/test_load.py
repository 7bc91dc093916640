"""A month that fails its checks is not loaded, and what was there stays."""

from datetime import date
from pathlib import Path

import pytest

from discogs_assets.sources.discogs_dumps.source import DISCOGS
from discogs_assets.sources.discogs_dumps.tables import DUMP_TYPES
from discogs_assets.sources.dumps.load import Load
from discogs_assets.storage.lake import Lake
from discogs_assets.storage.manifest import Manifest
from discogs_assets.tables.outcome import CheckError, Outcome
from discogs_assets.tables.table import Table
from discogs_assets_tests.support.damage import forget_digests
from discogs_assets_tests.support.told_parts import ToldParts
from discogs_assets_tests.support.workplace import FEBRUARY, JANUARY, MARCH, Workplace

pytestmark = pytest.mark.slow

TABLES = DUMP_TYPES["masters"].tables


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Workplace:
    """A workplace with January in the warehouse, and February in the lake with few masters."""
    place = Workplace(tmp_path_factory.mktemp("place"))
    place.publish(JANUARY)
    place.importing("masters", month=JANUARY)
    place.publish_fewer(FEBRUARY, "masters", 3)
    place.put_in_lake(FEBRUARY, "masters")
    return place


def load(
    place: Workplace, month: date, *tables: Table, is_accepted: bool = False
) -> dict[str, dict[str, Outcome]]:
    """Load tables, and return what their checks found by table and check."""
    lake = place.platform().lake
    work = Load(DISCOGS, lake, lake.manifest("masters", month), is_accepted=is_accepted)
    with place.platform().warehouse.writer() as connection:
        missing = work.missing(connection, tables)
        found = work.run(connection, missing, tables)
    return {table: {one.check: one for one in outcomes} for table, outcomes in found.items()}


def failed(found: dict[str, dict[str, Outcome]]) -> set[tuple[str, str]]:
    return {
        (table, one.check)
        for table, checks in found.items()
        for one in checks.values()
        if not one.passed
    }


def test_a_good_month_passes_everything(made: Workplace) -> None:
    found = load(made, JANUARY, *TABLES)
    assert failed(found) == set()
    assert found["master"]["all_rows_are_there"].found == "Rows loaded: 12 of 12."
    assert found["master"]["rows_as_before"].found == (
        "Not compared: there is no earlier month in the lake."
    )


def test_a_month_that_lost_records_leaves_the_month_before(made: Workplace) -> None:
    with pytest.raises(CheckError) as error:
        load(made, FEBRUARY, *TABLES)
    assert str(error.value).startswith(
        "masters 2026-02: not published. "
        "[master] Records: 3, was 12 in 2026-01 (-9, -75.0%; at least 5 expected).\n"
    )
    assert "discogs-assets import --accept" in str(error.value)
    assert made.ask("SELECT DISTINCT month FROM discogs.master_genre") == [(JANUARY,)]
    assert made.count("master") == 12
    assert made.ask("SELECT DISTINCT month FROM discogs.loaded_month") == [(JANUARY,)]


def test_tables_of_a_month_stand_or_fall_together(made: Workplace) -> None:
    genre = next(table for table in TABLES if table.name == "master_genre")
    with pytest.raises(CheckError):
        load(made, FEBRUARY, TABLES[0], genre)
    assert made.ask("SELECT DISTINCT month FROM discogs.master_genre") == [(JANUARY,)]


def test_a_month_that_was_refused_does_not_vouch_for_the_next(made: Workplace) -> None:
    made.publish_fewer(MARCH, "masters", 3)
    made.put_in_lake(MARCH, "masters")
    with pytest.raises(CheckError, match="Records: 3, was 12 in 2026-01") as error:
        load(made, MARCH, *TABLES)
    assert "masters 2026-03: not published" in str(error.value)
    assert made.ask("SELECT DISTINCT month FROM discogs.master") == [(JANUARY,)]


def test_a_month_with_another_type_of_column_is_not_loaded(tmp_path: Path) -> None:
    place = Workplace(tmp_path)
    place.publish(JANUARY)
    place.importing("masters", month=JANUARY)
    before = place.content()
    lake = place.platform().lake
    forget_digests(lake, "masters", JANUARY)
    manifest = lake.manifest("masters", JANUARY)
    [file] = manifest.tables["master_genre"].files
    frame = lake.scan("master_genre", [JANUARY]).drop("month").collect()
    frame.cast({"sequence": str}).write_parquet(lake.store.uri(file))
    with pytest.raises(CheckError, match=r"\[master_genre\] Column types: sequence is String"):
        forced(lake, manifest, place)
    assert place.content() == before


def forced(lake: Lake, manifest: Manifest, place: Workplace) -> None:
    with place.platform().warehouse.writer() as connection:
        Load(DISCOGS, lake, manifest, is_full=True).run(connection, TABLES, TABLES)


def test_rows_that_are_missing_in_the_files_are_noticed(tmp_path: Path) -> None:
    place = Workplace(tmp_path)
    place.publish(JANUARY)
    place.importing("masters", month=JANUARY)
    lake = place.platform().lake
    forget_digests(lake, "masters", JANUARY)
    manifest = lake.manifest("masters", JANUARY)
    [file] = manifest.tables["master"].files
    frame = lake.scan("master", [JANUARY]).drop("month").collect()
    frame.head(11).write_parquet(lake.store.uri(file))
    with pytest.raises(CheckError, match=r"\[master\] Rows loaded: 11 of 12"):
        forced(lake, manifest, place)
    frame.head(1).vstack(frame.head(11)).write_parquet(lake.store.uri(file))
    with pytest.raises(CheckError, match=r"\[master\] Keys: 1 repeated, 0 missing"):
        forced(lake, manifest, place)
    assert place.count("master") == 12


def test_what_is_accepted_is_loaded(made: Workplace) -> None:
    found = load(made, FEBRUARY, *TABLES, is_accepted=True)
    assert found["master"]["record_count_not_dropped"].passed
    assert found["master"]["record_count_not_dropped"].found.startswith(
        "Accepted all the same. Records: 3,"
    )
    assert ("master", "rows_as_before") in failed(found)
    assert made.count("master") == 3
    assert made.count("discogs.master") == 15


def test_what_was_accepted_stays_so(made: Workplace) -> None:
    load(made, FEBRUARY, *TABLES, is_accepted=True)
    found = load(made, FEBRUARY, *TABLES)
    assert found["master"]["record_count_not_dropped"].found.startswith(
        "Accepted all the same. Records: 3,"
    )


def test_tells_what_it_does_now_and_how_much_that_is(made: Workplace) -> None:
    lake, told = made.platform().lake, ToldParts()
    work = Load(DISCOGS, lake, lake.manifest("masters", JANUARY), is_full=True)
    with made.platform().warehouse.writer() as connection:
        work.run(connection, TABLES, TABLES, told)
    names = [table.name for table in TABLES]
    checked = [f"checking {name}" for name in names]
    assert [*told.weights] == [*names, *checked, "committing"]
    assert told.weights["master"] == work.bytes_of([TABLES[0]]) > 0
    assert sum(told.weights.values()) == pytest.approx(work.work(TABLES, TABLES, []))


def test_a_part_of_a_month_is_not_compared(made: Workplace) -> None:
    april = date(2026, 4, 1)
    made.publish_fewer(april, "masters", 3)
    made.importing("masters", month=april, limit=2)
    found = load(made, april, *TABLES)
    assert found["master"]["record_count_not_dropped"].found == (
        "Not compared: only 2 records were asked for."
    )
