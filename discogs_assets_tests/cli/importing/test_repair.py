"""What `import --repair` does where more than one thing is wrong, or all is right."""

import os
import signal
from pathlib import Path

import pytest

from discogs_assets_tests.support.damage import cut, flip
from discogs_assets_tests.support.damaged_place import NAMES, Capture, DamagedPlace, csv_of, file_in
from discogs_assets_tests.support.workplace import FEBRUARY, JANUARY, STEPS, STOPPING

pytestmark = pytest.mark.slow

MANY = {id_: f"N{id_}" for id_ in range(1, 101)}
JANUARY_ALONE = ("--types", "artists", "--year-month", "2026-01")


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("places") / "whole"


@pytest.fixture
def place(
    whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> DamagedPlace:
    """Return two imported months, made once."""
    if not whole.exists():
        first = DamagedPlace(whole, monkeypatch, capsys)
        for month, names in NAMES.items():
            first.publish_names(month, names)
            assert first.import_(month)[0] == 0
    return DamagedPlace(whole, monkeypatch, capsys).copy(tmp_path / "place")


def repaired(place: DamagedPlace, *more: str) -> tuple[int, str]:
    status, output, errors = place.run("import", "--repair", *more)
    assert "unexpected" not in errors
    return status, output


def test_a_month_that_is_in_no_warehouse_is_named(place: DamagedPlace) -> None:
    place.warehouse.unlink()
    assert place.import_(FEBRUARY)[0] == 0
    place.publish_nothing()
    file_in(place.folder, "dump").unlink()
    path = file_in(place.folder, "records")
    flip(path)
    status, output = repaired(place)
    assert (status, path.exists()) == (1, True)
    assert "found nothing of it" in output


def test_an_unreadable_warehouse_is_loaded_whole_whatever_was_named(place: DamagedPlace) -> None:
    cut(place.warehouse)
    assert repaired(place, *JANUARY_ALONE)[0] == 0
    for month, names in NAMES.items():
        assert place.rows(month)[1] == csv_of(names)


def test_a_month_that_only_the_lost_warehouse_had_is_told_and_read_again(
    place: DamagedPlace,
) -> None:
    assert place.run("retain", "--keep-raw", "1", "--keep-lake", "1")[0] == 0
    cut(place.warehouse)
    status, output = repaired(place)
    assert (status, "the warehouse has it no more" in output) == (1, True)
    assert repaired(place)[0] == 0
    assert place.rows(JANUARY)[1] == csv_of(NAMES[JANUARY])


def test_an_empty_store_is_not_filled(place: DamagedPlace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISCOGS_STORE", str(place.folder / "other"))
    status, output, errors = place.run("import", "--repair")
    assert (status, output) == (1, "")
    assert "which has never had what" in errors
    assert [*(place.folder / "other").rglob("*.gz")] == []


def test_a_month_that_is_shown_no_more_stays_so(place: DamagedPlace) -> None:
    assert place.run("retain", "--keep-warehouse", "1")[0] == 0
    status, output = repaired(place)
    assert (status, output.splitlines()[0]) == (0, "Nothing is damaged.")
    assert place.ask("SELECT DISTINCT month FROM discogs.artist") == [(FEBRUARY,)]


def test_a_dump_whose_checksum_is_damaged_stays(place: DamagedPlace) -> None:
    place.publish_nothing()
    path = file_in(place.folder, "checksum")
    right = path.read_text()
    path.write_text("0" * 64 + right[64:])
    assert repaired(place)[0] == 0
    assert path.read_text() == right
    assert place.import_(JANUARY, "--force", "--skip-download")[0] == 0


def kill_in(place: DamagedPlace, function: tuple[str, str], *arguments: str) -> None:
    """Kill a command where it calls a function."""
    with place.start_python("-c", STOPPING, *function, "it is there", *arguments) as process:
        assert process.stdout is not None
        assert any("it is there" in line for line in process.stdout)
        os.killpg(process.pid, signal.SIGKILL)


def test_a_killed_verification_stops_no_other(place: DamagedPlace) -> None:
    kill_in(place, ("sources.dumps.verification.verification", "Verification.flaws"), "verify")
    assert place.run("verify")[0] == 0


@pytest.mark.parametrize(("kind", "step"), [("records", "records"), ("duckdb", "load")])
def test_a_repair_that_is_killed_is_done_by_the_next(
    place: DamagedPlace, kind: str, step: str
) -> None:
    place.publish_nothing()
    file_in(place.folder, "dump").unlink()
    path = file_in(place.folder, kind)
    cut(path)
    kill_in(place, STEPS[step], "import", "--repair")
    assert path.exists() or kind == "duckdb"
    assert repaired(place)[0] == 0
    for month, names in NAMES.items():
        assert place.rows(month)[1] == csv_of(names)


@pytest.mark.parametrize("kind", ["records", "duckdb"])
def test_a_dump_that_failed_its_checks_is_not_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture, kind: str
) -> None:
    place = DamagedPlace(tmp_path / "place", monkeypatch, capsys)
    place.publish_names(JANUARY, MANY)
    assert place.import_(JANUARY)[0] == 0
    place.publish_names(JANUARY, {1: "A"})
    assert place.import_(JANUARY)[0] == 1
    (flip if kind == "records" else cut)(file_in(place.folder, kind))
    assert repaired(place)[0] == 0
    assert place.rows(JANUARY)[1] == csv_of(MANY)
