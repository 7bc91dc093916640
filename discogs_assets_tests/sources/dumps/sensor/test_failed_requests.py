"""What the sensor asks for again, when, and what it only names."""

from datetime import timedelta

import dagster as dg
import pytest
from dagster._core.test_utils import freeze_time

from discogs_assets.errors import (
    DownloadError,
    DumpError,
    LakeError,
    SpaceError,
    TransientError,
)
from discogs_assets.orchestration.asset_keys import table_key
from discogs_assets.sources.discogs_dumps.tables import DUMP_TYPES
from discogs_assets.sources.dumps.keys import records_key
from discogs_assets_tests.support.discogs_site import DiscogsSite
from discogs_assets_tests.support.sensor_daemon import FEBRUARY, Daemon
from discogs_assets_tests.support.small_months import bring, month


def fail(daemon: Daemon, request: dg.RunRequest, **errors: Exception) -> str:
    """Let a requested run fail where it reads some dump types, at the daemon's time."""

    def broken(dump_type: str) -> dg.OpDefinition:
        @dg.op(name=f"discogs__{dump_type}_records")
        def read() -> None:
            raise errors[dump_type] from OSError("the cause")

        return read

    @dg.job(executor_def=dg.in_process_executor)
    def importing() -> None:
        for dump_type in errors:
            broken(dump_type)()

    with freeze_time(daemon.now):
        done = importing.execute_in_process(
            instance=daemon.instance, tags=tags_of(request), raise_on_error=False
        )
    return str(done.run_id)


def kill(daemon: Daemon, request: dg.RunRequest) -> str:
    """Let a requested run end without a failed step, at the daemon's time."""
    run_id = daemon.leave_run(tags_of(request), dg.DagsterRunStatus.STARTED)
    run = daemon.instance.get_run_by_id(run_id)
    assert run is not None
    with freeze_time(daemon.now):
        daemon.instance.report_run_failed(run)
    return run_id


def tags_of(request: dg.RunRequest) -> dict[str, str]:
    return {
        **request.tags,
        "dagster/run_key": str(request.run_key),
        "dagster/partition": str(request.partition_key),
    }


@pytest.fixture
def request_of_artists(site: DiscogsSite, daemon: Daemon) -> dg.RunRequest:
    """Return the request of the one dump file that is not imported."""
    site.files = FEBRUARY
    bring(daemon.lake, month("20260201", "labels masters releases"))
    (request,) = daemon.tick().run_requests
    assert isinstance(request, dg.RunRequest)
    return request


BY_HAND = (
    "it is not requested again by itself: see what the run says, then re-execute it in the UI, "
    "or run discogs-assets import --types artists --year-month 2026-02"
)


@pytest.mark.parametrize("error", [TransientError("503"), DownloadError("short"), SpaceError("")])
def test_a_run_that_failed_by_an_outage_is_requested_again_an_hour_later(
    daemon: Daemon, request_of_artists: dg.RunRequest, error: Exception
) -> None:
    run_id = fail(daemon, request_of_artists, artists=error)
    daemon.now += timedelta(minutes=59)
    assert daemon.skipped() == (
        f"artists 2026-02: run {run_id} failed ({type(error).__name__}, attempt 1 of 8); it is "
        "tried again at the first look after 2026-02-20 13:00:00 UTC"
    )
    daemon.now += timedelta(minutes=1)
    (again,) = daemon.tick().run_requests
    assert again.partition_key == request_of_artists.partition_key
    first = str(request_of_artists.run_key)
    assert (first[-9:], again.run_key) == ("attempt 1", f"{first[:-1]}2")


@pytest.mark.parametrize("error", [DumpError("truncated"), LakeError("gone"), KeyError("bug")])
def test_a_run_that_would_fail_the_same_way_is_named_and_not_requested_again(
    daemon: Daemon, request_of_artists: dg.RunRequest, error: Exception
) -> None:
    run_id = fail(daemon, request_of_artists, artists=error)
    daemon.now += timedelta(days=3)
    assert daemon.skipped() == (
        f"artists 2026-02: not imported, and run {run_id} ended with FAILURE "
        f"({type(error).__name__}, attempt 1 of 8); {BY_HAND}"
    )
    assert not daemon.check().passed
    assert daemon.check().severity == dg.AssetCheckSeverity.WARN
    assert daemon.check().description.startswith("2026-02 is published and not imported: artists;")

    again = daemon.leave_run(tags_of(request_of_artists), dg.DagsterRunStatus.STARTED)
    assert daemon.skipped() == f"artists 2026-02: run {again} is under way (STARTED)"


