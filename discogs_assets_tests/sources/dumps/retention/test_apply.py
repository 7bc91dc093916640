"""What retention deletes is deleted whole, and nothing that is in use, in any store."""

import errno
import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from discogs_assets.errors import LakeError, StoreError
from discogs_assets.sources.discogs_dumps.source import DISCOGS
from discogs_assets.sources.dumps.changes.compare import compare, next_outdated
from discogs_assets.sources.dumps.retention.policy import RetentionPolicy
from discogs_assets.storage.local import LocalStore
from discogs_assets.storage.s3 import S3Store
from discogs_assets.storage.store import Store
from discogs_assets.warehouse.loaded import LoadedMonths, loaded_months
from discogs_assets_tests.support.change_months import FEBRUARY, JANUARY, MARCH
from discogs_assets_tests.support.damage import edited
from discogs_assets_tests.support.retained_months import RECORDS, RetainedMonths, raw_of, told
from discogs_assets_tests.support.s3_bucket import new_bucket
from discogs_assets_tests.support.s3_server import s3_server

pytestmark = pytest.mark.slow

EACH_1 = RetentionPolicy(1, 1, 1)
RAW_1 = RetentionPolicy(1, None, None)
LAKE_1 = RetentionPolicy(None, 1, None)
ONE_LEFT = {"raw": [3], "lake": [3], "retired": [1, 2], "warehouse": [3]}
ALL_LEFT = {"raw": [1, 2, 3], "lake": [1, 2, 3], "retired": [], "warehouse": [1, 2, 3]}


class RetireContract:
    """What holds in every store; subclasses give the `store` fixture."""

    @pytest.fixture
    def months(self, store: Store, tmp_path: Path) -> RetainedMonths:
        return RetainedMonths(tmp_path, store)

    def test_old_months_go_from_every_stage(self, months: RetainedMonths) -> None:
        months.bring_all()
        assert months.stages() == ALL_LEFT
        done = months.apply(EACH_1)
        assert told(done) == [
            f"{stage} {month} goes: {why}"
            for month in ("01", "02")
            for stage, why in (
                ("raw", "in the warehouse"),
                ("lake", "in the warehouse"),
                ("warehouse", "stays in the history"),
            )
        ]
        assert months.stages() == ONE_LEFT
        assert months.parquet() == {"month=2026-03-01"}
        assert [key for key in months.store.keys("raw") if not key.endswith(".retired")] == [
            raw_of(MARCH),
            f"{raw_of(MARCH)}.sha256",
        ]
        assert months.ask("SELECT DISTINCT month FROM discogs.artist") == [(MARCH,)]
        assert months.ask("SELECT id FROM artist") == [(1,)]
        assert months.apply(EACH_1) == []

    def test_without_a_warehouse_the_lake_stays(self, months: RetainedMonths) -> None:
        months.bring_all("raw lake")
        assert told(months.apply(EACH_1)) == [
            "raw 01 goes: in the lake",
            "lake 01 stays: 2026-02 has yet to be compared with it",
            "raw 02 goes: in the lake",
            "lake 02 stays: 2026-03 has yet to be compared with it",
        ]
        assert months.stages() == {**ALL_LEFT, "raw": [3], "warehouse": []}

    def test_a_month_that_is_imported_again_is_as_before(self, months: RetainedMonths) -> None:
        months.bring_all()
        months.apply(EACH_1)
        months.bring("artists", JANUARY, RECORDS[JANUARY])
        assert months.stages() == {**ONE_LEFT, "raw": [1, 3], "lake": [1, 3], "retired": [2]}
        assert not months.store.exists(months.lake.retired_key("artists", JANUARY))
        assert months.lake.scan("artist", [JANUARY]).collect()["name"].to_list() == ["A", "B"]

    def test_what_a_killed_run_left_goes_with_the_next(self, months: RetainedMonths) -> None:
        months.bring_all()
        files = months.lake.manifest("artists", JANUARY).files
        kept = {key: months.store.read(key) for key in (*files, f"{raw_of(JANUARY)}.sha256")}
        months.apply(EACH_1)
        for key, content in kept.items():
            months.store.write(key, content)
        assert told(months.apply(RetentionPolicy(None, None, None))) == [
            "raw 01 goes: left by a run that was stopped",
            "lake 01 goes: left by a run that was stopped",
        ]
        assert [key for key in kept if months.store.exists(key)] == []
        assert months.stages() == ONE_LEFT


