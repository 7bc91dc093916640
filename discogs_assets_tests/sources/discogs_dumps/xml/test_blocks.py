"""Dump files that cannot be read to their end, and how whole ones are cut into blocks."""

import gzip
import io
import re
from itertools import pairwise

import pytest

from discogs_assets.errors import DumpError
from discogs_assets.sources.discogs_dumps.tables import DUMP_TYPES, XmlDumpType
from discogs_assets.sources.discogs_dumps.xml import blocks
from discogs_assets.sources.discogs_dumps.xml.blocks import Block, as_document, iter_blocks
from discogs_assets.sources.discogs_dumps.xml.parser import BlockParser

ONE = b"<artist><id>1</id><name>A</name></artist>"
TWO = b"<artist><id>2</id><name>B</name></artist>"
DUMP = b"<artists>\n" + ONE + b"\n" + TWO + b"\n</artists>\n"
PACKED = gzip.compress(DUMP, mtime=0)


def read(packed: bytes, name: str = "artists", block_bytes: int = 1 << 20) -> list[Block]:
    return [*iter_blocks(io.BytesIO(packed), DUMP_TYPES[name], "made up.gz", block_bytes)]


def records(packed: bytes, name: str = "artists", block_bytes: int = 1 << 20) -> list[bytes]:
    blocks = read(packed, name, block_bytes)
    return [raw for block in blocks for _, raw in block.iter_spans()]


def refusal(packed: bytes, name: str = "artists") -> str:
    """Return the one line a user sees."""
    with pytest.raises(DumpError) as error:
        read(packed, name)
    return str(error.value)


