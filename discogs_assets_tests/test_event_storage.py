"""Dagster's SQLite storage with engines that are kept: what is written is there for others."""

import sqlite3
from contextlib import closing
from pathlib import Path

import dagster as dg

from discogs_assets.dagster_home import open_instance
from discogs_assets.event_storage import engine_of, keep_engines


@dg.asset
def small_asset() -> None:
    """One step, and its events."""


def rows_in(path: Path, query: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as other:
        return other.execute(query).fetchall()


def test_events_are_there_for_another_process_and_few_engines_are_made(tmp_path: Path) -> None:
    with open_instance(tmp_path) as instance:
        keep_engines()
        engine_of.cache_clear()
        run = dg.materialize([small_asset], instance=instance).dagster_run
        made = engine_of.cache_info()
        assert made.misses <= 3, "the runs, the index and the run's own"
        assert made.hits > 20
        [(events,)] = rows_in(
            tmp_path / "history" / "runs" / f"{run.run_id}.db", "SELECT count(*) FROM event_logs"
        )
        assert events == len(instance.all_logs(run.run_id))
        runs = tmp_path / "history" / "runs.db"
        assert rows_in(runs, "SELECT run_id, status FROM runs") == [(run.run_id, "SUCCESS")]


def test_a_home_that_is_opened_again_has_its_runs(tmp_path: Path) -> None:
    with open_instance(tmp_path) as instance:
        keep_engines()
        first = dg.materialize([small_asset], instance=instance).dagster_run.run_id
    with open_instance(tmp_path) as instance:
        second = dg.materialize([small_asset], instance=instance).dagster_run.run_id
        assert [run.run_id for run in instance.get_runs()] == [second, first]
