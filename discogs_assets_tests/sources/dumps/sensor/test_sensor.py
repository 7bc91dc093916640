"""What the sensor and the schedule request, and what they say when they request nothing."""

import json
import re
import threading
from datetime import UTC, date, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import dagster as dg
import pytest

from discogs_assets.orchestration.asset_keys import table_key
from discogs_assets.sources.discogs_dumps.source import DISCOGS
from discogs_assets.sources.dumps.keys import catalogue_key
from discogs_assets.sources.dumps.sensor.catalogue_asset import (
    CHECK,
    FRESHNESS,
    build_freshness_schedule,
)
from discogs_assets.sources.dumps.sensor.published import PollSettings
from discogs_assets.sources.dumps.sensor.run_requests import ImportScope
from discogs_assets.sources.dumps.sensor.sensor import build_schedule, build_sensor
from discogs_assets_tests.support.discogs_site import DiscogsSite
from discogs_assets_tests.support.metadata_keys import check_keys
from discogs_assets_tests.support.sensor_daemon import ARTISTS, FEBRUARY, JANUARY, NOW, Daemon
from discogs_assets_tests.support.small_months import bring, checksums, month, whole_month, write

ALL_TYPES = "artists, labels, masters, releases"


def test_complete_months_are_requested_the_oldest_first(site: DiscogsSite, daemon: Daemon) -> None:
    site.files = JANUARY | FEBRUARY
    january, february = daemon.tick().run_requests
    assert (january.partition_key, february.partition_key) == ("2026-01-01", "2026-02-01")
    assert re.fullmatch(rf"2026-02 {ALL_TYPES} \(\w{{8}}\), attempt 1", february.run_key)
    tags = {"month": "2026-02", "types": ALL_TYPES}
    assert {name: february.tags[f"discogs/{name}"] for name in tags} == tags
    file = f"{ARTISTS}:{daemon.lake.schema('artists')}"
    assert february.tags[".dagster/discogs_artists"] == file
    names = {key.path[-1] for key in february.asset_selection}
    assert names >= {"artists_dump", "labels_records", "master", "release_change", "tag", "video"}


def test_only_what_is_new_of_a_month_is_requested(site: DiscogsSite, daemon: Daemon) -> None:
    site.files = FEBRUARY
    bring(daemon.lake, month("20260201", "artists labels masters"))
    (request,) = daemon.tick().run_requests
    names = {key.path[-1] for key in request.asset_selection}
    assert names >= {"releases_dump", "releases_records", "release", "release_change", "video"}
    assert not names & {"artists_dump", "artist", "artist_change", "tag"}


def test_a_month_before_the_first_one_is_left_alone(site: DiscogsSite, daemon: Daemon) -> None:
    site.files = whole_month("20251201") | JANUARY
    assert daemon.requested() == ["2026-01-01"]


def test_what_is_imported_is_nothing_new(site: DiscogsSite, daemon: Daemon) -> None:
    site.files = JANUARY | FEBRUARY
    bring(daemon.lake, site.files)
    assert daemon.skipped() == "nothing new: 2026-02, 2026-01 are imported"
    assert daemon.check().passed
    site.files = {}
    assert daemon.skipped() == f"{site.url}: nothing is published"


def test_a_half_published_month_waits(site: DiscogsSite, daemon: Daemon) -> None:
    site.files = JANUARY | month("20260201", "artists labels masters")
    bring(daemon.lake, JANUARY)
    assert daemon.skipped() == "2026-02: waiting for releases"
    assert daemon.check().passed
    assert "| 2026-02 | releases | – | – | missing | no |" in daemon.observed()
    assert "| 2026-01 | releases | 2026-01-15 |" in daemon.observed()


def test_what_waits_beside_requests_is_told(
    site: DiscogsSite, daemon: Daemon, capsys: pytest.CaptureFixture[str]
) -> None:
    site.files = JANUARY | month("20260201", "artists")
    done = daemon.tick()
    waits = "2026-02: waiting for labels, masters, releases"
    assert (len(done.run_requests), done.skip_message) == (1, None)
    assert waits in capsys.readouterr().err
    (record,) = daemon.instance.fetch_observations(catalogue_key(DISCOGS), limit=1).records
    assert record.asset_observation is not None
    check_keys(record.asset_observation.metadata)
    assert record.asset_observation.metadata["waiting"].value == f"- {waits}"