@pytest.mark.parametrize("dump_type", DUMP_TYPES.values(), ids=list(DUMP_TYPES))
def test_records_are_found_wherever_they_start(
    dump_type: XmlDumpType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(blocks, "CACHED_WORDS", 3)
    start = dump_type.start
    begins = [b" " * before + start + b"<id>" + start[1:] for before in range(8)]
    document = as_document(dump_type, *begins)
    found = Block(dump_type, 0, 0, document).starts.tolist()
    assert found == [one.start() for one in re.finditer(re.escape(start), document)]
    assert len(found) == 8


@pytest.mark.parametrize("cut", [1, 2, 5, 10, 11, 30, -9, -8, -4, -1])
def test_a_cut_gzip_file_is_named_truncated(cut: int) -> None:
    assert refusal(PACKED[:cut]) == (
        "made up.gz: the gzip data ends too early: the file is truncated; download it again"
    )


@pytest.mark.parametrize(
    ("packed", "found"),
    [
        (b"<!DOCTYPE html><html>", "Not a gzipped file (b'<!')"),
        (DUMP, "Not a gzipped file (b'<a')"),
        (PACKED[:-8] + bytes(8), "CRC check failed 0 != 1453249492"),
        (PACKED[:-4] + b"\1\0\0\0", "Incorrect length of data produced"),
        (PACKED[:10] + b"\7" * 99, "Error -1 Invalid deflate block found"),
    ],
    ids=["HTML", "XML", "wrong checksum", "wrong length", "damaged"],
)
def test_what_is_not_gzip_is_named_so(packed: bytes, found: str) -> None:
    assert refusal(packed) == (
        f"made up.gz: expected gzip data, found something else ({found}); download it again"
    )


@pytest.mark.parametrize(
    ("xml", "expected"),
    [
        (b"", "expected <artists>, found an empty file"),
        (b" \n", "expected <artists>, found an empty file"),
        (
            b"<!DOCTYPE html>\n<html>busy",
            r"expected <artists>, found b'<!DOCTYPE html>\n<html>busy'; this is no Discogs dump",
        ),
        (
            b"<html>busy</html>",
            "expected <artists>, found b'<html>busy</html>'; this is no Discogs dump",
        ),
        (b"<artists/>", "expected <artists>, found b'<artists/>'; this is no Discogs dump"),
        (
            b"<resp><artist/></resp>",
            "expected <artists>, found <resp>: a file of another type under this name",
        ),
        (
            b"<labels>\n<label><id>1</id></label>\n</labels>",
            "expected <artists>, found <labels>: a file of another type under this name",
        ),
        (
            b'<?xml version="1.0" encoding="ISO-8859-1"?>\n' + DUMP,
            "expected UTF-8, found encoding 'ISO-8859-1'; this is no Discogs dump",
        ),
        (
            b"<artists>\n</artists>",
            "expected artists, found none between the root's tags; download it again",
        ),
        (
            b"<artists>\nbusy <!-- none -->\n</artists>",
            "expected artists, found none between the root's tags; download it again",
        ),
    ],
)
def test_what_is_not_the_dump_is_refused(xml: bytes, expected: str) -> None:
    assert refusal(gzip.compress(xml)) == f"made up.gz: {expected}"


@pytest.mark.parametrize(
    ("end", "found", "size"),
    [
        (b"\n", r"\n<artist><id>1</id></artist>\n", 38),
        (b"\n</artists", r"\n<artist><id>1</id></artist>\n</artists", 47),
        (b"\n</artists>\nmore", r"\n<artist><id>1</id></artist>\n</artists>\nmore", 53),
        (
            b"\n</artists>" * 2 + b"<a>",
            r"\n<artist><id>1</id></artist>\n</artists>\n</artists><a>",
            62,
        ),
    ],
)
def test_the_end_of_the_root_is_the_end(end: bytes, found: str, size: int) -> None:
    xml = b"<artists>\n<artist><id>1</id></artist>" + end
    assert refusal(gzip.compress(xml)) == (
        f"made up.gz: expected </artists> at the end, found b'{found}' at byte {size}: "
        "the dump is cut off or damaged; download it again"
    )


def test_a_file_of_no_bytes_is_empty() -> None:
    assert refusal(b"") == "made up.gz: expected <artists>, found an empty file"


def test_utf_16_is_refused() -> None:
    packed = gzip.compress(DUMP.decode().encode("utf-16"))
    assert "expected <artists>, found b'\\xff\\xfe<\\x00" in refusal(packed)


def test_the_blocks_before_the_end_come_out_of_a_dump_cut_off() -> None:
    body = b"".join(b"\n<artist><id>%d</id></artist>" % n for n in range(1, 100))
    stream = io.BytesIO(gzip.compress(b"<artists>" + body))
    blocks = iter_blocks(stream, DUMP_TYPES["artists"], "made up.gz", 500)
    seen = [raw for _, raw in next(blocks).iter_spans()]
    assert seen[0] == b"<artist><id>1</id></artist>"
    with pytest.raises(DumpError, match="expected </artists> at the end"):
        seen += [raw for block in blocks for _, raw in block.iter_spans()]


@pytest.mark.parametrize(
    ("prolog", "offset"),
    [
        (b"", 10),
        (b"\xef\xbb\xbf", 13),
        (b"\n <!-- made up --> ", 29),
        (b'<?xml version="1.0" encoding="utf-8"?>\n', 49),
        (b"<?xml version='1.0' encoding='US-ASCII'?>", 51),
    ],
)
def test_what_may_stand_before_the_root(prolog: bytes, offset: int) -> None:
    (block,) = read(gzip.compress(prolog + DUMP))
    assert [*block.iter_spans()] == [(offset, ONE), (offset + len(ONE) + 1, TWO)]


@pytest.mark.parametrize("size", [1, 7, 40])
def test_several_gzip_members_are_one_dump(size: int) -> None:
    parts = [DUMP[at : at + size] for at in range(0, len(DUMP), size)]
    assert records(b"".join(gzip.compress(part) for part in parts)) == [ONE, TWO]


def test_zeros_after_the_gzip_data_are_padding() -> None:
    assert records(PACKED + bytes(512)) == [ONE, TWO]


SMALL_DUMPS = {
    "artists": b"<artists>\n<artist><id>1</id><name>A</name></artist>\n"
    b"<artist><id>2</id><members><id>1</id><name>A</name></members></artist>\n"
    b"<artist><id>3</id></artist>\n</artists>\n",
    "labels": b"<labels>\n  <label><id>1</id><sublabels><label>A</label>\n<label>B</label>\n"
    b"</sublabels></label>\n  <label>\n<id>2</id></label>\n  <label><id>3</id></label>\n</labels>",
    "masters": b'<masters><master id="1"><title>A</title></master><master id="2"/>'
    b'<master id="3"><year>1999</year></master></masters>',
    "releases": b'<?xml version="1.0"?><!-- made up --><releases>\r\n<release id="1"><title>A'
    b'</title></release>\r\n<release id="2"><notes>\r\n</notes></release>\r\n</releases>\r\n',
}


@pytest.mark.slow
@pytest.mark.parametrize("name", DUMP_TYPES)
def test_every_block_size_gives_the_same_rows(name: str) -> None:
    packed, parser = gzip.compress(SMALL_DUMPS[name]), BlockParser(DUMP_TYPES[name], "made up.gz")
    whole = parser.parse(read(packed, name)[0]).tables
    assert whole[DUMP_TYPES[name].quarantine.name].num_rows == 0
    counts = set()
    for size in range(1, len(SMALL_DUMPS[name]) + 2):
        cut = read(packed, name, size)
        counts.add(len(cut))
        parsed = [parser.parse(block).tables for block in cut]
        for table, rows in whole.items():
            found = [row for tables in parsed for row in tables[table].to_pylist()]
            assert found == rows.to_pylist(), (size, table)
    assert {1, 2} <= counts


@pytest.mark.parametrize("size", [1, 3, 50, 90, 1000])
def test_blocks_follow_each_other(size: int) -> None:
    found = read(PACKED, block_bytes=size)
    assert [block.index for block in found] == [*range(len(found))]
    assert found[0].offset == len(b"<artists>")
    assert all(a.offset + a.size == b.offset for a, b in pairwise(found))
    for block in found:
        for offset, raw in block.iter_spans():
            assert DUMP[offset : offset + len(raw)] == raw


def test_a_record_may_be_larger_than_a_block() -> None:
    long = b"<artist><id>2</id><profile>" + b"long " * 2000 + b"</profile></artist>"
    packed = gzip.compress(b"<artists>\n" + b"\n".join([ONE, long, TWO]) + b"\n</artists>")
    assert records(packed, block_bytes=64) == [ONE, long, TWO]


def test_a_record_that_never_ends_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blocks, "MAX_RECORD_BYTES", 1000)
    packed = gzip.compress(b"<artists>\n" + ONE + b"\n<artist><id>2</id>" + b"x" * 5000)
    with pytest.raises(DumpError) as error:
        read(packed, block_bytes=100)
    assert str(error.value) == (
        "made up.gz: expected a record to start within 1,000 bytes, found none after byte 9"
    )


@pytest.mark.parametrize(("count", "expected"), [(1, [ONE]), (2, [ONE, TWO]), (3, [ONE, TWO])])
def test_the_first_records_of_a_block(count: int, expected: list[bytes]) -> None:
    (block,) = read(PACKED)
    assert [raw for _, raw in block.first(count).iter_spans()] == expected


def test_errors_of_the_stream_are_left_alone() -> None:
    class Broken(io.BytesIO):
        def readinto(self, buffer: object) -> int:
            raise OSError(5, "Input/output error")

    with pytest.raises(OSError, match="Input/output"):
        next(iter_blocks(Broken(), DUMP_TYPES["artists"], "made up.gz"))
