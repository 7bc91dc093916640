"""What becomes of a record follows from its own bytes, whatever stands beside it in its block."""

import gzip
import io
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from discogs_assets.sources.discogs_dumps.tables import DUMP_TYPES
from discogs_assets.sources.discogs_dumps.xml.blocks import iter_blocks
from discogs_assets_tests.support.examples import thorough
from discogs_assets_tests.support.malformed import BROKEN, NEIGHBOURS, malformed, neighbour
from discogs_assets_tests.support.small_dumps import PARSERS, Rows, parse, refused

FIRST, SECOND, LAST = sorted(NEIGHBOURS)
ANY_SIZE = st.sampled_from([1, 90, 300, 1 << 20])


def dump_of(name: str, lines: list[bytes]) -> bytes:
    return b"\n".join([b"<%b>" % name.encode(), *lines, b"</%b>\n" % name.encode()])


def read(
    name: str, before: list[bytes], raw: bytes, after: list[bytes], size: int
) -> dict[str, Rows]:
    """Return what becomes of a record that stands between others; places count from its start."""
    xml = dump_of(name, [*before, raw, *after])
    begin = len(dump_of(name, [*before, b"|"]).partition(b"|")[0])
    tables = parse(xml, name, size)
    of_record = {
        table.name: [r for r in tables.get(table.name, []) if r[table.owner] not in NEIGHBOURS]
        for table in DUMP_TYPES[name].content_tables
    }
    quarantine = [
        row | {"byte_offset": row["byte_offset"] - begin}
        for row in tables.get(DUMP_TYPES[name].quarantine.name, [])
        if begin <= row["byte_offset"] < begin + len(raw)
    ]
    return of_record | {"quarantine": quarantine}


@pytest.mark.parametrize("name", DUMP_TYPES)
@given(data=st.data(), size=ANY_SIZE)
@settings(thorough, suppress_health_check=[HealthCheck.too_slow])
def test_a_record_is_read_as_if_it_stood_alone(name: str, data: st.DataObject, size: int) -> None:
    raw, kind = data.draw(malformed(name)), name.removesuffix("s")
    alone = read(name, [], raw, [], 1 << 20)
    good = [neighbour(kind, FIRST)]
    assert read(name, good, raw, [neighbour(kind, LAST)], size) == alone
    broken = [neighbour(kind, SECOND, data.draw(st.sampled_from(BROKEN))) for _ in range(2)]
    assert read(name, [*good, broken[0]], raw, [*broken[1:], *good], size) == alone


@pytest.mark.parametrize("name", DUMP_TYPES)
@given(data=st.data(), size=ANY_SIZE)
@settings(thorough, suppress_health_check=[HealthCheck.too_slow])
def test_what_is_malformed_costs_no_other_record(name: str, data: st.DataObject, size: int) -> None:
    kind = name.removesuffix("s")
    lines = [neighbour(kind, FIRST), *data.draw(st.lists(malformed(name), min_size=1, max_size=3))]
    xml = dump_of(name, [*lines, neighbour(kind, LAST)])
    ids = [row["id"] for row in parse(xml, name, size)[kind]]
    assert (ids[0], ids[-1]) == (FIRST, LAST)
    assert started(xml, name) <= len(ids) + sum(
        row["raw"].startswith(b"<%b" % kind.encode()) for row in refused(xml, name, size)
    )


def started(xml: bytes, name: str) -> int:
    blocks = iter_blocks(io.BytesIO(gzip.compress(xml)), DUMP_TYPES[name], "made up.gz")
    return sum(len(block.starts) for block in blocks)


TITLE = {"artists": "name", "labels": "name", "masters": "title", "releases": "title"}
TAKEN = {
    b"A\xef\xbf\xbeB": "A\ufffeB",
    b"A&#xFFFF;": "A\uffff",
    b"A]]>B": "A]]>B",
    b"\xef\xbb\xbfA": "\ufeffA",
    b"A<!-- -- -->B": "AB",
    b"A<?xml version='1.1' encoding='latin1'?>\xc3\xa9": "A\u00e9",
    b"A<![CDATA[&]]>": "A&",
    b"A<x:b>C</x:b>D": "AD",
    b"A<novelty at='<' at='&nbsp;'>\7&nbsp;</novelty>": "A",
}
REFUSED = {
    b"A\7": "not XML: not well-formed (invalid token)",
    b"A&#7;": "not XML: reference to invalid character number",
    b"A&nbsp;": "not XML: undefined entity",
    b"A & B": "not XML: not well-formed (invalid token)",
    b"A\xff": "not XML: not well-formed (invalid token)",
    b"A<b>": "not XML: mismatched tag",
    b"A</{0}><{0}>B": "expected one <{0}>, found 2",
    b"A</{0}><{0}/><{0}>": "expected one <{0}>, found 3",
}


def with_text(name: str, text: bytes) -> bytes:
    tag = TITLE[name].encode()
    return neighbour(name.removesuffix("s"), 10, b"<%b>" % tag + text + b"</%b>" % tag)