@pytest.mark.slow
class TestRetireLocal(RetireContract):
    @pytest.fixture
    def store(self, tmp_path: Path) -> Store:
        return LocalStore(str(tmp_path / "store"))


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with s3_server() as address:
        yield address


@pytest.mark.slow
class TestRetireS3(RetireContract):
    @pytest.fixture
    def store(
        self, address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> Iterator[Store]:
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "made")
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "up")
        with new_bucket(address, "shelf") as client:
            yield S3Store("s3://shelf/discogs", tmp_path / "scratch", lambda: client)


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the three months in every stage."""
    folder = tmp_path_factory.mktemp("imported")
    in_folder(folder).bring_all()
    return folder


def in_folder(folder: Path) -> RetainedMonths:
    return RetainedMonths(folder, LocalStore(str(folder / "store")))


@pytest.fixture
def months(imported: Path, tmp_path: Path) -> RetainedMonths:
    """Return those months in a folder of their own."""
    shutil.copytree(imported, tmp_path, dirs_exist_ok=True)
    return in_folder(tmp_path)


def test_the_history_has_every_row_of_what_is_gone(imported: Path, months: RetainedMonths) -> None:
    query = "SELECT id, name FROM {} WHERE {} ORDER BY id"
    before = {
        month: in_folder(imported).ask(query.format("discogs.artist", f"month = '{month}'"))
        for month in RECORDS
    }
    months.apply(EACH_1)
    for month, rows in before.items():
        valid = f"valid_from <= '{month}' AND (valid_to IS NULL OR valid_to > '{month}')"
        assert months.ask(query.format("history.artist", valid)) == rows
    assert [len(rows) for rows in before.values()] == [2, 2, 1]


@pytest.mark.parametrize(
    ("keep", "in_warehouse"), [(EACH_1, [1, 2, 3]), (RetentionPolicy(None, None, 1), [3])]
)
def test_quarantine_stays_where_the_lake_may_lose_it(
    tmp_path: Path, keep: RetentionPolicy, in_warehouse: list[int]
) -> None:
    months = in_folder(tmp_path)
    months.bring_all(bad=True)
    months.apply(keep)
    found = months.ask("SELECT month(month) AS m FROM discogs.artist_quarantine ORDER BY m")
    assert [number for (number,) in found] == in_warehouse
    assert months.stages()["warehouse"] == in_warehouse
    assert months.ask("SELECT DISTINCT month FROM discogs.artist") == [(MARCH,)]
    assert months.apply(keep) == []


class KilledError(BaseException):
    """What a kill does to a run: nothing catches it."""


class MortalStore(LocalStore):
    """A store whose process is killed before it changes a file once more."""

    def __init__(self, url: str, changes: int) -> None:
        super().__init__(url)
        self.changes = changes

    def change(self) -> None:
        if not self.changes:
            raise KilledError
        self.changes -= 1

    def write(self, key: str, data: bytes) -> None:
        self.change()
        super().write(key, data)

    def delete(self, keys: Iterable[str]) -> None:
        for key in keys:
            if self.exists(key):
                self.change()
            super().delete([key])


@pytest.mark.slow
def test_a_run_that_is_killed_anywhere_is_made_good(imported: Path, tmp_path: Path) -> None:
    for number in range(100):
        place = tmp_path / f"{number}"
        shutil.copytree(imported, place)
        months = in_folder(place)
        mortal = RetainedMonths(place, MortalStore(str(place / "store"), number))
        try:
            mortal.apply(EACH_1)
        except KilledError:
            check_nothing_is_half(months)
            months.apply(EACH_1)
            assert months.stages() == ONE_LEFT
            assert months.parquet() == {"month=2026-03-01"}
            assert not months.store.exists(f"{raw_of(JANUARY)}.sha256")
        else:
            break
    assert number > 10


def check_nothing_is_half(months: RetainedMonths) -> None:
    """Assert that what is published is there, and that the warehouse has all it shows."""
    for month in months.lake.months("artists"):
        files = months.lake.manifest("artists", month).files
        assert [file for file in files if not months.store.exists(file)] == []
    shown = months.stages()["warehouse"]
    found = months.ask("SELECT DISTINCT month(month) AS m FROM discogs.artist ORDER BY m")
    assert [number for (number,) in found] == shown


def of_records(months: RetainedMonths, locks: ExitStack) -> None:
    locks.enter_context(months.lake.lock("artists", JANUARY))


def of_download(months: RetainedMonths, locks: ExitStack) -> None:
    locks.enter_context(months.store.lock(raw_of(JANUARY).rpartition("/")[2]))


@pytest.mark.parametrize("hold", [of_records, of_download])
def test_a_month_that_is_imported_just_now_stays(
    months: RetainedMonths, hold: Callable[[RetainedMonths, ExitStack], None]
) -> None:
    with ExitStack() as locks:
        hold(months, locks)
        done = told(months.apply(EACH_1))
    assert [line for line in done if " 01 " in line] == [
        f"{stage} 01 stays: an import is at work on it" for stage in ("raw", "lake", "warehouse")
    ]
    left = [1, 3]
    assert months.stages() == {"raw": left, "lake": left, "retired": [2], "warehouse": left}
    months.apply(EACH_1)
    assert months.stages() == ONE_LEFT


def test_what_was_planned_is_decided_again(months: RetainedMonths) -> None:
    """Between plan and deed the lake loses a file, and a month is imported from another dump."""
    with months.retirement(RAW_1) as retirement:
        decisions = retirement.plan()
        assert [one.deletes for one in decisions] == [True, True]
        months.store.delete(months.lake.manifest("artists", JANUARY).files[:1])
        months.bring("artists", FEBRUARY, RECORDS[MARCH])
        assert told([*retirement.iter_done(decisions)]) == [
            "raw 01 stays: the lake has lost files of it",
            "raw 02 stays: the lake has another dump of the month",
        ]
    assert months.stages()["raw"] == [1, 2, 3]


def test_what_is_gone_meanwhile_is_told(months: RetainedMonths) -> None:
    with months.retirement(RAW_1) as retirement:
        decisions = retirement.plan()
        months.store.delete([raw_of(JANUARY)])
        first, _ = retirement.iter_done(decisions)
    assert told([first]) == ["raw 01 stays: it is not as it was planned any more"]


def test_a_raw_dump_is_read_before_it_is_the_only_copy(months: RetainedMonths) -> None:
    """The warehouse has another import, so that the lake's would be in the dump alone."""
    months.bring("artists", JANUARY, RECORDS[JANUARY])
    months.lake.clear("artists", JANUARY)
    forced(months)
    months.store.write(raw_of(JANUARY), b"damaged")
    [january] = [line for line in told(months.apply(LAKE_1)) if " 01 " in line]
    assert january == "lake 01 stays: the raw dump is damaged: import it again with --force"
    assert months.lake.is_published("artists", JANUARY)


