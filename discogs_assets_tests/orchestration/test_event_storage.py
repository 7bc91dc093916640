"""Dagster's SQLite storage with engines that are kept: what is written is there for others."""

import sqlite3
from contextlib import closing
from pathlib import Path

import dagster as dg

from discogs_assets.orchestration.event_storage import (
    KEPT,
    KEPT_ENGINES,
    engine_of,
    keep_engines,
    release_engines,
)
from discogs_assets.orchestration.instance import open_instance


@dg.asset
def small_asset() -> None:
    """One step, and its events."""


def rows_in(path: Path, query: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as other:
        return other.execute(query).fetchall()


def test_events_are_there_for_another_process_and_few_engines_are_made(tmp_path: Path) -> None:
    with open_instance(tmp_path) as instance:
        keep_engines()
        run = dg.materialize([small_asset], instance=instance).dagster_run
        assert len(KEPT_ENGINES) == 3, "the runs, the index and the run's own"
        [(events,)] = rows_in(
            tmp_path / "history" / "runs" / f"{run.run_id}.db", "SELECT count(*) FROM event_logs"
        )
        assert events == len(instance.all_logs(run.run_id))
        runs = tmp_path / "history" / "runs.db"
        assert rows_in(runs, "SELECT run_id, status FROM runs") == [(run.run_id, "SUCCESS")]
    assert not KEPT_ENGINES, "closed with the instance"


def test_the_files_that_were_used_last_are_kept(tmp_path: Path) -> None:
    urls = [f"sqlite:///{tmp_path}/{number}.db" for number in range(KEPT + 3)]
    for url in urls:
        with engine_of(url, None).connect() as connection:
            connection.exec_driver_sql("CREATE TABLE thing (id INTEGER)")
    assert [url for url, _ in KEPT_ENGINES] == urls[3:]
    release_engines()
    assert not KEPT_ENGINES


def test_a_home_that_is_opened_again_has_its_runs(tmp_path: Path) -> None:
    with open_instance(tmp_path) as instance:
        keep_engines()
        first = dg.materialize([small_asset], instance=instance).dagster_run.run_id
    with open_instance(tmp_path) as instance:
        second = dg.materialize([small_asset], instance=instance).dagster_run.run_id
        assert [run.run_id for run in instance.get_runs()] == [second, first]
