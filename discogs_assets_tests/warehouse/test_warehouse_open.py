"""Opening the DuckDB file: for one writer or several readers, and closed whatever happens."""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pytest

from discogs_assets.errors import WarehouseError, WarehouseLockedError, WarehouseMemoryError
from discogs_assets.warehouse.database import Warehouse
from discogs_assets.warehouse.loaded import LoadedMonths, loaded_months
from discogs_assets.warehouse.sql import scalar
from discogs_assets_tests.support.small_table import JANUARY, load, shown

HOLD = """
import sys, duckdb
connection = duckdb.connect(sys.argv[1], read_only=sys.argv[2] == "reading")
print("open", flush=True)
sys.stdin.readline()
connection.close()
print("closed", flush=True)
sys.stdin.readline()
"""


@contextmanager
def held(path: Path, how: str = "writing") -> Iterator[subprocess.Popen[str]]:
    """Have another process hold the file until it is sent a line."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(path), how],
        text=True,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    with process:
        assert process.stdout.readline() == "open\n"
        yield process
        process.kill()


@pytest.fixture
def warehouse(tmp_path: Path) -> Warehouse:
    """Return a warehouse with one month that waits for half a second."""
    warehouse = Warehouse(tmp_path / "warehouse.duckdb", lock_timeout_s=0.5)
    with warehouse.writer() as connection:
        load(connection, JANUARY, "ab")
    return warehouse


@pytest.mark.parametrize(
    "sql",
    [
        "INSERT INTO history.thing VALUES (9, 'x', NULL, NULL)",
        "DELETE FROM history.thing",
        "DROP VIEW main.thing",
        "CREATE TABLE more (id INTEGER)",
    ],
)
def test_a_reader_cannot_write(warehouse: Warehouse, sql: str) -> None:
    before = warehouse.path.read_bytes()
    with (
        warehouse.reader() as connection,
        pytest.raises(duckdb.InvalidInputException, match="read-only"),
    ):
        connection.execute(sql)
    assert warehouse.path.read_bytes() == before


@pytest.mark.parametrize("name", ["discogs.duckdb", "it's here.duckdb", "main.duckdb", "tables"])
def test_any_file_name_will_do(tmp_path: Path, name: str) -> None:
    warehouse = Warehouse(tmp_path / "new folder" / name)
    with warehouse.writer() as connection:
        load(connection, JANUARY, "ab")
    with warehouse.reader() as connection:
        assert shown(connection) == "ab"
        assert connection.execute("FROM discogs.thing").fetchall() == [
            (1, "a", JANUARY),
            (2, "b", JANUARY),
        ]


def test_a_file_that_is_not_there_cannot_be_read(tmp_path: Path) -> None:
    warehouse = Warehouse(tmp_path / "none.duckdb")
    with pytest.raises(WarehouseError) as caught, warehouse.reader():
        pass
    assert str(caught.value) == (
        f"{warehouse.path}: expected a DuckDB file, found none; run discogs-assets import first"
    )
    assert not warehouse.path.exists()


@pytest.mark.parametrize("way", ["reader", "writer"])
def test_another_file_is_no_lock_to_wait_for(tmp_path: Path, way: str) -> None:
    path = tmp_path / "a block of text.duckdb"
    path.write_text("the clock struck one " * 500)
    started = time.monotonic()
    with pytest.raises(WarehouseError, match="not a valid DuckDB") as caught:
        getattr(Warehouse(path, lock_timeout_s=20), way)().__enter__()
    assert not isinstance(caught.value, WarehouseLockedError)
    assert str(caught.value).startswith(f"{path}: cannot be opened: ")
    assert time.monotonic() - started < 5


@pytest.mark.slow
def test_it_is_closed_after_an_error(warehouse: Warehouse) -> None:
    with pytest.raises(ZeroDivisionError), warehouse.writer():
        raise ZeroDivisionError
    with held(warehouse.path):
        pass


def test_a_writer_of_this_process_is_not_disturbed(warehouse: Warehouse) -> None:
    with warehouse.writer() as connection:
        with pytest.raises(WarehouseError, match="already attached"), warehouse.reader():
            pass
        assert load(connection, JANUARY, "xyz") == 3


@pytest.mark.slow
def test_several_processes_read_at_once(warehouse: Warehouse) -> None:
    with held(warehouse.path, "reading"), warehouse.reader() as connection:
        assert shown(connection) == "ab"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("way", "holder"), [("reader", "writing"), ("writer", "writing"), ("writer", "reading")]
)
def test_it_waits_as_long_as_it_was_told(warehouse: Warehouse, way: str, holder: str) -> None:
    with held(warehouse.path, holder) as process:
        started = time.monotonic()
        with pytest.raises(WarehouseLockedError) as caught, getattr(warehouse, way)():
            pass
        assert 0.5 <= time.monotonic() - started < 5
    text = str(caught.value)
    assert text.startswith(
        f"{warehouse.path}: another process has it open; it is waited for 0.5 s: "
        "close it there, and run again if need be"
    )
    assert f"PID {process.pid}" in text


@pytest.mark.slow
@pytest.mark.parametrize("way", ["reader", "writer"])
def test_it_goes_on_when_the_file_is_free(warehouse: Warehouse, way: str) -> None:
    warehouse.lock_timeout_s = 20
    with held(warehouse.path) as process:
        assert process.stdin is not None
        with pytest.raises(WarehouseLockedError):
            warehouse.connect_once(is_reader=True)
        process.stdin.write("close it\n")
        process.stdin.flush()
        with getattr(warehouse, way)() as connection:
            assert shown(connection) == "ab"


def test_too_little_memory_says_what_to_set(tmp_path: Path) -> None:
    warehouse = Warehouse(tmp_path / "warehouse.duckdb", memory=20_000_000)
    with warehouse.writer() as connection:
        load(connection, JANUARY, "ab")
    in_one_piece = "SELECT list(md5(range::VARCHAR)) FROM range(2_000_000)"
    expected = "DuckDB may take too little memory: .*what was loaded stays: set DISCOGS_MEMORY"
    with (
        pytest.raises(WarehouseMemoryError, match=expected),
        warehouse.writer() as connection,
    ):
        connection.execute(in_one_piece)
    with warehouse.reader() as connection:
        assert shown(connection) == "ab"


def test_what_does_not_fit_in_memory_is_spilled_beside_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    warehouse = Warehouse(tmp_path / "warehouse.duckdb", memory=20_000_000)
    spilling = "CREATE TABLE many AS SELECT md5(range::VARCHAR) FROM range(400_000) ORDER BY 1"
    with warehouse.writer() as connection:
        connection.execute("SET threads = 1")
        connection.execute(spilling)
        assert (tmp_path / "warehouse.duckdb.tmp").is_dir()
    assert [*Path().iterdir()] == []
    assert not (tmp_path / "warehouse.duckdb.tmp").exists()


@pytest.mark.parametrize("is_theirs", [True, False])
def test_a_file_that_no_import_has_written_has_nothing_loaded(
    tmp_path: Path, is_theirs: bool
) -> None:
    path = tmp_path / "theirs.duckdb"
    with duckdb.connect(path) as connection:
        if is_theirs:
            connection.execute("CREATE TABLE mine AS SELECT 1 AS id")
    with Warehouse(path).reader() as connection:
        assert loaded_months(connection) == LoadedMonths()
    with Warehouse(path).writer() as connection:
        assert loaded_months(connection) == LoadedMonths()
        if is_theirs:
            assert scalar(connection, "SELECT id FROM mine") == 1


def test_a_file_that_is_no_database_says_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / "notes.duckdb"
    path.write_text("notes")
    advice = r"notes.duckdb: cannot be opened: .*DISCOGS_WAREHOUSE"
    with pytest.raises(WarehouseError, match=advice):
        Warehouse(path).connect(is_reader=True)
    assert path.read_text() == "notes"
