"""A step that waits for a place in a pool sleeps meanwhile, and gets the place when it is free."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest
from dagster._core.execution.plan.instance_concurrency_context import InstanceConcurrencyContext
from dagster._core.storage.event_log import SqlEventLogStorage

from discogs_assets.orchestration.instance import open_instance

pytestmark = pytest.mark.slow

POOL = "duckdb"


@pytest.fixture
def instance(tmp_path: Path) -> Iterator[dg.DagsterInstance]:
    with open_instance(tmp_path) as instance:
        instance.event_log_storage.set_concurrency_slots(POOL, 1)
        yield instance


def storage_of(instance: dg.DagsterInstance) -> SqlEventLogStorage:
    storage = instance.event_log_storage
    assert isinstance(storage, SqlEventLogStorage)
    return storage


def new_run(instance: dg.DagsterInstance) -> dg.DagsterRun:
    return instance.create_run_for_job(dg.job(name="waits")(lambda: None))


def test_a_waiting_step_sleeps(instance: dg.DagsterInstance) -> None:
    first, second = new_run(instance), new_run(instance)
    with (
        InstanceConcurrencyContext(instance, first) as holder,
        InstanceConcurrencyContext(instance, second) as waiter,
    ):
        assert holder.claim(POOL, "load")
        assert not waiter.claim(POOL, "load")
        assert 0.5 < waiter.interval_to_next_pending_claim_check() <= 1.5
        holder.free_step("load")
        time.sleep(waiter.interval_to_next_pending_claim_check() + 0.01)
        assert waiter.interval_to_next_pending_claim_check() == 0.0
        assert waiter.claim(POOL, "load")


def test_a_step_that_queues_as_a_place_is_freed_is_not_forgotten(
    instance: dg.DagsterInstance,
) -> None:
    storage, run = storage_of(instance), new_run(instance)
    # What is left when another frees its place between the two steps of queueing.
    storage.add_pending_step(POOL, run.run_id, "load", should_assign=False)
    with InstanceConcurrencyContext(instance, run) as waiter:
        assert not waiter.claim(POOL, "load"), "it is woken for the next time"
        time.sleep(waiter.interval_to_next_pending_claim_check() + 0.01)
        assert waiter.claim(POOL, "load")


def test_by_run_a_step_of_the_command_line_would_not_wait(tmp_path: Path) -> None:
    """Why pools are by operation: should this fail, `granularity: run` may do instead."""
    limits = "concurrency: {pools: {granularity: run, default_limit: 1}}"
    (tmp_path / "dagster.yaml").write_text(limits)
    with open_instance(tmp_path) as instance:
        first, second = new_run(instance), new_run(instance)
        with (
            InstanceConcurrencyContext(instance, first) as holder,
            InstanceConcurrencyContext(instance, second) as waiter,
        ):
            assert holder.claim(POOL, "load")
            assert waiter.claim(POOL, "load")


def test_a_run_that_waits_leaves_the_processor_to_others(instance: dg.DagsterInstance) -> None:
    @dg.asset(pool=POOL)
    def loads() -> None:
        """Do nothing."""

    with InstanceConcurrencyContext(instance, new_run(instance)) as holder:
        assert holder.claim(POOL, "load")
        run = threading.Thread(target=lambda: dg.materialize([loads], instance=instance))
        run.start()
        time.sleep(2)
        used = time.process_time()
        time.sleep(3)
        assert time.process_time() - used < 1.0
        holder.free_step("load")
        run.join(timeout=60)
    assert not run.is_alive()
