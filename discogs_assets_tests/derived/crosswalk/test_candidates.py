"""Candidates for releases without a link, on rows written here."""

from collections.abc import Iterator
from typing import Any

import pytest

from discogs_assets.derived.crosswalk.candidates import CUT_KEYS, Candidates
from discogs_assets.derived.crosswalk.inputs import Inputs
from discogs_assets.derived.crosswalk.links import find_links
from discogs_assets.derived.crosswalk.scratch import scratch_beside
from discogs_assets.warehouse.sql import Connection
from discogs_assets_tests.support.crosswalk_rows import (
    EARLIER,
    MONTH,
    iter_crosswalk,
    mbid,
    page,
    put,
    relation,
)
from discogs_assets_tests.support.derived_rows import iter_undone

TITLES = ("One {n}", "Two {n}", "Three {n}")


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Connection]:
    yield from iter_crosswalk(tmp_path_factory.mktemp("crosswalk"))


@pytest.fixture
def connection(warehouse: Connection) -> Iterator[Connection]:
    yield from iter_undone(warehouse)


def find(connection: Connection, **options: Any) -> list[dict[str, Any]]:
    """Return the candidates of every release, the best first."""
    with scratch_beside(connection) as scratch:
        inputs = Inputs(EARLIER, MONTH)
        find_links(scratch, inputs)
        Candidates(scratch, inputs, **options).find()
        query = "FROM temp.link_candidate ORDER BY mbid, rank, discogs_id"
        return list(connection.execute(query).to_arrow_table().to_pylist())


def told(text: Any, number: int) -> Any:
    """Return a value, or values, with the number of the release in its place."""
    if isinstance(text, tuple):
        return tuple(told(one, number) for one in text)
    return text.format(n=number) if isinstance(text, str) else text


def add_discogs(connection: Connection, number: int, like: int = 1, **changed: Any) -> None:
    """Add a release to Discogs: number `like`, but for what is changed; None leaves it out."""
    row: dict[str, Any] = {
        "title": "The Love Bug {n}", "released": "2004-03-17", "country": "Japan", "artist": 7,
        "name": "m-flo {n} (2)", "catno": "RZCD 45{n:03}", "label": 5, "carrier": "CD",
        "descriptions": ["Album"], "barcode": "4 98806 44{n:05}", "tracks": TITLES,
        "durations": ("4:03", "3:42", "5:33"),
    } | changed  # fmt: skip
    row = {name: told(value, like) for name, value in row.items()}
    of = {"release_id": number, "sequence": 1}
    release = {name: row[name] for name in ("title", "released", "country")}
    put(connection, "discogs.release", {"id": number, **release})
    artist = {"is_extra": False, "artist_id": row["artist"], "artist_name": row["name"]}
    put(connection, "discogs.release_artist", of | artist)
    label = {"label_id": row["label"], "label_name": "Rhythm Zone", "catno": row["catno"]}
    put(connection, "discogs.release_label", of | label)
    carrier = {"name": row["carrier"], "qty": "1", "descriptions": row["descriptions"]}
    put(connection, "discogs.release_format", of | carrier)
    if row["barcode"]:
        code = of | {"type": "Barcode", "value": row["barcode"]}
        put(connection, "discogs.release_identifier", code)
    tracks = enumerate(zip(row["tracks"], row["durations"], strict=True), 1)
    put(
        connection,
        "discogs.release_track",
        *(
            {**of, "sequence": place, "position": str(place), "title": title, "duration": duration}
            for place, (title, duration) in tracks
        ),
    )


def add_musicbrainz(connection: Connection, number: int, **changed: Any) -> None:
    """Add the release of that number to MusicBrainz."""
    row: dict[str, Any] = {
        "title": "the love bug {n}", "date": "2004-03-17", "country": "JP", "name": "M-Flo {n}",
        "catno": "RZCD-45{n:03}", "carrier": "CD", "barcode": "49880644{n:05}",
        "status": "Official", "tracks": TITLES, "lengths": (243_000, 222_400, 333_900),
    } | changed  # fmt: skip
    row = {name: told(value, number) for name, value in row.items()}
    of = {"release_id": mbid(number), "sequence": 1}
    release = {name: row[name] for name in ("title", "date", "status", "barcode")}
    put(connection, "musicbrainz.release", {"id": mbid(number), **release})
    if row["country"]:
        put(connection, "musicbrainz.release_event", of | {"country": row["country"]})
    artist = {"artist_id": mbid(70), "name": row["name"]}
    put(connection, "musicbrainz.release_artist", of | artist)
    label = {"label_id": mbid(50), "label_name": "rhythm zone", "catalog_number": row["catno"]}
    put(connection, "musicbrainz.release_label", of | label)
    medium = {"release_id": mbid(number), "position": 1, "format": row["carrier"]}
    put(connection, "musicbrainz.medium", medium)
    tracks = enumerate(zip(row["tracks"], row["lengths"], strict=True), 1)
    put(
        connection,
        "musicbrainz.track",
        *(
            {"release_id": mbid(number), "medium": 1, "sequence": place, "title": title,
             "length_ms": length}
            for place, (title, length) in tracks
        ),
    )  # fmt: skip


