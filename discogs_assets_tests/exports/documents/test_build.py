"""The document of a record: what is in it, and that its rows come back from it."""

import gzip
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from discogs_assets.errors import LakeError
from discogs_assets.exports.documents.document import DOCUMENTS
from discogs_assets.sources.discogs_dumps.tables import DUMP_TYPES
from discogs_assets.sources.discogs_dumps.xml.blocks import iter_blocks
from discogs_assets.sources.dumps.reader import BLOCK_BYTES
from discogs_assets_tests.support.made_documents import Arrow, back, documents, in_order, tables_of
from discogs_assets_tests.support.small_dumps import PARSERS
from discogs_assets_tests.support.xml_strategies import documents as made_up_xml

TRACKS = """<release id="5"><title>A "B" \\ C</title><tracklist>
<track><position>1</position><title>One</title>
  <artists><artist><id>2</id><name>X</name></artist></artists>
  <extraartists><artist><name>Y</name><role>Mixed By</role></artist></extraartists></track>
<track><title>Two</title><sub_tracks>
  <track><position>2a</position><extraartists><artist><id>3</id></artist></extraartists></track>
  <track/></sub_tracks></track>
<track/>
<track><position>4</position></track>
</tracklist></release>"""

LISTS = """<release id="6"><genres><genre>Rock</genre><genre/></genres>
<artists><artist><id>9</id></artist></artists>
<extraartists><artist><id>8</id></artist><artist/></extraartists>
<formats><format name="CD"><descriptions><description>Album</description></descriptions></format>
</formats></release>"""


def parse(dump_type: str, xml: str) -> Arrow:
    """Return the rows of a dump of these records."""
    whole = f"<{dump_type}>{xml}</{dump_type}>\n".encode()
    (rows,) = iter_rows(dump_type, io.BytesIO(gzip.compress(whole)))
    return rows


def iter_rows(dump_type: str, dump: BinaryIO, block_bytes: int = BLOCK_BYTES) -> Iterator[Arrow]:
    for block in iter_blocks(dump, DUMP_TYPES[dump_type], "a dump", block_bytes):
        yield PARSERS[dump_type].parse(block).tables


def test_sub_tracks_and_credits_stand_in_their_tracks() -> None:
    assert documents("releases", parse("releases", TRACKS)) == [
        {
            "id": 5,
            "title": 'A "B" \\ C',
            "tracks": [
                {
                    "position": "1",
                    "title": "One",
                    "artists": [{"artist_id": 2, "artist_name": "X"}],
                    "extra_artists": [{"artist_name": "Y", "role": "Mixed By"}],
                },
                {
                    "title": "Two",
                    "sub_tracks": [{"position": "2a", "extra_artists": [{"artist_id": 3}]}, {}],
                },
                {},
                {"position": "4"},
            ],
        }
    ]


def test_lists_of_one_value_are_plain_and_keep_the_place_of_what_is_missing() -> None:
    assert documents("releases", parse("releases", LISTS)) == [
        {
            "id": 6,
            "artists": [{"artist_id": 9}],
            "extra_artists": [{"artist_id": 8}, {}],
            "formats": [{"name": "CD", "descriptions": ["Album"]}],
            "genres": ["Rock", None],
        }
    ]


@pytest.mark.parametrize("xml", [TRACKS, LISTS, TRACKS + LISTS, LISTS + TRACKS])
def test_rows_come_back(xml: str) -> None:
    rows = parse("releases", xml)
    assert back("releases", rows) == in_order("releases", rows)


def test_the_order_of_rows_does_not_matter() -> None:
    rows = parse("releases", TRACKS + LISTS)
    turned = {name: one.take(np.arange(one.num_rows)[::-1]) for name, one in rows.items()}
    assert documents("releases", turned) == documents("releases", rows)


@pytest.mark.parametrize("dump_type", DUMP_TYPES)
def test_of_no_records_there_are_no_documents(dump_type: str) -> None:
    nothing = {name: table.empty() for name, table in tables_of(dump_type).items()}
    assert documents(dump_type, nothing) == []


