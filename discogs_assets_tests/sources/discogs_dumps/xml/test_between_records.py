"""What stands between records or inside them and is none, and records that run into each other."""

import re

import pytest
import xxhash

from discogs_assets_tests.support.small_dumps import (
    FIRST,
    LAST,
    artists,
    kept,
    parse,
    reasons,
    refused,
)


@pytest.mark.parametrize(
    ("stray", "error"),
    [
        (b"<novelty>A</novelty>", "expected <artist>, found <novelty>"),
        (b"<novelty/>", "expected <artist>, found <novelty>"),
        (b"busy", "expected <artist>, found text between records"),
        (b"busy &amp; gone\n\xc3\xa9", "expected <artist>, found text between records"),
        (b"busy & gone", "not XML: not well-formed (invalid token) at byte 6"),
        (b"<busy", "not XML: not well-formed (invalid token) at byte 5"),
        (b"\xe9", "not XML: not well-formed (invalid token) at byte 0"),
        (b"\0" * 9, "not XML: not well-formed (invalid token) at byte 0"),
    ],
)
def test_what_stands_between_records(stray: bytes, error: str) -> None:
    blank = b"" if stray.startswith(b"<") else b"  "
    for lines in ([FIRST, blank + stray + blank, LAST], [FIRST + stray, LAST]):
        xml = artists(*lines)
        assert kept(xml) == [1, 9]
        assert [(row["record_id"], row["error"], row["raw"]) for row in refused(xml)] == [
            (None, error, stray)
        ]


@pytest.mark.parametrize("stray", [b"busy", b"</artist>", b"busy & gone", b"<novelty/>"])
def test_what_stands_before_the_first_record(stray: bytes) -> None:
    xml = artists(b" " + stray + b" ", FIRST)
    assert kept(xml) == [1]
    assert [row["raw"] for row in refused(xml)] == [stray]


@pytest.mark.parametrize("harmless", [b"<!-- <artist> -->", b"<?made up?>", b" \r\n\t "])
def test_comments_between_records_are_nothing(harmless: bytes) -> None:
    assert reasons(harmless) == []


def test_a_record_of_another_type_has_no_id_of_this_one() -> None:
    assert reasons(b"<label><id>2</id></label>") == [(None, "expected <artist>, found <label>")]


def test_a_record_that_misses_its_end_costs_only_itself() -> None:
    assert reasons(b"<artist><id>2</id><name>B</name>") == [
        (2, "not XML: mismatched tag at byte 32")
    ]


def test_a_record_with_an_end_too_many() -> None:
    assert reasons(b"<artist><id>2</id></artist></artist>") == [
        (2, "not XML: mismatched tag at byte 29")
    ]


SWALLOWED = {
    "an end missing and one too many": [
        b"<artist><id>2</id>",
        b"<artist><id>3</id></artist></artist>",
    ],
    "in a list": [
        b"<artist><id>2</id><urls><url>",
        b"<artist><id>3</id></artist></url></urls></artist>",
    ],
    "in CDATA": [
        b"<artist><id>2</id><name><![CDATA[",
        b"<artist><id>3</id><name>]]></name></artist>",
    ],
    # Four elements where four records start, but not the same four.
    "the number made up for": [
        b"<artist><id>2</id><artist></artist>",
        b"<artist><id>3</id></artist></artist>",
        b"<artist><id>4</id></artist><artist><id>5</id></artist>",
    ],
}


@pytest.mark.parametrize("lines", SWALLOWED.values(), ids=SWALLOWED)
def test_two_broken_records_do_not_make_up_a_whole_one(lines: list[bytes]) -> None:
    xml = artists(FIRST, *lines, LAST)
    # Where a section of CDATA never begins, its end is text.
    good = [4, 5] if len(lines) == 3 else [3] if b"]]>" in lines[1] else []
    assert kept(xml) == [1, *good, 9]
    assert [row["raw"] for row in refused(xml)] == lines[: 1 if good == [3] else 2]


def test_a_comment_does_not_hide_a_record() -> None:
    xml = artists(FIRST, b"<artist><id>2</id><!--", b"<artist><id>3</id>--></artist>", LAST)
    assert kept(xml) == [1, 3, 9]
    assert [row["raw"] for row in refused(xml)] == [b"<artist><id>2</id><!--"]


@pytest.mark.parametrize("broken", [b"", b"<artist><id>x</id></artist>"])
def test_elements_with_the_name_of_records_inside_one(broken: bytes) -> None:
    nested = (
        b"<artist><id>2</id><novelty><artist><id>3</id><name>B</name></artist></novelty>"
        b"<urls><url>C</url></urls></artist>"
    )
    rows = parse(artists(FIRST, nested, broken, LAST))
    assert [(row["id"], row["name"]) for row in rows["artist"]] == [(1, "A"), (2, None), (9, None)]
    assert rows["artist"][1]["record_hash"] == xxhash.xxh3_128_hexdigest(nested)
    assert rows["artist_url"] == [{"artist_id": 2, "sequence": 1, "url": "C"}]


