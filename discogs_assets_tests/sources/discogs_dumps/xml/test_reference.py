"""The reference reading, held against XML small enough to read by eye and against real counts."""

import gzip
from pathlib import Path
from xml.parsers import expat

import pytest
import xxhash
from hypothesis import given, settings
from hypothesis import strategies as st

from discogs_assets_tests.support.reference import DUMP_TYPES, read_records
from discogs_assets_tests.support.xml_strategies import documents

pytestmark = pytest.mark.slow

COUNTS_2020 = {
    "artists": {
        "artist": 1000,
        "artist_alias": 548,
        "artist_group": 308,
        "group_member": 218,
        "artist_namevariation": 893,
        "artist_url": 460,
        "artist_image": 530,
    },
    # All 232 sublabels are `<label/>` and 2 of 439 urls are empty.
    "labels": {"label": 1000, "label_sublabel": 232, "label_url": 439, "label_image": 421},
    "masters": {
        "master": 1000,
        "master_artist": 1174,
        "master_genre": 1315,
        "master_style": 1705,
        "master_video": 2176,
        "master_image": 3020,
    },
    "releases": {
        "release": 1000,
        "release_artist": 5053,
        "release_label": 1135,
        "release_series": 0,
        "release_format": 1037,
        "release_genre": 1302,
        "release_style": 1496,
        "release_identifier": 1672,
        "release_video": 2324,
        "release_company": 1678,
        # 9178 tracks and 252 sub-tracks; 20 of them without any value.
        "release_track": 9430,
        "release_track_artist": 6721,
        "release_image": 2897,
    },
}


def values(rows: list[dict[str, object]], *columns: str) -> list[tuple[object, ...]]:
    return [tuple(row[column] for column in columns) for row in rows]


@pytest.mark.parametrize("dump_type", DUMP_TYPES)
def test_counts_of_the_2020_sample(samples: Path, dump_type: str) -> None:
    dump = samples / "discogs_2020" / f"discogs_20200806_{dump_type}.xml.gz"
    tables = read_records(gzip.decompress(dump.read_bytes()), dump_type)
    assert {table: len(rows) for table, rows in tables.items()} == COUNTS_2020[dump_type]


def test_sub_tracks_of_the_2020_sample(samples: Path) -> None:
    dump = samples / "discogs_2020" / "discogs_20200806_releases.xml.gz"
    tables = read_records(gzip.decompress(dump.read_bytes()), "releases")
    sub_tracks = {
        (row["release_id"], row["sequence"])
        for row in tables["release_track"]
        if row["parent_sequence"] is not None
    }
    credited = values(tables["release_track_artist"], "release_id", "track_sequence")
    assert len(sub_tracks) == 252
    assert sum(credit in sub_tracks for credit in credited) == 11


def test_every_master_column() -> None:
    record = b"<master id='7'><main_release>0</main_release><year> +01999\n</year><title/></master>"
    assert read_records(b"<masters>" + record + b"</masters>", "masters")["master"] == [
        {
            "id": 7,
            "title": None,
            "main_release": None,
            "year": 1999,
            "notes": None,
            "data_quality": None,
            "record_hash": xxhash.xxh3_128(record).hexdigest(),
        }
    ]


@pytest.mark.parametrize(
    "record",
    [
        b'<master id="1"/>',
        b'<master id="1"></master>',
        b'<master id="1" \n></master\n>',
        b'<master id="1"><notes>\r\n\r&amp;</notes><master id="2"/><x/></master>',
        b'<master id="1">/></master>',
    ],
)
@pytest.mark.parametrize("after", [b"", b"\n", b"<!-- > -->\r\n"])
def test_record_hash_is_of_the_record_alone(record: bytes, after: bytes) -> None:
    xml = b"<masters>" + after + record + after + b"</masters>"
    found = read_records(xml, "masters")["master"]
    assert values(found, "id", "record_hash") == [(1, xxhash.xxh3_128(record).hexdigest())]


def test_records_come_in_the_order_of_their_ids() -> None:
    xml = b'<masters><master id="10"/><master id="9"/></masters>'
    assert values(read_records(xml, "masters")["master"], "id") == [(9,), (10,)]


@pytest.mark.parametrize(
    ("inside", "expected"),
    [
        ("", None),
        (" ", " "),
        ("a\r\nb\rc&#13;", "a\nb\nc\r"),
        ("a<!-- b -->c<x>d</x>e", "ace"),
        ("<![CDATA[<b>&amp;]]>", "<b>&amp;"),
        ("<x>d</x>", None),
    ],
)
def test_text(inside: str, expected: str | None) -> None:
    xml = f"<artists><artist><id>1</id><profile>{inside}</profile></artist></artists>"
    assert values(read_records(xml.encode(), "artists")["artist"], "profile") == [(expected,)]


@pytest.mark.parametrize(
    ("inside", "expected"),
    [
        ("<id>1</id><name>A</name><id>2</id><name>B</name>", [(1, "A"), (2, "B")]),
        ('<id>1</id><name id="1">A</name>', [(1, "A")]),
        ('<name id="1">A</name><name id="2">B</name>', [(1, "A"), (2, "B")]),
        ("<name>A</name><id>1</id>", [(None, "A"), (1, None)]),
        ("<id>1</id><id>2</id><name>A</name>", [(1, None), (2, "A")]),
        ("<id>1</id><id/><name>A</name>", [(1, None), (None, "A")]),
        ("<id>0</id><name>A</name><id>0</id>", [(None, "A")]),
        ("<id>1</id></members><members><name>A</name>", [(1, None), (None, "A")]),
        ("<id>1</id><name/><name/>", [(1, None), (None, None)]),
    ],
)
def test_members_of_every_era(inside: str, expected: list[tuple[object, ...]]) -> None:
    xml = f"<artists><artist><id>9</id><members>{inside}</members></artist></artists>"
    members = read_records(xml.encode(), "artists")["group_member"]
    assert values(members, "member_artist_id", "member_name") == expected
    assert values(members, "sequence") == [(n,) for n in range(1, len(expected) + 1)]


