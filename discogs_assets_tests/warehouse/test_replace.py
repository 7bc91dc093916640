"""What the warehouse holds: months, views, comments, columns."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest

from discogs_assets.errors import QueryError, WarehouseError
from discogs_assets.storage.local import LocalStore
from discogs_assets.tables.table import Column, Type
from discogs_assets.warehouse.database import Warehouse, query
from discogs_assets.warehouse.loaded import Provenance, loaded_months
from discogs_assets.warehouse.replace import replace_from_lake, replace_from_query
from discogs_assets.warehouse.sql import Connection
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
def connection(tmp_path: Path) -> Iterator[Connection]:
    with Warehouse(tmp_path / "warehouse.duckdb").writer() as connection:
        yield connection


def test_a_month_is_replaced_and_the_others_stay(connection: Connection) -> None:
    load(connection, JANUARY, "ab")
    load(connection, FEBRUARY, "cde")
    assert load(connection, JANUARY, "xyz") == 3
    assert kept(connection) == {JANUARY: "xyz", FEBRUARY: "cde"}


def test_loading_the_same_again_changes_nothing(connection: Connection) -> None:
    for _ in range(2):
        load(connection, JANUARY, "ab")
    assert kept(connection) == {JANUARY: "ab"}
    assert [(one.table, one.month) for one in loaded_months(connection)] == [(THING.id, JANUARY)]


def test_a_query_that_fails_leaves_the_month_before(connection: Connection) -> None:
    load(connection, JANUARY, "ab")
    failing = "SELECT 1 AS id, 'x' AS name UNION ALL SELECT error('boom'), 'y'"
    with pytest.raises(duckdb.InvalidInputException, match="boom"):
        replace_from_query(connection, Provenance(JANUARY, "new", True), THING, failing)
    assert kept(connection) == {JANUARY: "ab"}
    assert loaded_months(connection)[THING, JANUARY].import_id == "ab"


def test_tables_loaded_together_change_together(connection: Connection, tmp_path: Path) -> None:
    load(connection, JANUARY, "ab")
    other = replace(THING, name="other")
    (tmp_path / "other.parquet").write_bytes(b"not Parquet")
    files = {"thing": [], "other": ["other.parquet"]}
    with pytest.raises(duckdb.Error, match=r"other\.parquet"):
        replace_from_lake(
            connection,
            LocalStore(str(tmp_path)),
            Provenance(JANUARY, "new", True),
            [THING, other],
            files,
        )
    assert kept(connection) == {JANUARY: "ab"}


def test_the_month_stands_for_month_in_a_query(connection: Connection) -> None:
    sql = "SELECT 1 AS id, strftime($month, '%Y-%m') AS name"
    replace_from_query(connection, Provenance(FEBRUARY, "new", True), THING, sql)
    assert kept(connection) == {FEBRUARY: "2026-02"}


def test_a_month_without_files_is_loaded_without_rows(
    connection: Connection, tmp_path: Path
) -> None:
    load(connection, JANUARY, "ab")
    provenance = Provenance(JANUARY, "empty", True)
    rows = replace_from_lake(
        connection, LocalStore(str(tmp_path)), provenance, [THING], {"thing": []}
    )
    assert (rows, kept(connection), shown(connection)) == ({"thing": 0}, {}, "")


@pytest.mark.parametrize("folder", ["plain", "Müsik", "[1] it's", 'say "so"', "a*b?", "id=5"])
def test_files_lie_in_a_folder_of_any_name(
    connection: Connection, tmp_path: Path, folder: str
) -> None:
    (tmp_path / folder).mkdir()
    pq.write_table(THING.from_rows([{"id": 1, "name": "a"}]), tmp_path / folder / "a.parquet")
    provenance, store = Provenance(JANUARY, "new", True), LocalStore(str(tmp_path / folder))
    rows = replace_from_lake(connection, store, provenance, [THING], {"thing": ["a.parquet"]})
    assert (rows, kept(connection)) == ({"thing": 1}, {JANUARY: "a"})


@pytest.mark.parametrize(
    ("loads", "expected"),
    [
        ([(JANUARY, "a", True)], "a"),
        ([(JANUARY, "a", True), (FEBRUARY, "b", True)], "b"),
        ([(FEBRUARY, "b", True), (JANUARY, "a", True)], "b"),
        ([(JANUARY, "a", True), (FEBRUARY, "b", False)], "a"),
        ([(JANUARY, "a", False)], "a"),
        ([(JANUARY, "a", False), (FEBRUARY, "b", False)], "b"),
        ([(MARCH, "c", False), (JANUARY, "a", True)], "a"),
        ([(MARCH, "c", False), (JANUARY, "a", True), (MARCH, "d", True)], "d"),
    ],
)
def test_the_view_shows_the_newest_full_month(
    connection: Connection, loads: list[tuple[date, str, bool]], expected: str
) -> None:
    for month, names, is_full in loads:
        load(connection, month, names, is_full=is_full)
    assert shown(connection) == expected


def test_the_view_has_the_declared_columns_only(connection: Connection) -> None:
    load(connection, JANUARY, "a")
    assert connection.sql("FROM main.thing").columns == ["id", "name"]
    assert connection.sql("FROM discogs.thing").columns == ["id", "name", "month"]


def test_tables_columns_and_views_are_commented(connection: Connection) -> None:
    load(connection, JANUARY, "a")
    load(connection, FEBRUARY, "a", is_full=False)
    things = "SELECT schema_name, comment FROM {}() WHERE {}_name = 'thing'"
    found = {
        kind: dict(connection.execute(things.format(f"duckdb_{kind}s", kind)).fetchall())
        for kind in ("table", "view")
    }
    text = "Things that somebody's tests count."
    assert found["table"] == {"history": text, "monthly": text}
    assert found["view"] == {"discogs": text, "main": f"{text} Of 2026-01."}


@pytest.mark.parametrize(
    ("schema", "more"),
    [
        ("main", {}),
        ("discogs", {"month": "The date of the dump; of a month its first day."}),
        ("monthly", {"month": "The date of the dump; of a month its first day."}),
        (
            "history",
            {
                "valid_from": "The first dump that has this row, its date.",
                "valid_to": "The first later dump without it, its date; NULL: none so far.",
            },
        ),
    ],
)
def test_columns_are_commented(connection: Connection, schema: str, more: dict[str, str]) -> None:
    load(connection, JANUARY, "a")
    load(connection, FEBRUARY, "a", is_full=False)
    columns = connection.execute(
        "SELECT column_name, comment FROM duckdb_columns() "
        "WHERE schema_name = ? AND table_name = 'thing'",
        [schema],
    ).fetchall()
    assert dict(columns) == {"id": "The thing.", "name": "What it's called.", **more}


def test_a_new_column_is_added_and_empty_in_earlier_months(connection: Connection) -> None:
    load(connection, JANUARY, "a")
    size = Column("size", Type.INTEGER, "How big it is.")
    wider = replace(THING, columns=(*THING.columns, size))
    provenance = Provenance(FEBRUARY, "new", True)
    replace_from_query(connection, provenance, wider, "SELECT 1 AS id, 'b' AS name, 7 AS size")
    found = connection.execute("SELECT name, size FROM discogs.thing ORDER BY month").fetchall()
    assert found == [("a", None), ("b", 7)]
    assert connection.sql("FROM main.thing").fetchall() == [(1, "b", 7)]


def test_a_changed_type_is_refused(connection: Connection) -> None:
    load(connection, JANUARY, "a")
    changed = replace(THING, columns=(THING.columns[0], Column("name", Type.BLOB, "Its name.")))
    with pytest.raises(WarehouseError) as caught:
        load(connection, FEBRUARY, "b", table=changed)
    assert str(caught.value) == (
        'history."thing": expected column name as BLOB, found VARCHAR; an older release made it: '
        "delete the DuckDB file and import again with --skip-download"
    )
    assert kept(connection) == {JANUARY: "a"}


def test_what_is_loaded_is_written_down(connection: Connection) -> None:
    load(connection, JANUARY, "ab", is_full=False)
    found = loaded_months(connection)[THING, JANUARY]
    assert (found.import_id, found.is_full, found.rows) == ("ab", False, 2)


@pytest.mark.parametrize(
    "sql", ["SELECT nothing", "", "SET threads = 1", "COPY (SELECT 1) TO 'written.csv'", "EXPORT"]
)
def test_what_is_no_query_is_refused(
    connection: Connection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sql: str
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(QueryError, match=r"cannot be run|expected a query that gives rows"):
        query(connection, sql)
    assert not Path("written.csv").exists()


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT name FROM thing",
        "FROM thing",
        "DESCRIBE thing",
        "SHOW TABLES",
        "PIVOT thing ON name USING sum(id)",
        "EXPLAIN FROM thing",
        "SET threads = 1; FROM thing",
    ],
)
def test_what_reads_is_a_query(tmp_path: Path, sql: str) -> None:
    warehouse = Warehouse(tmp_path / "warehouse.duckdb")
    with warehouse.writer() as connection:
        load(connection, JANUARY, "a")
    with warehouse.reader() as connection:
        assert query(connection, sql).fetchall()
