"""What a person sees and clicks in a browser, from the empty graph to a table with its chart."""

import gzip
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import expect

from discogs_assets.cli.importing.month_import import MonthImport
from discogs_assets.cli.importing.steps import Request
from discogs_assets.display.progress import LoggedProgress
from discogs_assets.orchestration.instance import open_instance
from discogs_assets_tests.browser.ui import RUNS_WITHIN_MS, Ui, browser_page
from discogs_assets_tests.support.checkout import CHECKOUT
from discogs_assets_tests.support.dagster_dev import dagster_dev, wait_until_loaded
from discogs_assets_tests.support.workplace import FEBRUARY, JANUARY, MARCH, Workplace

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(600)]

PICTURES = CHECKOUT / "artifacts" / "browser"
"""Pictures and the log; not in git."""

GROUPS = (
    "discogs_artists",
    "discogs_labels",
    "discogs_masters",
    "discogs_releases",
    "discogs_computed",
    "discogs_exports",
)
OTHER_GROUPS = "musicbrainz_release", "listenbrainz", "crosswalk"
LINEAGE = "releases_dump", "releases_records", "release", "video"
MONTH = str(JANUARY)


@pytest.fixture(scope="module")
def chromium() -> str:
    """The browser; the test is skipped where there is none, and fails in CI."""
    path = shutil.which(os.environ.get("CHROMIUM", "chromium"))
    if path is None:
        reason = "no Chromium: run scripts/browser, or set CHROMIUM to its path"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    return path


@pytest.fixture
def pictures(request: pytest.FixtureRequest) -> Path:
    """The empty folder of what a test leaves to be looked at."""
    folder = PICTURES / str(request.node.name).removeprefix("test_")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def test_a_month_is_materialized_by_clicking(chromium: str, pictures: Path, tmp_path: Path) -> None:
    place = Workplace(tmp_path / "place")
    place.publish(JANUARY)
    with opened(chromium, pictures, place) as ui:
        look_at_the_graph(ui)
        materialize_records(ui)
        wait_for_artist(ui)
        read_artist(ui, artists_in(place))
        look_around(ui)


def test_what_changed_is_shown(chromium: str, pictures: Path, tmp_path: Path) -> None:
    place = Workplace(tmp_path / "place")
    for number, month in enumerate((JANUARY, FEBRUARY, MARCH)):
        place.publish(month, month=number)
        import_releases(place, month)
    done = place.command("export", "sqlite")
    assert done.returncode == 0, done.stderr
    kinds = "SELECT kind, count(*) FROM release_change GROUP BY kind"
    counts = {str(kind): str(count) for kind, count in place.ask(kinds)}
    assert {"added", "changed"} <= counts.keys()
    with opened(chromium, pictures, place) as ui:
        ui.open_asset("release_change", "partitions", partition=str(MARCH))
        ui.see("Materialized")
        ui.take_picture("partition")
        ui.open_asset("release_change")
        ui.scroll_to("Metadata")
        for kind, count in counts.items():
            expect(ui.metadata(kind)).to_have_text(count)
        expect(ui.metadata("compared_with")).to_have_text(str(FEBRUARY))
        ui.take_picture("metadata")
        read_charts(ui, "release_change")
        ui.open_asset("release_change", "checks")
        ui.see("keys_unique_and_rows_complete", "changed_share_in_usual_range")
        ui.take_picture("checks")
        look_at_exports(ui, place.count("release"))


def import_releases(place: Workplace, month: date) -> None:
    """Import a month, so that the UI of the workplace knows of it."""
    request = Request(("releases",), month)
    with open_instance(place.home) as instance:
        MonthImport(place.platform(), instance, request, LoggedProgress()).run()


@contextmanager
def opened(chromium: str, pictures: Path, place: Workplace) -> Iterator[Ui]:
    """Open the UI of a workplace in the browser."""
    log = pictures / "dagster_dev.log"
    with browser_page(chromium) as page, dagster_dev(place, log) as url:
        try:
            yield Ui(page, url, pictures)
        except BaseException:
            page.screenshot(path=pictures / "when_it_failed.png")
            raise
    assert "Dagster services shut down." in log.read_text()


def look_at_exports(ui: Ui, releases: int) -> None:
    """See what was exported, and what says how to turn another export on."""
    ui.open("/asset-groups")
    ui.filter_graph('group:"discogs_exports"')
    for name in ("mongodb", "neo4j", "postgres"):
        expect(ui.node(name)).to_be_visible()
    ui.take_picture("exports")
    ui.open_asset("sqlite")
    ui.scroll_to("Metadata")
    expect(ui.metadata("dagster/partition_row_count")).to_have_text(str(releases))
    ui.take_picture("export_to_sqlite")
    ui.open_asset("sqlite", "checks")
    ui.see("record_count_equals_warehouse", "Passed")
    ui.open_asset("postgres")
    expect(ui.page.get_by_text("To turn it on").first).to_be_visible()
    ui.take_picture("export_that_is_off")


