"""Records that cannot be read: each costs only itself, and is kept with its place and reason."""

import gzip
import io

import pytest
import xxhash

from discogs_assets.sources.discogs_dumps.tables import DUMP_TYPES
from discogs_assets.sources.discogs_dumps.xml.blocks import iter_blocks
from discogs_assets.sources.discogs_dumps.xml.record_reader import guess_id
from discogs_assets_tests.support.small_dumps import (
    FIRST,
    LAST,
    PARSERS,
    artists,
    kept,
    parse,
    reasons,
    refused,
)


def test_a_row_of_the_quarantine() -> None:
    xml = artists(FIRST, b"<artist><id>2</id><name>AC & DC</name></artist>", LAST)
    assert parse(xml)["artist_quarantine"] == [
        {
            "byte_offset": 52,
            "dump": "made up.gz",
            "record_id": 2,
            "error": "not XML: not well-formed (invalid token) at byte 28",
            "raw": b"<artist><id>2</id><name>AC & DC</name></artist>",
        }
    ]
    assert xml[52:].startswith(b"<artist><id>2</id>")
    assert kept(xml) == [1, 9]


@pytest.mark.parametrize(
    ("name", "raw", "record_id"),
    [
        ("artists", b"<artist><id>7</id><name>A & B</name></artist>", 7),
        ("artists", b"<artist><images/><id>7</id><name>A & B</name></artist>", 7),
        ("artists", b"<artist><id>?</id><members><id>8</id></members></artist>", None),
        ("artists", b"<artist><id/><members><id>8</id></members></artist>", None),
        ("artists", b"<member><id>8</id></member>", None),
        ("releases", b'<release status="Accepted" id="7"><title>A & B</title></release>', 7),
        ("releases", b'<release id="?"><label id="8"/></release>', None),
        ("releases", b'<release master-id="8"><title>A</title></release>', None),
        ("releases", b'<label name="A" id="8"/>', None),
    ],
)
def test_the_id_of_another_element_is_not_that_of_the_record(
    name: str, raw: bytes, record_id: int | None
) -> None:
    assert guess_id(raw, DUMP_TYPES[name]) == record_id


@pytest.mark.parametrize("block_bytes", [1, 60, 200, 1 << 20])
def test_the_others_keep_their_order_and_their_values(block_bytes: int) -> None:
    lines = [b"<artist><id>%d</id><name>N%d</name></artist>" % (n, n) for n in range(1, 21)]
    lines[6] = lines[6].replace(b"N7", b"N\7")
    lines[12] = lines[12].replace(b"</name>", b"")
    rows = parse(artists(*lines), block_bytes=block_bytes)
    good = [n for n in range(1, 21) if n not in (7, 13)]
    assert [row["id"] for row in rows["artist"]] == good
    assert [row["name"] for row in rows["artist"]] == [f"N{n}" for n in good]
    hashes = [xxhash.xxh3_128_hexdigest(lines[n - 1]) for n in good]
    assert [row["record_hash"] for row in rows["artist"]] == hashes
    broken = refused(artists(*lines), block_bytes=block_bytes)
    assert [row["raw"] for row in broken] == [lines[6], lines[12]]


@pytest.mark.parametrize(
    ("name", "error"),
    [
        (b"a\7b", "not well-formed (invalid token) at byte 25"),
        (b"a\0b", "not well-formed (invalid token) at byte 25"),
        (b"a&#7;b", "reference to invalid character number at byte 25"),
        (b"a&#xD800;b", "reference to invalid character number at byte 25"),
        (b"a & b", "not well-formed (invalid token) at byte 27"),
        (b"a &b; c", "undefined entity at byte 26"),
        (b"a&nbsp;b", "undefined entity at byte 25"),
        (b"a < b", "not well-formed (invalid token) at byte 27"),
        (b"a<b>", "mismatched tag at byte 30"),
        (b"<a><b></a></b>", "mismatched tag at byte 32"),
        (b"\xe9t\xe9", "not well-formed (invalid token) at byte 24"),
        (b"\xed\xa0\x80", "not well-formed (invalid token) at byte 24"),
        (
            b"</name><novelty>\xe9t\xe9</novelty><name>",
            "not well-formed (invalid token) at byte 40",
        ),
        (b"</name><novelty at='\xe9'/><name>", "not well-formed (invalid token) at byte 44"),
        (b"</name><\xe9/><name>", "not well-formed (invalid token) at byte 32"),
        (b"<!-- never closed ", "unclosed token at byte 24"),
        (b"<![CDATA[ never closed ", "unclosed CDATA section at byte 63"),
    ],
)
def test_what_is_no_xml(name: bytes, error: str) -> None:
    record = b"<artist><id>2</id><name>" + name + b"</name></artist>"
    assert reasons(record) == [(2, f"not XML: {error}")]


