"""Bytes behind the end of gzip data are told from a file that is cut."""

import gzip
from io import BytesIO
from pathlib import Path

import pytest

from discogs_assets.cli import main
from discogs_assets.display.progress import LoggedProgress
from discogs_assets.errors import DumpError
from discogs_assets.sources.dumps import gzip as gzip_end
from discogs_assets.sources.dumps.gzip import bytes_behind, is_cut_gzip
from discogs_assets.storage.local import LocalStore
from discogs_assets_tests.support.small_lake import artists, importer, lake_in, names, put

Capture = pytest.CaptureFixture[str]

WHOLE = gzip.compress(artists("A", "B", "C" * 5000), mtime=0)
ENDS = [
    (b"", b""),
    (b"\0" * 700, b""),
    (b"\n", b"\n"),
    (b"\r\n", b"\r\n"),
    (b"\0\n", b"\n"),
    (b"<html>", b"<html>"),
    (b"\x1f", b"\x1f"),
    (WHOLE[:30], b""),
    (WHOLE[:-1], b""),
    (WHOLE + b"\n", b"\n"),
]
BEHIND = [one for one, found in ENDS if found]


@pytest.mark.parametrize("at_once", [2, 100, 1 << 20])
@pytest.mark.parametrize(("end", "expected"), ENDS)
def test_what_stands_behind(
    end: bytes, expected: bytes, at_once: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gzip_end, "READ_BYTES", at_once)
    found = bytes_behind(BytesIO(WHOLE + end))
    assert found[:1] == expected[:1]
    assert expected.startswith(found)


def test_wherever_a_file_is_cut_nothing_stands_behind() -> None:
    for length in range(len(WHOLE)):
        assert bytes_behind(BytesIO(WHOLE[:length])) == b""


@pytest.mark.parametrize("end", BEHIND)
def test_an_import_says_so(tmp_path: Path, end: bytes) -> None:
    lake = lake_in(LocalStore(str(tmp_path)))
    with pytest.raises(DumpError) as error:
        importer(lake, put(lake, WHOLE + end)).run(LoggedProgress())
    assert "behind the end of the gzip data" in str(error.value)
    assert "truncated" not in str(error.value)
    importer(lake, put(lake, WHOLE)).run(LoggedProgress())
    assert names(lake)[:2] == ["A", "B"]


def test_hashes_say_so(tmp_path: Path, capsys: Capture) -> None:
    file = tmp_path / "discogs_20260101_artists.xml.gz"
    file.write_bytes(WHOLE + b"\n")
    assert main.main(["hashes", "--type", "artists", "--file", str(file)]) == 1
    assert capsys.readouterr().err == (
        f"discogs-assets: {file}: expected nothing behind the end of the gzip data, found "
        "b'\\n'; what is before is whole: cut them off, as gzip -cd FILE | gzip does, or download "
        "it again\n"
    )


@pytest.mark.parametrize(("end", "is_cut"), [(b"\n", False), (WHOLE[:30], True)])
def test_a_download_waits_for_no_more(tmp_path: Path, end: bytes, is_cut: bool) -> None:
    file = tmp_path / "part"
    file.write_bytes(WHOLE + end)
    assert is_cut_gzip(file) is is_cut
