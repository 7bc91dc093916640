"""A store that is renamed away in the middle of an import ends it; no other is begun."""

from collections.abc import Callable
from importlib import import_module
from operator import attrgetter
from pathlib import Path

import pytest

from discogs_assets.cli import main
from discogs_assets_tests.support.workplace import JANUARY, STEPS, Workplace

pytestmark = pytest.mark.slow

Capture = pytest.CaptureFixture[str]


class RenamingPlace:
    """Renames the store of a place after a function in the midst of a step was called once."""

    def __init__(self, place: Workplace, step: str, monkeypatch: pytest.MonkeyPatch) -> None:
        self.store, self.away = place.folder / "store", place.folder / "away"
        module, function = STEPS[step]
        owner, _, name = function.rpartition(".")
        thing = import_module(f"discogs_assets.{module}")
        target = attrgetter(owner)(thing) if owner else thing
        self.function: Callable[..., object] = getattr(target, name)

        def call(*arguments: object, **options: object) -> object:
            found = self.function(*arguments, **options)
            if not self.away.exists():
                self.store.rename(self.away)
            return found

        monkeypatch.setattr(target, name, call)


@pytest.mark.parametrize("is_inside", [False, True], ids=["beside", "inside"])
@pytest.mark.parametrize("step", STEPS)
def test_an_import_ends(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture, step: str, is_inside: bool
) -> None:
    place = Workplace(tmp_path / "place")
    place.publish(JANUARY)
    for name, value in place.environment().items():
        monkeypatch.setenv(name, value)
    if is_inside:
        monkeypatch.setenv("DISCOGS_WAREHOUSE", str(place.folder / "store/warehouse.duckdb"))
    command = ["import", "--types", "masters"]
    renaming = RenamingPlace(place, step, monkeypatch)
    assert main.main(command) == 1
    errors = capsys.readouterr().err
    assert f"discogs-assets: {renaming.store}: the store was there when this began, and" in errors
    assert "Traceback" not in errors
    assert not renaming.store.exists()
    renaming.away.rename(renaming.store)
    # The function renames no more.
    renaming.away.mkdir()
    assert main.main(command) == 0
    assert place.platform().lake.months("masters") == [JANUARY]
