"""Dumps of before mid-2014, whose records have no root around them."""

import gzip
import io
from typing import Any

import pytest

from discogs_assets.errors import DumpError
from discogs_assets.sources.discogs_dumps.tables import DUMP_TYPES
from discogs_assets.sources.discogs_dumps.xml.blocks import iter_blocks
from discogs_assets_tests.support.small_dumps import Rows, parse, refused

DUMPS = {
    "artists": b"<artist><id>1</id><name>Amber Quay</name><namevariations><name>A. Quay</name>"
    b"</namevariations></artist>\n"
    b"<artist><id>2</id><name>Wet Slate</name><members><name>Amber Quay</name></members>"
    b"</artist>\n",
    "labels": b"<label><id>1</id><name>Pail Discs</name><sublabels><label>Pail Green</label>"
    b"<label>Pail Red</label></sublabels></label>\n"
    b"<label><id>2</id><name>Pail Green</name><parentLabel>Pail Discs</parentLabel></label>",
    "masters": b'<master id="7"><main_release>3</main_release><title>Rain</title></master>'
    b'<master id="8"><title>Hail</title></master>',
    "releases": b'<release id="1" status="Accepted"><artists><artist><name>Amber Quay</name>'
    b'</artist></artists><title>Tide</title><labels><label catno="P 1" name="Pail Discs"/></labels>'
    b"<released>1998-00-00</released><tracklist><track><position>A</position><title>Ebb</title>"
    b"</track></tracklist></release>\n\n"
    b'<release id="2" status="Accepted"><title>Flow</title><released>2003</released></release>\n\n',
}
VALUES: dict[tuple[str, str], list[tuple[Any, ...]]] = {
    ("artists", "artist"): [(1, "Amber Quay"), (2, "Wet Slate")],
    ("artists", "artist_namevariation"): [(1, 1, "A. Quay")],
    ("artists", "group_member"): [(2, 1, None, "Amber Quay")],
    ("labels", "label"): [(1, "Pail Discs"), (2, "Pail Green")],
    ("labels", "label_sublabel"): [(1, 1, None, "Pail Green"), (1, 2, None, "Pail Red")],
    ("masters", "master"): [(7, "Rain", 3), (8, "Hail", None)],
    ("releases", "release"): [(1, "Tide", "1998-00-00", 1998), (2, "Flow", "2003", 2003)],
    ("releases", "release_artist"): [(1, False, 1, None, "Amber Quay")],
    ("releases", "release_label"): [(1, 1, None, "Pail Discs", "P 1")],
    ("releases", "release_track"): [(1, 1, None, "A", "Ebb")],
}
"""The rows of each table that has any, as far as their first columns."""


def first_columns(rows: Rows, count: int) -> list[tuple[Any, ...]]:
    return [tuple(row.values())[:count] for row in rows]


@pytest.mark.parametrize("prolog", [b"", b"\n", b'\xef\xbb\xbf<?xml version="1.0"?>\n'])
@pytest.mark.parametrize("block_bytes", [1, 60, 1 << 20])
@pytest.mark.parametrize("name", DUMP_TYPES)
def test_records_without_a_root_are_read(name: str, block_bytes: int, prolog: bytes) -> None:
    found = parse(prolog + DUMPS[name], name, block_bytes)
    expected = {table: rows for (dump, table), rows in VALUES.items() if dump == name}
    assert {*found} == {*expected}
    for table, rows in expected.items():
        assert first_columns(found[table], len(rows[0])) == rows


@pytest.mark.parametrize("block_bytes", [1, 1 << 20])
def test_a_broken_record_costs_no_other(block_bytes: int) -> None:
    xml = b"<artist><id>1</id></artist>\n<artist><id>2<id></artist>\n<artist><id>3</id></artist>"
    assert [row["id"] for row in parse(xml, block_bytes=block_bytes)["artist"]] == [1, 3]
    [broken] = refused(xml, block_bytes=block_bytes)
    assert broken["byte_offset"] == xml.index(b"<artist><id>2")


@pytest.mark.parametrize(
    ("end", "found"),
    [
        (b"<artist><id>2</id><na", "<artist><id>2</id><na"),
        (b"<artist><id>2</id>", "<artist><id>2</id>"),
        (b"</artists>", "</artists>"),
    ],
)
def test_one_that_is_cut_off_is_refused(end: bytes, found: str) -> None:
    packed = gzip.compress(b"<artist><id>1</id></artist>\n" + end)
    with pytest.raises(DumpError, match=r"expected </artist> at the end, found .*damaged") as error:
        list(iter_blocks(io.BytesIO(packed), DUMP_TYPES["artists"], "made up.gz"))
    assert found in str(error.value)


def test_records_of_another_type_are_refused() -> None:
    packed = gzip.compress(DUMPS["labels"])
    with pytest.raises(DumpError, match="expected <artists>, found <label>: a file of another"):
        list(iter_blocks(io.BytesIO(packed), DUMP_TYPES["artists"], "made up.gz"))
