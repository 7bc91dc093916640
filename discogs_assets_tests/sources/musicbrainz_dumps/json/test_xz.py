"""Blocks of xz in parallel, and files that are cut or damaged."""

import io
import lzma
import random
import shutil
import subprocess
from pathlib import Path

import pytest

from discogs_assets.errors import UnpackError
from discogs_assets.sources.musicbrainz_dumps.json import xz
from discogs_assets.sources.musicbrainz_dumps.json.xz import XzReader, is_cut, is_whole
from discogs_assets.sources.musicbrainz_dumps.json.xz_format import BlockSize
from discogs_assets.sources.musicbrainz_dumps.synthetic.xz_blocks import BlockWriter

TEXT = random.Random(1).randbytes(3000) * 50


def in_blocks(data: bytes, block_bytes: int = 40_000) -> bytes:
    file = io.BytesIO()
    writer = BlockWriter(file, block_bytes)
    writer.write(data)
    writer.close()
    return file.getvalue()


def unpack(packed: bytes) -> bytes:
    return b"".join(XzReader(io.BytesIO(packed), "some.tar.xz", 2).iter_unpacked())


BLOCKS, ALONE = in_blocks(TEXT), lzma.compress(TEXT)


def test_made_blocks_are_xz() -> None:
    assert lzma.decompress(BLOCKS) == TEXT
    assert lzma.decompress(in_blocks(b"")) == b""


@pytest.mark.parametrize(
    ("packed", "text"),
    [
        (BLOCKS, TEXT),
        (ALONE, TEXT),
        (BLOCKS + ALONE + bytes(8) + BLOCKS, TEXT * 3),
        (in_blocks(b""), b""),
        (lzma.compress(b""), b""),
    ],
    ids=["blocks", "one stream", "several streams", "no block", "nothing"],
)
def test_what_was_packed_is_unpacked(packed: bytes, text: bytes) -> None:
    assert unpack(packed) == text


def test_blocks_are_found_so_that_threads_can_share_them(monkeypatch: pytest.MonkeyPatch) -> None:
    found: list[int] = []
    whole = XzReader.unpack

    def noting(self: XzReader, header: bytes, block: bytes, size: BlockSize) -> list[bytes]:
        found.append(size.unpacked)
        return whole(self, header, block, size)

    monkeypatch.setattr(XzReader, "unpack", noting)
    assert unpack(BLOCKS) == TEXT
    assert sorted(found) == [30_000, 40_000, 40_000, 40_000]


def test_a_large_block_is_unpacked_in_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xz, "LARGEST", 10_000)
    monkeypatch.setattr(xz, "PIECE", 1_000)
    pieces = [*XzReader(io.BytesIO(BLOCKS), "some", 2).iter_unpacked()]
    assert b"".join(pieces) == TEXT
    assert max(map(len, pieces)) <= 1_000


@pytest.mark.skipif(shutil.which("xz") is None, reason="there is no xz on this machine")
@pytest.mark.parametrize("options", [("-T2", "--block-size=40KiB"), ("-T1",), ("-9e", "-T2")])
def test_what_the_command_xz_packs_is_unpacked(options: tuple[str, ...]) -> None:
    packed = subprocess.run(["xz", "-c", *options], input=TEXT, stdout=subprocess.PIPE, check=True)
    assert unpack(packed.stdout) == TEXT


@pytest.mark.parametrize("packed", [BLOCKS, ALONE], ids=["blocks", "one stream"])
def test_a_cut_file_is_refused_wherever_it_is_cut(tmp_path: Path, packed: bytes) -> None:
    path = tmp_path / "cut.xz"
    for size in {1, 6, 11, 12, 13, 20, len(packed) // 2, *range(len(packed) - 40, len(packed))}:
        with pytest.raises(UnpackError, match=r"some\.tar\.xz: expected"):
            unpack(packed[:size])
        path.write_bytes(packed[:size])
        assert is_cut(path)
    path.write_bytes(packed)
    assert not is_cut(path)
    assert is_whole(path)


@pytest.mark.parametrize("packed", [BLOCKS, ALONE], ids=["blocks", "one stream"])
def test_a_changed_byte_is_found_wherever_it_is(tmp_path: Path, packed: bytes) -> None:
    # The bytes 6 to 8 of the header of ALONE say CRC64: another check would be legal.
    places = {0, 7, 8, 13, 14, 20, 24, 300, len(packed) // 2, *range(len(packed) - 40, len(packed))}
    for place in places:
        damaged = bytearray(packed)
        damaged[place] ^= 0xFF
        with pytest.raises(UnpackError):
            unpack(bytes(damaged))
    (tmp_path / "damaged.xz").write_bytes(damaged)
    assert not is_whole(tmp_path / "damaged.xz")


def test_something_else_is_told() -> None:
    with pytest.raises(UnpackError, match=r"expected xz, found b'<html>hello"):
        unpack(b"<html>hello, this is no dump</html>")
