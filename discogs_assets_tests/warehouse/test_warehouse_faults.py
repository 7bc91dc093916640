"""A load that is killed, or finds the disk full, leaves the month before."""

import resource
import subprocess
import sys
from pathlib import Path

import pytest

from discogs_assets.warehouse.database import Warehouse
from discogs_assets.warehouse.loaded import Provenance, loaded_months
from discogs_assets.warehouse.replace import replace_from_query
from discogs_assets_tests.support.small_table import FEBRUARY, JANUARY, THING, kept, load

pytestmark = pytest.mark.slow

MANY = "SELECT range::INTEGER AS id, md5(range::VARCHAR) AS name FROM range({rows})"

KILLED = """
import sys, time
from pathlib import Path
from discogs_assets.warehouse import replace
from discogs_assets.warehouse.database import Warehouse
from discogs_assets_tests.support.small_table import JANUARY, THING

def wait(*_):
    print(sys.argv[2], flush=True)
    time.sleep(600)

setattr(replace, sys.argv[2], wait)
with Warehouse(Path(sys.argv[1])).writer() as connection:
    what = replace.Provenance(JANUARY, "new", True)
    replace.replace_from_query(connection, what, THING, sys.argv[3])
"""

FULL = """
import sys
from pathlib import Path
from discogs_assets.errors import WarehouseError
from discogs_assets.warehouse.loaded import Provenance
from discogs_assets.warehouse.replace import replace_from_query
from discogs_assets.warehouse.database import Warehouse
from discogs_assets_tests.support.small_table import JANUARY, THING

try:
    with Warehouse(Path(sys.argv[1])).writer() as connection:
        replace_from_query(connection, Provenance(JANUARY, "new", True), THING, sys.argv[2])
except WarehouseError as error:
    print(error)
"""


@pytest.fixture
def warehouse(tmp_path: Path) -> Warehouse:
    """Return a warehouse with two months."""
    warehouse = Warehouse(tmp_path / "warehouse.duckdb", lock_timeout_s=10)
    with warehouse.writer() as connection:
        load(connection, JANUARY, "ab")
        load(connection, FEBRUARY, "cde")
    return warehouse


def check_unchanged(warehouse: Warehouse) -> None:
    with warehouse.reader() as connection:
        assert kept(connection) == {JANUARY: "ab", FEBRUARY: "cde"}
        assert {done.import_id for done in loaded_months(connection)} == {"ab", "cde"}


def check_loads(warehouse: Warehouse, rows: int) -> None:
    """Assert that the load that failed now gives what an undisturbed one does."""
    with warehouse.writer() as connection:
        query = MANY.format(rows=rows)
        assert (
            replace_from_query(connection, Provenance(JANUARY, "new", True), THING, query) == rows
        )
        difference = f"(SELECT id, name FROM discogs.thing WHERE month = DATE '{JANUARY}') EXCEPT "
        assert connection.execute(difference + query).fetchall() == []
        assert kept(connection)[FEBRUARY] == "cde"


@pytest.mark.parametrize("rows", [10, 400_000])
@pytest.mark.parametrize("step", ["note_loaded", "create_views"])
def test_a_killed_load_leaves_the_month_before(warehouse: Warehouse, rows: int, step: str) -> None:
    arguments = [str(warehouse.path), step, MANY.format(rows=rows)]
    with subprocess.Popen(
        [sys.executable, "-c", KILLED, *arguments], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == f"{step}\n"
        process.kill()
    check_unchanged(warehouse)
    check_loads(warehouse, rows)


@pytest.mark.parametrize(
    ("rows", "limit"), [(1_000, 300), (1_000, 5_000), (400_000, 300_000), (400_000, 3_000_000)]
)
def test_a_full_disk_leaves_the_month_before(warehouse: Warehouse, rows: int, limit: int) -> None:
    arguments = [str(warehouse.path), MANY.format(rows=rows)]
    found = subprocess.run(
        [sys.executable, "-c", FULL, *arguments],
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)),
        capture_output=True,
        text=True,
    )
    assert (found.returncode, found.stderr) == (0, "")
    assert found.stdout.startswith(f"{warehouse.path}: cannot be written: ")
    assert found.stdout.endswith("File too large; is the disk full?\n")
    check_unchanged(warehouse)
    check_loads(warehouse, rows)