@pytest.mark.parametrize("is_beside_broken", [False, True])
@pytest.mark.parametrize("name", DUMP_TYPES)
@pytest.mark.parametrize("text", TAKEN)
def test_what_xml_forbids_and_still_is_clear(
    text: bytes, name: str, *, is_beside_broken: bool
) -> None:
    broken = [neighbour(name.removesuffix("s"), SECOND, b"\7&")] * is_beside_broken
    found = read(name, broken, with_text(name, text), broken, 1 << 20)
    assert [row[TITLE[name]] for row in found[name.removesuffix("s")]] == [TAKEN[text]]
    assert found["quarantine"] == []


@pytest.mark.parametrize("is_beside_broken", [False, True])
@pytest.mark.parametrize("name", DUMP_TYPES)
@pytest.mark.parametrize("text", REFUSED)
def test_what_has_no_clear_value(text: bytes, name: str, *, is_beside_broken: bool) -> None:
    tag = TITLE[name]
    broken = [neighbour(name.removesuffix("s"), SECOND, b"\7&")] * is_beside_broken
    raw = with_text(name, text.replace(b"{0}", tag.encode()))
    found = read(name, broken, raw, broken, 1 << 20)
    assert found[name.removesuffix("s")] == []
    (row,) = found["quarantine"]
    assert (row["byte_offset"], row["record_id"], row["raw"]) == (0, 10, raw)
    assert row["error"].startswith(REFUSED[text].format(tag))


def test_a_prefixed_attribute_is_another_one() -> None:
    rows = parse(
        dump_of(
            "artists", [b"<artist><id>1</id><aliases><name id='1' x:id='3'/></aliases></artist>"]
        )
    )
    assert rows["artist_alias"][0]["alias_id"] == 1


def test_a_record_that_starts_in_a_comment_is_one() -> None:
    xml = dump_of("artists", [neighbour("artist", 1), b"<!--", neighbour("artist", 2), b"-->"])
    assert [row["id"] for row in parse(xml)["artist"]] == [1, 2]
    assert [row["raw"] for row in refused(xml)] == [b"<!--", b"-->"]


@pytest.mark.parametrize("name", DUMP_TYPES)
def test_those_beside_a_broken_one_on_its_line_are_kept(name: str) -> None:
    kind = name.removesuffix("s")
    line = [neighbour(kind, 1), neighbour(kind, 2, b"&"), neighbour(kind, 3), neighbour(kind, 4)]
    xml = dump_of(name, [b"".join(line), neighbour(kind, 5)])
    assert [row["id"] for row in parse(xml, name)[kind]] == [1, 3, 4, 5]
    assert [row["raw"] for row in refused(xml, name)] == [line[1]]


def test_halving_finds_the_broken_ones_among_many() -> None:
    broken = {0, 1, 511, 700, 999}
    lines = [neighbour("artist", n + 1, b"&" * (n in broken)) for n in range(1000)]
    xml = dump_of("artists", lines)
    good = [n + 1 for n in range(1000) if n not in broken]
    assert [row["id"] for row in parse(xml)["artist"]] == good
    assert [row["record_id"] for row in refused(xml)] == [n + 1 for n in sorted(broken)]


def test_a_repeated_id_costs_no_record_that_is_no_xml() -> None:
    """The block is read anew when an id is repeated, and still takes what it took before."""
    lines = [neighbour("artist", n, b"<name>]]></name>") for n in (1, 2, 1, 3)]
    (block,) = iter_blocks(
        io.BytesIO(gzip.compress(dump_of("artists", lines))), DUMP_TYPES["artists"], "made up.gz"
    )
    found: Any = PARSERS["artists"].reparse(block, {3})
    assert found.ids.tolist() == [1, 2]
    assert found.tables["artist"]["name"].to_pylist() == ["]]>", "]]>"]
    assert [row["error"] for row in found.tables["artist_quarantine"].to_pylist()] == [
        "id 1 was had before in this dump; the first is kept",
        "id 3 was had before in this dump; the first is kept",
    ]


@pytest.mark.parametrize("name", DUMP_TYPES)
def test_a_block_of_repeated_ids_only(name: str) -> None:
    kind = name.removesuffix("s")
    xml = dump_of(name, [neighbour(kind, n) for n in (3, 4)])
    (block,) = iter_blocks(io.BytesIO(gzip.compress(xml)), DUMP_TYPES[name], "made up.gz")
    found = PARSERS[name].reparse(block, {3, 4})
    assert found.ids.tolist() == []
    assert found.tables[DUMP_TYPES[name].quarantine.name]["record_id"].to_pylist() == [3, 4]


def test_many_small_parts_are_put_together() -> None:
    lines = [neighbour("artist", n + 1, b"&" * (n % 2)) for n in range(200)]
    (block,) = iter_blocks(
        io.BytesIO(gzip.compress(dump_of("artists", lines))), DUMP_TYPES["artists"], "made up.gz"
    )
    found = PARSERS["artists"].parse(block)
    assert found.ids.tolist() == [*range(1, 201, 2)]
    assert found.tables["artist"]["id"].num_chunks == 1
    assert found.tables["artist_quarantine"]["record_id"].to_pylist() == [*range(2, 201, 2)]
