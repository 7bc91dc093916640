"""Rows are there for a while, take no memory of a transaction, and leave no file."""

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from discogs_assets.warehouse.database import Warehouse
from discogs_assets.warehouse.scratch_rows import ROW, scratch_folder, scratch_rows
from discogs_assets.warehouse.sql import Connection, scalar

ROWS = "SELECT i AS id, ['x'] AS texts, NULL::DATE AS day FROM range(3) t(i)"


@pytest.fixture
def warehouse(tmp_path: Path) -> Warehouse:
    return Warehouse(tmp_path / "it's a warehouse.duckdb")


@pytest.fixture
def connection(warehouse: Warehouse) -> Iterator[Connection]:
    with warehouse.writer() as connection:
        yield connection


def test_rows_of_several_queries(connection: Connection, warehouse: Warehouse) -> None:
    nothing = "SELECT 1 AS id WHERE false"
    with scratch_rows(connection, found=ROWS, none=nothing):
        found = connection.execute(f"SELECT id, texts, day, {ROW} FROM temp.found").fetchall()
        assert found == [(n, ["x"], None, n) for n in range(3)]
        assert connection.execute("SELECT id FROM temp.none").fetchall() == []
    assert not scratch_folder(warehouse.temporary).exists()


def test_one_name_again_has_other_rows(connection: Connection) -> None:
    for number in range(3):
        with scratch_rows(connection, rows=f"SELECT {number} AS id"):
            assert scalar(connection, "SELECT id FROM temp.rows") == number


def test_the_memory_of_a_transaction_does_not_grow(connection: Connection) -> None:
    used = "SELECT sum(memory_usage_bytes) FROM duckdb_memory() WHERE tag = 'IN_MEMORY_TABLE'"
    connection.execute("BEGIN")
    before = scalar(connection, used)
    for _ in range(5):
        with scratch_rows(connection, rows="SELECT hash(i) AS id FROM range(500_000) t(i)"):
            pass
    assert scalar(connection, used) - before < 4_000_000
    connection.execute("ROLLBACK")


def test_files_of_a_process_that_was_killed_go(warehouse: Warehouse) -> None:
    folder = scratch_folder(warehouse.temporary)
    folder.mkdir()
    (folder / "old-7.parquet").write_text("half")
    with warehouse.writer():
        assert not folder.exists()


def test_files_of_a_query_that_failed_go(warehouse: Warehouse) -> None:
    with (
        pytest.raises(duckdb.ConversionException),
        warehouse.writer() as connection,
        scratch_rows(connection, rows=ROWS),
    ):
        connection.execute("SELECT texts::INTEGER[] FROM temp.rows")
    assert not scratch_folder(warehouse.temporary).exists()