def link_artist_and_label(connection: Connection) -> None:
    put(connection, "musicbrainz.artist_url", relation("artist", 70, page("artist", 7)))
    put(connection, "musicbrainz.label_url", relation("label", 50, page("label", 5)))
    put(connection, "discogs.artist", {"id": 7, "name": "m-flo 1 (2)"})


def test_a_release_that_is_the_same_in_every_field(connection: Connection) -> None:
    add_discogs(connection, 1)
    add_musicbrainz(connection, 1)
    link_artist_and_label(connection)
    [found] = find(connection)
    assert found == {
        "mbid": mbid(1), "discogs_id": 1, "score": found["score"], "rank": 1, "set_id": 1,
        "barcode": "same", "catno": "same", "label": "same", "format": "same", "country": "same",
        "date": "day", "title": "same", "artist": "same", "status": "same", "tracks": "same",
        "titles": 1.0, "durations": 1.0, "discogs_month": MONTH,
    }  # fmt: skip
    assert found["score"] > 30


FIELD_CASES: list[tuple[dict[str, Any], dict[str, Any], dict[str, object]]] = [
    ({"barcode": "4 988064 551197"}, {}, {"barcode": "other"}),
    ({"barcode": None}, {}, {"barcode": None}),
    ({"barcode": "none"}, {}, {"barcode": None}),
    ({"catno": "RZCD-45{n:03}B"}, {}, {"catno": "near"}),
    ({"catno": "none"}, {}, {"catno": None}),
    ({"catno": "AVCD-1"}, {}, {"catno": "other"}),
    ({"carrier": "CDr"}, {}, {"format": "near"}),
    ({"carrier": "Cassette"}, {}, {"format": "other"}),
    ({"carrier": "All Media"}, {}, {"format": None}),
    ({}, {"carrier": "A new one"}, {"format": None}),
    ({"carrier": "Vinyl", "descriptions": ["LP"]}, {"carrier": '12" Vinyl'}, {"format": "same"}),
    ({"carrier": "Vinyl", "descriptions": ["LP"]}, {"carrier": "Vinyl"}, {"format": "same"}),
    ({"carrier": "Vinyl", "descriptions": ['7"']}, {"carrier": '12" Vinyl'}, {"format": "near"}),
    ({"country": "US"}, {}, {"country": "other"}),
    ({"country": "Worldwide"}, {}, {"country": "near"}),
    ({"country": "Germany"}, {"country": "XE"}, {"country": "near"}),
    ({"country": "UK & Europe"}, {"country": "GB"}, {"country": "same"}),
    ({"country": "Nowhere"}, {}, {"country": None}),
    ({}, {"country": None}, {"country": None}),
    ({"released": "2004"}, {}, {"date": "same"}),
    ({"released": "2004-03-00"}, {}, {"date": "same"}),
    ({"released": "2004-05-00"}, {}, {"date": "near"}),
    ({"released": "2005"}, {}, {"date": "near"}),
    ({"released": "2010"}, {}, {"date": "other"}),
    ({"released": "?"}, {}, {"date": None}),
    ({"title": "The Love Bug {n} (Deluxe Edition)"}, {}, {"title": "tail"}),
    ({"title": "The Love Bog {n}"}, {}, {"title": "near"}),
    ({"title": "Another"}, {}, {"title": "other"}),
    ({"artist": 8}, {}, {"artist": "name"}),
    ({"artist": 8, "name": "Someone"}, {}, {"artist": "other"}),
    ({"label": 6}, {}, {"label": "name"}),
    ({"descriptions": ["Promo"]}, {}, {"status": "other"}),
    ({"descriptions": ["Promo"]}, {"status": "Promotion"}, {"status": "same"}),
    ({}, {"status": None}, {"status": None}),
    ({"tracks": ("One {n}", "Two {n}", "3"), "durations": ("4:03", None, "5:38")}, {},
     {"tracks": "same", "titles": 2 / 3, "durations": 0.5}),
    ({"tracks": ("One {n}", "Two {n}"), "durations": (None, None)}, {},
     {"tracks": "near", "titles": 2 / 3, "durations": None}),
    ({}, {"tracks": (), "lengths": ()}, {"tracks": None, "titles": None, "durations": None}),
]  # fmt: skip


def test_evidence_of_each_field(connection: Connection) -> None:
    for number, (discogs, musicbrainz, _) in enumerate(FIELD_CASES, 1):
        add_discogs(connection, number, number, **discogs)
        add_musicbrainz(connection, number, **musicbrainz)
    link_artist_and_label(connection)
    pairs = {(one["mbid"], one["discogs_id"]): one for one in find(connection)}
    found = [pairs[mbid(number), number] for number in range(1, len(FIELD_CASES) + 1)]
    for (*case, evidence), one in zip(FIELD_CASES, found, strict=True):
        assert {name: one[name] for name in evidence} == evidence, case


