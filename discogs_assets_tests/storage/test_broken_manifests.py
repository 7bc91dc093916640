"""A month whose manifest cannot be read stops nothing but itself, and is mended by an import."""

import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from discogs_assets.cli import main
from discogs_assets.cli.importing.events import ImportResult
from discogs_assets.errors import ManifestError, NewerManifestError
from discogs_assets.storage.lake import Lake
from discogs_assets_tests.support.damage import edited
from discogs_assets_tests.support.workplace import FEBRUARY, JANUARY, MARCH, Workplace

pytestmark = pytest.mark.slow

Capture = pytest.CaptureFixture[str]
Break = Callable[[bytes], bytes]


def cut(text: bytes) -> bytes:
    return text[: len(text) // 2]


def of_a_newer_release(text: bytes) -> bytes:
    return edited(text, novelty=1)


BREAKS: dict[str, Break] = {"cut": cut, "empty": lambda _: b"", "newer": of_a_newer_release}
each_break = pytest.mark.parametrize("how", BREAKS.values(), ids=BREAKS)


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with labels of January and February, both imported, and of March."""
    place = Workplace(tmp_path_factory.mktemp("place"))
    for number, month in enumerate((JANUARY, FEBRUARY, MARCH)):
        place.publish(month, month=number)
    for month in (JANUARY, FEBRUARY):
        place.importing("labels", month=month)
    return place.folder


@pytest.fixture
def place(imported: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workplace:
    folder = tmp_path / "place"
    place = Workplace(folder)
    shutil.copytree(imported, folder, dirs_exist_ok=True)
    for name, value in place.environment().items():
        monkeypatch.setenv(name, value)
    return place


def break_manifest(place: Workplace, month: date, how: Break) -> str:
    """Break the manifest of labels of a month; return the name of its file."""
    lake = place.platform().lake
    key = lake.manifest_key("labels", month)
    lake.store.write(key, how(lake.store.read(key)))
    return lake.store.uri(key)


@each_break
def test_other_commands_go_on_and_say_so(
    place: Workplace, how: Break, capsys: Capture, caplog: pytest.LogCaptureFixture
) -> None:
    where = break_manifest(place, FEBRUARY, how)
    for command in (["status"], ["dumps"], ["retain", "--dry-run"]):
        caplog.clear()
        assert main.main(command) == 0
        assert caplog.text.count(where) == 1, command
        output = capsys.readouterr().out
        assert ("labels (unreadable)" in output) == (command == ["dumps"])


@each_break
def test_nothing_of_it_is_deleted(place: Workplace, how: Break) -> None:
    before = {*place.platform().store.keys("")}
    break_manifest(place, JANUARY, how)
    assert main.main(["retain", "--keep-raw", "1", "--keep-lake", "1"]) == 0
    gone = before - {*place.platform().store.keys("")}
    assert gone == set()


@pytest.mark.parametrize("how", [cut, lambda _: b""], ids=["cut", "empty"])
def test_an_import_of_the_month_mends_it(
    place: Workplace, how: Break, caplog: pytest.LogCaptureFixture
) -> None:
    before = place.content()
    where = break_manifest(place, FEBRUARY, how)
    assert place.importing("labels", month=FEBRUARY) == [ImportResult("labels", 11, 0, 0)]
    assert caplog.text.count(where) == 1
    assert place.content() == before
    check_only_published_labels(place.platform().lake)
    assert place.importing("labels", month=FEBRUARY) == [ImportResult("labels", 0, 11, 0)]


def check_only_published_labels(lake: Lake) -> None:
    """Assert that no Parquet file lies in the lake that its manifests do not name."""
    months = lake.months("labels")
    named = {file for month in months for file in lake.manifest("labels", month).files}
    assert {key for key in lake.store.keys("lake") if key.endswith(".parquet")} == named


@each_break
def test_the_next_month_is_compared_with_the_newest_that_can_be_read(
    place: Workplace, how: Break, caplog: pytest.LogCaptureFixture
) -> None:
    where = break_manifest(place, FEBRUARY, how)
    assert place.importing("labels", month=MARCH) == [ImportResult("labels", 12, 0, 0)]
    assert where in caplog.text
    assert since(place, MARCH) == JANUARY
    files = place.platform().store.sizes("lake/discogs/label/month=2026-02-01")
    assert files
    # Once it is mended, the next month is compared with it.
    place.importing("labels", month=FEBRUARY, force=True)
    assert (since(place, MARCH), since(place, FEBRUARY)) == (FEBRUARY, JANUARY)


def since(place: Workplace, month: date) -> date:
    """Return what a month of labels is compared with in the warehouse."""
    [(source,)] = place.ask(
        "SELECT source FROM discogs.loaded_month "
        f"WHERE \"table\" = 'label_change' AND month = DATE '{month}'"
    )
    import_id = str(source).rpartition(" ")[2]
    lake = place.platform().lake
    [found] = [one for one in lake.months("labels") if imported_as(lake, one) == import_id]
    return found


def imported_as(lake: Lake, month: date) -> str:
    manifest = lake.find("labels", month)
    return manifest.import_id if manifest else ""


def test_a_month_of_a_newer_release_is_replaced_by_force_only(place: Workplace) -> None:
    where = break_manifest(place, FEBRUARY, of_a_newer_release)
    before = Path(where).read_bytes()
    for options in ({}, {"full": True}, {"limit": 3}):
        with pytest.raises(
            NewerManifestError, match=f"{where}: a newer release .*novelty.*--force"
        ):
            place.importing("labels", month=FEBRUARY, **options)
    with pytest.raises(NewerManifestError):
        place.put_in_lake(FEBRUARY, "labels")
    assert Path(where).read_bytes() == before
    place.importing("labels", month=FEBRUARY, force=True)
    assert place.platform().lake.manifest("labels", FEBRUARY).records == 11
    check_only_published_labels(place.platform().lake)


def test_a_part_does_not_replace_what_may_be_in_full(place: Workplace) -> None:
    where = break_manifest(place, FEBRUARY, cut)
    with pytest.raises(ManifestError, match=where):
        place.importing("labels", month=FEBRUARY, limit=3)
    place.importing("labels", month=FEBRUARY, limit=3, force=True)
    assert place.platform().lake.manifest("labels", FEBRUARY).limit == 3


@each_break
def test_an_export_takes_the_newest_month_that_can_be_read(
    place: Workplace, how: Break, capsys: Capture
) -> None:
    where = break_manifest(place, FEBRUARY, how)
    assert main.main(["export", "sqlite", "--types", "labels"]) == 0
    assert capsys.readouterr().out.startswith("SQLite has 2026-01: ")
    assert main.main(["export", "sqlite", "--types", "labels", "--year-month", "2026/02"]) == 1
    assert f"discogs-assets: {where}: " in capsys.readouterr().err


def test_a_note_of_a_month_that_was_retired(place: Workplace) -> None:
    place.platform().lake.unpublish("labels", JANUARY)
    store = place.platform().store
    key = place.platform().lake.retired_key("labels", JANUARY)
    store.write(key, cut(store.read(key)))
    assert main.main(["status"]) == 0
    place.importing("labels", month=MARCH)
    assert since(place, MARCH) == FEBRUARY
    place.importing("labels", month=JANUARY)
    assert not store.exists(key)
    check_only_published_labels(place.platform().lake)
