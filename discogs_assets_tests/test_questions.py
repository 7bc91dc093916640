"""The questions of `docs/questions.md`, asked of the demo's months."""

import re
import unicodedata
from collections import Counter
from datetime import date
from operator import itemgetter
from typing import Any

import pytest

from discogs_assets.cli.demonstration.questions import MONTHS
from discogs_assets_tests.support.checkout import CHECKOUT
from discogs_assets_tests.support.demo_months import load_demo
from discogs_assets_tests.support.workplace import Workplace

pytestmark = pytest.mark.slow

PAGE = CHECKOUT / "docs/questions.md"
QUESTIONS = {
    part.partition("\n")[0]: part.split("```sql\n")[1].partition("```")[0]
    for part in PAGE.read_text().split("\n## ")
    if "```sql" in part
}
"""Statements by heading."""

Row = dict[str, Any]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Workplace:
    place = Workplace(tmp_path_factory.mktemp("demo"))
    load_demo(place)
    return place


def answer(place: Workplace, start: str) -> list[tuple[Any, ...]]:
    """Return the rows that a question gives, whose heading starts so."""
    (sql,) = (sql for head, sql in QUESTIONS.items() if head.startswith(start))
    return place.ask(sql)


def rows(place: Workplace, table: str, month: date = MONTHS[-1], **wanted: Any) -> list[Row]:
    """Return rows of a month as the Parquet files have them."""
    found = place.platform().lake.scan(table, [month]).collect().to_dicts()
    return [row for row in found if all(row[name] == value for name, value in wanted.items())]


def without_number(name: str) -> str:
    return re.sub(r" [(][0-9]+[)]$", "", name)


def printed(place: Workplace, release_id: int) -> str:
    """Return the main artists of a release in a line."""
    credits = rows(place, "release_artist", release_id=release_id, is_extra=False)
    line = ""
    for credit in sorted(credits, key=itemgetter("sequence")):
        join = credit["join_string"] or ","
        name = credit["anv"] or without_number(credit["artist_name"])
        line += name + (", " if join == "," else f" {join} ")
    return line.removesuffix(", " if join == "," else f" {join} ")


def test_every_question_is_a_line_or_two() -> None:
    assert len(QUESTIONS) == PAGE.read_text().count("```sql") == 11
    assert max(len(sql.splitlines()) for sql in QUESTIONS.values()) <= 3


@pytest.mark.parametrize("head", QUESTIONS)
def test_each_has_an_answer(place: Workplace, head: str) -> None:
    assert place.ask(QUESTIONS[head]) != []


def test_albums_of_an_artist(place: Workplace) -> None:
    named = {
        row["release_id"]
        for table in ("release_artist", "release_track_artist")
        for row in rows(place, table, artist_id=4, is_extra=False)
    }
    albums = {
        row["release_id"]
        for row in rows(place, "release_format")
        if "Album" in (row["descriptions"] or [])
    }
    found = answer(place, "All albums")
    main = {row["release_id"] for row in rows(place, "release_artist", artist_id=4, is_extra=False)}
    assert {row[0] for row in found} == named & albums
    assert (named & albums) - main != set()
    assert len(found) == len(named & albums)


def test_credits_of_a_record(place: Workplace) -> None:
    tracks = {row["sequence"]: row for row in rows(place, "release_track", release_id=2)}
    expected = [
        (None, None, row) for row in rows(place, "release_artist", release_id=2, is_extra=True)
    ]
    for row in rows(place, "release_track_artist", release_id=2, is_extra=True):
        track = tracks[row["track_sequence"]]
        expected.append((track["position"], track["title"], row))
    found = answer(place, "Who played")
    assert [(*row[:2], *row[3:]) for row in found] == [
        (position, title, row["role"], row["tracks"]) for position, title, row in expected
    ]
    assert [row[2] for row in found] == [
        row["anv"] or without_number(row["artist_name"]) for _, _, row in expected
    ]