def test_a_dump_published_again_has_another_run_key(site: DiscogsSite, daemon: Daemon) -> None:
    site.files = {**FEBRUARY}
    (first, *_) = daemon.tick().run_requests
    bring(daemon.lake, FEBRUARY)
    assert daemon.requested() == []
    again = month("20260201", "artists", "B")
    site.files |= again | checksums(month("20260201") | again)
    site.modified = {"data/2026/discogs_20260201_CHECKSUM.txt": "2026-02-18 10:00:00"}
    (second,) = daemon.tick().run_requests
    assert second.partition_key == first.partition_key
    assert second.run_key != first.run_key


def test_the_site_refuses(site: DiscogsSite, daemon: Daemon) -> None:
    site.files = FEBRUARY
    daemon.tick()
    before = daemon.cursor
    site.is_refusing = True
    reason = daemon.skipped()
    assert "the site answers 403" in reason
    assert "set DISCOGS_DUMPS_URL to a mirror" in reason
    assert (daemon.cursor, before is None) == (before, False)


@pytest.mark.parametrize("as_date", [False, True])
def test_a_wait_that_is_asked_for_is_kept(site: DiscogsSite, daemon: Daemon, as_date: bool) -> None:
    site.files = FEBRUARY
    bring(daemon.lake, FEBRUARY)
    daemon.now = datetime.now(UTC).replace(microsecond=0)
    until = daemon.now + timedelta(seconds=3574)
    site.busy, site.retry_after = 1, format_datetime(until, usegmt=True) if as_date else "3574"
    reason = daemon.skipped()
    assert "the site answers 429" in reason
    assert daemon.cursor is not None
    found = datetime.fromisoformat(json.loads(daemon.cursor)["not_before"])
    assert abs(found - until) < timedelta(seconds=20)
    assert f"not asked before {found:%Y-%m-%d %H:%M:%S} UTC" in reason

    daemon.now += timedelta(seconds=3500)
    reason = f"{site.url} asked to wait: not asked before {found:%Y-%m-%d %H:%M:%S} UTC"
    assert daemon.skipped() == reason
    assert len(site.requests) == 1

    daemon.now += timedelta(seconds=100)
    daemon.skipped()
    assert len(site.requests) > 1


@pytest.mark.parametrize(("fault", "retry_after"), [(429, "0"), (500, None), (503, None)])
def test_a_fault_is_told_and_the_next_tick_asks_again(
    site: DiscogsSite, daemon: Daemon, fault: int, retry_after: str | None
) -> None:
    site.files = FEBRUARY
    site.faults, site.retry_after = [fault], retry_after
    assert f"the site answers {fault}" in daemon.skipped()
    assert len(site.requests) == 1
    assert len(daemon.requested()) == 1