@pytest.mark.slow
@pytest.mark.parametrize("dump_type", DUMP_TYPES)
@given(data=st.data())
@settings(suppress_health_check=[HealthCheck.too_slow])
def test_rows_of_made_up_records_come_back(dump_type: str, data: st.DataObject) -> None:
    dump = io.BytesIO(gzip.compress(data.draw(made_up_xml(dump_type)), 1))
    for rows in iter_rows(dump_type, dump):
        assert back(dump_type, rows) == in_order(dump_type, rows)


@pytest.mark.slow
@pytest.mark.parametrize("dump_type", DUMP_TYPES)
@pytest.mark.parametrize("year", ["2017", "2020", "2025", "2026"])
def test_rows_of_real_records_come_back(samples: Path, year: str, dump_type: str) -> None:
    (path,) = (samples / f"discogs_{year}").glob(f"*_{dump_type}.xml.gz")
    records = 0
    with path.open("rb") as dump:
        for rows in iter_rows(dump_type, dump, 1 << 20):
            assert back(dump_type, rows) == in_order(dump_type, rows)
            records += rows[DUMP_TYPES[dump_type].record].num_rows
    assert records > 0


FAULTS: dict[str, tuple[str, dict[str, Any], str]] = {
    "gap": ("release_genre", {"sequence": 2}, "release_genre: expected rows counted from 1"),
    "stranger": ("release_genre", {"release_id": 7}, "expected rows of records, found some of 7"),
    "null": ("release_genre", {"sequence": None}, "expected a value of sequence in each row"),
    "twice": ("release", {"id": 5}, "release: expected one row of each record, found two"),
    "no track": (
        "release_track_artist",
        {"track_sequence": 7, "sequence": 1, "is_extra": False},
        "release_track_artist: expected a row of the sequence in track_sequence, found none",
    ),
    "part first": (
        "release_track",
        {"sequence": 1, "parent_sequence": 1},
        "release_track: expected parts right behind what they are part of",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_rows_that_have_no_place_are_an_error(fault: str) -> None:
    table, values, message = FAULTS[fault]
    rows = {name: one.empty() for name, one in tables_of("releases").items()}
    record: dict[str, Any] = {"id": 5}
    first = {"release_id": 5, "sequence": 1}
    rows["release"] = tables_of("releases")["release"].from_rows([record])
    more = tables_of("releases")[table].from_rows([first | values])
    rows[table] = pa.concat_tables([rows[table], more])
    with pytest.raises(LakeError, match=message):
        documents("releases", rows)


@pytest.mark.parametrize("dump_type", DUMP_TYPES)
def test_every_table_and_column_of_records_is_in_the_document(dump_type: str) -> None:
    tables, document = tables_of(dump_type), DOCUMENTS[dump_type]
    assert {*document.iter_tables()} == {*tables}
    shown = {(table.name, column.name) for _, table, column in document.iter_fields(tables)}
    implied = {
        (table.name, column.name)
        for table in tables.values()
        for column in table.columns
        if (table.name, column.name) not in shown
    }
    assert {column for _, column in implied} <= {
        "record_hash",
        "sequence",
        "is_extra",
        "track_sequence",
        "parent_sequence",
        *(table.owner for table in tables.values() if not table.is_of_records),
    }


@pytest.mark.parametrize("dump_type", DUMP_TYPES)
def test_no_two_fields_share_a_name(dump_type: str) -> None:
    paths = [path for path, *_ in DOCUMENTS[dump_type].iter_fields(tables_of(dump_type))]
    assert len({*paths}) == len(paths)


def test_the_shape_tells_documents_apart() -> None:
    shapes = {name: DOCUMENTS[name].shape(tables_of(name)) for name in DUMP_TYPES}
    assert len({*shapes.values()}) == len(shapes)
    assert shapes["artists"] == DOCUMENTS["artists"].shape(tables_of("artists"))
