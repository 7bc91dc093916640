"""The definitions in an instance that has nothing of this package's dagster.yaml.

What is missing there is said in docs/in_your_own_instance.md.
"""

from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest

from discogs_assets.definitions import build_definitions
from discogs_assets.errors import DumpNotFoundError
from discogs_assets.orchestration.asset_keys import table_key
from discogs_assets_tests.support.workplace import JANUARY, Workplace

ARTISTS = [table_key(name) for name in ("artists_dump", "artists_records", "artist")]


@pytest.fixture
def instance() -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.ephemeral() as instance:
        yield instance


def run(
    place: Workplace, instance: dg.DagsterInstance, executor: dg.ExecutorDefinition | None
) -> dg.ExecuteInProcessResult:
    """Import the artists of a month as Dagster would, in this process."""
    definitions = build_definitions(place.platform(), executor=executor)
    job = definitions.resolve_job_def("import_month")
    return job.execute_in_process(
        instance=instance, asset_selection=ARTISTS, partition_key=str(JANUARY)
    )


def test_it_has_none_of_our_limits(instance: dg.DagsterInstance) -> None:
    pools = instance.get_concurrency_config().pool_config
    assert pools.default_pool_limit is None
    assert str(pools.pool_granularity) in ("None", "PoolGranularity.OP")
    assert (instance.run_retries_enabled, instance.run_monitoring_enabled) == (False, False)
    assert instance.freshness_enabled


def test_a_month_is_imported(tmp_path: Path, instance: dg.DagsterInstance) -> None:
    place = Workplace(tmp_path)
    place.publish(JANUARY)
    assert run(place, instance, dg.in_process_executor).success
    assert place.count("artist") == 20
    assert instance.get_materialized_partitions(ARTISTS[-1]) == {str(JANUARY)}


def test_a_run_that_failed_is_started_again_by_hand(
    tmp_path: Path, instance: dg.DagsterInstance
) -> None:
    place = Workplace(tmp_path)
    place.dumps.mkdir()
    with pytest.raises(DumpNotFoundError):
        run(place, instance, None)
    place.publish(JANUARY)
    assert run(place, instance, None).success
    before = place.content()
    assert run(place, instance, None).success
    assert place.content() == before
