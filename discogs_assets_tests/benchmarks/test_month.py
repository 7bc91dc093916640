"""`make bench-month` on two made-up months of a few records."""

import json
from pathlib import Path

import pytest

from discogs_assets.cli.importing import needs
from discogs_assets.sources.discogs_dumps.synthetic import Sizes, write_dump
from discogs_assets_tests.benchmarks import month as bench_month
from discogs_assets_tests.benchmarks.measured_steps import bytes_below, largest, peak_memory
from discogs_assets_tests.support.workplace import FEBRUARY, JANUARY

SIZES = Sizes(artists=20, labels=10, masters=12, releases=30)
TYPES = ("artists", "labels", "masters", "releases")
COMPUTED = ("finding", "master_id", "tag", "tag_count", "video")

Capture = pytest.CaptureFixture[str]


@pytest.fixture
def dumps(tmp_path: Path) -> Path:
    """Return a folder with two months, each in a folder of its own."""
    write_dump(tmp_path / "dumps" / "first", JANUARY, SIZES)
    write_dump(tmp_path / "dumps" / "second", FEBRUARY, SIZES, month=1)
    return tmp_path / "dumps"


@pytest.mark.slow
def test_two_months(
    dumps: Path, tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DISCOGS_MEMORY", "1GB")
    work, results = tmp_path / "work", tmp_path / "bench" / "month.json"
    arguments = [str(dumps), "--folder", str(work), "--json", str(results)]
    assert bench_month.main(arguments) == 0
    assert [*work.iterdir()] == []  # Nothing is kept.
    found = json.loads(results.read_text())
    assert found["memory"] == 10**9
    first, second = found["months"]
    assert (first["month"], second["month"]) == ("2026-01-01", "2026-02-01")
    kinds = ("downloading", "reading", "loading", "comparing")
    by_type = {f"{kind} {name}" for kind in kinds for name in TYPES}
    computed = {f"computing {name}" for name in COMPUTED}
    for month in (first, second):
        assert {step["name"] for step in month["steps"]} == by_type | computed
        assert sum(step["wall_s"] for step in month["steps"]) < month["wall_s"]
        assert all(step["peak_memory"] > 10_000_000 for step in month["steps"])
    steps = {step["name"]: step for step in first["steps"]}
    file = dumps / "first" / "discogs_20260101_artists.xml.gz"
    assert steps["downloading artists"]["bytes_in"] == file.stat().st_size
    assert steps["reading artists"]["records"] == 20
    assert steps["loading artists"]["rows"] == steps["reading artists"]["rows"] > 20
    assert found["second month ÷ first after reading"] == pytest.approx(
        second["after_reading_s"] / first["after_reading_s"]
    )
    lines = capsys.readouterr().out.splitlines()
    assert any(line.split()[:2] == ["read", "releases"] for line in lines)
    assert any(
        line.startswith("Everything after reading, second month ÷ first: ") for line in lines
    )


def test_what_does_not_fit_is_refused_and_nothing_left(
    dumps: Path, tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(needs, "free_bytes_at", lambda _folder: 100)
    assert bench_month.main([str(dumps), "--folder", str(tmp_path / "work")]) == 1
    assert "2026-01 needs " in capsys.readouterr().err
    assert [*(tmp_path / "work").iterdir()] == []


def test_a_folder_without_dumps_is_named(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(SystemExit, match="empty: expected files such as discogs_20260901_art"):
        bench_month.main([str(tmp_path / "empty"), "--folder", str(tmp_path / "work")])
    assert [*(tmp_path / "work").iterdir()] == []


def test_what_is_kept(tmp_path: Path, capsys: Capture) -> None:
    with bench_month.workplace(tmp_path, is_kept=True) as place:
        (place / "file").write_text("x")
    assert (place / "file").exists()
    assert capsys.readouterr().out == f"Kept: {place}\n"


def test_the_months_of_a_folder(tmp_path: Path) -> None:
    for name in (
        "discogs_20261001_labels.xml.gz", "discogs_20260901_releases.xml.gz",
        "discogs_20260901_artists.xml.gz", "discogs_20260901_CHECKSUM.txt", "notes.txt",
    ):  # fmt: skip
        (tmp_path / name).touch()
    found = bench_month.months_in(tmp_path)
    assert {f"{month:%Y-%m}": types for month, types in found.items()} == {
        "2026-09": ["artists", "releases"],
        "2026-10": ["labels"],
    }


def test_bytes_and_the_most_of_them(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "a").write_bytes(b"x" * 300)
    assert bytes_below(tmp_path, tmp_path / "nothing") == 300
    assert bytes_below(tmp_path / "folder" / "a") == 300
    with largest(lambda: bytes_below(tmp_path)) as seen:
        pass
    assert seen == [300]
    assert peak_memory() > 1_000_000
