"""A file of release 0.1.0 is read as it is, and mended by the next who writes it."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from discogs_assets.tables.names import discogs
from discogs_assets.warehouse.database import Warehouse
from discogs_assets.warehouse.loaded import Loaded, Provenance, loaded_months
from discogs_assets.warehouse.replace import hide_month
from discogs_assets.warehouse.views import create_as_of_views
from discogs_assets_tests.support.file_of_0_1_0 import write_file
from discogs_assets_tests.support.small_table import (
    FEBRUARY,
    JANUARY,
    MARCH,
    THING,
    kept,
    load,
    shown,
)


@pytest.fixture
def warehouse(tmp_path: Path) -> Warehouse:
    write_file(tmp_path / "warehouse.duckdb")
    return Warehouse(tmp_path / "warehouse.duckdb")


def test_a_reader_reads_it_as_it_is(warehouse: Warehouse) -> None:
    before = warehouse.path.read_bytes()
    with warehouse.reader() as connection:
        assert [*loaded_months(connection)] == [
            Loaded(discogs("thing"), Provenance(JANUARY, "ab", True), 2),
            Loaded(discogs("thing"), Provenance(FEBRUARY, "xb", True), 2),
        ]
        assert (shown(connection), kept(connection)) == ("xb", {JANUARY: "ab", FEBRUARY: "xb"})
        create_as_of_views(connection, [THING], JANUARY)
        assert shown(connection) == "ab"
    assert warehouse.path.read_bytes() == before


def test_the_next_month_is_loaded_into_it(warehouse: Warehouse) -> None:
    with warehouse.writer() as connection:
        load(connection, MARCH, "xbc")
    with warehouse.reader() as connection:
        assert kept(connection) == {JANUARY: "ab", FEBRUARY: "xb", MARCH: "xbc"}
        assert shown(connection) == "xbc"
        assert connection.sql("FROM history.thing ORDER BY ALL").fetchall() == [
            (1, "a", JANUARY, FEBRUARY),
            (1, "x", FEBRUARY, None),
            (2, "b", JANUARY, None),
            (3, "c", MARCH, None),
        ]
        schemas = connection.sql('SELECT DISTINCT "schema" FROM discogs.loaded_month').fetchall()
        assert schemas == [("discogs",)]


def test_a_month_of_it_is_replaced_or_hidden(warehouse: Warehouse) -> None:
    with warehouse.writer() as connection:
        load(connection, FEBRUARY, "yb")
        hide_month(connection, THING, JANUARY)
        assert (shown(connection), kept(connection)) == ("yb", {FEBRUARY: "yb"})
        assert len(loaded_months(connection)) == 2


def test_another_source_is_loaded_into_it(warehouse: Warehouse) -> None:
    other = replace(THING, schema="other")
    with warehouse.writer() as connection:
        load(connection, date(2026, 2, 7), "q", other)
        assert shown(connection) == "xb"
        assert connection.sql("FROM other_newest.thing").fetchall() == [(1, "q")]
