"""PostgreSQL: what is in it, which questions its indexes answer, and all that a sink has to do."""

import json
from pathlib import Path
from typing import Any

import psycopg
import pytest

from discogs_assets.errors import ExportError, SettingError, SinkGoneError
from discogs_assets.exports.documents.build import iter_documents
from discogs_assets.exports.documents.document import DOCUMENTS
from discogs_assets.exports.feed import feed
from discogs_assets.exports.postgres.sink import Postgres, is_passing
from discogs_assets_tests.support.change_months import FEBRUARY, JANUARY, Months
from discogs_assets_tests.support.contract import Content, ServerContract, nobody
from discogs_assets_tests.support.export_months import TYPES, month_of
from discogs_assets_tests.support.exports_page import query_of
from discogs_assets_tests.support.made_documents import as_json
from discogs_assets_tests.support.services.server import Server

pytestmark = pytest.mark.slow

SHAPES = dict.fromkeys(TYPES, "1")


def ask(address: str, query: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(address, autocommit=True) as connection:
        found = connection.execute(query)
        return found.fetchall() if found.description else []


@pytest.fixture
def sink(postgres_server: Server) -> Postgres:
    ask(postgres_server.address, "DROP SCHEMA public CASCADE; CREATE SCHEMA public")
    return Postgres(postgres_server.address, SHAPES)


class TestPostgres(ServerContract):
    @pytest.fixture(autouse=True)
    def server_of_sink(self, postgres_server: Server) -> None:
        self.server = postgres_server

    @pytest.fixture
    def stranger(self, postgres_server: Server) -> Postgres:
        wrong = postgres_server.address.replace(postgres_server.password, "wrong-secret")
        return Postgres(wrong, SHAPES)

    def content(self, sink: Postgres) -> Content:
        there = {row[0] for row in ask(sink.url, "SELECT tablename FROM pg_tables")}
        query = "SELECT data_id, hash, data, search FROM {} ORDER BY data_id"
        return {one: ask(sink.url, query.format(one)) for one in TYPES if one in there}

    def empty(self, sink: Postgres) -> None:
        ask(sink.url, "DROP SCHEMA public CASCADE; CREATE SCHEMA public")


def test_a_row_has_the_whole_record(sink: Postgres, export_months: Months) -> None:
    month = month_of(export_months, JANUARY)
    feed(sink, month, TYPES, nobody)
    for dump_type, document in DOCUMENTS.items():
        with month.rows([dump_type]) as rows:
            expected = [
                (str(id_), found, json.loads(text))
                for block in iter_documents(rows, document, as_json)
                for id_, found, text in block
            ]
        query = f"SELECT data_id, hash, data FROM {dump_type} ORDER BY data_id::int"
        assert ask(sink.url, query) == expected


def test_rows_that_do_not_change_are_not_touched(sink: Postgres, export_months: Months) -> None:
    feed(sink, month_of(export_months, JANUARY), TYPES, nobody)
    versions = "SELECT data_id, xmin::text FROM artists"
    before = {*ask(sink.url, versions)}
    feed(sink, month_of(export_months, JANUARY), TYPES, nobody, is_full=True)
    assert {*ask(sink.url, versions)} == before
    feed(sink, month_of(export_months, FEBRUARY), TYPES, nobody)
    assert {row for row, _ in {*ask(sink.url, versions)} & before} == {"1", "5"}


def test_a_table_of_others_is_refused(sink: Postgres, export_months: Months) -> None:
    ask(sink.url, "CREATE TABLE artists (data_id VARCHAR PRIMARY KEY, hash VARCHAR, data JSONB)")
    ask(sink.url, "INSERT INTO artists VALUES ('5', 'h', '{}'), ('x', '', '{}')")
    month = month_of(export_months, JANUARY)
    for types in (["artists"], TYPES):
        for is_full in (False, True):
            with pytest.raises(ExportError, match=r"a table artists that .* POSTGRES_URL name"):
                feed(sink, month, types, nobody, is_full=is_full)
    assert ask(sink.url, "SELECT * FROM artists ORDER BY 1") == [
        ("5", "h", {}),
        ("x", "", {}),
    ]
    assert feed(sink, month, ["labels"], nobody)["labels"].inserted == 3


@pytest.mark.parametrize("kind", ["TABLE artists (name text)", "VIEW artists AS SELECT 1 AS id"])
def test_what_has_another_shape_is_refused(
    sink: Postgres, export_months: Months, kind: str
) -> None:
    ask(sink.url, f"CREATE {kind}")
    with pytest.raises(ExportError, match="a table artists that discogs-assets has not made"):
        feed(sink, month_of(export_months, JANUARY), ["artists"], nobody)


def test_a_table_of_others_may_be_given(sink: Postgres, export_months: Months) -> None:
    ask(sink.url, "CREATE TABLE artists (data_id VARCHAR PRIMARY KEY, hash VARCHAR, data JSONB)")
    month = month_of(export_months, JANUARY)
    with month.rows(["artists"]) as rows:
        ((record_hash, *_),) = rows.connection.execute(
            f"SELECT record_hash FROM {rows.sources['artist']} WHERE id = 5"
        ).fetchall()
    ask(sink.url, f"INSERT INTO artists VALUES ('5', '{record_hash}', '{{}}'), ('x', '', '{{}}')")
    with pytest.raises(ExportError) as raised:
        feed(sink, month, ["artists"], nobody)
    ask(sink.url, str(raised.value).partition(" run ")[2])
    feed(sink, month, ["artists"], nobody)
    assert ask(sink.url, "SELECT data_id FROM artists ORDER BY 1") == [
        ("1",),
        ("2",),
        ("3",),
        ("5",),
    ]
    assert ask(sink.url, "SELECT data->>'name' FROM artists WHERE data_id = '5'") == [
        ("Same in all months 🎵",)
    ]


WORDS = " ".join(f"w{number:x}" for number in range(200_000))


@pytest.mark.parametrize("text", [WORDS, "x" * 2_000_000, "ä-é " * 400_000, "日本 語" * 300_000])
def test_a_title_of_more_than_a_megabyte(sink: Postgres, tmp_path: Path, text: str) -> None:
    months = Months(tmp_path)
    for month, end in ((JANUARY, "one"), (FEBRUARY, "two")):
        record = f"<release id='1'><title>a start {text} {end}</title></release>"
        months.bring("releases", month, [record.encode()])
        months.load("releases", month)
        feed(sink, month_of(months, month), ["releases"], nobody)
        title = ask(sink.url, "SELECT data->>'title' FROM releases")[0][0]
        assert title.strip() == f"a start {text} {end}"
    found = "SELECT data_id FROM releases WHERE search @@ plainto_tsquery('simple', 'start')"
    assert ask(sink.url, found) == [("1",)]


def test_words_of_a_release_before_are_made_anew(sink: Postgres, export_months: Months) -> None:
    feed(sink, month_of(export_months, JANUARY), ["artists"], nobody)
    ask(
        sink.url,
        "ALTER TABLE artists DROP COLUMN search, ADD COLUMN search tsvector "
        "GENERATED ALWAYS AS (to_tsvector('simple', coalesce(data->>'name', ''))) STORED",
    )
    feed(sink, month_of(export_months, FEBRUARY), ["artists"], nobody)
    [(made,)] = ask(sink.url, "SELECT pg_get_expr(adbin, adrelid) FROM pg_attrdef")
    assert "50000" in made
    names = ask(sink.url, "SELECT indexname FROM pg_indexes WHERE indexname = 'artists_search'")
    assert names == [("artists_search",)]


INDEXES = """
artists_name USING hash (((data ->> 'name'::text)))
artists_name_part USING gin (((data ->> 'name'::text)) gin_trgm_ops)
artists_pkey USING btree (data_id)
artists_search USING gin (search)
labels_name USING hash (((data ->> 'name'::text)))
labels_name_part USING gin (((data ->> 'name'::text)) gin_trgm_ops)
labels_parent_id USING btree ((((data ->> 'parent_id'::text))::integer))
labels_pkey USING btree (data_id)
labels_search USING gin (search)
masters_artists USING gin (((data -> 'artists'::text)) jsonb_path_ops)
masters_genres USING gin (((data -> 'genres'::text)) jsonb_path_ops)
masters_pkey USING btree (data_id)
masters_search USING gin (search)
masters_styles USING gin (((data -> 'styles'::text)) jsonb_path_ops)
masters_title USING hash (((data ->> 'title'::text)))
masters_title_part USING gin (((data ->> 'title'::text)) gin_trgm_ops)
masters_year USING btree ((((data ->> 'year'::text))::integer))
releases_artists USING gin (((data -> 'artists'::text)) jsonb_path_ops)
releases_genres USING gin (((data -> 'genres'::text)) jsonb_path_ops)
releases_identifiers USING gin (((data -> 'identifiers'::text)) jsonb_path_ops)
releases_labels USING gin (((data -> 'labels'::text)) jsonb_path_ops)
releases_master_id USING btree ((((data ->> 'master_id'::text))::integer))
releases_pkey USING btree (data_id)
releases_released_year USING btree ((((data ->> 'released_year'::text))::integer))
releases_search USING gin (search)
releases_styles USING gin (((data -> 'styles'::text)) jsonb_path_ops)
releases_title USING hash (((data ->> 'title'::text)))
releases_title_part USING gin (((data ->> 'title'::text)) gin_trgm_ops)
"""


def test_what_people_search_is_indexed(sink: Postgres, export_months: Months) -> None:
    feed(sink, month_of(export_months, JANUARY), TYPES, nobody)
    rows = ask(
        sink.url,
        "SELECT indexname, substring(indexdef FROM 'USING .*') FROM pg_indexes "
        "WHERE schemaname = 'public' AND tablename <> 'discogs_export'",
    )
    assert sorted(" ".join(row) for row in rows) == INDEXES.strip().splitlines()


QUESTIONS = {
    "a part of a title": (
        "SELECT data_id FROM releases WHERE data->>'title' ILIKE '%dark side%'",
        "releases_title_part",
    ),
    "words of a title": (
        "SELECT data_id FROM releases WHERE search @@ plainto_tsquery('simple', 'dark side')",
        "releases_search",
    ),
    "an artist by name": (
        "SELECT data_id FROM artists WHERE data->>'name' = 'Artist 7'",
        "artists_name",
    ),
    "releases of a year": (
        "SELECT data_id FROM releases WHERE (data->>'released_year')::int = 1969",
        "releases_released_year",
    ),
    "releases of an artist": (
        "SELECT data_id FROM releases WHERE data->'artists' @> '[{\"artist_id\": 1}]'",
        "releases_artists",
    ),
}


@pytest.fixture(scope="module")
def large(postgres_server: Server, export_months: Months) -> str:
    """Tables with rows enough that reading all of one is not the quickest way."""
    url = postgres_server.address
    ask(url, "DROP SCHEMA public CASCADE; CREATE SCHEMA public")
    feed(Postgres(url, SHAPES), month_of(export_months, JANUARY), TYPES, nobody)
    ask(
        url,
        "INSERT INTO artists SELECT 1000 + n, '', jsonb_build_object('name', 'Artist ' || n) "
        "FROM generate_series(1, 20000) n",
    )
    ask(
        url,
        "INSERT INTO releases SELECT 1000 + n, '', jsonb_build_object('title', 'No ' || n, "
        "'released_year', 1970 + n % 50, 'artists', jsonb_build_array(jsonb_build_object("
        "'artist_id', 10 + n))) FROM generate_series(1, 20000) n",
    )
    ask(url, "VACUUM ANALYZE")
    return url


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_question_is_answered_by_an_index(large: str, question: str) -> None:
    query, index = QUESTIONS[question]
    assert ask(large, query)
    plan = "\n".join(row[0] for row in ask(large, f"EXPLAIN {query}"))
    assert f"Index Scan on {index}" in plan or f"using {index} on" in plan, plan
    assert "Seq Scan" not in plan


def test_an_address_that_is_none_is_said_without_the_password(export_months: Months) -> None:
    sink = Postgres("postgresql://me:wrong-secret@/x?nonsense=1", SHAPES)
    with pytest.raises(ExportError, match="POSTGRES_URL") as raised:
        feed(sink, month_of(export_months, JANUARY), TYPES, nobody)
    assert "wrong-secret" not in repr(raised.value)


def test_the_query_of_the_readme(large: str) -> None:
    assert ask(large, query_of("PostgreSQL")) == [("1", "The Dark Side, Again")]


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("host=127.0.0.1 password=wrong-secret", SettingError),
        ("postgresql://me@127.0.0.1:1/x?password=wrong-secret", SinkGoneError),
    ],
)
def test_no_form_of_an_address_shows_its_password(
    export_months: Months, url: str, expected: type[Exception]
) -> None:
    with pytest.raises(expected) as raised:
        feed(Postgres(url, SHAPES), month_of(export_months, JANUARY), TYPES, nobody)
    assert "wrong-secret" not in repr(raised.value)
    assert "wrong-secret" not in Postgres(url, SHAPES).where


def test_no_password_is_no_reason_to_wait(export_months: Months, postgres_server: Server) -> None:
    url = postgres_server.address.replace(f":{postgres_server.password}", "")
    with pytest.raises(ExportError) as raised:
        feed(Postgres(url, SHAPES), month_of(export_months, JANUARY), TYPES, nobody)
    assert not isinstance(raised.value, SinkGoneError)


def test_a_statement_that_takes_too_long_is_no_reason_to_try_again() -> None:
    assert not is_passing(psycopg.errors.QueryCanceled())
    assert not is_passing(psycopg.errors.DiskFull())
    assert is_passing(psycopg.errors.AdminShutdown())
