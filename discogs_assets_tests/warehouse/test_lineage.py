"""Which columns a query computes its columns from."""

import re
import sys

import pytest

from discogs_assets.errors import QueryError
from discogs_assets.orchestration.column_schema import column_lineage
from discogs_assets.warehouse.lineage import Source, lineage_table, query_lineage

SCHEMA = {"thing": ["id", "name", "year"], "part": ["id", "thing_id", "name", "terms"]}


def lineage(query: str, *columns: str) -> dict[str, str]:
    """Return what the columns of a query come from, as `table.column table.column`."""
    found = query_lineage(query, columns, SCHEMA)
    return {name: shown(sources) for name, sources in found.items()}


def shown(sources: set[Source]) -> str:
    return " ".join(f"{table}.{column}" for table, column in sorted(sources))


@pytest.mark.parametrize(
    ("query", "sources"),
    [
        ("SELECT id AS a FROM discogs.thing WHERE month = $month", "thing.id"),
        ("SELECT upper(name) || year AS a FROM discogs.thing", "thing.name thing.year"),
        ("SELECT Thing.ID AS A FROM discogs.thing", "thing.id"),
        ("SELECT t.name AS a FROM discogs.thing AS t", "thing.name"),
        ("SELECT max(id) AS a FROM discogs.thing GROUP BY ALL", "thing.id"),
        ("SELECT row_number() OVER (PARTITION BY name ORDER BY id) AS a FROM discogs.thing",
         "thing.id thing.name"),
        ("SELECT CASE WHEN year > 1 THEN name END AS a FROM discogs.thing",
         "thing.name thing.year"),
        # Two tables: the columns without a table are found where they are.
        ("SELECT thing_id + year AS a FROM discogs.thing JOIN discogs.part ON thing_id = thing.id",
         "part.thing_id thing.year"),
        ("SELECT id AS a FROM discogs.thing JOIN discogs.part USING (id)", "part.id thing.id"),
        ("SELECT a FROM (SELECT name AS a FROM discogs.thing)", "thing.name"),
        ("SELECT * FROM (SELECT id, name FROM discogs.thing) AS t (b, a)", "thing.name"),
        ("SELECT * EXCLUDE (id), id AS a FROM discogs.thing", "thing.id"),
        ("WITH c (a) AS (SELECT id FROM discogs.part), d AS (FROM c) SELECT a FROM d", "part.id"),
        ("WITH part AS (SELECT year AS a FROM discogs.thing) SELECT a FROM part", "thing.year"),
        ("SELECT id AS a FROM discogs.thing UNION ALL SELECT thing_id FROM discogs.part",
         "part.thing_id thing.id"),
        ("SELECT id AS a FROM discogs.part EXCEPT SELECT id FROM discogs.thing",
         "part.id thing.id"),
        # An alias of the same SELECT.
        ("SELECT name AS b, b || '!' AS a FROM discogs.thing", "thing.name"),
        ("SELECT (SELECT max(p.name) FROM discogs.part AS p WHERE p.thing_id = thing.id) AS a "
         "FROM discogs.thing", "part.name part.thing_id thing.id"),
        ("SELECT unnest(terms) AS a FROM discogs.part", "part.terms"),
        ("SELECT a FROM discogs.part, unnest(terms) AS t (a)", "part.terms"),
        ("SELECT list_filter(terms, term -> term <> name) AS a FROM discogs.part",
         "part.name part.terms"),
        # Nothing is read: what chooses and groups the rows.
        ("SELECT 'x' AS a FROM discogs.thing WHERE year = 0 AND month = $month", "thing.year"),
        ("SELECT count(*)::INTEGER AS a, name FROM discogs.thing GROUP BY name", "thing.name"),
        ("SELECT count(*) AS a, year FROM discogs.thing GROUP BY ALL", "thing.year"),
        ("SELECT count(*) AS a FROM (SELECT id FROM discogs.thing WHERE name IS NULL)",
         "thing.name"),
        ("SELECT 'x' AS a FROM discogs.thing WHERE id IN (SELECT thing_id FROM discogs.part)",
         "part.thing_id thing.id"),
        ("SELECT NULL::INTEGER AS a FROM discogs.thing WHERE year = 0", ""),
        ("SELECT month AS a FROM discogs.thing WHERE year = 0", ""),
        ("SELECT year(month) AS a FROM discogs.thing WHERE year = 0", "thing.year"),
        ("SELECT year(month) AS a FROM (SELECT year AS month, id FROM discogs.thing) WHERE id = 0",
         "thing.year"),
        ("SELECT 'x' AS a FROM discogs.thing WHERE EXISTS (SELECT 1 FROM discogs.part AS p "
         "WHERE p.thing_id = thing.id)", "part.thing_id thing.id"),
        ("SELECT 'x' AS a FROM discogs.thing WHERE id IN (SELECT thing_id FROM discogs.part UNION "
         "SELECT id FROM discogs.part WHERE name = 'y')",
         "part.id part.name part.thing_id thing.id"),
        ("WITH c AS (SELECT 'x' AS b, id FROM discogs.thing WHERE year = 0 UNION ALL "
         "SELECT 'y', thing_id FROM discogs.part) SELECT b AS a FROM c WHERE id > 0", "thing.year"),
        ("WITH c AS (SELECT id FROM discogs.thing WHERE year = 0) SELECT count(*) AS a FROM c "
         "WHERE id > 0", "thing.id thing.year"),
        ("SELECT 'x' AS a FROM discogs.thing JOIN (SELECT thing_id FROM discogs.part WHERE name = "
         "'y') AS p ON p.thing_id = thing.id", "part.name part.thing_id thing.id"),
        # Of a subquery within another, all that both read of the SELECT around them.
        ("SELECT (SELECT count(*) FROM discogs.part AS p WHERE EXISTS (SELECT 1 FROM discogs.part "
         "AS q WHERE q.id = p.thing_id AND q.name = t.name)) AS a FROM discogs.thing AS t",
         "part.id part.name part.thing_id thing.name"),
        ("SELECT 'x' AS a FROM discogs.thing QUALIFY row_number() OVER (PARTITION BY name) = 1",
         "thing.name"),
    ],
)  # fmt: skip
def test_what_a_column_comes_from(query: str, sources: str) -> None:
    assert lineage(query, "a") == {"a": sources}


