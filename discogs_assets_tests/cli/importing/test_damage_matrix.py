"""Each kind of file × each kind of damage × each command: right, or refused by name.

On Dagster's own SQLite files, as the command has them.
"""

import sqlite3
from pathlib import Path

import pytest

from discogs_assets_tests.support.damaged_place import (
    DAMAGES,
    FILES,
    NAMES,
    OLDER,
    Capture,
    DamagedPlace,
    csv_of,
    file_in,
)
from discogs_assets_tests.support.workplace import FEBRUARY, JANUARY

pytestmark = pytest.mark.slow

MONTHS = (JANUARY, FEBRUARY)
NO_WAREHOUSE = "expected a DuckDB file, found none"


WAYS: dict[str, list[tuple[str, ...]]] = {
    "dump": [("--force",), ("--force", "--skip-download")],
    "checksum": [("--force",), ("--skip-download",)],
    "manifest": [(), ("--force",)],
    "records": [(), ("--full",)],
    "urls": [(), ("--full",)],
    "changes": [("--full",)],
    "duckdb": [()],
}
"""How January is imported again, where that may meet the damage."""


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Return where a place is, and where it is as it was before January was published again."""
    base = tmp_path_factory.mktemp("places")
    return base / "now", base / "older"


@pytest.fixture
def place(
    folders: tuple[Path, Path],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: Capture,
) -> DamagedPlace:
    """Return two imported months, made once."""
    now, older = folders
    if not older.exists():
        first = DamagedPlace(now, monkeypatch, capsys)
        first.publish_names(JANUARY, OLDER)
        assert first.import_(JANUARY)[0] == 0
        first.copy(older)
        first = DamagedPlace(now, monkeypatch, capsys)
        for month in MONTHS:
            first.publish_names(month, NAMES[month])
            assert first.import_(month, "--force")[0] == 0
    return DamagedPlace(now, monkeypatch, capsys).copy(tmp_path / "place")


each_kind = pytest.mark.parametrize("kind", FILES)
each_damage = pytest.mark.parametrize("damage", DAMAGES)


def is_named(errors: str, place: DamagedPlace, path: Path) -> bool:
    """Whether a sentence names a damaged file, its folder, or the month that it is of."""
    is_sentence = "Traceback" not in errors and "unexpected" not in errors
    months = ("artist of 2026-", "artists of 2026-", "artists 2026-", "artist_change 2026-")
    return is_sentence and any(
        one in errors for one in (path.name.removesuffix(".sha256"), str(path.parent), *months)
    )


def rows_are_right(place: DamagedPlace, path: Path, kind: str, damage: str) -> None:
    """Assert that `sql` gives the rows of both months, or names what is damaged."""
    for month in MONTHS:
        status, output, errors = place.rows(month)
        if status:
            assert kind == "duckdb"
            assert is_named(errors, place, path) or f"expected {month:%Y-%m}" in errors
        elif (kind, damage, month) == ("duckdb", "older", JANUARY):
            assert output == csv_of(OLDER)  # A whole file, as it was then.
        else:
            assert output == csv_of(NAMES[month])


@each_kind
@each_damage
def test_reading(place: DamagedPlace, folders: tuple[Path, Path], kind: str, damage: str) -> None:
    expected = place.run("changes", "--type", "artists", "--format", "tsv")
    path = file_in(place.folder, kind)
    place.damage(kind, damage, folders[1])
    rows_are_right(place, path, kind, damage)
    for command in (["status"], ["changes", "--type", "artists", "--format", "tsv"]):
        status, output, errors = place.run(*command)
        if status:
            assert is_named(errors, place, path)
        elif command[0] == "changes" and (kind, damage) != ("duckdb", "older"):
            assert (status, output) == expected[:2]
    status, output, errors = place.run("verify", "--types", "artists")
    told = path.name in output + errors or "artist" in output
    assert (status, told) == (1, True) or (kind, damage) in UNSEEN, output + errors


UNSEEN = {
    ("duckdb", "gone"),  # The documentation lets people delete it: it is made again.
    ("duckdb", "older"),  # A whole file: what it has no more is loaded again by an import.
    ("checksum", "gone"),  # Nothing was noted: that is told, and is no damage.
    ("checksum", "cut"),
    ("checksum", "flip"),
    ("checksum", "exchanged"),
    ("dump", "gone"),  # A dump that is gone is none, as after retention.
}


@each_kind
@each_damage
def test_an_export(place: DamagedPlace, folders: tuple[Path, Path], kind: str, damage: str) -> None:
    path = file_in(place.folder, kind)
    place.damage(kind, damage, folders[1])
    status, _, errors = place.run(
        "export", "sqlite", "--types", "artists", "--year-month", "2026-01"
    )
    if status:
        assert is_named(errors, place, path)
        return
    with sqlite3.connect(place.folder / "cache.db") as exported:
        rows = exported.execute("SELECT id, name FROM cached_artists ORDER BY id").fetchall()
    exported.close()
    assert rows == sorted(NAMES[JANUARY].items())


@each_kind
@each_damage
def test_an_import(place: DamagedPlace, folders: tuple[Path, Path], kind: str, damage: str) -> None:
    path = file_in(place.folder, kind)
    place.damage(kind, damage, folders[1])
    for more in WAYS[kind]:
        again = place.copy(place.folder.with_name(f"import{'-'.join(more)}"))
        status, _, errors = again.import_(JANUARY, *more)
        if status:
            assert is_named(errors, again, path)
            rows_are_right(again, path, kind, damage)
        else:
            assert again.rows(JANUARY)[1] == csv_of(NAMES[JANUARY])


@each_kind
@each_damage
def test_retention_keeps_a_copy_of_everything(
    place: DamagedPlace, folders: tuple[Path, Path], kind: str, damage: str
) -> None:
    path = file_in(place.folder, kind)
    place.damage(kind, damage, folders[1])
    status, _, errors = place.run("retain", "--keep-raw", "1", "--keep-lake", "1")
    assert status == 0 or is_named(errors, place, path)
    place.publish_nothing()
    if (kind, damage) == ("duckdb", "exchanged"):
        path.unlink()
    place.run("import", "--repair")
    for month in MONTHS:
        assert place.rows(month)[1] == csv_of(NAMES[month])


@each_kind
@pytest.mark.parametrize("damage", ["flip", "gone"])
def test_a_repair(place: DamagedPlace, folders: tuple[Path, Path], kind: str, damage: str) -> None:
    place.damage(kind, damage, folders[1])
    status, output, errors = place.run("import", "--repair", "--types", "artists")
    assert status == 0, output + errors
    assert "Nothing is damaged." in output
    for month in MONTHS:
        assert place.rows(month)[1] == csv_of(NAMES[month])
    assert place.run("verify")[0] == 0


def test_another_file_is_not_put_aside(place: DamagedPlace, folders: tuple[Path, Path]) -> None:
    place.damage("duckdb", "exchanged", folders[1])
    status, _, errors = place.run("import", "--repair", "--types", "artists")
    assert (status, "it is no DuckDB file" in errors) == (1, True)
    assert place.warehouse.exists()
