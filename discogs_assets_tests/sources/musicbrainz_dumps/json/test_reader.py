"""Lines to tables: against a second reader, cell by cell; and what is refused."""

import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from discogs_assets.sources.dumps.reader import Parsed
from discogs_assets.sources.musicbrainz_dumps.json.blocks import Block
from discogs_assets.sources.musicbrainz_dumps.json.reader import JsonReader
from discogs_assets.sources.musicbrainz_dumps.synthetic.records import MAKERS, iter_lines
from discogs_assets.sources.musicbrainz_dumps.tables import DUMP_TYPES
from discogs_assets_tests.support.musicbrainz_lines import lines_of
from discogs_assets_tests.support.musicbrainz_reference import read

ONE, TWO = (f"{n}{n}{n}00000-0000-4000-8000-000000000000" for n in (1, 2))
READERS = {name: JsonReader(DUMP_TYPES[name], "a dump") for name in DUMP_TYPES}


def parse(dump_type: str, lines: Sequence[bytes], offset: int = 0) -> Parsed:
    return READERS[dump_type].parse(Block(offset, [*lines], True))


def rows(parsed: Parsed, table: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = parsed.tables[table].to_pylist()
    return found


def check(dump_type: str, lines: Sequence[bytes]) -> None:
    """Compare every cell with what the second reader has."""
    parsed, expected = parse(dump_type, lines), read(dump_type, lines)
    assert parsed.refused == 0, rows(parsed, DUMP_TYPES[dump_type].quarantine.name)
    assert {*expected} <= {table.name for table in DUMP_TYPES[dump_type].content_tables}
    for table in DUMP_TYPES[dump_type].content_tables:
        names = [column.name for column in table.columns if column.name != "record_hash"]
        found = [{name: row[name] for name in names} for row in rows(parsed, table.name)]
        wanted = [{name: row.get(name) for name in names} for row in expected.get(table.name, [])]
        assert found == wanted, table.name


@pytest.mark.parametrize("dump_type", MAKERS)
def test_real_lines_are_read_as_the_second_reader_does(samples: Path, dump_type: str) -> None:
    text = (samples / "later/musicbrainz" / f"{dump_type}.jsonl").read_bytes()
    lines = [line for line in text.split(b"\n") if line]
    assert lines
    check(dump_type, lines)
    assert parse(dump_type, lines).undeclared == {}


@pytest.mark.parametrize("dump_type", MAKERS)
def test_real_files_are_read_to_their_end(samples: Path, dump_type: str) -> None:
    mirror = samples / "later/mirror/pub/musicbrainz/data/json-dumps/20260523-001002"
    lines = (samples / "later/musicbrainz" / f"{dump_type}.jsonl").read_bytes().split(b"\n")
    with (mirror / f"{dump_type}.tar.xz").open("rb") as file:
        blocks = [*READERS[dump_type].iter_blocks(file, 1000)]
    found = [orjson.loads(line)["id"] for block in blocks for line in block.lines]
    assert found == [orjson.loads(line)["id"] for line in lines if line]
    assert [id_ for block in blocks for id_ in READERS[dump_type].parse(block).ids] == found


@pytest.mark.parametrize("dump_type", MAKERS)
def test_made_up_lines_are_read_as_the_second_reader_does(dump_type: str) -> None:
    lines = [*iter_lines(dump_type, range(30))]
    check(dump_type, lines)
    assert parse(dump_type, lines).undeclared == {}


@given(
    st.sampled_from([*DUMP_TYPES]).flatmap(lambda name: st.tuples(st.just(name), lines_of(name)))
)
def test_any_lines_are_read_as_the_second_reader_does(made: tuple[str, list[bytes]]) -> None:
    check(*made)


def test_the_order_of_keys_does_not_count_in_the_hash() -> None:
    [line] = iter_lines("release", range(7, 8))
    draw = random.Random(1)

    def mixed(value: Any) -> Any:
        if isinstance(value, list):
            return [mixed(one) for one in value]
        if isinstance(value, dict):
            keys = draw.sample([*value], len(value))
            return {key: mixed(value[key]) for key in keys}
        return value

    record = orjson.loads(line)
    other = {**record, "title": f"{record['title']}!"}
    hashes = [
        row["record_hash"]
        for of in ([line], [orjson.dumps(mixed(record))], [orjson.dumps(other)])
        for row in rows(parse("release", of), "release")
    ]
    assert hashes[0] == hashes[1] != hashes[2]
    assert len(hashes[0]) == 32


def test_no_barcode_is_told_from_an_unknown_one() -> None:
    lines = [orjson.dumps({"id": ONE, "barcode": ""}), orjson.dumps({"id": TWO, "barcode": None})]
    assert [row["barcode"] for row in rows(parse("release", lines), "release")] == ["", None]


BAD = {
    b"<html>": "no JSON: JSON is malformed: invalid character (byte 0)",
    b'{"id": "%s"' % ONE.encode(): "no JSON: Input data was truncated",
    b"[1]": "another form: Expected `object`, got `array`",
    b'{"name": "Anna"}': "another form: Object missing required field `id`",
    b'{"id": null}': "another form: Expected `str`, got `null` - at `$.id`",
    b'{"id": "x", "name": 5}': "another form: Expected `str | null`, got `int` - at `$.name`",
    b'{"id": "x", "tags": {}}': "another form: Expected `array | null`, got `object` - at `$.tags`",
    b'{"id": "x", "tags": [{"name": "a", "count": "1"}]}': (
        "another form: Expected `int | null`, got `str` - at `$.tags[0].count`"
    ),
    b'{"id": "x", "tags": [{"name": "a", "count": 4000000000}]}': (
        "another form: Expected `int` <= 2147483647 - at `$.tags[0].count`"
    ),
    b'{"id": "x", "relations": [{"attribute-values": 3}]}': (
        "another form: Expected `object`, got `int` - at `$.relations[0].attribute-values`"
    ),
    b'{"id": "\xff"}': "no JSON: Invalid UTF-8",
}


@pytest.mark.parametrize("bad", BAD)
def test_a_bad_line_is_kept_with_its_place_and_the_others_are_read(bad: bytes) -> None:
    good = [orjson.dumps({"id": ONE, "name": "Anna"}), orjson.dumps({"id": TWO})]
    parsed = parse("artist", [good[0], bad, good[1]], offset=1000)
    assert [row["id"] for row in rows(parsed, "artist")] == [ONE, TWO]
    [refused] = rows(parsed, "artist_quarantine")
    assert parsed.refused == 1
    assert refused["raw"] == bad
    assert refused["byte_offset"] == 1000 + len(good[0]) + 1
    assert refused["error"].startswith(BAD[bad])
    assert refused["record_id"] == ("x" if b'"x"' in bad else None)


def test_an_id_that_was_there_before_is_refused_once_it_is_known() -> None:
    lines = [orjson.dumps({"id": id_}) for id_ in (ONE, TWO, ONE)]
    parsed = READERS["artist"].reparse(Block(0, lines, False), {TWO})
    assert [row["id"] for row in rows(parsed, "artist")] == [ONE]
    assert [row["record_id"] for row in rows(parsed, "artist_quarantine")] == [TWO, ONE]


def test_keys_that_no_table_declares_are_counted() -> None:
    record = {"id": ONE, "moods": [], "colour": 1, "tags": [{"name": "a", "by": "me"}]}
    relation = {"artist": {"id": TWO, "shoe-size": 45}, "attribute-ids": {"any": "thing"}}
    line = orjson.dumps({**record, "relations": [relation]})
    assert parse("artist", [line]).undeclared == {"colour": 1, "tags[]/by": 1}


def test_every_table_without_rows_is_there_too() -> None:
    for name, dump_type in DUMP_TYPES.items():
        parsed = parse(name, [b"", orjson.dumps({"id": ONE})])
        assert {*parsed.tables} == {table.name for table in dump_type.tables}
        for table in dump_type.tables:
            assert parsed.tables[table.name].schema == table.arrow_schema