def test_empty_elements_are_rows_and_numbering_goes_on_over_containers() -> None:
    xml = b"""<labels><label><id>1</id>
        <urls><url>a</url><url/></urls><name>A</name><urls><url>b</url></urls>
        <sublabels><label/><label id="0">B</label><label id="5"/></sublabels>
    </label></labels>"""
    tables = read_records(xml, "labels")
    assert values(tables["label_url"], "sequence", "url") == [
        (1, "a"),
        (2, None),
        (3, "b"),
    ]
    assert values(tables["label_sublabel"], "sequence", "sublabel_id", "sublabel_name") == [
        (1, None, None),
        (2, None, "B"),
        (3, 5, None),
    ]


def test_tracks_sub_tracks_and_their_credits() -> None:
    xml = b"""<releases><release id="1"><tracklist>
        <track><title>A</title><extraartists><artist><id>5</id></artist></extraartists></track>
        <track><title/></track>
        <track><sub_tracks>
            <track/>
            <track><title>B</title>
                <artists><artist><id>6</id></artist><artist><id>7</id></artist></artists></track>
            <track><extraartists><artist><name>C</name></artist></extraartists></track>
        </sub_tracks></track>
        <track><extraartists><artist><id>0</id></artist></extraartists></track>
        <track><position>D</position></track>
    </tracklist></release></releases>"""
    tables = read_records(xml, "releases")
    assert values(tables["release_track"], "sequence", "parent_sequence", "title") == [
        (1, None, "A"),
        (2, None, None),
        (3, None, None),
        (4, 3, None),
        (5, 3, "B"),
        (6, 3, None),
        (7, None, None),
        (8, None, None),
    ]
    assert values(
        tables["release_track_artist"], "track_sequence", "is_extra", "sequence", "artist_id"
    ) == [
        (1, True, 1, 5),
        (5, False, 1, 6),
        (5, False, 2, 7),
        (6, True, 1, None),
        (7, True, 1, None),
    ]


def test_formats_and_their_descriptions() -> None:
    xml = b"""<releases><release id="1"><formats>
        <format name="CD" qty="1" text=""/>
        <format><descriptions><description/><description>LP</description></descriptions></format>
        <format qty=""><descriptions><description/></descriptions></format>
    </formats></release></releases>"""
    formats = read_records(xml, "releases")["release_format"]
    assert values(formats, "sequence", "name", "qty", "text_string", "descriptions") == [
        (1, "CD", "1", None, None),
        (2, None, None, None, ["LP"]),
        (3, None, None, None, None),
    ]


@pytest.mark.parametrize(
    ("released", "year"),
    [
        ("1999", 1999),
        ("1999-00-00", 1999),
        ("0000-00-00", None),
        ("19990301", None),
        (" 1999", None),
        ("1999\n", None),
        ("\u0661\u0669\u0669\u0669", None),
    ],
)
def test_released_year(released: str, year: int | None) -> None:
    xml = f'<releases><release id="1"><released>{released}</released></release></releases>'
    found = read_records(xml.encode(), "releases")["release"]
    assert values(found, "released", "released_year") == [(released, year)]


@pytest.mark.parametrize(
    ("is_main", "expected"),
    [("true", True), (" Y ", True), ("0", False), ("OFF", False), ("", None)],
)
def test_booleans(is_main: str, expected: bool | None) -> None:
    master = f'<master_id is_main_release="{is_main}">3</master_id>'
    xml = f'<releases><release id="1">{master}</release></releases>'
    found = read_records(xml.encode(), "releases")["release"]
    assert values(found, "master_id", "is_main_release") == [(3, expected)]


@pytest.mark.parametrize("year", ["1_0", "\u0661", "1.0", "1 2", "\u00a01"])
def test_what_is_no_integer_is_refused(year: str) -> None:
    xml = f'<masters><master id="1"><year>{year}</year></master></masters>'
    with pytest.raises(ValueError, match="expected an integer"):
        read_records(xml.encode(), "masters")


@settings(max_examples=30, deadline=None)
@given(st.data())
@pytest.mark.parametrize("dump_type", DUMP_TYPES)
def test_made_up_documents_are_well_formed(dump_type: str, data: st.DataObject) -> None:
    xml = data.draw(documents(dump_type))
    expat.ParserCreate().Parse(xml, True)
    name, _, tables = DUMP_TYPES[dump_type]
    found = read_records(xml, dump_type)
    assert tuple(found) == tables
    assert 1 <= len(found[name]) <= 6
    assert len(set(values(found[name], "id"))) == len(found[name])


@pytest.mark.parametrize("dump_type", DUMP_TYPES)
def test_made_up_documents_reach_every_column(dump_type: str) -> None:
    reached: set[tuple[str, str]] = set()
    columns: set[tuple[str, str]] = set()

    @settings(max_examples=150, deadline=None, derandomize=True, database=None)
    @given(documents(dump_type))
    def read(xml: bytes) -> None:
        for table, rows in read_records(xml, dump_type).items():
            columns.update((table, column) for row in rows for column in row)
            reached.update((table, c) for row in rows for c in row if row[c] is not None)

    read()
    assert {table for table, _ in columns} == set(DUMP_TYPES[dump_type][2])
    assert columns - reached == set()