def artists_in(place: Workplace) -> int:
    """Return how many artists the made-up dump has, by its text."""
    [path] = place.dumps.glob("*_artists.xml.gz")
    return gzip.decompress(path.read_bytes()).count(b"<artist>")


def look_at_the_graph(ui: Ui) -> None:
    ui.open("/asset-groups")
    ui.see(*GROUPS, *OTHER_GROUPS)
    ui.take_picture("groups")
    ui.filter_graph('key:"discogs/*"')
    for group in GROUPS:
        expect(ui.node(group)).to_be_visible()
    ui.take_picture("groups_of_discogs")
    ui.open_asset("video", "lineage", lineageScope="upstream", lineageDepth="9")
    for name in (*LINEAGE, "release_video", "master_video"):
        expect(ui.node(name)).to_be_visible()
    # It is drawn from left to right, each after all it is made from.
    places = [ui.left_of(name) for name in LINEAGE]
    assert places == sorted({*places})
    ui.take_picture("lineage_of_video")


def materialize_records(ui: Ui) -> None:
    ui.open("/asset-groups")
    ui.filter_graph('key:"discogs/artists_dump" or key:"discogs/artists_records"')
    expect(ui.node("discogs_releases")).to_have_count(0)
    dialogue = ui.choose_month(MONTH)
    ui.take_picture("dialogue")
    ui.launch(dialogue)
    ui.take_picture("run_started")
    ui.wait_for_success()
    ui.take_picture("run_of_records")
    for name in ("artists_dump", "artists_records"):
        ui.open_asset(name, "partitions", partition=MONTH)
        ui.see(MONTH, "Materialized")
        ui.take_picture(f"partition_of_{name}")


def wait_for_artist(ui: Ui) -> None:
    """Wait until the table has followed its records by itself."""
    ui.open_asset("artist")
    when = re.compile(r"\b(ago|now)\b", re.IGNORECASE)
    expect(ui.status("Latest materialization")).to_have_text(when, timeout=RUNS_WITHIN_MS)
    ui.open_asset("artist", "partitions", partition=MONTH)
    ui.see(MONTH, "Materialized")
    ui.take_picture("partition_of_artist")
    ui.open_latest_run()
    ui.wait_for_success()
    ui.take_picture("run_of_artist")


def read_artist(ui: Ui, rows: int) -> None:
    ui.open_asset("artist")
    expect(ui.status("Row count")).to_have_text(str(rows))
    ui.take_picture("artist")
    ui.scroll_to("Metadata")
    expect(ui.metadata("dagster/partition_row_count")).to_have_text(str(rows))
    ui.take_picture("artist_metadata")
    read_charts(ui, "artist")


def read_charts(ui: Ui, asset: str) -> None:
    charts = 0
    for charts, image in enumerate(ui.iter_charts(), start=1):
        expect(image).to_have_js_property("complete", True)
        # Zero when its bytes are no picture.
        assert image.evaluate("image => image.naturalWidth") > 100
        ui.take_picture(f"{asset}_chart_{charts}")
    assert charts > 0


def look_around(ui: Ui) -> None:
    ui.open_asset("artist", "lineage", lineageScope="upstream", lineageDepth="9")
    for name in ("artists_dump", "artists_records", "artist"):
        expect(ui.node(name)).to_be_visible()
    ui.take_picture("lineage_of_artist")
    ui.open_asset("artist", "checks")
    ui.see(
        "keys_unique_and_rows_complete",
        "record_count_not_dropped",
        "rows_and_nulls_near_month_before",
        "Passed",
    )
    ui.take_picture("artist_checks")
    ui.open_asset("release")
    ui.see("released_year", "Discogs id of the release.", "discogs-assets", "DuckDB")
    ui.take_picture("release")
    ui.open("/automation")
    expect(ui.page.get_by_text("Automation condition sensor").first).to_be_visible()
    ui.take_picture("automation")


def test_what_dagster_dev_said_is_in_the_error_when_it_ends_early(tmp_path: Path) -> None:
    log = tmp_path / "log"
    program = "import sys; print('no such workspace', flush=True); sys.exit(3)"
    with log.open("w") as output:
        process = subprocess.Popen([sys.executable, "-c", program], stdout=output)
    with (
        process,
        pytest.raises(AssertionError, match=r"ended with 3; its log:\nno such workspace\n"),
    ):
        wait_until_loaded("http://127.0.0.1:9", process, log)
