"""A store that has never had what the warehouse has is told by name."""

import shutil
from pathlib import Path

import pytest

from discogs_assets.cli import main
from discogs_assets.sources.dumps.unknown_months import unknown_months
from discogs_assets.warehouse.loaded import LoadedMonths
from discogs_assets_tests.support.workplace import FEBRUARY, JANUARY, Workplace

pytestmark = pytest.mark.slow

Capture = pytest.CaptureFixture[str]


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workplace:
    """A place where labels of January were imported."""
    place = Workplace(tmp_path / "place")
    place.publish(JANUARY)
    place.publish(FEBRUARY, month=1)
    place.importing("labels", month=JANUARY)
    for name, value in place.environment().items():
        monkeypatch.setenv(name, value)
    return place


def expected(place: Workplace, store: str) -> str:
    return (
        f"discogs-assets: DISCOGS_STORE is {store}, which has never had what {place.warehouse} "
        "has: labels of 2026-01. Set DISCOGS_STORE to where they were imported from; without them "
        "the next month is compared with nothing. If that store is gone, import them again\n"
    )


def test_another_store(place: Workplace, capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    other = str(place.folder / "other")
    monkeypatch.setenv("DISCOGS_STORE", other)
    for form in ("table", "json"):
        assert main.main(["status", "--format", form]) == 0
        assert capsys.readouterr().err == expected(place, other)
    assert main.main(["import", "--types", "labels", "--year-month", "2026/02"]) == 0
    assert expected(place, other) in capsys.readouterr().err
    # Imported again there, they are known.
    assert main.main(["import", "--types", "labels", "--year-month", "2026/01"]) == 0
    capsys.readouterr()
    assert main.main(["status"]) == 0
    assert capsys.readouterr().err == ""


def test_the_store_it_came_from(place: Workplace, capsys: Capture) -> None:
    lake = place.platform().lake
    assert main.main(["status"]) == 0
    lake.unpublish("labels", JANUARY)
    assert main.main(["status"]) == 0
    assert main.main(["import", "--types", "labels"]) == 0
    assert "DISCOGS_STORE" not in capsys.readouterr().err


def test_a_new_warehouse_has_nothing_unknown(place: Workplace) -> None:
    shutil.rmtree(place.folder / "store")
    assert unknown_months(place.platform().lake, LoadedMonths()) == {}