def test_a_sound_raw_dump_may_be_the_only_copy(months: RetainedMonths) -> None:
    forced(months)
    [january] = [line for line in told(months.apply(LAKE_1)) if " 01 " in line]
    assert january == "lake 01 goes: in the raw dump"
    assert months.stages()["raw"] == [1, 2, 3]
    assert months.lake.is_retired("artists", JANUARY)


def forced(months: RetainedMonths) -> None:
    """Publish January once more under another name, and compare February with that."""
    manifest = months.lake.manifest("artists", JANUARY)
    key = months.lake.manifest_key("artists", JANUARY)
    other = edited(months.store.read(key), attempt=f"{manifest.import_id[:-1]}x")
    months.store.write(key, other)
    months.compare("artists", FEBRUARY)


def test_a_disk_that_refuses_is_an_error_and_no_harm(
    months: RetainedMonths, monkeypatch: pytest.MonkeyPatch
) -> None:
    unlink = Path.unlink

    def refuse(path: Path, missing_ok: bool = False) -> None:
        if path.name.endswith(".parquet"):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
        unlink(path, missing_ok=missing_ok)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "unlink", refuse)
        with pytest.raises(StoreError, match="let this user read and"):
            months.apply(EACH_1)
    check_nothing_is_half(months)
    months.apply(EACH_1)
    assert months.stages() == ONE_LEFT
    assert months.parquet() == {"month=2026-03-01"}


