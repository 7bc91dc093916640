"""Dump files: well-formed, framed and checksummed like Discogs' own, the same every time."""

import datetime
import gzip
import hashlib
from pathlib import Path

import pytest
from lxml import etree

from discogs_assets.sources.discogs_dumps import synthetic
from discogs_assets.sources.discogs_dumps.synthetic import ERAS, Sizes, write_dump, write_dump_file
from discogs_assets_tests.sources.discogs_dumps.synthetic.made import TYPES

SMALL = Sizes(artists=60, labels=40, masters=20, releases=80)
MARCH = datetime.date(2026, 3, 1)


@pytest.mark.parametrize("era", ERAS)
@pytest.mark.parametrize("dump_type", TYPES)
def test_every_file_is_well_formed_and_framed_like_a_dump(
    dump_type: str, era: str, tmp_path: Path
) -> None:
    path = tmp_path / "dump.xml.gz"
    write_dump_file(path, dump_type, 300, era=era)
    xml = gzip.decompress(path.read_bytes())
    assert xml.startswith(f"<{dump_type}>\n<{dump_type[:-1]}".encode())
    assert xml.endswith(f"</{dump_type[:-1]}>\n</{dump_type}>\n".encode())
    assert len(etree.fromstring(xml)) == 300


def test_an_empty_file_has_only_its_root(tmp_path: Path) -> None:
    write_dump_file(tmp_path / "none.gz", "labels", 0)
    assert gzip.decompress((tmp_path / "none.gz").read_bytes()) == b"<labels>\n</labels>\n"


def test_a_release_compresses_like_a_real_one(tmp_path: Path) -> None:
    path = tmp_path / "releases.xml.gz"
    write_dump_file(path, "releases", 3000, seed=7)
    assert 500 <= path.stat().st_size / 3000 <= 680


def test_same_arguments_give_the_same_bytes(tmp_path: Path) -> None:
    first = write_dump(tmp_path / "one", MARCH, SMALL, seed=3, month=2)
    second = write_dump(tmp_path / "two", MARCH, SMALL, seed=3, month=2)
    other = write_dump(tmp_path / "three", MARCH, SMALL, seed=4, month=2)
    assert list(first) == list(TYPES)
    for dump_type in TYPES:
        assert first[dump_type].read_bytes() == second[dump_type].read_bytes()
        assert first[dump_type].read_bytes() != other[dump_type].read_bytes()


@pytest.mark.parametrize("pretty", [False, True])
def test_checksum_names_every_file_with_its_sha256(tmp_path: Path, pretty: bool) -> None:
    paths = write_dump(tmp_path, MARCH, SMALL, pretty=pretty)
    lines = (tmp_path / "discogs_20260301_CHECKSUM.txt").read_text().splitlines()
    expected = {
        f"{hashlib.sha256(path.read_bytes()).hexdigest()} discogs_20260301_{dump_type}.xml.gz"
        for dump_type, path in paths.items()
    }
    assert set(lines) == expected
    assert len(lines) == 4


def test_checksum_can_be_left_out(tmp_path: Path) -> None:
    write_dump(tmp_path, MARCH, SMALL, with_checksum=False)
    names = sorted(path.name for path in tmp_path.iterdir())
    assert names == [f"discogs_20260301_{dump_type}.xml.gz" for dump_type in TYPES]


def test_the_lines_of_the_docstring_write_a_dump(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    lines = (synthetic.__doc__ or "").splitlines()
    exec("\n".join(line[4:] for line in lines if line.startswith(">>> ")), {})
    assert len(list(Path("dumps").glob("discogs_20260101_*.xml.gz"))) == 4