def test_the_eighth_attempt_is_the_last_and_the_wait_doubles(
    daemon: Daemon, request_of_artists: dg.RunRequest
) -> None:
    request = request_of_artists
    for number, hours in enumerate([1, 2, 4, 8, 16, 24, 24], 2):
        kill(daemon, request)
        daemon.now += timedelta(hours=hours, seconds=-1)
        assert f"(killed, attempt {number - 1} of 8)" in daemon.skipped()
        daemon.now += timedelta(seconds=1)
        (request,) = daemon.tick().run_requests
        assert request.run_key == f"{str(request_of_artists.run_key)[:-1]}{number}"
    run_id = kill(daemon, request)
    daemon.now += timedelta(days=30)
    assert daemon.skipped() == (
        f"artists 2026-02: not imported, and run {run_id} ended with FAILURE (killed, attempt 8 of "
        f"8); {BY_HAND}"
    )


@pytest.mark.parametrize("status", [dg.DagsterRunStatus.CANCELED, dg.DagsterRunStatus.SUCCESS])
def test_a_run_that_a_person_ended_is_not_requested_again(
    daemon: Daemon, request_of_artists: dg.RunRequest, status: dg.DagsterRunStatus
) -> None:
    run_id = daemon.leave_run(tags_of(request_of_artists), status)
    assert daemon.skipped() == (
        f"artists 2026-02: not imported, and run {run_id} ended with {status.value}; {BY_HAND}"
    )


def test_a_run_that_dagster_will_try_again_is_waited_for(site: DiscogsSite, daemon: Daemon) -> None:
    site.files = FEBRUARY
    bring(daemon.lake, month("20260201", "labels masters releases"))
    (request,) = daemon.tick().run_requests
    tags = {**tags_of(request), "dagster/will_retry": "true"}
    run_id = daemon.leave_run(tags, dg.DagsterRunStatus.FAILURE)
    reason = f"artists 2026-02: run {run_id} failed and is about to be tried again"
    assert daemon.skipped() == reason


def test_a_run_by_hand_is_waited_for_but_not_one_of_other_assets(
    site: DiscogsSite, daemon: Daemon
) -> None:
    site.files = FEBRUARY
    for asset in (records_key(DUMP_TYPES["artists"]), table_key("label")):
        tags = {"dagster/partition": "2026-02-01"}
        daemon.leave_run(tags, dg.DagsterRunStatus.STARTED, frozenset({asset}))
    (request,) = daemon.tick().run_requests
    assert request.tags["discogs/types"] == "labels, masters, releases"


def test_only_what_may_go_well_of_a_month_is_requested_again(
    site: DiscogsSite, daemon: Daemon
) -> None:
    site.files = FEBRUARY
    bring(daemon.lake, month("20260201", "labels masters"))
    (request,) = daemon.tick().run_requests
    assert request.tags["discogs/types"] == "artists, releases"
    run_id = fail(daemon, request, artists=DumpError("truncated"), releases=TransientError("503"))
    daemon.now += timedelta(hours=1)
    done = daemon.tick()
    (again,) = done.run_requests
    assert again.tags["discogs/types"] == "releases"
    assert again.run_key.endswith("attempt 2")
    assert {key.path[-1] for key in again.asset_selection} >= {"releases_dump", "release_change"}
    assert table_key("artist") not in again.asset_selection

    fail(daemon, again, releases=TransientError("503"))
    reasons = daemon.skipped()
    assert f"artists 2026-02: not imported, and run {run_id} ended with FAILURE (DumpE" in reasons
    assert "releases 2026-02: run " in reasons
    assert "(TransientError, attempt 2 of 8); it is tried again" in reasons


def test_a_type_whose_run_was_killed_before_its_turn_is_requested_again(
    site: DiscogsSite, daemon: Daemon
) -> None:
    site.files = FEBRUARY
    (request,) = daemon.tick().run_requests
    fail(daemon, request, artists=DumpError("truncated"))
    bring(daemon.lake, month("20260201", "labels masters"))
    daemon.now += timedelta(hours=1)
    (again,) = daemon.tick().run_requests
    assert again.tags["discogs/types"] == "releases"
