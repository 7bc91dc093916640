"""What keys of metadata look like, and those that an instance has kept."""

import re
from collections.abc import Iterable, Iterator

import dagster as dg

KEY = re.compile(r"(dagster/)?[a-z][a-z0-9_]*")


def check_keys(keys: Iterable[str]) -> None:
    """Assert that keys are in snake_case; those of Dagster have its name before."""
    assert [key for key in keys if not KEY.fullmatch(key)] == []


def iter_kept(instance: dg.DagsterInstance) -> Iterator[tuple[str, set[str]]]:
    """Yield the kind and the keys of each event with metadata in all runs."""
    for run in instance.get_runs():
        for entry in instance.all_logs(run.run_id):
            event = entry.dagster_event
            if event is None:
                continue
            if event.event_type == dg.DagsterEventType.ASSET_MATERIALIZATION:
                yield "materialization", {*event.step_materialization_data.materialization.metadata}
            if event.event_type == dg.DagsterEventType.ASSET_CHECK_EVALUATION:
                yield "check", {*event.asset_check_evaluation_data.metadata}