def test_catalogue_of_a_label(place: Workplace) -> None:
    releases = {row["id"]: row for row in rows(place, "release")}
    title_and_year = itemgetter("title", "released_year")
    expected = [
        (
            row["catno"],
            printed(place, row["release_id"]),
            *title_and_year(releases[row["release_id"]]),
        )
        for row in rows(place, "release_label", label_name="Night Island Songs, Inc.")
    ]

    def number(row: tuple[Any, ...]) -> tuple[str, int]:
        letters, _, digits = row[0].lower().partition(" ")
        return letters, int(digits or 0)

    assert answer(place, "A label") == sorted(expected, key=number)


def test_versions_of_a_master(place: Workplace) -> None:
    found = answer(place, "The versions")
    versions = {row["id"]: row for row in rows(place, "release", master_id=19)}
    assert [row[0] for row in found] == sorted(versions, key=lambda i: versions[i]["released_year"])
    for release_id, country, released, labels, catnos, formats in found:
        on = rows(place, "release_label", release_id=release_id)
        assert (country, released) == itemgetter("country", "released")(versions[release_id])
        assert (labels, catnos) == ([r["label_name"] for r in on], [r["catno"] for r in on])
        assert len(formats) == len(rows(place, "release_format", release_id=release_id))


def test_a_barcode(place: Workplace) -> None:
    (found,) = rows(place, "release_identifier", value="8087198866559", type="Barcode")
    assert [row[:2] for row in answer(place, "A barcode")] == [
        (found["release_id"], printed(place, found["release_id"]))
    ]


def test_members_of_a_band(place: Workplace) -> None:
    (band,) = rows(place, "artist", name="Johan E. Torberg")
    assert sorted(answer(place, "The members")) == sorted(
        (row["member_artist_id"], without_number(row["member_name"]))
        for row in rows(place, "group_member", group_artist_id=band["id"])
    )


def test_most_aliases(place: Workplace) -> None:
    names = {row["id"]: row["name"] for row in rows(place, "artist")}
    counts = Counter(row["artist_id"] for row in rows(place, "artist_alias"))
    most = sorted(counts, key=lambda one: (-counts[one], one))[:5]
    assert answer(place, "The artists") == [(one, names[one], counts[one]) for one in most]


def test_added_by_label(place: Workplace) -> None:
    before, now = ({row["id"] for row in rows(place, "release", month)} for month in MONTHS)
    pairs = {
        (row["label_name"], row["release_id"])
        for row in rows(place, "release_label")
        if row["release_id"] in now - before
    }
    counts = Counter(name for name, _ in pairs)
    expected = sorted(counts.items(), key=lambda one: (-one[1], one[0]))[:5]
    assert answer(place, "Added this month") == expected


def test_longest_tracks(place: Workplace) -> None:
    def seconds(row: Row) -> int:
        minutes, _, rest = (row["duration"] or "-1:0").partition(":")
        return int(minutes) * 60 + int(rest)

    columns = itemgetter("release_id", "sequence")
    longest = sorted(rows(place, "release_track"), key=lambda row: (-seconds(row), columns(row)))
    assert answer(place, "The longest") == [
        itemgetter("release_id", "position", "title", "duration")(row) for row in longest[:5]
    ]


def test_german_jazz_on_vinyl(place: Workplace) -> None:
    jazz = {row["release_id"] for row in rows(place, "release_genre", genre="Jazz")}
    vinyl = {row["release_id"] for row in rows(place, "release_format", name="Vinyl")}
    expected = {
        row["id"]
        for row in rows(place, "release", country="Germany")
        if row["released_year"] in range(1970, 1980) and row["id"] in jazz & vinyl
    }
    assert {row[0] for row in answer(place, "German jazz")} == expected


def test_without_accents(place: Workplace) -> None:
    wanted = [
        row
        for row in sorted(rows(place, "artist"), key=itemgetter("id"))
        if unicodedata.normalize("NFD", row["name"] or "").lower().startswith("a\u030asa ")
    ]
    assert answer(place, "Without accents") == [
        (without_number(row["name"]), f"https://www.discogs.com/artist/{row['id']}")
        for row in wanted[:5]
    ]
