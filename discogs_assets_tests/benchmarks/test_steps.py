"""Each step of the benchmark, on a few made-up releases."""

from pathlib import Path

import pytest

from discogs_assets.sources.discogs_dumps.synthetic import write_dump_file
from discogs_assets_tests.benchmarks import all_types, musicbrainz
from discogs_assets_tests.benchmarks.steps import STEPS, refuse_another_file

RECORDS = 20

pytestmark = pytest.mark.slow


def made_up_file(folder: Path, month: int) -> Path:
    path = folder / str(RECORDS) / f"discogs_2026{month + 1:02}01_releases.xml.gz"
    path.parent.mkdir(exist_ok=True)
    write_dump_file(path, "releases", RECORDS, era="2026", seed=1, month=month)
    return path


def test_the_steps_of_releases(tmp_path: Path) -> None:
    path, _ = (made_up_file(tmp_path, month) for month in range(2))
    for name in ("limit", "lake", "plain", "warehouse"):
        STEPS[name](path, path.parent)
    refuse_another_file(path, path.parent)
    sizes = STEPS["six months"](path, path.parent)
    assert isinstance(sizes, dict)
    assert len(sizes["sizes"]) == 2


def test_two_months_of_all_types(tmp_path: Path) -> None:
    seconds = all_types.measure(all_types.prepare(RECORDS, tmp_path), tmp_path / "w.duckdb")
    assert [*seconds] == ["first load", "first compute", "next load", "next compute"]


def test_the_steps_of_musicbrainz(tmp_path: Path) -> None:
    path = musicbrainz.made_up_file(tmp_path, RECORDS)
    for step in musicbrainz.STEPS.values():
        step(path, tmp_path)
    assert len(musicbrainz.lines_of(path).read_bytes().splitlines()) == RECORDS
