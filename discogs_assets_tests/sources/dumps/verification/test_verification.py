"""`verify` reads every copy, and names each that is not what was published."""

import errno
import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import duckdb
import pytest

from discogs_assets.display.progress import LoggedProgress
from discogs_assets.sources.discogs_dumps.source import DISCOGS
from discogs_assets.sources.dumps.retention.inventory import MonthInventory, take_inventory
from discogs_assets.sources.dumps.retention.policy import RetentionPolicy
from discogs_assets.sources.dumps.verification.assets import metadata_of
from discogs_assets.sources.dumps.verification.flaws import (
    NEWER,
    OTHER_NOTED,
    WHOLE_FILE,
    Flaw,
    flaw_from_json,
)
from discogs_assets.sources.dumps.verification.retired import OTHER_VERSION
from discogs_assets.sources.dumps.verification.store import StoreVerification
from discogs_assets.sources.dumps.verification.verification import Verification
from discogs_assets.storage.local import LocalStore
from discogs_assets.storage.manifest import Manifest
from discogs_assets.warehouse.loaded import LoadedMonths
from discogs_assets_tests.support.change_months import FEBRUARY, JANUARY, MARCH, artists
from discogs_assets_tests.support.damage import DAMAGES, cut, edited, forget_digests, remove
from discogs_assets_tests.support.metadata_keys import check_keys
from discogs_assets_tests.support.retained_months import RetainedMonths, raw_of
from discogs_assets_tests.support.small_months import sha

each_damage = pytest.mark.parametrize("damage", DAMAGES)


@pytest.fixture
def months(tmp_path: Path) -> RetainedMonths:
    months = RetainedMonths(tmp_path, LocalStore(str(tmp_path / "store")))
    months.bring_all()
    return months


def verification(months: RetainedMonths) -> Verification:
    return Verification(DISCOGS, months.lake, months.warehouse, (), LoggedProgress())


def found(months: RetainedMonths) -> list[str]:
    """Return stage, month and place of what is damaged."""
    flaws = [one for one in verification(months).flaws() if one.is_damage]
    return [f"{one.stage} {one.month or WHOLE_FILE} {one.place}" for one in flaws]


def test_nothing_is_damaged_after_an_import(months: RetainedMonths) -> None:
    work = verification(months)
    assert work.flaws() == []
    check_keys(metadata_of([], work.read))
    files = len(months.store.keys("raw")) // 2 + len(months.parquet_files())
    rows = months.ask("SELECT sum(rows) FROM discogs.loaded_month")[0][0]
    assert work.read.startswith(f"{files} files of ")
    assert work.read.endswith(f", {rows} rows of 27 tables and months")


@pytest.mark.parametrize("keep", [RetentionPolicy(1, None, 1), RetentionPolicy(1, 1, 1)], ids=str)
def test_nothing_is_damaged_after_retention(months: RetainedMonths, keep: RetentionPolicy) -> None:
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


@pytest.mark.parametrize(
    "keep", [RetentionPolicy(None, None, None), RetentionPolicy(1, 1, 1)], ids=["lake", "retired"]
)
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
def test_other_rows_are_found(
    months: RetainedMonths, keep: RetentionPolicy, statement: str
) -> None:
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


@pytest.mark.parametrize("is_gone", [True, False], ids=["gone", "older"])
def test_months_that_are_nowhere_any_more_are_found(months: RetainedMonths, is_gone: bool) -> None:
    months.apply(RetentionPolicy(1, 1, 1))
    if is_gone:
        remove(months.warehouse.path)
    else:
        with months.warehouse.writer() as connection:
            connection.execute("DELETE FROM discogs.loaded_month WHERE month < '2026-03-01'")
    notes = [months.lake.retired_key("artists", month) for month in (JANUARY, FEBRUARY)]
    assert found(months) == [f"lake {note[-15:-5]} {note}" for note in notes]


def test_a_month_that_went_from_the_lake_alone_needs_no_warehouse(months: RetainedMonths) -> None:
    months.apply(RetentionPolicy(None, 1, None))
    assert months.lake.retired_months("artists") == [JANUARY, FEBRUARY]
    remove(months.warehouse.path)
    assert found(months) == []


def test_a_damaged_note_of_a_month_that_went_is_found(months: RetainedMonths) -> None:
    months.apply(RetentionPolicy(1, 1, 1))
    key = months.lake.retired_key("artists", JANUARY)
    cut(Path(months.store.uri(key)))
    assert found(months) == [f"lake {JANUARY} {key}"]


