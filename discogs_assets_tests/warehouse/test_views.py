"""What a month, the newest, and any month look like to those who query."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import duckdb
import pytest

from discogs_assets.errors import WarehouseError
from discogs_assets.tables.table import Table
from discogs_assets.warehouse.database import Warehouse
from discogs_assets.warehouse.loaded import loaded_months
from discogs_assets.warehouse.replace import hide_month
from discogs_assets.warehouse.sql import Connection, scalar
from discogs_assets.warehouse.views import create_as_of_views
from discogs_assets_tests.support.small_table import (
    FEBRUARY,
    JANUARY,
    MARCH,
    THING,
    kept,
    load,
    shown,
)

EVENT = replace(THING, name="event", is_monthly=True)


@pytest.fixture
def warehouse(tmp_path: Path) -> Warehouse:
    """Return a warehouse with January, February and a part of March."""
    warehouse = Warehouse(tmp_path / "warehouse.duckdb")
    with warehouse.writer() as connection:
        for table in (THING, EVENT):
            load(connection, JANUARY, "ab", table)
            load(connection, FEBRUARY, "xb", table)
        load(connection, MARCH, "c", is_full=False)
    return warehouse


@pytest.fixture
def connection(warehouse: Warehouse) -> Iterator[Connection]:
    with warehouse.writer() as connection:
        yield connection


@pytest.mark.parametrize(
    ("month", "names"), [(JANUARY, ["a", "b"]), (FEBRUARY, ["x", "b"]), (MARCH, ["c"])]
)
@pytest.mark.parametrize("name", ["thing", "main.thing"])
def test_tables_as_of_a_month(
    warehouse: Warehouse, month: date, names: list[str], name: str
) -> None:
    with warehouse.reader() as connection:
        create_as_of_views(connection, [THING], month)
        rows = connection.sql(f"SELECT * FROM {name} ORDER BY id").fetchall()
    assert rows == [*enumerate(names, 1)]


def test_a_table_that_has_not_the_month(warehouse: Warehouse) -> None:
    with warehouse.reader() as connection:
        create_as_of_views(connection, [THING, EVENT], MARCH)
        assert connection.sql("FROM thing").fetchall() == [(1, "c")]
        with pytest.raises(duckdb.Error) as caught:
            connection.sql("FROM event").fetchall()
    expected = "event: expected 2026-03 in the warehouse, found 2026-01, 2026-02"
    assert expected in str(caught.value)


@pytest.mark.parametrize(
    "asked",
    [
        "FROM event WHERE id = 1",
        "FROM event WHERE name = 'a'",
        "FROM thing LEFT JOIN event USING (id) WHERE id = 1",
        "SELECT count(*) FROM event",
        "SELECT max(id) FROM event",
    ],
)
def test_a_query_of_a_table_that_has_not_the_month(warehouse: Warehouse, asked: str) -> None:
    with warehouse.reader() as connection:
        create_as_of_views(connection, [THING, EVENT], MARCH)
        with pytest.raises(duckdb.Error, match="event: expected 2026-03 in the warehouse"):
            connection.sql(asked).fetchall()


def test_a_month_that_no_table_has(warehouse: Warehouse) -> None:
    with warehouse.reader() as connection, pytest.raises(WarehouseError) as caught:
        create_as_of_views(connection, [THING], date(2025, 12, 1))
    assert str(caught.value) == (
        "expected 2025-12 in the warehouse, found 2026-01, 2026-02, 2026-03; run "
        "discogs-assets import --year-month 2025-12, or ask for one of those"
    )


def test_a_hidden_month_stays_in_the_history(connection: Connection) -> None:
    hide_month(connection, THING, JANUARY)
    assert kept(connection) == {FEBRUARY: "xb", MARCH: "c"}
    assert not loaded_months(connection)[THING, JANUARY].is_shown
    create_as_of_views(connection, [THING], JANUARY)
    assert connection.sql("FROM thing ORDER BY id").fetchall() == [(1, "a"), (2, "b")]


@pytest.mark.parametrize(("table", "month"), [(EVENT, JANUARY), (THING, MARCH)])
def test_rows_without_a_history_go_when_hidden(
    connection: Connection, table: Table, month: date
) -> None:
    hide_month(connection, table, month)
    assert (table, month) not in loaded_months(connection)
    found = f"SELECT count(*) FROM monthly.{table.name} WHERE month = DATE '{month}'"
    assert scalar(connection, found) == 0


def test_a_hidden_month_is_shown_when_it_is_loaded_again(connection: Connection) -> None:
    hide_month(connection, THING, JANUARY)
    load(connection, JANUARY, "ab")
    assert kept(connection) == {JANUARY: "ab", FEBRUARY: "xb", MARCH: "c"}
    assert shown(connection) == "xb"
