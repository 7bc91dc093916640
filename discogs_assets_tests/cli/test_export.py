"""`export` and `import --sqlite` as a person meets them."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from discogs_assets.cli import main
from discogs_assets_tests.support.change_months import Months
from discogs_assets_tests.support.export_months import bring_months
from discogs_assets_tests.support.workplace import JANUARY, Workplace

pytestmark = pytest.mark.slow

Capture = pytest.CaptureFixture[str]


@pytest.fixture(scope="module")
def months(tmp_path_factory: pytest.TempPathFactory) -> Months:
    return bring_months(tmp_path_factory.mktemp("months"))


@pytest.fixture(autouse=True)
def cache(months: Months, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("DISCOGS_STORE", months.lake.store.url)
    monkeypatch.setenv("DISCOGS_WAREHOUSE", str(months.warehouse.path))
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("SQLITE_PATH", str(tmp_path / "cache.db"))
    return tmp_path / "cache.db"


def count(path: Path, table: str) -> int:
    with closing(sqlite3.connect(path)) as connection:
        [[found]] = connection.execute(f"SELECT count(*) FROM {table}")
        return int(found)


def test_the_newest_month_is_exported(cache: Path, capsys: Capture) -> None:
    assert main.main(["export", "sqlite"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        f"SQLite has 2026-03: {cache}",
        "[ARTISTS] 4 inserted, 0 updated, 0 deleted, 0 unchanged",
        "[LABELS] 2 inserted, 0 updated, 0 deleted, 0 unchanged",
        "[MASTERS] 2 inserted, 0 updated, 0 deleted, 0 unchanged",
        "[RELEASES] 3 inserted, 0 updated, 0 deleted, 0 unchanged",
    ]
    arguments = ["export", "sqlite", "--year-month", "2026/01", "--types", "labels"]
    assert main.main(arguments) == 0
    assert capsys.readouterr().out.splitlines() == [
        f"SQLite has 2026-01: {cache}",
        "[LABELS] 2 inserted, 0 updated, 1 deleted, 1 unchanged",
    ]


def test_a_limit_makes_a_small_one(cache: Path, capsys: Capture) -> None:
    assert main.main(["export", "sqlite", "--limit", "1"]) == 0
    assert "[ARTISTS] 1 inserted" in capsys.readouterr().out
    assert count(cache, "cached_artists") == count(cache, "cached_releases") == 1


def test_what_is_missing_is_said(capsys: Capture) -> None:
    assert main.main(["export", "postgres"]) == 1
    assert capsys.readouterr().err == (
        "discogs-assets: PostgreSQL: POSTGRES_URL is not set; set it, "
        "such as postgresql://user:password@host/database\n"
    )
    assert main.main(["export", "sqlite", "--year-month", "2019/01"]) == 1
    assert "2019-01" in capsys.readouterr().err


def test_an_import_is_followed_by_the_file(tmp_path: Path) -> None:
    place = Workplace(tmp_path / "place")
    place.publish(JANUARY)
    arguments = ["import", "--sqlite", "--types", "labels", "masters", "--limit", "5"]
    done = place.command(*arguments)
    assert done.stderr == ""
    assert done.stdout.splitlines()[-3:] == [
        f"SQLite has 2026-01: {place.exports.sqlite_path}",
        "[LABELS] 5 inserted, 0 updated, 0 deleted, 0 unchanged",
        "[MASTERS] 5 inserted, 0 updated, 0 deleted, 0 unchanged",
    ]
    assert count(place.exports.sqlite_path, "cached_labels") == 5