def test_a_dry_look_changes_nothing(months: RetainedMonths) -> None:
    before = {key: months.store.read(key) for key in months.store.keys("")}
    with months.retirement(EACH_1) as retirement:
        assert len(retirement.plan()) == 6
    assert {key: months.store.read(key) for key in months.store.keys("")} == before
    assert months.stages() == ALL_LEFT


def test_changes_are_kept_when_a_month_they_compare_is_retired(months: RetainedMonths) -> None:
    kinds = months.kinds("artists", FEBRUARY)
    assert kinds == {2: ("changed", ["artist"])}
    months.apply(RetentionPolicy(None, 2, None))
    assert months.stages()["lake"] == [2, 3]
    comparison, found = months.compare("artists", FEBRUARY)
    assert (comparison.is_retired, found["key_is_unique"].passed) == (True, True)
    assert " since 2026-01: " in found["changed_share_in_usual_range"].found
    assert months.kinds("artists", FEBRUARY) == kinds
    months.apply(LAKE_1)
    comparison, _ = months.compare("artists", FEBRUARY)
    assert comparison.before is not None
    assert months.kinds("artists", FEBRUARY) == kinds


def test_a_retired_month_that_was_never_compared_cannot_be(months: RetainedMonths) -> None:
    months.apply(EACH_1)
    months.warehouse.path.unlink()
    with pytest.raises(LakeError, match="artists of 2026-02 are not in it"):
        months.compare("artists", FEBRUARY)


def test_changes_of_a_retired_month_are_never_out_of_date(months: RetainedMonths) -> None:
    months.apply(EACH_1)
    months.bring("artists", JANUARY, RECORDS[MARCH])
    with months.warehouse.reader() as connection:
        loaded = loaded_months(connection)
    for month in (FEBRUARY, MARCH):
        assert compare(DISCOGS, months.lake, "artists", month).is_loaded(loaded)
    assert next_outdated(DISCOGS, months.lake, "artists", JANUARY, loaded) is None


def test_a_month_imported_anew_is_compared_with_what_is_there(months: RetainedMonths) -> None:
    months.apply(RetentionPolicy(None, 2, None))
    months.bring("artists", FEBRUARY, RECORDS[MARCH])
    comparison = compare(DISCOGS, months.lake, "artists", FEBRUARY).as_loaded(LoadedMonths())
    assert (comparison.before, comparison.why_not) == (
        None,
        "there is no earlier month in the lake",
    )
    months.bring("artists", JANUARY, RECORDS[JANUARY])
    comparison = compare(DISCOGS, months.lake, "artists", FEBRUARY)
    assert comparison.before == months.lake.manifest("artists", JANUARY)
    assert not comparison.is_retired


def test_a_retired_month_is_told_from_one_that_never_was(months: RetainedMonths) -> None:
    months.apply(EACH_1)
    assert months.lake.is_retired("artists", JANUARY)
    assert not months.lake.is_retired("artists", MARCH)
    with pytest.raises(LakeError, match="artists of 2026-01 are not in it"):
        months.lake.manifest("artists", JANUARY)