def test_digests_of_another_duckdb_are_told(months: RetainedMonths) -> None:
    months.apply(RetentionPolicy(1, 1, 1))
    key = months.lake.retired_key("artists", JANUARY)
    note, version = months.store.read(key), duckdb.__version__.encode()
    months.store.write(key, edited(note.replace(b'"%b ' % version, b'"1.0.0 ')))
    [flaw] = verification(months).flaws()
    assert (flaw.place, flaw.what, flaw.is_damage) == (key, OTHER_VERSION, False)


def test_what_a_newer_release_published_is_no_damage(months: RetainedMonths) -> None:
    key = months.lake.manifest_key("artists", JANUARY)
    months.store.write(key, edited(months.store.read(key), novelty=1))
    [flaw] = verification(months).flaws()
    assert (flaw.place, flaw.what, flaw.is_damage) == (key, NEWER, False)


def test_a_damaged_checksum_of_a_whole_dump_is_found(months: RetainedMonths) -> None:
    key = f"{raw_of(JANUARY)}.sha256"
    name = raw_of(JANUARY).rpartition("/")[2]
    months.store.write(key, f"{'0' * 64}  {name}\n".encode())
    [flaw] = verification(months).flaws()
    assert (flaw.place, flaw.what, flaw.is_damage) == (key, OTHER_NOTED, True)


def test_a_link_to_itself_is_a_file_that_is_gone(months: RetainedMonths) -> None:
    key = months.parquet_files()[0]
    path = Path(months.store.uri(key))
    path.unlink()
    path.symlink_to(path.name)
    assert found(months)[0].endswith(key)
    assert found(months)[1:] == []


@pytest.mark.parametrize("kind", ["raw", "lake"])
def test_a_file_that_cannot_be_read_is_found(
    months: RetainedMonths, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    key = {"raw": raw_of(JANUARY), "lake": months.parquet_files()[0]}[kind]
    whole = LocalStore.open

    @contextmanager
    def refuse(store: LocalStore, wanted: str) -> Iterator[BinaryIO]:
        with whole(store, wanted) as file:
            yield Unreadable() if wanted == key else file

    monkeypatch.setattr(LocalStore, "open", refuse)
    [flaw] = verification(months).flaws()
    assert (flaw.place, flaw.is_damage) == (key, True)
    assert flaw.what.startswith("it cannot be read")


class Unreadable(io.BytesIO):
    """A file on a disk that fails."""

    def read(self, _size: int | None = -1, /) -> bytes:
        raise OSError(errno.EIO, "Input/output error")


def test_what_is_replaced_while_it_is_read_is_no_damage(
    months: RetainedMonths, monkeypatch: pytest.MonkeyPatch
) -> None:
    file_flaws = StoreVerification.file_flaws

    def replaced_first(
        work: StoreVerification, holding: MonthInventory, manifest: Manifest
    ) -> list[Flaw]:
        if (holding.month, work.files) == (JANUARY, 1):
            months.bring("artists", JANUARY, artists({1: "<name>X</name>", 2: "<name>Y</name>"}))
        return [*file_flaws(work, holding, manifest)]

    monkeypatch.setattr(StoreVerification, "file_flaws", replaced_first)
    was = months.lake.manifest("artists", JANUARY)
    store = StoreVerification(months.lake, LoggedProgress())
    found = take_inventory(DISCOGS, months.lake, LoadedMonths(), (), ["artists"])
    [january] = [one for one in found if one.month == JANUARY]
    flaws = [*store.iter_flaws(january)]
    assert months.lake.manifest("artists", JANUARY) != was
    assert flaws == []


@pytest.mark.parametrize("is_there", [True, False], ids=["replaced", "retired"])
def test_a_dump_that_is_replaced_before_it_is_read_is_no_damage(
    months: RetainedMonths, is_there: bool
) -> None:
    [january, *_] = take_inventory(DISCOGS, months.lake, LoadedMonths(), (), ["artists"])
    key, name = raw_of(JANUARY), raw_of(JANUARY).rpartition("/")[2]
    if is_there:
        months.store.write(key, b"other")
        months.store.write(f"{key}.sha256", f"{sha(b'other')}  {name}\n".encode())
    else:
        months.store.delete([key, f"{key}.sha256"])
    assert [*StoreVerification(months.lake, LoggedProgress()).iter_flaws(january)] == []
