"""The assets and the sensor of ListenBrainz, by the platform's own definitions."""

import re
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest

from discogs_assets.definitions import build_definitions
from discogs_assets.orchestration.partitions import ALL_MONTHS, months_from
from discogs_assets.platform import Platform, build_platform, read_settings
from discogs_assets.sources.listenbrainz_dumps.keys import ALL_KEYS, IMPORT_JOB
from discogs_assets.sources.listenbrainz_dumps.sensor import build_listens_sensor
from discogs_assets.warehouse.sql import scalar
from discogs_assets_tests.support.checkout import CHECKOUT
from discogs_assets_tests.support.listen_imports import FEBRUARY
from discogs_assets_tests.support.listens import FULL, Mirror, in_members, listens

ROWS = listens(2100)


@pytest.fixture
def mirror(tmp_path: Path) -> Mirror:
    mirror = Mirror(tmp_path / "mirror")
    mirror.spark(FULL, in_members(ROWS, 300))
    return mirror


@pytest.fixture
def platform(tmp_path: Path, mirror: Mirror) -> Platform:
    environment = {
        "DISCOGS_STORE": str(tmp_path / "data"),
        "DISCOGS_WAREHOUSE": str(tmp_path / "data/warehouse.duckdb"),
        "DAGSTER_HOME": str(tmp_path / "home"),
        "LISTENBRAINZ_URL": str(mirror.folder),
        "LISTENBRAINZ_SALT": "made up for this test only",
        "DISCOGS_MEMORY": "1GB",
    }
    return build_platform(read_settings(environment))


@pytest.fixture
def instance() -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.ephemeral(settings={"telemetry": {"enabled": False}}) as instance:
        yield instance


def test_a_run_imports_and_counts(platform: Platform, instance: dg.DagsterInstance) -> None:
    job = build_definitions(platform).resolve_job_def(IMPORT_JOB)
    config = {"listenbrainz__user_artist": {"config": {"min_listens_of_pair": 14}}}
    result = job.execute_in_process(
        instance=instance, partition_key=str(FEBRUARY), run_config={"ops": config}
    )
    rows = {
        event.asset_key.path[-1]: event.materialization.metadata[
            "dagster/partition_row_count"
        ].value
        for event in result.get_asset_materialization_events()
        if event.asset_key
    }
    with platform.warehouse.reader() as connection:
        counts = {
            key.path[-1]: connection.sql(f"FROM listenbrainz.{key.path[-1]}").aggregate("count(*)")
            for key in ALL_KEYS
        }
        found = {name: count.fetchall()[0][0] for name, count in counts.items()}
        fewest = scalar(connection, "SELECT min(listens) FROM listenbrainz.user_artist")
    assert found == rows
    assert rows["listen"] == 672
    # Without a minimum it would be 13.
    assert fewest >= 14


def tick(platform: Platform, instance: dg.DagsterInstance, cursor: str = "") -> dg.SensorResult:
    context = dg.build_sensor_context(instance, cursor=cursor or None)
    with context:
        sensor = build_listens_sensor(ALL_MONTHS)
        result = sensor(context, listenbrainz=platform.listenbrainz)
    assert isinstance(result, dg.SensorResult)
    return result


def test_the_sensor_asks_for_the_last_whole_month_once(
    platform: Platform, instance: dg.DagsterInstance, mirror: Mirror
) -> None:
    first = tick(platform, instance)
    assert first.run_requests is not None
    [request] = first.run_requests
    assert (request.partition_key, request.run_key) == ("2026-03-01", f"listenbrainz-dump-{FULL}")
    second = tick(platform, instance, str(first.cursor))
    assert second.skip_reason == dg.SkipReason(f"nothing new: listenbrainz-dump-{FULL}")
    mirror.spark("8-20260515-000004-full", in_members(ROWS[:10], 10))
    third = tick(platform, instance, str(second.cursor))
    assert [one.partition_key for one in third.run_requests or ()] == ["2026-04-01"]


def test_the_sensor_says_what_is_wrong_and_forgets_nothing(
    platform: Platform, instance: dg.DagsterInstance, tmp_path: Path
) -> None:
    for folder in (tmp_path / "mirror/fullexport").iterdir():
        folder.rename(folder.with_name(folder.name.replace("-full", "-db")))
    result = tick(platform, instance, "before")
    assert "expected a folder listenbrainz-dump-…-full" in str(result.skip_reason)
    assert result.cursor == "before"


def test_the_sensor_is_stopped_at_first() -> None:
    sensor = build_listens_sensor(months_from(FEBRUARY))
    assert sensor.default_status is dg.DefaultSensorStatus.STOPPED


def test_the_questions_of_the_page_have_answers(
    platform: Platform, instance: dg.DagsterInstance
) -> None:
    job = build_definitions(platform).resolve_job_def(IMPORT_JOB)
    job.execute_in_process(instance=instance, partition_key=str(FEBRUARY))
    page = (CHECKOUT / "docs/listenbrainz.md").read_text()
    questions = re.findall(r"```sql\n(.*?)```", page, re.DOTALL)
    with platform.warehouse.reader() as connection:
        answers = [connection.sql(question).fetchall() for question in questions]
    # By user 1 to 7: recordings 1 to 49 but each fourth, of ten artists and one more.
    assert [len(answer) for answer in answers] == [10, 10, 10]
    assert answers[0][0][2:] == (14, 7)
    assert {listeners for _, _, listeners, _ in answers[1]} == {7}
    assert {users for _, users in answers[2]} == {7}


def test_the_graph(platform: Platform) -> None:
    definitions = build_definitions(platform)
    graph = definitions.resolve_asset_graph()
    specs = [one for one in definitions.resolve_all_asset_specs() if one.key in ALL_KEYS]
    reads = {one.key.path[-1]: [dep.asset_key.path[-1] for dep in one.deps] for one in specs}
    counts = ("listens_by_recording", "listens_by_artist", "user_artist")
    assert reads == {"listen": [], **{key: ["listen"] for key in counts}}
    for one in specs:
        assert one.group_name == "listenbrainz"
        assert "CC0" in str(one.description)
        assert one.freshness_policy is None, "nobody has to import listens"
        is_download = one.key.path[-1] == "listen"
        assert graph.get(one.key).pools == {"listenbrainz_download" if is_download else "duckdb"}
