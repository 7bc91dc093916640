"""A computed month that fails its checks is not kept."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from discogs_assets.derived.compute import DESCRIBED, compute, import_of
from discogs_assets.derived.tables import Derived
from discogs_assets.errors import WarehouseError
from discogs_assets.tables.outcome import CheckError, Outcome
from discogs_assets.warehouse.database import Warehouse
from discogs_assets.warehouse.loaded import Provenance, loaded_months
from discogs_assets.warehouse.sql import Connection
from discogs_assets_tests.support.small_table import FEBRUARY, JANUARY, THING, kept, load, shown
from discogs_assets_tests.support.told_parts import ToldParts

COPY = replace(THING, name="copy", description="Things, again.")


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[Connection]:
    with Warehouse(tmp_path / "warehouse.duckdb").writer() as connection:
        yield connection


def of(query: str) -> Derived:
    return Derived(COPY, ("thing",), f"SELECT {query} FROM discogs.thing WHERE month = $month")


def computed(
    connection: Connection, query: str, provenance: Provenance | None = None
) -> dict[str, Outcome]:
    derived = of(query)
    provenance = provenance or import_of(derived, JANUARY, loaded_months(connection))
    return {one.check: one for one in compute(connection, derived, provenance)["copy"]}


def test_a_good_month(connection: Connection) -> None:
    load(connection, JANUARY, "abc")
    found = computed(connection, "id, upper(name) AS name")
    assert all(one.passed for one in found.values())
    assert found["all_rows_are_there"].found == "Rows loaded: 3 of 3."
    assert connection.execute("SELECT name FROM main.copy ORDER BY id").fetchall() == [
        ("A",), ("B",), ("C",),
    ]  # fmt: skip


@pytest.mark.parametrize("months", [[JANUARY], [JANUARY, FEBRUARY]])
def test_the_parts_are_all_of_it(connection: Connection, months: list[date]) -> None:
    derived, told = of("id, upper(name) AS name"), ToldParts()
    for month in months:
        load(connection, month, "abc")
        told = ToldParts()
        provenance = import_of(derived, month, loaded_months(connection))
        compute(connection, derived, provenance, parts=told)
    assert sorted(told.weights) == ["checks", "committing", "its rows"]
    # Charts are drawn by the asset.
    assert sum(told.weights.values()) == pytest.approx(1 - DESCRIBED)


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ("1::INTEGER AS id, name", "Keys: 1 repeated, 0 missing"),
        ("NULL::INTEGER AS id, name", "Keys: 0 repeated, 3 missing"),
        ("id::BIGINT AS id, name", "Column types: id is BIGINT, not INTEGER"),
        ("id", "Column types: name is missing, not VARCHAR"),
    ],
)
def test_a_bad_one_leaves_the_one_before(connection: Connection, query: str, reason: str) -> None:
    load(connection, JANUARY, "abc")
    computed(connection, "id, upper(name) AS name")
    with pytest.raises(CheckError, match=reason):
        computed(connection, query)
    assert connection.execute("SELECT string_agg(name, '' ORDER BY id) FROM main.copy").fetchall()
    assert [*connection.execute("SELECT name FROM main.copy ORDER BY id").fetchall()[0]] == ["A"]


def test_a_row_that_comes_twice_is_not_lost_in_silence(connection: Connection) -> None:
    for month in (JANUARY, FEBRUARY):
        load(connection, month, "a")
    computed(connection, "id, name")
    twice = "unnest([1, 1])::INTEGER AS id, 'a' AS name"
    with pytest.raises(CheckError, match="Rows loaded: 1 of 2"):
        computed(connection, twice, Provenance(FEBRUARY, "new", True))


def test_it_is_compared_with_the_month_before(connection: Connection) -> None:
    load(connection, JANUARY, "abcdefghijklmnopqrst")
    computed(connection, "id, name")
    load(connection, FEBRUARY, "a")
    later = import_of(of("id, name"), FEBRUARY, loaded_months(connection))
    found = computed(connection, "id, name", later)
    assert not found["rows_as_before"].passed
    assert found["rows_as_before"].found.startswith("Rows: 1, was 20 in 2026-01 (-19, -95.0%; ")
    assert kept(connection) == {JANUARY: "abcdefghijklmnopqrst", FEBRUARY: "a"}
    assert shown(connection) == "a"


def test_a_part_of_a_month_is_not_compared(connection: Connection) -> None:
    load(connection, JANUARY, "abcdef")
    computed(connection, "id, name")
    load(connection, FEBRUARY, "a", is_full=False)
    part = import_of(of("id, name"), FEBRUARY, loaded_months(connection))
    found = computed(connection, "id, name", part)
    assert found["rows_as_before"].found == "Not compared: computed from a part of the month."


def test_what_is_not_loaded_cannot_be_computed_from(connection: Connection) -> None:
    with pytest.raises(WarehouseError, match="expected thing in the warehouse, found them not"):
        import_of(of("id, name"), JANUARY, loaded_months(connection))
