"""The lines of a tar.xz in blocks, and tars that are cut or of another form."""

import io
import lzma
import tarfile

import pytest

from discogs_assets.errors import DumpError
from discogs_assets.sources.musicbrainz_dumps.json import blocks
from discogs_assets.sources.musicbrainz_dumps.json.blocks import Block, iter_blocks

LINES = [b'{"id": "%d", "name": "%s"}' % (n, b"x" * (n % 7)) for n in range(200)]
SCHEMA = ("JSON_DUMPS_SCHEMA_NUMBER", b"1\n")


def tar_of(*members: tuple[str, bytes]) -> bytes:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w") as tar:
        for name, data in members:
            info = tarfile.TarInfo(name)
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
    return file.getvalue()


RECORDS = ("mbdump/artist", b"\n".join(LINES))
WHOLE = tar_of(("COPYING", b"CC0"), RECORDS, SCHEMA)


def read(tar: bytes, block_bytes: int = 1000) -> list[Block]:
    packed = io.BytesIO(lzma.compress(tar))
    return [*iter_blocks(packed, "mbdump/artist", "artist.tar.xz", block_bytes, 1)]


@pytest.mark.parametrize("block_bytes", [1, 17, 1000, 1 << 20])
def test_lines_are_whole_and_know_their_place(block_bytes: int) -> None:
    found = read(WHOLE, block_bytes)
    assert [line for block in found for line in block.lines] == LINES
    for block in found:
        assert RECORDS[1][block.offset :].startswith(block.lines[0])
    assert [block.is_first for block in found] == [True] + [False] * (len(found) - 1)


def test_a_line_end_at_the_end_and_empty_lines_are_no_records() -> None:
    text = b'{"id": "1"}\n\n{"id": "2"}\n'
    [block] = read(tar_of((RECORDS[0], text), SCHEMA))
    assert block.records == 2
    assert block.first(1).lines == [b'{"id": "1"}']
    assert read(tar_of((RECORDS[0], b""), SCHEMA)) == []


@pytest.mark.parametrize(
    ("tar", "text"),
    [
        (WHOLE[:3000], "found that it is cut or damaged"),
        (WHOLE[: WHOLE.index(b"JSON_DUMPS")], "as the last member of the tar, found none"),
        (tar_of(RECORDS), "as the last member of the tar, found none"),
        (tar_of(SCHEMA), "expected mbdump/artist in the tar, found none"),
        (tar_of(RECORDS, (SCHEMA[0], b"2\n")), "expected JSON_DUMPS_SCHEMA_NUMBER 1, found '2'"),
        (b"no tar at all" * 100, "found that it is cut or damaged"),
    ],
    ids=["in a member", "after a member", "no schema", "no records", "schema 2", "no tar"],
)
def test_a_tar_that_is_cut_or_of_another_form_is_refused(tar: bytes, text: str) -> None:
    with pytest.raises(DumpError, match=r"^artist\.tar\.xz: ") as error:
        read(tar)
    assert text in str(error.value)


def test_a_line_without_an_end_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blocks, "LONGEST_LINE", 5000)
    text = b'{"id": "1"}\n' + b"x" * 9000
    with pytest.raises(DumpError, match="byte 12: expected a line of at most 5000 bytes"):
        read(tar_of((RECORDS[0], text), SCHEMA))