@pytest.mark.parametrize(
    ("gap", "sublabel"),
    [(b"\n", b"A"), (b"\n", b"<!-- A -->B"), (b"\n ", b"<novelty>A</novelty>B")],
)
@pytest.mark.parametrize("broken", [b"", b"<label><id>x</id></label>"])
def test_sublabels_are_no_labels(gap: bytes, sublabel: bytes, broken: bytes) -> None:
    first = b"<label><id>1</id><sublabels>%b<label>%b</label></sublabels></label>" % (gap, sublabel)
    rows = parse(b"<labels>\n%b\n%b</labels>" % (first, broken), "labels")
    assert [row["id"] for row in rows["label"]] == [1]
    assert [row["sublabel_name"] for row in rows["label_sublabel"]] == [
        re.sub(r"<!--.*-->|<novelty>.*</novelty>", "", sublabel.decode())
    ]


@pytest.mark.parametrize("broken", [b"", b"<artist><id>x</id></artist>"])
def test_unknown_elements_and_attributes_cost_no_value(broken: bytes) -> None:
    strange = (
        b'<artist novelty="1"><id novelty="2">2</id><novelty><url>no</url></novelty><name>B</name>'
        b"<urls><novelty/><url>C</url><novelty>no</novelty><url>D</url></urls>"
        b'<aliases><novelty id="5">no</novelty></aliases></artist>'
    )
    rows = parse(artists(FIRST, strange, broken, LAST))
    assert [(row["id"], row["name"]) for row in rows["artist"]] == [(1, "A"), (2, "B"), (9, None)]
    assert [(row["sequence"], row["url"]) for row in rows["artist_url"]] == [(1, "C"), (2, "D")]
    assert "artist_alias" not in rows
    assert len(rows.get("artist_quarantine", [])) == bool(broken)


def test_a_label_on_a_line_of_its_own_that_starts_with_an_element_is_a_record() -> None:
    first, second = (
        b"<label><id>1</id><sublabels>",
        b"<label><id>2</id></label></sublabels></label>",
    )
    for broken in (b"", b"<label><id>x</id></label>"):
        xml = b"<labels>\n" + b"\n".join([b"<label><id>3</id></label>", first, second, broken])
        rows = parse(xml + b"</labels>", "labels")
        assert [row["id"] for row in rows["label"]] == [3]
        assert [row["raw"] for row in rows["label_quarantine"]][:2] == [first, second]


def test_what_is_no_xml_where_no_table_looks_costs_nothing() -> None:
    record = b"<artist><id>2</id><novelty>&nbsp;</novelty><urls><url/></urls></artist>"
    assert reasons(record) == []


JUNK = (
    *(b"&", b"<", b">", b'"', b"\7", b"\xff", b"&#7;", b"&nbsp;", b"<!--", b"-->", b"<![CDATA["),
    *(b"]]>", b"<?", b"</artist>", b"<artist>", b"</artists>", b"<label>", b"</label>", b"<x>"),
    *(b"</x>", b"<x/>", b"</name>", b"\n", b"\n<artist>", b"text", b""),
)


@pytest.mark.parametrize("junk", JUNK)
def test_junk_anywhere_costs_no_other_record(junk: bytes) -> None:
    record = b'<artist><id>2</id><urls at="B"><url>C</url></urls></artist>'
    for at in range(len(record) + 1):
        broken = record[:at] + junk + record[at + (not junk) :]
        for block_bytes in (60, 1 << 20):
            rows = parse(artists(FIRST, broken, LAST), block_bytes=block_bytes)
            hashes = [row["record_hash"] for row in rows["artist"]]
            # A record before a stray end tag is in doubt: it may be inside another.
            first = [] if broken.startswith(b"</") else [FIRST]
            assert hashes[: len(first)] == [xxhash.xxh3_128_hexdigest(raw) for raw in first], broken
            assert hashes[-1] == xxhash.xxh3_128_hexdigest(LAST), broken
            raw = b"".join(row["raw"] for row in rows.get("artist_quarantine", []))
            is_there = b"".join(raw.split()).endswith(b"".join(broken.split()))
            is_read = xxhash.xxh3_128_hexdigest(record) in hashes
            assert is_there or is_read or len(hashes) >= 3, broken


def test_nothing_of_a_dump_is_lost() -> None:
    broken = [line for lines in SWALLOWED.values() for line in lines[:2]]
    lines = [FIRST, *broken, b"busy", b"<novelty>A</novelty>", b"<artist><id>x</id></artist>", LAST]
    xml = artists(*lines)
    rows = parse(xml)
    raw = b"\n".join(row["raw"] for row in rows["artist_quarantine"]).splitlines()
    hashes = {row["record_hash"] for row in rows["artist"]}
    assert [line for line in lines if xxhash.xxh3_128_hexdigest(line) not in hashes] == raw


@pytest.mark.parametrize("broken", [b"", b"<label><id>x</id></label>\n"])
def test_an_empty_sublabel_before_an_unknown_element_is_no_label(broken: bytes) -> None:
    xml = (
        b"<labels>\n<label>\n<id>1</id>\n<name>A</name>\n<sublabels>\n"
        b'<label id="5"/>\n<novelty/>\n<label id="6">B</label>\n</sublabels>\n</label>\n%b</labels>'
    )
    rows = parse(xml % broken, "labels")
    assert [row["id"] for row in rows["label"]] == [1]
    assert [row["sublabel_id"] for row in rows["label_sublabel"]] == [5, 6]