@pytest.mark.parametrize(
    ("record", "error"),
    [
        (b"<artist><name>A</name></artist>", "expected an id above 0, found none"),
        (b"<artist/>", "expected an id above 0, found none"),
        (b"<artist><id></id></artist>", "expected an id above 0, found none"),
        (b"<artist><id> </id></artist>", "expected an id above 0, found none"),
        (b"<artist><id>0</id></artist>", "expected an id above 0, found none"),
        (b"<artist><id>B12</id></artist>", "id: expected a number, found 'B12'"),
        (b"<artist><id>2.0</id></artist>", "id: expected a number, found '2.0'"),
        (b"<artist><id>-2</id></artist>", "id: expected a number of up to 2,147,483,647, found -2"),
        (
            b"<artist><id>2147483648</id></artist>",
            "id: expected a number of up to 2,147,483,647, found 2147483648",
        ),
        (
            b"<artist><id>" + b"9" * 5000 + b"</id></artist>",
            "id: expected a number of up to 2,147,483,647, found " + "9" * 40,
        ),
    ],
)
def test_a_record_without_a_usable_id(record: bytes, error: str) -> None:
    assert reasons(record) == [(None, error)]


@pytest.mark.parametrize("name", ["masters", "releases"])
def test_an_id_that_is_an_attribute(name: str) -> None:
    record = name.removesuffix("s")
    lines = "\n".join(
        f'<{record} id="{n}"><title>A</title></{record}>' for n in ("1", "x", "2", "", "0", "3")
    )
    xml = f"<{name}>\n{lines}\n<{record} ><title>B</title></{record}></{name}>".encode()
    assert [row["id"] for row in parse(xml, name)[record]] == [1, 2, 3]
    assert [row["error"] for row in refused(xml, name)] == [
        "id: expected a number, found 'x'",
        "expected an id above 0, found none",
        "expected an id above 0, found none",
        "expected an id above 0, found none",
    ]


@pytest.mark.parametrize(
    ("given", "error"),
    [
        ("x", "alias_id: expected a number, found 'x'"),
        ("-1", "alias_id: expected a number of up to 2,147,483,647, found -1"),
        ("2147483648", "alias_id: expected a number of up to 2,147,483,647, found 2147483648"),
    ],
)
def test_a_foreign_id_that_is_none(given: str, error: str) -> None:
    alias = f'<artist><id>2</id><aliases><name id="{given}">A</name></aliases></artist>'
    assert reasons(alias.encode()) == [(2, error)]


@pytest.mark.parametrize("given", ["", " ", "0", "00000000000000000000000"])
def test_an_absent_foreign_id_is_null(given: str) -> None:
    alias = f'<artist><id>2</id><aliases><name id="{given}">A</name></aliases></artist>'
    rows = parse(artists(alias.encode()))
    assert rows["artist_alias"] == [
        {"artist_id": 2, "sequence": 1, "alias_id": None, "alias_name": "A"}
    ]
    assert "artist_quarantine" not in rows


def test_other_numbers_and_booleans_are_checked() -> None:
    xml = (
        b'<releases>\n<release id="1"><videos><video duration="4:45"/></videos></release>\n'
        b'<release id="2"><master_id is_main_release="maybe">3</master_id></release>\n'
        b'<release id="3"><videos><video duration="-1" embed="1"/></videos></release>\n</releases>'
    )
    assert [row["error"] for row in refused(xml, "releases")] == [
        "duration_s: expected a number, found '4:45'",
        "is_main_release: expected true or false, found 'maybe'",
    ]
    assert parse(xml, "releases")["release_video"][0]["duration_s"] == -1


@pytest.mark.parametrize(
    ("double", "error"),
    [
        (b"<id>2</id><id>2</id>", "expected one <id>, found 2"),
        (b"<id>2</id><name>A</name><name/>", "expected one <name>, found 2"),
    ],
)
def test_a_value_that_stands_twice(double: bytes, error: str) -> None:
    assert reasons(b"<artist>" + double + b"</artist>") == [(2, error)]


def test_the_first_of_records_with_one_id_is_kept() -> None:
    again = b"<artist><id>01</id><name>B</name></artist>"
    (block,) = iter_blocks(
        io.BytesIO(gzip.compress(artists(FIRST, again, LAST))), DUMP_TYPES["artists"], "made up.gz"
    )
    tables = PARSERS["artists"].reparse(block, taken={9}).tables
    assert [(row["id"], row["name"]) for row in tables["artist"].to_pylist()] == [(1, "A")]
    assert [(row["raw"], row["error"]) for row in tables["artist_quarantine"].to_pylist()] == [
        (again, "id 1 was had before in this dump; the first is kept"),
        (LAST, "id 9 was had before in this dump; the first is kept"),
    ]
