"""Links from relations to pages of Discogs, and what is wrong with them."""

from collections.abc import Iterator
from typing import Any

import pytest

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


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Connection]:
    yield from iter_crosswalk(tmp_path_factory.mktemp("crosswalk"))


@pytest.fixture
def connection(warehouse: Connection) -> Iterator[Connection]:
    yield from iter_undone(warehouse)


def found(connection: Connection) -> tuple[list[Any], list[Any]]:
    """Return the links, and what is wrong."""
    with scratch_beside(connection) as scratch:
        find_links(scratch, Inputs(EARLIER, MONTH), with_findings=True)
        links = connection.execute("FROM temp.link ORDER BY ALL").fetchall()
        findings = "SELECT kind, mbid, reason, discogs_id, coalesce(url, others) "
        return links, connection.execute(
            f"{findings} FROM temp.link_finding ORDER BY ALL"
        ).fetchall()


URLS: dict[str, int | str] = {
    "https://www.discogs.com/artist/1": 1,
    "http://www.discogs.com/artist/1": 1,
    "https://discogs.com/artist/1/": 1,
    "https://m.discogs.com/artist/1": 1,
    "https://www.discogs.com/de/artist/1-A-Name": 1,
    "https://www.discogs.com/artist/1?anv=x#t": 1,
    "HTTPS://WWW.DISCOGS.COM/Artist/1": 1,
    "https://www.discogs.com/artist/2147483647": 2147483647,
    "https://www.discogs.com/artist/2147483648": "no_id",
    "https://www.discogs.com/artist/0": "no_id",
    "https://www.discogs.com/user/someone": "user",
    "http://www.discogs.com/artist/Paul+Allgood": "name",
    "http://www.discogs.com/artist/50+Cent": "name",
    "https://www.discogs.com/composition/b9a3c0de-0000-4000-8000-000000000000": "composition",
    "https://www.discogs.com/release/1": "other_kind",
    "https://www.discogs.com/label/1": "other_kind",
    "https://www.discogs.com/style/techno": "no_id",
    "https://www.discogs.com/": "no_id",
    "https://example.org/discogs.com/artist/1": "not_discogs",
    "https://www.notdiscogs.com/artist/1": "not_discogs",
    "": "not_discogs",
}


def test_each_form_of_an_address(connection: Connection) -> None:
    rows = [relation("artist", number, url) for number, url in enumerate(URLS)]
    put(connection, "musicbrainz.artist_url", *rows)
    put(connection, "discogs.artist", {"id": 1}, {"id": 2147483647})
    links, findings = found(connection)
    by_mbid: dict[str, int | str] = {row[1]: row[2] for row in links}
    by_mbid |= {row[1]: row[2] for row in findings if row[2] != "several_mbids"}
    assert by_mbid == {mbid(number): right for number, right in enumerate(URLS.values())}


def test_the_page_of_a_release_with_words_before_it(connection: Connection) -> None:
    url = "https://www.discogs.com/An-Artist-A-Title/release/7"
    put(connection, "musicbrainz.release_url", relation("release", 1, url))
    links, _ = found(connection)
    assert [row[:4] for row in links] == [("release", mbid(1), 7, "url")]


def test_each_kind_has_its_page_and_type(connection: Connection) -> None:
    pages = {"artist": "artist", "label": "label", "release": "release", "release_group": "master"}
    for kind, name in pages.items():
        other_type = {**relation(kind, 2, page(name, 2)), "type_id": "another"}
        put(connection, f"musicbrainz.{kind}_url", relation(kind, 1, page(name, 1)), other_type)
        put(connection, f"discogs.{name}", {"id": 1})
    links, findings = found(connection)
    assert links == [(kind, mbid(1), 1, "url", False, False) for kind in sorted(pages)]
    assert findings == []


def test_pairs_that_contradict_each_other(connection: Connection) -> None:
    put(
        connection,
        "musicbrainz.release_url",
        relation("release", 1, page("release", 11)),
        relation("release", 1, page("release", 12)),
        relation("release", 2, page("release", 12)),
        relation("release", 3, page("release", 13)),
        relation("release", 3, page("release", 14), is_ended=True),
    )
    put(connection, "discogs.release", *({"id": number} for number in (11, 12, 13, 14)))
    links, findings = found(connection)
    assert links == [
        ("release", mbid(1), 11, "url", False, True),
        ("release", mbid(1), 12, "url", False, True),
        ("release", mbid(2), 12, "url", False, True),
        ("release", mbid(3), 13, "url", False, False),
        ("release", mbid(3), 14, "url", True, False),
    ]
    assert findings == [
        ("release", mbid(1), "several_discogs_ids", 11, "12"),
        ("release", mbid(1), "several_discogs_ids", 12, "11"),
        ("release", mbid(1), "several_mbids", 12, mbid(2)),
        ("release", mbid(2), "several_mbids", 12, mbid(1)),
        ("release", mbid(3), "ended", 14, None),
    ]


def test_a_pair_is_current_where_one_of_its_relations_is(connection: Connection) -> None:
    put(
        connection,
        "musicbrainz.label_url",
        relation("label", 1, page("label", 5), is_ended=True),
        relation("label", 1, "http://www.discogs.com/label/5-Name"),
    )
    put(connection, "discogs.label", {"id": 5})
    assert found(connection) == ([("label", mbid(1), 5, "url", False, False)], [])


def test_an_id_that_discogs_has_not(connection: Connection) -> None:
    put(
        connection, "musicbrainz.release_group_url", relation("release_group", 1, page("master", 9))
    )
    links, findings = found(connection)
    assert len(links) == 1
    assert findings == [("release_group", mbid(1), "not_in_dump", 9, None)]
