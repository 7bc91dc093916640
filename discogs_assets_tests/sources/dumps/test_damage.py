"""Damaged files of the lake are refused by name, and are no copy of what would be deleted."""

import logging
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest

from discogs_assets.errors import DamageError
from discogs_assets.sources.dumps.raw_files import note_damaged, recorded_sha256, stored
from discogs_assets.sources.dumps.retention.policy import RetentionPolicy
from discogs_assets.storage.lake_damage import iter_damage
from discogs_assets.storage.local import LocalStore
from discogs_assets_tests.support.change_months import FEBRUARY, JANUARY
from discogs_assets_tests.support.damage import DAMAGES, flip
from discogs_assets_tests.support.export_months import month_of
from discogs_assets_tests.support.retained_months import RECORDS, RetainedMonths, raw_of, told

EACH_1 = RetentionPolicy(1, 1, 1)
RAW_1 = RetentionPolicy(1, None, None)

each_damage = pytest.mark.parametrize("damage", DAMAGES)


@pytest.fixture
def months(tmp_path: Path) -> RetainedMonths:
    return RetainedMonths(tmp_path, LocalStore(str(tmp_path / "store")))


def file_of(months: RetainedMonths, table: str = "artist", month: date = JANUARY) -> Path:
    [key] = months.lake.manifest("artists", month).tables[table].files
    return Path(months.store.uri(key))


def damage_file(months: RetainedMonths, damage: str, table: str = "artist") -> None:
    DAMAGES[damage](file_of(months, table))


def warehouse_rows(months: RetainedMonths) -> Sequence[tuple[object, ...]]:
    return months.ask("SELECT id, name, month FROM discogs.artist ORDER BY ALL")


@each_damage
@pytest.mark.parametrize("table", ["artist", "artist_url"])
def test_a_load_is_refused(months: RetainedMonths, damage: str, table: str) -> None:
    urls = b"<artist><id>9</id><urls><url>u</url></urls></artist>"
    months.bring("artists", JANUARY, [*RECORDS[JANUARY], urls])
    damage_file(months, damage, table)
    with pytest.raises(DamageError, match=rf"/{table}/month=2026-01-01/.*damaged: .*--repair"):
        months.load("artists", JANUARY)


@each_damage
@pytest.mark.parametrize("table", ["artist", "artists_difference"])
def test_a_load_of_what_differs_is_refused(months: RetainedMonths, damage: str, table: str) -> None:
    for month in (JANUARY, FEBRUARY):
        months.bring("artists", month, RECORDS[month])
    months.load("artists", JANUARY)
    changes = months.lake.manifest("artists", FEBRUARY).changes
    assert changes is not None
    DAMAGES[damage](Path(months.store.uri(changes.tables[table].files[0])))
    with pytest.raises(DamageError, match=rf"/_changes/{table}/month=2026-02-01/.*damaged: "):
        months.load("artists", FEBRUARY)


def test_every_bit_counts(months: RetainedMonths) -> None:
    months.bring("artists", JANUARY, RECORDS[JANUARY])
    manifest, path = months.lake.manifest("artists", JANUARY), file_of(months)
    whole = path.read_bytes()
    assert [*iter_damage(months.store, manifest.tables.values())] == []
    for place in range(0, len(whole), 7):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        [found] = iter_damage(months.store, manifest.tables.values())
        assert found.what == "its bytes are not those that were published"


@each_damage
def test_changes_are_not_computed_from_it(months: RetainedMonths, damage: str) -> None:
    for month in (JANUARY, FEBRUARY):
        months.bring("artists", month, RECORDS[month])
    damage_file(months, damage)
    with pytest.raises(DamageError, match="month=2026-01-01"):
        months.compare("artists", FEBRUARY)


def test_a_new_month_is_read_without_the_damaged_one(
    months: RetainedMonths, caplog: pytest.LogCaptureFixture
) -> None:
    months.bring("artists", JANUARY, RECORDS[JANUARY])
    flip(file_of(months))
    with caplog.at_level(logging.WARNING):
        months.bring("artists", FEBRUARY, RECORDS[FEBRUARY])
    assert months.lake.manifest("artists", FEBRUARY).changes is None
    assert "damaged" in caplog.text


@each_damage
def test_nothing_is_exported_from_it(months: RetainedMonths, damage: str) -> None:
    months.bring_all()
    damage_file(months, damage)
    with pytest.raises(DamageError), month_of(months, JANUARY).rows(["artists"]):
        pass


@each_damage
def test_the_dump_stays_when_the_lake_is_damaged(months: RetainedMonths, damage: str) -> None:
    months.bring_all("raw lake")
    damage_file(months, damage)
    january, *_ = told(months.apply(RAW_1))
    assert january.startswith("raw 01 stays: ")
    assert months.store.exists(raw_of(JANUARY))
    assert not months.store.exists(raw_of(FEBRUARY))


def test_a_dump_goes_when_the_warehouse_has_what_the_lake_had(months: RetainedMonths) -> None:
    months.bring_all()
    months.apply(RetentionPolicy(None, 1, None))
    assert "raw 01 goes: in the warehouse" in told(months.apply(RAW_1))


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM history.artist WHERE id = 2 AND valid_from = DATE '2026-01-01'",
        "UPDATE history.artist SET name = 'X' WHERE id = 2 AND valid_from = DATE '2026-01-01'",
    ],
)
@pytest.mark.parametrize("is_in_lake", [True, False])
def test_what_the_warehouse_has_lost_stays_elsewhere(
    months: RetainedMonths, statement: str, is_in_lake: bool
) -> None:
    months.bring_all()
    if not is_in_lake:
        months.apply(RetentionPolicy(None, 1, None))
    with months.warehouse.writer() as connection:
        connection.execute(statement)
    done = told(months.apply(EACH_1))
    assert [one for one in done if " 01 " in one and "warehouse " not in one[:10]] == [
        f"{stage} 01 stays: the warehouse has other rows in artist"
        for stage in (("raw", "lake") if is_in_lake else ("raw",))
    ]
    assert months.store.exists(raw_of(JANUARY))


@pytest.mark.parametrize("is_whole", [True, False], ids=["whole", "other"])
def test_a_dump_that_could_not_be_read_is_compared_when_it_can(
    months: RetainedMonths, is_whole: bool
) -> None:
    months.bring_all("raw")
    key = raw_of(JANUARY)
    note_damaged(months.store, key, "")
    if is_whole:
        assert stored(months.store, key, None).sha256 == recorded_sha256(months.store, key)
        assert not months.store.exists(f"{key}.damaged")
        return
    flip(Path(months.store.uri(key)))
    for _ in range(2):  # What was noted of it when it came stays.
        with pytest.raises(DamageError, match="damaged or replaced"):
            stored(months.store, key, None)
