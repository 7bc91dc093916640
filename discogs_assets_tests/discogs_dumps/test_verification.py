"""`verify` reads every copy, and names each that is not what was published."""

import json
from pathlib import Path

import pytest

from discogs_assets.discogs_dumps.flaws import WHOLE_FILE, Flaw, flaw_from_json
from discogs_assets.discogs_dumps.keep import Keep
from discogs_assets.discogs_dumps.verification import Verification
from discogs_assets.progress import LoggedProgress
from discogs_assets.store import LocalStore
from discogs_assets_tests.discogs_dumps.change_months import FEBRUARY, JANUARY, MARCH
from discogs_assets_tests.discogs_dumps.damage import DAMAGES, cut, forget_digests, remove
from discogs_assets_tests.discogs_dumps.retained_months import RetainedMonths, raw_of

each_damage = pytest.mark.parametrize("damage", DAMAGES)


@pytest.fixture
def months(tmp_path: Path) -> RetainedMonths:
    months = RetainedMonths(tmp_path, LocalStore(str(tmp_path / "store")))
    months.bring_all()
    return months


def verification(months: RetainedMonths) -> Verification:
    return Verification(months.lake, months.warehouse, (), LoggedProgress())


def found(months: RetainedMonths) -> list[str]:
    """Return stage, month and place of what is damaged."""
    flaws = [one for one in verification(months).flaws() if one.is_damage]
    return [f"{one.stage} {one.month or WHOLE_FILE} {one.place}" for one in flaws]


def test_nothing_is_damaged_after_an_import(months: RetainedMonths) -> None:
    work = verification(months)
    assert work.flaws() == []
    files = len(months.store.keys("raw")) // 2 + len(months.parquet_files())
    rows = months.ask("SELECT sum(rows) FROM discogs.loaded_month")[0][0]
    assert work.read.startswith(f"{files} files of ")
    assert work.read.endswith(f", {rows} rows of 27 tables and months")


@pytest.mark.parametrize("keep", [Keep(1, None, 1), Keep(1, 1, 1)], ids=str)
def test_nothing_is_damaged_after_retention(months: RetainedMonths, keep: Keep) -> None:
    months.apply(keep)
    assert found(months) == []


@each_damage
def test_each_damaged_file_is_found(months: RetainedMonths, damage: str) -> None:
    for key in months.parquet_files():
        path = Path(months.store.uri(key))
        whole = path.read_bytes()
        DAMAGES[damage](path)
        month = key.partition("month=")[2][:10]
        assert found(months) == [f"lake {month} {key}"]
        path.write_bytes(whole)


@pytest.mark.parametrize("damage", ["cut", "flip"])
def test_a_damaged_dump_is_found(months: RetainedMonths, damage: str) -> None:
    DAMAGES[damage](Path(months.store.uri(raw_of(FEBRUARY))))
    assert found(months) == [f"raw {FEBRUARY} {raw_of(FEBRUARY)}"]
    assert verification(months).flaws(JANUARY) == []
    assert verification(months).flaws(FEBRUARY, ["labels"]) == []


def test_a_manifest_that_cannot_be_read_is_found(months: RetainedMonths) -> None:
    key = months.lake.manifest_key("artists", JANUARY)
    cut(Path(months.store.uri(key)))
    assert found(months) == [f"lake {JANUARY} {key}"]


@pytest.mark.parametrize("keep", [Keep(None, None, None), Keep(1, 1, 1)], ids=["lake", "retired"])
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE history.artist SET name = 'X' WHERE id = 2 AND valid_from = DATE '2026-01-01'",
        "DELETE FROM history.artist WHERE id = 2 AND valid_from = DATE '2026-01-01'",
        "INSERT INTO history.artist SELECT * REPLACE (9 AS id) FROM history.artist "
        "WHERE id = 2 AND valid_from = DATE '2026-01-01'",
    ],
    ids=["update", "delete", "insert"],
)
def test_other_rows_are_found(months: RetainedMonths, keep: Keep, statement: str) -> None:
    months.apply(keep)
    with months.warehouse.writer() as connection:
        connection.execute(statement)
    assert found(months) == [f"warehouse {JANUARY} artist"]


def test_lost_changes_are_found(months: RetainedMonths) -> None:
    with months.warehouse.writer() as connection:
        connection.execute("DELETE FROM monthly.artist_change")
    assert found(months) == [f"warehouse {month} artist_change" for month in (FEBRUARY, MARCH)]


def test_a_damaged_duckdb_file_is_one_flaw(months: RetainedMonths) -> None:
    cut(months.warehouse.path)
    [flaw] = verification(months).flaws()
    assert (flaw.group, flaw.month, flaw.place) == (WHOLE_FILE, None, str(months.warehouse.path))
    assert flaw.what.startswith("damaged: ")
    assert flaw.advice == "discogs-assets import --repair"


def test_what_was_never_noted_is_no_damage(months: RetainedMonths) -> None:
    forget_digests(months.lake, "artists", JANUARY)
    remove(Path(months.store.uri(f"{raw_of(JANUARY)}.sha256")))
    flaws = verification(months).flaws()
    assert [(one.stage, one.is_damage) for one in flaws] == [("raw", False), ("lake", False)]
    assert {one.advice for one in flaws} == {
        "discogs-assets import --force --year-month 2026-01 --types artists"
    }


def test_without_a_duckdb_file_the_store_is_read(months: RetainedMonths) -> None:
    remove(months.warehouse.path)
    work = verification(months)
    assert work.flaws() == []
    assert "rows" not in work.read


def test_a_flaw_survives_json() -> None:
    for month in (JANUARY, None):
        flaw = Flaw("lake", "artists", month, "a", "b")
        assert flaw_from_json(json.loads(json.dumps(flaw.to_json()))) == flaw
