"""The folder of Dagster: it gets the limits of the checkout, and keeps what it has."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import dagster as dg
import pytest

from discogs_assets.dagster_home import LIMITS, open_instance, write_limits
from discogs_assets.errors import StoreError
from discogs_assets.killed_runs import LocalRunLauncher

CHECKOUT = Path(__file__).parents[1]


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


def test_a_checkout_has_one_file_of_limits() -> None:
    assert (CHECKOUT / "dagster.yaml").resolve() == LIMITS.resolve()


def test_a_file_that_is_half_written_is_no_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("discogs_assets.dagster_home.LIMITS", tmp_path / "gone")
    with pytest.raises(StoreError, match="gone"):
        write_limits(tmp_path / "dagster.yaml")
    assert not (tmp_path / "dagster.yaml").exists()


@pytest.mark.slow
def test_two_may_make_it_at_once(tmp_path: Path) -> None:
    def runs(_: int) -> list[dg.DagsterRun]:
        with open_instance(tmp_path) as instance:
            return [*instance.get_runs()]

    with ThreadPoolExecutor(2) as pool:
        assert [*pool.map(runs, range(2))] == [[], []]