def test_a_page_that_is_no_listing_is_told(
    site: DiscogsSite, daemon: Daemon, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.files = FEBRUARY
    daemon.tick()
    before = daemon.cursor
    monkeypatch.setattr(
        "discogs_assets_tests.support.discogs_site.render_page",
        lambda *_: b"<html><h1>We are moving</h1></html>",
    )
    reason = daemon.skipped()
    assert "expected a page with a <pre> list" in reason
    assert "<h1>We are moving" in reason
    assert daemon.cursor == before


def test_a_site_that_does_not_answer_is_told(
    site: DiscogsSite, daemon: Daemon, monkeypatch: pytest.MonkeyPatch
) -> None:
    is_over = threading.Event()
    package = "discogs_assets.sources.dumps.sensor.sensor"
    monkeypatch.setattr(f"{package}.DEADLINE_S", 0.05)
    monkeypatch.setattr(f"{package}.read_published", lambda *_: is_over.wait(5))
    assert "expected an answer within 0 s, found none" in daemon.skipped()
    is_over.set()


def test_a_changed_cursor_is_begun_anew(
    site: DiscogsSite, daemon: Daemon, capsys: pytest.CaptureFixture[str]
) -> None:
    site.files, daemon.cursor = FEBRUARY, "0"
    assert len(daemon.requested()) == 1
    assert "expected the sensor's own JSON in its cursor, found '0'" in capsys.readouterr().err
    assert daemon.cursor is not None
    assert daemon.cursor.startswith("{")


def test_a_folder_is_looked_at(tmp_path: Path, daemon: Daemon) -> None:
    write(FEBRUARY, tmp_path / "dumps")
    daemon.url = str(tmp_path / "dumps")
    assert len(daemon.requested()) == 1


def test_the_check_of_the_schedule_and_that_of_the_sensor_are_one(
    site: DiscogsSite, daemon: Daemon, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.files = FEBRUARY
    monkeypatch.setattr("discogs_assets.sources.dumps.sensor.catalogue_asset.utc_now", lambda: NOW)
    bring(daemon.lake, month("20260201", "artists labels masters"))
    daemon.tick()
    told = daemon.check()
    assert not told.passed

    definitions = daemon.definitions()
    run = definitions.resolve_job_def(FRESHNESS).execute_in_process(
        instance=daemon.instance,
        resources=definitions.get_repository_def().get_top_level_resources(),
    )
    (found,) = run.get_asset_check_evaluations()
    same = ("asset_key", "check_name", "passed", "severity", "description")
    assert [getattr(found, name) for name in same] == [getattr(told, name) for name in same]

    bring(daemon.lake, FEBRUARY)
    daemon.tick()
    assert daemon.check().passed


def test_the_import_asks_nobody_what_is_new_and_compares_no_key_twice(daemon: Daemon) -> None:
    definitions = daemon.definitions()
    assert definitions.resolve_sensor_def("new_dump").job_name == DISCOGS.import_job
    layer = definitions.resolve_job_def(DISCOGS.import_job).asset_layer
    assert catalogue_key(DISCOGS) not in layer.executable_asset_keys
    assert table_key("finding") in layer.executable_asset_keys
    names = {key.name for key in layer.asset_graph.asset_check_keys}
    assert "record_count_not_dropped" in names
    assert CHECK not in names
    assert not [name for name in names if "every_key" in name]


@pytest.mark.parametrize(
    ("at", "asked"), [("2026-02-01T03:00", "2026-01-01"), ("2027-01-01T03:00", "2026-12-01")]
)
def test_the_schedule_requests_the_month_before(daemon: Daemon, at: str, asked: str) -> None:
    definitions = daemon.definitions()
    schedule = definitions.resolve_schedule_def("import_last_month")
    assert (schedule.cron_schedule, schedule.execution_timezone) == ("0 3 1 * *", "UTC")
    context = dg.build_schedule_context(
        instance=daemon.instance,
        scheduled_execution_time=datetime.fromisoformat(at).replace(tzinfo=UTC),
        repository_def=definitions.get_repository_def(),
    )
    requests = schedule.evaluate_tick(context).run_requests
    assert requests is not None
    (request,) = requests
    assert (request.partition_key, request.run_key) == (asked, asked[:7])
    assert request.tags["discogs/types"] == ALL_TYPES


def test_the_schedule_leaves_a_month_before_the_first_one_alone(daemon: Daemon) -> None:
    definitions = daemon.definitions()
    context = dg.build_schedule_context(
        instance=daemon.instance,
        scheduled_execution_time=datetime(2026, 1, 1, 3, tzinfo=UTC),
        repository_def=definitions.get_repository_def(),
    )
    done = definitions.resolve_schedule_def("import_last_month").evaluate_tick(context)
    assert done.run_requests == []
    assert done.skip_message == "2025-12 is before DISCOGS_FIRST_MONTH, 2026-01"


def test_the_schedule_looks_daily(daemon: Daemon) -> None:
    schedule = daemon.definitions().resolve_schedule_def("freshness")
    assert (schedule.cron_schedule, schedule.execution_timezone) == ("0 6 * * *", "UTC")
    requests = schedule.evaluate_tick(dg.build_schedule_context(daemon.instance)).run_requests
    assert requests is not None
    assert [one.partition_key for one in requests] == [None]
    assert schedule.job_name == FRESHNESS


@pytest.mark.parametrize("is_running", [False, True])
def test_all_run_only_when_told_to(is_running: bool) -> None:
    wanted = ImportScope(PollSettings(every_s=600), date(2026, 1, 1), {})
    sensor = build_sensor(DISCOGS, wanted, is_running=is_running)
    assert sensor.minimum_interval_seconds == 600
    assert sensor.default_status == dg.DefaultSensorStatus("RUNNING" if is_running else "STOPPED")
    for schedule in (
        build_schedule(DISCOGS, date(2026, 1, 1), is_running=is_running),
        build_freshness_schedule(DISCOGS, is_running=is_running),
    ):
        status = "RUNNING" if is_running else "STOPPED"
        assert schedule.default_status == dg.DefaultScheduleStatus(status)