NOTHING: dict[str, Any] = {
    "title": None, "date": None, "country": None, "name": None, "catno": None, "carrier": None,
    "barcode": None, "status": None, "tracks": (), "lengths": (),
}  # fmt: skip
SHARED: list[dict[str, Any]] = [
    {"barcode": "49880644{n:05}"},
    {"catno": "rzcd45{n:03}"},
    {"title": "The love bug {n}", "name": "m-flo {n}"},
    {"tracks": TITLES, "lengths": (243_000, 222_400, 333_900)},
]


def test_one_thing_that_is_shared_makes_a_pair(connection: Connection) -> None:
    for number, shared in enumerate(SHARED, 1):
        add_discogs(connection, number, number)
        add_musicbrainz(connection, number, **(NOTHING | shared))
    found = [(one["mbid"], one["discogs_id"]) for one in find(connection)]
    assert found == [(mbid(number), number) for number in range(1, len(SHARED) + 1)]


def test_an_artist_is_known_by_the_name_that_discogs_has(connection: Connection) -> None:
    add_discogs(connection, 1, name="Emuflo", barcode=None, catno="none", tracks=("A", "B", "C"))
    add_musicbrainz(connection, 1)
    link_artist_and_label(connection)
    connection.execute("UPDATE discogs.artist SET name = 'Emuflo'")
    assert [found["artist"] for found in find(connection)] == ["same"]


def test_data_tracks_are_no_tracks(connection: Connection) -> None:
    add_discogs(connection, 1)
    add_musicbrainz(connection, 1)
    data = {"release_id": mbid(1), "medium": 1, "sequence": 4, "title": "Video", "part": "data"}
    put(connection, "musicbrainz.track", data)
    assert [(one["tracks"], one["titles"]) for one in find(connection)] == [("same", 1.0)]


def test_pressings_that_are_equal_are_a_set_and_none_is_first(connection: Connection) -> None:
    for number in (3, 2, 5):
        add_discogs(connection, number)
    add_discogs(connection, 4, country="US")
    add_musicbrainz(connection, 1)
    found = [(one["discogs_id"], one["rank"], one["set_id"]) for one in find(connection)]
    assert found == [(2, 1, 2), (3, 1, 2), (5, 1, 2), (4, 4, 4)]


def test_as_many_points_for_other_reasons_are_no_set(connection: Connection) -> None:
    add_discogs(connection, 1, country="US")
    add_discogs(connection, 2, country="UK")
    add_musicbrainz(connection, 1)
    found = [(one["discogs_id"], one["rank"], one["set_id"]) for one in find(connection)]
    assert found == [(1, 1, 1), (2, 1, 2)]


def test_what_is_linked_is_no_candidate(connection: Connection) -> None:
    for number in (1, 2):
        add_discogs(connection, number, number)
        add_musicbrainz(connection, number)
    put(connection, "musicbrainz.release_url", relation("release", 1, page("release", 1)))
    assert [(one["mbid"], one["discogs_id"]) for one in find(connection)] == [(mbid(2), 2)]


def test_a_link_that_ended_is_none(connection: Connection) -> None:
    add_discogs(connection, 1)
    add_musicbrainz(connection, 1)
    ended = relation("release", 1, page("release", 1), is_ended=True)
    put(connection, "musicbrainz.release_url", ended)
    assert len(find(connection)) == 1


def test_what_is_common_is_no_reason_and_counted(connection: Connection) -> None:
    for number in range(1, 5):
        add_discogs(connection, number, title=f"Title {number}", barcode=None, country=None,
                    tracks=(f"{number}", "Two", "Three"))  # fmt: skip
    add_musicbrainz(connection, 1, title="Title 2", barcode=None, tracks=("x", "y", "z"))
    with scratch_beside(connection) as scratch:
        find_links(scratch, Inputs(EARLIER, MONTH))
        Candidates(scratch, Inputs(EARLIER, MONTH), most_alike=3).find()
        candidates = connection.execute("SELECT discogs_id FROM temp.link_candidate").fetchall()
        cut = connection.execute(CUT_KEYS).fetchall()
    assert candidates == [(2,)]
    assert cut == [("catno", "rzcd45001", 1, 4)]


def test_parts_make_no_difference(connection: Connection) -> None:
    for number in (1, 4_200, 9_000):
        add_discogs(connection, number)
        add_musicbrainz(connection, number, catno="RZCD 45001")
    whole = find(connection)
    assert len(whole) == 9
    assert find(connection, discogs_rows=1, musicbrainz_rows=2) == whole


def test_nothing_is_left_behind(connection: Connection) -> None:
    add_discogs(connection, 1)
    add_musicbrainz(connection, 1)
    with scratch_beside(connection) as scratch:
        find_links(scratch, Inputs(EARLIER, MONTH))
        assert [*scratch.folder.rglob("*.parquet")] != []
    assert not scratch.folder.exists()
