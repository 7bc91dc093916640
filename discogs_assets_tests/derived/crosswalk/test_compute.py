"""The tables of the crosswalk in the warehouse."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from discogs_assets.derived.crosswalk import compute as module
from discogs_assets.derived.crosswalk.compute import compute_crosswalk
from discogs_assets.derived.crosswalk.export import ready_links
from discogs_assets.derived.crosswalk.inputs import READS, Inputs, inputs_of, newest_inputs
from discogs_assets.derived.crosswalk.tables import SOURCES, TABLES
from discogs_assets.errors import WarehouseError
from discogs_assets.sources.discogs_dumps.tables import iter_tables
from discogs_assets.sources.musicbrainz_dumps.tables import iter_tables as iter_musicbrainz
from discogs_assets.tables.names import TableId
from discogs_assets.tables.outcome import CheckError
from discogs_assets.warehouse.loaded import LoadedMonths, forget_loaded, loaded_months
from discogs_assets.warehouse.sql import Connection
from discogs_assets_tests.support.checkout import CHECKOUT
from discogs_assets_tests.support.crosswalk_rows import (
    EARLIER,
    LATER,
    MONTH,
    MUSICBRAINZ,
    iter_crosswalk,
    mbid,
    page,
    put,
    relation,
)

BARCODE, EAN = "4988064451180", "4006408126942"


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[Connection]:
    for connection in iter_crosswalk(tmp_path):
        put(connection, "discogs.release", {"id": 1, "title": "A", "country": "UK"}, {"id": 2})
        barcode = {"release_id": 1, "sequence": 1, "type": "Barcode", "value": BARCODE}
        put(connection, "discogs.release_identifier", barcode)
        for day in (EARLIER, LATER):
            release = {"title": "A", "country": "GB", "barcode": BARCODE}
            put(connection, "musicbrainz.release", {"id": mbid(1), **release}, month=day)
            link = relation("release", 2, page("release", 2))
            put(connection, "musicbrainz.release_url", link, month=day)
        yield connection


def names(connection: Connection, query: str) -> list[tuple[object, ...]]:
    return connection.execute(query).fetchall()


def hide_later(connection: Connection) -> None:
    """Let the later dump be one that is not loaded yet."""
    for name in MUSICBRAINZ:
        connection.execute(
            f"""UPDATE discogs.loaded_month SET is_shown = false
            WHERE "schema" = 'musicbrainz' AND "table" = '{name}' AND month = DATE '{LATER}'"""
        )


def test_tables_are_those_of_the_newest_dump(connection: Connection) -> None:
    outcomes = compute_crosswalk(connection)
    assert {*outcomes} == {table.name for table in TABLES}
    assert all(one.passed for found in outcomes.values() for one in found)
    assert names(connection, "FROM crosswalk.link") == [
        ("release", mbid(2), 2, "url", False, False, LATER)
    ]
    candidate = "SELECT mbid, discogs_id, rank, barcode, discogs_month, month"
    assert names(connection, f"{candidate} FROM crosswalk.link_candidate") == [
        (mbid(1), 1, 1, "same", MONTH, LATER)
    ]
    loaded = loaded_months(connection)
    assert {table.name for table in TABLES} == loaded.names("crosswalk")


def test_links_have_a_history_and_candidates_are_the_newest(connection: Connection) -> None:
    hide_later(connection)
    compute_crosswalk(connection)
    connection.execute("UPDATE discogs.loaded_month SET is_shown = true")
    put(connection, "musicbrainz.release_url", relation("release", 1, page("release", 1)),
        month=LATER)  # fmt: skip
    compute_crosswalk(connection)
    versions = "SELECT mbid, valid_from, valid_to FROM crosswalk_history.link ORDER BY ALL"
    assert names(connection, versions) == [(mbid(1), LATER, None), (mbid(2), EARLIER, None)]
    assert names(connection, "FROM crosswalk.link_candidate") == []
    months = [one.month for one in loaded_months(connection).months(TABLES[2])]
    assert months == [LATER]


def test_computed_again_it_is_the_same(connection: Connection) -> None:
    compute_crosswalk(connection)
    before = [names(connection, f"FROM {table.every} ORDER BY ALL") for table in TABLES]
    compute_crosswalk(connection)
    assert [names(connection, f"FROM {table.every} ORDER BY ALL") for table in TABLES] == before


def test_what_fails_its_checks_leaves_what_was_there(
    connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    compute_crosswalk(connection)
    twice = {**module.QUERIES, "link_candidate": "FROM temp.link_candidate, range(2)"}
    monkeypatch.setattr(module, "QUERIES", twice)
    with pytest.raises(CheckError, match=r"crosswalk\.link_candidate 2026-05-23: not published"):
        compute_crosswalk(connection)
    assert len(names(connection, "FROM crosswalk_newest.link_candidate")) == 1


def test_a_link_for_editors(connection: Connection) -> None:
    compute_crosswalk(connection)
    [(id_, url, score, evidence, edit)] = names(connection, ready_links(1))
    assert (id_, url) == (mbid(1), "https://www.discogs.com/release/1")
    assert str(evidence).startswith("barcode=same country=same title=same")
    assert edit == (
        f"https://musicbrainz.org/release/{mbid(1)}/edit?urls.0.link_type=76"
        "&urls.0.url=https%3A%2F%2Fwww.discogs.com%2Frelease%2F1"
    )
    assert isinstance(score, int)
    assert names(connection, ready_links(score + 1)) == []


def test_a_release_that_two_would_have_is_for_nobody(connection: Connection) -> None:
    put(connection, "musicbrainz.release", {"id": mbid(3), "title": "A", "barcode": BARCODE},
        month=LATER)  # fmt: skip
    compute_crosswalk(connection)
    assert len(names(connection, "FROM crosswalk_newest.link_candidate")) == 2
    assert names(connection, ready_links(1)) == []


QUESTIONS = re.findall(r"```sql\n(.*?)```", (CHECKOUT / "docs/crosswalk.md").read_text(), re.DOTALL)


def test_the_questions_of_the_page_have_answers(connection: Connection) -> None:
    put(connection, "musicbrainz.artist_url", relation("artist", 1, page("artist", 7)), month=LATER)
    put(connection, "discogs.release", {"id": 3, "title": "Love is All"})
    put(
        connection, "discogs.release_identifier", {"release_id": 3, "type": "Barcode", "value": EAN}
    )
    other = {"id": mbid(3), "title": "Love is Al", "barcode": EAN}
    put(connection, "musicbrainz.release", other, month=LATER)
    compute_crosswalk(connection)
    page_of_artist, by_reason, other_titles = map(connection.sql, QUESTIONS)
    assert page_of_artist.fetchall() == [(page("artist", 7),)]
    assert by_reason.fetchall() == [("artist", "not_in_dump", 1)]
    assert [row[:2] for row in other_titles.fetchall()] == [(mbid(3), 3)]


def test_the_dumps_that_are_read(connection: Connection) -> None:
    loaded = loaded_months(connection)
    assert newest_inputs(loaded) == Inputs(LATER, MONTH)
    assert inputs_of(loaded, EARLIER) == Inputs(EARLIER, MONTH)
    with pytest.raises(WarehouseError, match="found none; run discogs-assets import --source "):
        newest_inputs(LoadedMonths())
    for month in (EARLIER, LATER):
        forget_loaded(connection, TableId("musicbrainz", "medium"), month)
    with pytest.raises(WarehouseError, match="not loaded at all: medium"):
        compute_crosswalk(connection)


def test_the_tables_of_musicbrainz_are_as_declared() -> None:
    declared = {table.name: table.duckdb_columns for table in iter_musicbrainz()}
    for name, columns in MUSICBRAINZ.items():
        wanted = dict(column.split() for column in columns.split(", "))
        assert wanted.items() <= declared[name].items(), name


def test_the_lineage_names_columns_that_there_are() -> None:
    columns = {
        f"discogs.{table.name}.{column.name}" for table in iter_tables() for column in table.columns
    } | {
        f"musicbrainz.{name}.{column.split()[0]}"
        for name, declared in MUSICBRAINZ.items()
        for column in declared.split(", ")
    }
    for table in TABLES:
        assert {*SOURCES[table.name]} <= {column.name for column in table.columns}
        sources = {one for of in SOURCES[table.name].values() for one in of}
        assert sources <= columns
        assert {tuple(one.split(".")[:2]) for one in sources} <= {
            (schema, name) for schema, names in READS.items() for name in names
        }
