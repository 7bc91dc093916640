"""The queries of charts, and what they give of rows written here."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from discogs_assets.derived.charts import CHARTS as DERIVED_CHARTS
from discogs_assets.display.charts import Chart, Kind
from discogs_assets.platform import TABLES
from discogs_assets.sources.discogs_dumps.charts import CHARTS as DUMP_CHARTS
from discogs_assets.tables.table import Column, Table, Type
from discogs_assets.warehouse.charts import (
    by_month,
    by_value,
    by_year,
    changes,
    draw_chart,
    draw_charts,
    kinds_by_month,
)
from discogs_assets.warehouse.database import Warehouse
from discogs_assets.warehouse.loaded import Provenance
from discogs_assets.warehouse.replace import of_month, replace_from_query
from discogs_assets.warehouse.sql import Connection
from discogs_assets_tests.support.small_table import FEBRUARY, JANUARY, MARCH, THING, load

CHARTS = {**DUMP_CHARTS, **DERIVED_CHARTS}
Rows = list[tuple[object, ...]]


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[Connection]:
    with Warehouse(tmp_path / "warehouse.duckdb").writer() as connection:
        yield connection


def rows(connection: Connection, chart: Chart, month: date) -> Rows:
    """Return the rows that a chart is drawn of."""
    return connection.execute(of_month(chart.query, month)).fetchall()


def load_ids(connection: Connection, month: date, *ids: int, is_full: bool = True) -> None:
    """Load a month of things of those ids."""
    one = Table("thing", "Things.", ("id",), (Column("id", Type.INTEGER, "Id."),))
    query = f"SELECT unnest({[*ids]}::INTEGER[]) AS id"
    replace_from_query(connection, Provenance(month, "test", is_full), one, query)


def test_values_by_how_often_they_occur(connection: Connection) -> None:
    load(connection, JANUARY, "abbbcc")
    load(connection, FEBRUARY, "dddddd")
    chart = by_value("Names", "thing", "name", "things", top=2)
    assert rows(connection, chart, JANUARY) == [("b", 3), ("c", 2)]


def test_values_that_are_missing_have_a_bar(connection: Connection) -> None:
    load(connection, JANUARY, "aa")
    connection.execute("UPDATE history.thing SET name = NULL WHERE id = 1")
    chart = by_value("Names", "thing", "name", "things")
    assert rows(connection, chart, JANUARY) == [("(none)", 1), ("a", 1)]


def test_years_from_1900_to_that_of_the_month(connection: Connection) -> None:
    load_ids(connection, JANUARY, 1899, 1900, 1999, 1999, 2026, 2027, 9999)
    load_ids(connection, FEBRUARY, 1950)
    chart = by_year("Years", "thing", "id", "things")
    assert rows(connection, chart, JANUARY) == [(1900, 1), (1999, 2), (2026, 1)]


def test_changes_against_the_loaded_month_before(connection: Connection) -> None:
    load_ids(connection, date(2025, 10, 1), 1, 2, 3)
    load_ids(connection, JANUARY, 2, 3, 4, 5)
    load_ids(connection, FEBRUARY, 1, 2, 5)
    load_ids(connection, MARCH, 7)
    chart = changes("Changes", "thing", "id", "things")
    assert rows(connection, chart, FEBRUARY) == [(JANUARY, 2, 1), (FEBRUARY, 1, 2)]


def test_changes_are_of_full_months(connection: Connection) -> None:
    load_ids(connection, JANUARY, 1, 2)
    load_ids(connection, FEBRUARY, 1, is_full=False)
    load_ids(connection, MARCH, 1, 2, 3)
    chart = changes("Changes", "thing", "id", "things")
    assert rows(connection, chart, MARCH) == [(MARCH, 1, 0)]
    assert rows(connection, chart, FEBRUARY) == []


def test_changes_of_a_month_without_rows(connection: Connection) -> None:
    load_ids(connection, JANUARY, 1, 2)
    load_ids(connection, FEBRUARY)
    load_ids(connection, MARCH)
    chart = changes("Changes", "thing", "id", "things")
    assert rows(connection, chart, MARCH) == [(FEBRUARY, 0, 2), (MARCH, 0, 0)]
    for month in (JANUARY, FEBRUARY, MARCH):
        load_ids(connection, month)
    assert rows(connection, chart, MARCH) == [(FEBRUARY, 0, 0), (MARCH, 0, 0)]


def test_changes_and_months_of_the_newest_twelve(connection: Connection) -> None:
    months = [date(2024 + n // 12, 1 + n % 12, 1) for n in range(15)]
    for number, month in enumerate(months):
        load_ids(connection, month, *range(number + 1))
    newest = [(month, 1, 0) for month in months[-12:]]
    assert rows(connection, changes("Changes", "thing", "id", "things"), months[-1]) == newest
    counted = [(month, number) for number, month in enumerate(months, 1)]
    assert rows(connection, by_month("Rows", "thing", "things"), months[-1]) == counted[-12:]
    assert rows(connection, by_month("Rows", "thing", "things"), months[1]) == counted[:2]


def test_kinds_by_month(connection: Connection) -> None:
    kinds = replace(THING, columns=(THING.columns[0], Column("kind", Type.TEXT, "Its kind.")))
    for month, found in ((JANUARY, ""), (FEBRUARY, "aab"), (MARCH, "cb")):
        query = f"SELECT unnest(range({len(found)})) AS id, unnest({[*found]}::VARCHAR[]) AS kind"
        replace_from_query(connection, Provenance(month, "test", True), kinds, query)
    chart = kinds_by_month("Kinds", "thing", "abc", "b", "things")
    assert chart.kinds == ("a", "c", "b")
    assert rows(connection, chart, MARCH) == [(FEBRUARY, 2, 0, 1), (MARCH, 0, 1, 1)]
    assert rows(connection, chart, FEBRUARY) == [(FEBRUARY, 2, 0, 1)]


def test_nothing_to_draw_says_why(connection: Connection) -> None:
    missing, years, change = (
        by_value("Names", "nowhere", "name", "things"),
        by_year("Years", "thing", "id", "things"),
        changes("Changes", "thing", "id", "things"),
    )
    load_ids(connection, JANUARY, 1, 2)
    assert draw_charts(connection, [missing, years, change], JANUARY) == {
        "names": "Nothing to draw: nowhere is not loaded for 2026-01.",
        "years": "Nothing to draw: no row has a year in that time.",
        "changes": "Nothing to draw: fewer than two full months are loaded.",
    }


def test_charts_are_of_tables_there_are_and_have_titles_of_their_own() -> None:
    assert {*CHARTS} <= {*TABLES}
    assert {chart.table for charts in CHARTS.values() for chart in charts} <= {*TABLES}
    for charts in CHARTS.values():
        assert len({chart.key for chart in charts}) == len(charts)


@pytest.mark.slow
@pytest.mark.parametrize("name", CHARTS)
def test_every_chart_of_a_table_can_be_drawn(connection: Connection, name: str) -> None:
    for table in [TABLES[name] for name in {chart.table for chart in CHARTS[name]}]:
        fillings = ", ".join(f'{filling(column)} AS "{column.name}"' for column in table.columns)
        for month in (JANUARY, FEBRUARY):
            provenance = Provenance(month, "test", True)
            replace_from_query(connection, provenance, table, f"SELECT {fillings}")
    drawn = draw_charts(connection, CHARTS[name], FEBRUARY)
    for chart in CHARTS[name]:
        assert drawn[chart.key].startswith(f"![{chart.title}](data:image/svg+xml;base64,"), (
            chart.title
        )


def filling(column: Column) -> str:
    """Return a value of a column that its charts show."""
    if column.name == "kind":
        return "unnest(['genre', 'style'])"
    return "1999" if column.type is Type.INTEGER else f"CAST(NULL AS {column.type.duckdb})"


@pytest.mark.slow
def test_an_empty_month_of_any_table_is_no_trouble(connection: Connection) -> None:
    for table in TABLES.values():
        nothing = ", ".join(f'NULL AS "{column.name}"' for column in table.columns)
        query = f"SELECT {nothing} WHERE false"
        replace_from_query(connection, Provenance(JANUARY, "test", True), table, query)
    for charts in CHARTS.values():
        for chart in charts:
            is_drawn = chart.kind is Kind.BY_MONTH  # a column that is 0 high
            expected = "![" if is_drawn else "Nothing to draw: "
            assert draw_chart(connection, chart, JANUARY).startswith(expected)
