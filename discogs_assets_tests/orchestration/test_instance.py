"""The folder of Dagster: it gets the limits of the checkout, and keeps what it has."""

import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import dagster as dg
import pytest
from sqlalchemy.exc import DBAPIError

from discogs_assets.errors import SettingError, SpaceError, StoreError
from discogs_assets.orchestration.instance import LIMITS, home_errors, open_instance, write_limits
from discogs_assets.orchestration.killed_runs import LocalRunLauncher
from discogs_assets_tests.support.checkout import CHECKOUT


def test_a_new_folder_has_the_limits(tmp_path: Path) -> None:
    with open_instance(tmp_path / "new/home") as instance:
        pools = instance.get_concurrency_config().pool_config
        assert pools.default_pool_limit == 1
        assert str(pools.pool_granularity) == "PoolGranularity.OP"
        assert (instance.run_retries_enabled, instance.run_retries_max_retries) == (True, 2)
        assert isinstance(instance.run_launcher, LocalRunLauncher)
        assert instance.telemetry_enabled is False
    assert (tmp_path / "new/home/dagster.yaml").read_bytes() == LIMITS.read_bytes()


def test_a_file_that_is_there_stays(tmp_path: Path) -> None:
    own = "telemetry:\n  enabled: false\nrun_retries:\n  enabled: true\n  max_retries: 7\n"
    (tmp_path / "dagster.yaml").write_text(own)
    with open_instance(tmp_path) as instance:
        assert instance.run_retries_max_retries == 7
    assert (tmp_path / "dagster.yaml").read_text() == own


def test_the_launcher_of_an_old_copy_is_mended(tmp_path: Path) -> None:
    """Dagster names the module of its launcher in a file of the user, and that module moved."""
    file, now = tmp_path / "dagster.yaml", LIMITS.read_text()
    own = now.replace("max_concurrent_runs: 4", "max_concurrent_runs: 7")
    file.write_text(own.replace("assets.orchestration.killed_runs", "assets.killed_runs"))
    with open_instance(tmp_path) as instance:
        assert type(instance.run_launcher).__module__.endswith("orchestration.killed_runs")
    assert file.read_text() == own != now


def test_a_checkout_has_one_file_of_limits() -> None:
    assert (CHECKOUT / "dagster.yaml").resolve() == LIMITS.resolve()


def test_a_file_that_is_half_written_is_no_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("discogs_assets.orchestration.instance.LIMITS", tmp_path / "gone")
    with pytest.raises(StoreError, match="gone"):
        write_limits(tmp_path / "dagster.yaml")
    assert not (tmp_path / "dagster.yaml").exists()


def broken(home: Path) -> Callable[[], None]:
    def open_it() -> None:
        with open_instance(home) as instance:
            instance.get_runs()

    return open_it


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: [", "expected the node content"),
        ("nonsense: 1", 'unexpected config entry "nonsense" at the root'),
    ],
)
def test_a_file_of_limits_that_cannot_be_used(tmp_path: Path, text: str, expected: str) -> None:
    (tmp_path / "dagster.yaml").write_text(text)
    with pytest.raises(SettingError, match=rf"^DAGSTER_HOME is {tmp_path}: .*{expected}") as error:
        broken(tmp_path)()
    assert str(error.value).endswith("or delete it to have the limits of this package")
    assert len(str(error.value)) < 600


def test_a_folder_that_is_none(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.touch()
    with pytest.raises(StoreError, match=rf"^DAGSTER_HOME: {home}: File exists; let this user"):
        broken(home)()
    (tmp_path / "dagster.yaml").mkdir()
    with pytest.raises(StoreError, match=rf"^DAGSTER_HOME is {tmp_path}: .*Is a directory"):
        broken(tmp_path)()


@pytest.mark.parametrize("name", ["a b", "#1", "100%", "[x]", 'o\'b "q"', "ä&=;"])
def test_the_folder_may_have_any_name(tmp_path: Path, name: str) -> None:
    broken(tmp_path / name)()
    assert (tmp_path / name / "history/runs.db").exists()
    assert [*tmp_path.iterdir()] == [tmp_path / name]


@pytest.mark.parametrize("name", ["a?b", "a%20b"])
def test_but_for_one_that_dagster_reads_otherwise(tmp_path: Path, name: str) -> None:
    home = tmp_path / name
    with pytest.raises(SettingError, match=r"without [?] and %20 in its path"):
        broken(home)()
    assert [*tmp_path.iterdir()] == []


def test_a_damaged_database(tmp_path: Path) -> None:
    broken(tmp_path)()
    (tmp_path / "history/runs.db").write_bytes(b"no database" * 1000)
    with pytest.raises(StoreError, match=rf"^DAGSTER_HOME is {tmp_path}, .*not a database.*away"):
        broken(tmp_path)()


FULL = """
import resource, sys
from discogs_assets.cli import main as command
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]), resource.RLIM_INFINITY))
sys.exit(command.main(["retain", "--dry-run"]))
"""


@pytest.mark.slow
@pytest.mark.parametrize("size", [20_000, 60_000, 100_000])
def test_a_full_disk_is_told(tmp_path: Path, size: int) -> None:
    home = tmp_path / "home"
    environment = {
        **os.environ,
        "DISCOGS_STORE": str(tmp_path / "store"),
        "DISCOGS_WAREHOUSE": str(tmp_path / "warehouse.duckdb"),
        "DAGSTER_HOME": str(home),
    }
    command = [sys.executable, "-c", FULL, str(size)]
    found = subprocess.run(command, env=environment, capture_output=True, text=True)
    last = found.stderr.splitlines()[-1]
    assert found.returncode == 1
    assert last.startswith(f"discogs-assets: DAGSTER_HOME is {home}, where Dagster keeps its runs:")
    assert last.endswith(
        "set DAGSTER_HOME to another folder. What was published stays: run again to go on"
    )
    assert "Traceback" not in found.stderr


def test_full_disks_as_sqlite_tells_of_them(tmp_path: Path) -> None:
    error = DBAPIError("INSERT", None, sqlite3.OperationalError("database or disk is full"))
    told = r"^DAGSTER_HOME is /d, .*disk is full; make room there"
    with pytest.raises(SpaceError, match=told), home_errors(Path("/d")):
        raise error
    with pytest.raises(OSError, match="elsewhere"), home_errors(tmp_path):
        raise OSError(28, "elsewhere", "/other/file")
    with pytest.raises(SpaceError, match="DAGSTER_HOME"), home_errors(tmp_path):
        raise OSError(28, "No space left on device", str(tmp_path / "storage/x"))


@pytest.mark.slow
def test_two_may_make_it_at_once(tmp_path: Path) -> None:
    def runs(_: int) -> list[dg.DagsterRun]:
        with open_instance(tmp_path) as instance:
            return [*instance.get_runs()]

    with ThreadPoolExecutor(2) as pool:
        assert [*pool.map(runs, range(2))] == [[], []]
