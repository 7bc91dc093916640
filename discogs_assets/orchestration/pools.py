"""Wait for a place in a Dagster pool without using the processor, and without being forgotten.

Two faults of Dagster 1.13.27, which is pinned: `interval_to_next_pending_claim_check` gives at most
0, so that a waiting step asks as fast as it can (https://github.com/dagster-io/dagster/pull/20367
would mend it); and a step that queues in the moment another frees its place is not told of it.

Pools by run, which need none of this, are no way out: only the queue of the daemon heeds them. An
import of the command line would download and write beside a run of the daemon, and a run would keep
all its pools to its end: no month could be downloaded while another is read. This file goes when
Dagster moves to a release without the first fault, and the tests pass without it.
"""

import time
from typing import Any

import dagster as dg
from dagster._core.execution.plan.instance_concurrency_context import InstanceConcurrencyContext

claim = InstanceConcurrencyContext.claim


def patch_pools() -> None:
    """Put the two functions below in the place of Dagster's own; again is nothing more."""
    patched: Any = InstanceConcurrencyContext
    patched.interval_to_next_pending_claim_check = seconds_to_next_claim
    patched.claim = claim_or_wake


def seconds_to_next_claim(context: InstanceConcurrencyContext) -> float:
    """Return how long to sleep until the first waiting step is to ask again."""
    times = context._pending_timeouts.values()
    return max(0.0, min(times) - time.time()) if times else 0.0


def claim_or_wake(
    context: InstanceConcurrencyContext, concurrency_key: str, step_key: str, step_priority: int = 0
) -> bool:
    """Return whether a step has a place now; if not, see that a free one is given to someone."""
    if claim(context, concurrency_key, step_key, step_priority):
        return True
    wake(context._instance, concurrency_key)
    return False


def wake(instance: dg.DagsterInstance, pool: str) -> None:
    """Give a free place of a pool to the step that has waited longest."""
    from dagster._core.storage.event_log import SqlEventLogStorage  # It takes a second.

    storage = instance.event_log_storage
    if isinstance(storage, SqlEventLogStorage) and storage.has_unassigned_slots(pool):
        storage.assign_pending_steps([pool])