def test_halves_of_a_union_go_by_place() -> None:
    query = """
        SELECT 'thing' AS kind, id, NULL AS part FROM discogs.thing WHERE year > 0
        UNION ALL
        SELECT 'part', thing_id, id FROM discogs.part WHERE name = '?'
    """
    assert lineage(query, "part", "kind", "id") == {
        "part": "part.id",
        "kind": "part.name thing.year",
        "id": "part.thing_id thing.id",
    }


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("SELECT id FROM discogs.thing", "gives a, found id"),
        ("SELECT a FROM discogs.thing", "expected a column of thing, found 'a'"),
        ("SELECT thing.a FROM discogs.thing", "Unknown column: a: 'SELECT thing.a"),
        ("SELECT a FROM discogs.nothing", "a table that is declared, found 'discogs.nothing"),
        ("SELECT * FROM thong", "a table that is declared, found 'thong"),
        ("SELECT a FROM range(3) AS t (a)", "a table that is declared, found 'RANGE(0, 3)"),
        ("SELECT id AS a FROM discogs.thing WHERE (", "'this' missing for <class"),
        ("SELECT id AS a FROM discogs.thing UNION BY NAME SELECT id FROM discogs.part", "by place"),
        ("DELETE FROM discogs.thing", "expected a SELECT"),
        ("SELECT b AS a FROM (SELECT id FROM discogs.thing) AS t", "a column of t, found 'b'"),
        ("SELECT 'x' AS a FROM discogs.thing WHERE b.id = 1", "expected a column of thing"),
        ("SELECT a FROM discogs.part, unnest(terms) AS t (b)", "a column of part, t, found 'a'"),
        (
            "SELECT p.a FROM discogs.thing, LATERAL (SELECT name AS a FROM discogs.part WHERE "
            "thing_id = thing.id) AS p",
            "a table function of columns, found 'LATERAL (SELECT part",
        ),
    ],
)
def test_what_cannot_be_followed_is_said(query: str, message: str) -> None:
    with pytest.raises(QueryError, match=re.escape(message)):
        lineage(query, "a")


def count_calls(query: str) -> int:
    """Return how many functions are called to read where the columns of a query come from."""
    calls = 0

    def count(_frame: object, event: str, _argument: object) -> None:
        nonlocal calls
        calls += event == "call"

    sys.setprofile(count)
    try:
        lineage(query, "rule", "id", "value")
    finally:
        sys.setprofile(None)
    return calls


def test_a_long_union_is_read_in_proportion() -> None:
    """The query of `finding` is one of about a hundred halves."""
    one = "SELECT 'r{0}' AS rule, id, left(name, 60) AS value FROM discogs.thing WHERE year = {0}"
    short, long = (" UNION ALL ".join(map(one.format, range(count))) for count in (20, 40))
    assert lineage(long, "rule", "id", "value") == {
        "rule": "thing.year",
        "id": "thing.id",
        "value": "thing.name",
    }
    assert count_calls(long) < 2.5 * count_calls(short)


def test_as_dagster_and_readers_want_it() -> None:
    found = {"a": [("thing", "id"), ("part", "thing_id")], "b": []}
    deps = column_lineage(found, "discogs").deps_by_column
    assert {(dep.asset_key.to_user_string(), dep.column_name) for dep in deps["a"]} == {
        ("discogs/thing", "id"),
        ("discogs/part", "thing_id"),
    }
    assert deps["b"] == []
    assert lineage_table(found).split("\n")[2:] == [
        "| `a` | `thing.id`, `part.thing_id` |",
        "| `b` |  |",
    ]


def test_paths_stand_in_the_dump() -> None:
    found = {"a": [("file", "/things/thing/@id"), ("file", "/things/thing")]}
    assert lineage_table(found).endswith(
        "\n| `a` | `/things/thing/@id`, `/things/thing` in the dump |"
    )
