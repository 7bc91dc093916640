"""Months that have some of the dump types: what is there is imported and exported."""

import sqlite3
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from discogs_assets.cli import main
from discogs_assets.cli.runs.export import newest_month
from discogs_assets.errors import LakeError
from discogs_assets_tests.sources.discogs_dumps.xml.test_dump_root import DUMPS
from discogs_assets_tests.support.workplace import FEBRUARY, JANUARY, Workplace

Capture = pytest.CaptureFixture[str]

OLD = date(2009, 5, 1)
RELEASES = b'<releases><release id="1" status="Accepted"><title>%b</title></release></releases>'


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workplace:
    place = Workplace(tmp_path)
    place.dumps.mkdir()
    for name, value in place.environment().items():
        monkeypatch.setenv(name, value)
    return place


@pytest.fixture
def releases(place: Workplace) -> Workplace:
    """A workplace with two published months of releases only."""
    place.publish_raw(JANUARY, "releases", RELEASES % b"Early")
    place.publish_raw(FEBRUARY, "releases", RELEASES % b"Late")
    return place


def lines(capsys: Capture) -> list[str]:
    return capsys.readouterr().out.splitlines()


@pytest.mark.slow
def test_a_month_of_before_masters_is_imported_without_them(
    place: Workplace, capsys: Capture
) -> None:
    for name in ("artists", "labels", "releases"):
        place.publish_raw(OLD, name, DUMPS[name])
    assert main.main(["import", "--year-month", "2009/05"]) == 0
    said = lines(capsys)
    assert said[1] == "Left out: masters (not published for 2009-05)"
    assert [line for line in said if line.startswith("[")] == [
        f"[{name}] Imported: 2 (skipped: 0)" for name in ("ARTISTS", "LABELS", "RELEASES")
    ]
    assert place.ask("SELECT parent_name FROM label WHERE id = 2") == [("Pail Discs",)]
    assert place.ask("SELECT title, released_year FROM release ORDER BY id") == [
        ("Tide", 1998),
        ("Flow", 2003),
    ]
    assert main.main(["dumps"]) == 0
    assert lines(capsys)[-2].split()[-3:] == ["yes", "yes", "yes"]


def test_a_type_that_is_asked_for_has_to_be_there(releases: Workplace, capsys: Capture) -> None:
    assert main.main(["import", "--types", "masters", "--year-month", "2026/01"]) == 1
    assert "2026-01: masters are not published (there: releases)" in capsys.readouterr().err
    assert main.main(["import", "--types", "masters", "releases"]) == 1
    assert "no dump of masters, releases; 2026-02-01 lacks masters; " in capsys.readouterr().err


def test_the_newest_month_that_has_the_type_is_imported(
    releases: Workplace, capsys: Capture
) -> None:
    assert main.main(["import", "--types", "releases"]) == 0
    assert releases.ask("SELECT month, title FROM discogs.release") == [(FEBRUARY, "Late")]
    assert "Left out" not in capsys.readouterr().out


@pytest.mark.slow
def test_what_there_is_of_no_complete_month_is_imported(
    releases: Workplace, capsys: Capture
) -> None:
    assert main.main(["import"]) == 0
    assert "Left out: artists, labels, masters (not published for 2026-02)" in lines(capsys)
    assert main.main(["import", "--skip-download"]) == 0
    assert "Left out: artists, labels, masters (not in the store for 2026-02)" in lines(capsys)
    assert releases.ask("SELECT month, title FROM discogs.release") == [(FEBRUARY, "Late")]


@pytest.mark.slow
def test_a_file_can_be_the_source(releases: Workplace, capsys: Capture) -> None:
    file = releases.dumps / "discogs_20260101_releases.xml.gz"
    assert main.main(["import", "--source", str(file)]) == 0
    assert releases.ask("SELECT month, title FROM discogs.release") == [(JANUARY, "Early")]
    assert "Left out: artists, labels, masters (not published for 2026-01)" in lines(capsys)


@pytest.mark.slow
def test_what_is_imported_of_a_month_is_exported(releases: Workplace, capsys: Capture) -> None:
    releases.importing("releases")
    for arguments in ([], ["--year-month", "2026/02"]):
        assert main.main(["export", "sqlite", "--full", *arguments]) == 0
        said = lines(capsys)
        assert said[0].startswith("SQLite has 2026-02: ")
        assert said[1].startswith("[RELEASES] 1 inserted" if not arguments else "[RELEASES] 0 ins")
        assert said[2:] == ["Left out: artists, labels, masters (not imported for 2026-02)"]
    with closing(sqlite3.connect(releases.exports.sqlite_path)) as connection:
        assert connection.execute("SELECT title FROM cached_releases").fetchall() == [("Late",)]
    assert main.main(["export", "sqlite", "--types", "labels", "releases"]) == 1
    assert "expected a month of labels, releases, found none" in capsys.readouterr().err


def test_a_month_that_has_all_types_goes_before_a_newer_one(releases: Workplace) -> None:
    releases.publish(JANUARY, with_checksum=False)
    for name in ("artists", "releases"):
        releases.put_in_lake(JANUARY, name)
    releases.put_in_lake(FEBRUARY, "releases")
    platform = releases.platform()
    assert newest_month(platform, ["artists", "releases"], has_all=False) == JANUARY
    assert newest_month(platform, ["labels", "releases"], has_all=False) == FEBRUARY
    with pytest.raises(LakeError, match="expected a month of labels, releases, found none"):
        newest_month(platform, ["labels", "releases"], has_all=True)
