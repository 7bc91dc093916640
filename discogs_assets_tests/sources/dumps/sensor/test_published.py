"""What is new at the publisher, against a local site, a folder and a bucket."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from discogs_assets.display.progress import LoggedProgress
from discogs_assets.errors import ListingError, SettingError, SourceError, TransientError
from discogs_assets.sources.discogs_dumps.publication import PUBLICATION
from discogs_assets.sources.discogs_dumps.publisher.s3 import S3Catalogue
from discogs_assets.sources.discogs_dumps.publisher.site import SiteCatalogue
from discogs_assets.sources.discogs_dumps.publisher.site_page import parse_page
from discogs_assets.sources.discogs_dumps.source import DISCOGS
from discogs_assets.sources.discogs_dumps.tables import DUMP_TYPES
from discogs_assets.sources.dumps.folder import FolderCatalogue
from discogs_assets.sources.dumps.raw_files import find_stored, retire
from discogs_assets.sources.dumps.sensor.cursor import SensorCursor
from discogs_assets.sources.dumps.sensor.freshness import Place, check_freshness, month_table
from discogs_assets.sources.dumps.sensor.published import (
    PollSettings,
    PublishedFile,
    PublishedMonth,
    describe_waits,
    newest_months,
    read_published,
)
from discogs_assets.storage.lake import Lake
from discogs_assets_tests.sources.dumps.test_catalogue import ListedCatalogue, files
from discogs_assets_tests.support.discogs_site import DiscogsSite
from discogs_assets_tests.support.s3_bucket import new_bucket
from discogs_assets_tests.support.s3_server import s3_server
from discogs_assets_tests.support.small_lake import open_lake
from discogs_assets_tests.support.small_months import (
    ALL,
    bring,
    checksums,
    month,
    sha,
    whole_month,
    write,
)

NOW = datetime(2026, 2, 20, 12, tzinfo=UTC)
JANUARY, FEBRUARY = whole_month("20260101"), whole_month("20260201")


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return open_lake(tmp_path / "store")


@pytest.fixture
def site() -> Iterator[DiscogsSite]:
    with DiscogsSite() as site:
        yield site


def look(
    site: DiscogsSite, lake: Lake, memory: SensorCursor | None = None, now: datetime = NOW
) -> list[PublishedMonth]:
    """Look as a tick of its own process does."""
    catalogue = SiteCatalogue.open(site.url, "tests", pause_s=0, longest_wait_s=-1)
    return read_published(catalogue, lake, memory or SensorCursor(site.url), now, 2)


def names(months: list[PublishedMonth]) -> dict[str, str]:
    """Return what is to be imported by month."""
    return {one.name: " ".join(news.dump_type for news in one.wanted) for one in months}


def test_what_is_complete_and_not_imported_is_wanted(site: DiscogsSite, lake: Lake) -> None:
    site.files = whole_month("20251201") | JANUARY | FEBRUARY
    bring(lake, month("20260201", "artists labels"))
    found = look(site, lake)
    assert names(found) == {"2026-02": "masters releases", "2026-01": ALL}
    key = "data/2026/discogs_20260201_releases.xml.gz"
    assert found[0].wanted[-1].sha256 == sha(site.files[key])


@pytest.mark.parametrize("missing", ALL.split())
def test_a_month_waits_for_each_of_its_types(site: DiscogsSite, lake: Lake, missing: str) -> None:
    site.files = {key: body for key, body in FEBRUARY.items() if missing not in key}
    found = look(site, lake)
    assert names(found) == {"2026-02": ""}
    assert describe_waits(found) == [f"2026-02: waiting for {missing}"]


def test_a_month_waits_for_its_checksums_or_a_quiet_time(site: DiscogsSite, lake: Lake) -> None:
    site.files = month("20260201")
    site.modified = dict.fromkeys(site.files, "2026-02-15 16:40:37")
    waiting = (
        "2026-02: waiting for a checksum file or 14 days of quiet (until 2026-03-01 16:40 UTC)"
    )
    assert describe_waits(look(site, lake)) == [waiting]
    later = look(site, lake, now=datetime(2026, 3, 1, 16, 41, tzinfo=UTC))
    assert names(later) == {"2026-02": ALL}


def test_a_dump_published_again_is_wanted_again(site: DiscogsSite, lake: Lake) -> None:
    site.files, site.modified = {**FEBRUARY}, {}
    bring(lake, FEBRUARY)
    memory = SensorCursor(site.url)
    assert names(look(site, lake, memory)) == {"2026-02": ""}
    again = month("20260201", "artists", "B")
    site.files |= checksums(month("20260201") | again) | again
    site.modified = {"data/2026/discogs_20260201_CHECKSUM.txt": "2026-02-18 10:00:00"}
    found = look(site, lake, memory)
    assert names(found) == {"2026-02": "artists"}
    assert found[0].wanted[0].fingerprint == sha(again["data/2026/discogs_20260201_artists.xml.gz"])


def test_a_month_that_was_retired_is_not_wanted_back(site: DiscogsSite, lake: Lake) -> None:
    site.files = {**FEBRUARY}
    bring(lake, FEBRUARY)
    for dump_type in DUMP_TYPES:
        lake.unpublish(dump_type, date(2026, 2, 1))
        retire(
            lake.store,
            find_stored(PUBLICATION, lake.store, dump_type, date(2026, 2, 1), LoggedProgress()),
        )
    assert names(look(site, lake)) == {"2026-02": ""}
    again = month("20260201", "labels", "B")
    site.files |= checksums(month("20260201") | again) | again
    assert names(look(site, lake)) == {"2026-02": "labels"}


def test_without_checksums_a_retired_file_is_known_by_name_and_size(
    site: DiscogsSite, lake: Lake
) -> None:
    site.files = month("20260101")
    bring(lake, site.files)
    for dump_type in DUMP_TYPES:
        retire(
            lake.store,
            find_stored(PUBLICATION, lake.store, dump_type, date(2026, 1, 1), LoggedProgress()),
        )
    assert names(look(site, lake)) == {"2026-01": ""}
    lake.unpublish("artists", date(2026, 1, 1))
    assert names(look(site, lake)) == {"2026-01": ""}
    site.files |= month("20260101", "labels", "longer than before")
    assert names(look(site, lake)) == {"2026-01": "labels"}


def test_a_month_imported_in_part_is_wanted(site: DiscogsSite, lake: Lake) -> None:
    site.files = FEBRUARY
    bring(lake, FEBRUARY, limit=1)
    assert names(look(site, lake)) == {"2026-02": ALL}


def test_a_month_with_the_columns_of_another_version_is_wanted(
    site: DiscogsSite, lake: Lake
) -> None:
    site.files = FEBRUARY
    bring(lake, FEBRUARY)
    lake.publish(replace(lake.manifest("labels", date(2026, 2, 1)), schema="older"))
    assert names(look(site, lake)) == {"2026-02": "labels"}


def test_without_checksums_name_and_size_tell(site: DiscogsSite, lake: Lake) -> None:
    site.files = month("20260101")
    assert names(look(site, lake)) == {"2026-01": ALL}
    bring(lake, site.files)
    found = look(site, lake)
    assert names(found) == {"2026-01": ""}
    assert found[0].files[0].imported == sha(
        site.files["data/2026/discogs_20260101_artists.xml.gz"]
    )
    site.files |= month("20260101", "labels", "longer than before")
    found = look(site, lake)
    assert names(found) == {"2026-01": "labels"}
    assert found[0].wanted[0].fingerprint.startswith("discogs_20260101_labels.xml.gz ")
    assert "2026-01-15 16:40:37" in found[0].wanted[0].fingerprint


def test_without_checksums_the_stored_file_is_compared(site: DiscogsSite, lake: Lake) -> None:
    site.files = month("20260101")
    bring(lake, site.files)
    lake.store.delete(["raw/discogs/2026/discogs_20260101_labels.xml.gz"])
    assert names(look(site, lake)) == {"2026-01": "labels"}


def test_in_january_the_year_before_is_listed_too(site: DiscogsSite, lake: Lake) -> None:
    site.files = whole_month("20251101") | whole_month("20251201")
    now = datetime(2026, 1, 3, tzinfo=UTC)
    assert [*names(look(site, lake, now=now))] == ["2025-12", "2025-11"]
    listings = [one.path for one in site.requests if "download" not in one.path]
    assert listings == ["/?prefix=data%2F2026%2F", "/?prefix=data%2F2025%2F"]


def test_a_checksum_list_is_read_once(site: DiscogsSite, lake: Lake) -> None:
    """The first look makes a request a list, each later one lists the year and nothing else."""
    site.files = JANUARY | FEBRUARY
    memory = SensorCursor(site.url)
    look(site, lake, memory)
    assert [one.path for one in site.requests] == [
        "/?prefix=data%2F2026%2F",
        "/?download=data%2F2026%2Fdiscogs_20260201_CHECKSUM.txt",
        "/?download=data%2F2026%2Fdiscogs_20260101_CHECKSUM.txt",
    ]
    site.requests.clear()
    look(site, lake, SensorCursor.from_json(memory.to_json(), site.url))
    assert [one.path for one in site.requests] == ["/?prefix=data%2F2026%2F"]


def test_a_list_of_unknown_time_is_read_again(tmp_path: Path, lake: Lake) -> None:
    folder = tmp_path / "dumps"
    write(FEBRUARY, folder)
    bring(lake, FEBRUARY)
    memory = SensorCursor("folder")

    def wanted() -> dict[str, str]:
        return names(
            read_published(FolderCatalogue.open(PUBLICATION, str(folder)), lake, memory, NOW, 2)
        )

    assert wanted() == {"2026-02": ""}
    write(whole_month("20260201", "B"), folder)
    assert wanted() == {"2026-02": ALL}


def test_the_memory_holds_what_is_looked_at(site: DiscogsSite, lake: Lake) -> None:
    memory = SensorCursor(site.url)
    site.files = whole_month("20251201") | JANUARY
    look(site, lake, memory)
    site.files |= FEBRUARY
    look(site, lake, memory)
    assert sorted(memory.lists) == [
        "data/2026/discogs_20260101_CHECKSUM.txt",
        "data/2026/discogs_20260201_CHECKSUM.txt",
    ]


def test_a_list_that_was_read_is_kept_though_the_next_fails(site: DiscogsSite, lake: Lake) -> None:
    site.files = JANUARY | FEBRUARY
    site.files["data/2026/discogs_20260101_CHECKSUM.txt"] = b"<html>Sorry</html>"
    memory = SensorCursor(site.url)
    with pytest.raises(ListingError, match="<html>Sorry"):
        look(site, lake, memory)
    assert [*memory.lists] == ["data/2026/discogs_20260201_CHECKSUM.txt"]


@pytest.mark.parametrize("fault", [429, 500, 503])
def test_a_busy_site_is_asked_once(site: DiscogsSite, lake: Lake, fault: int) -> None:
    site.faults, site.retry_after = [fault], "0"
    with pytest.raises(TransientError, match=str(fault)):
        look(site, lake)
    assert len(site.requests) == 1


def test_parts_of_a_month_are_taken_together(site: DiscogsSite, lake: Lake) -> None:
    first, second = month("20260203", "masters releases"), month("20260210", "artists labels")
    site.files = first | second | checksums(second)
    (found,) = look(site, lake)
    assert [news.file.date.day for news in found.wanted] == [10, 10, 3, 3]
    assert [news.sha256 is None for news in found.wanted] == [False, False, True, True]


def test_of_two_whole_dumps_the_newer_is_taken(site: DiscogsSite, lake: Lake) -> None:
    site.files = whole_month("20260201") | whole_month("20260212", "B")
    (found,) = look(site, lake)
    assert {news.file.date.day for news in found.wanted} == {12}


def test_a_known_bad_file_is_no_news(lake: Lake) -> None:
    bad = files("20130103", "releases", days_old=None)
    catalogue = ListedCatalogue(files("20130101", "masters", days_old=None), bad)
    found = read_published(catalogue, lake, SensorCursor(""), datetime(2013, 1, 20, tzinfo=UTC), 2)
    assert describe_waits(found) == ["2013-01: waiting for artists, labels, releases"]


def test_a_month_that_has_not_begun_is_left_out() -> None:
    catalogue = ListedCatalogue(files("20260301", ALL), files("20260201", ALL))
    assert [dump.month.month for dump in newest_months(catalogue, NOW, 2)] == [2]


@pytest.mark.slow
def test_a_bucket_is_looked_at_alike(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    memory = SensorCursor("s3://mirror")
    bring(lake, JANUARY)
    with s3_server() as url, new_bucket(url, "mirror") as client:
        for key, body in (JANUARY | month("20260201", "artists")).items():
            client.put_object(Bucket="mirror", Key=key, Body=body)
        catalogue = S3Catalogue.open("s3://mirror", lambda: client)
        found = read_published(catalogue, lake, memory, NOW, 2)
        assert names(found) == {"2026-02": "", "2026-01": ""}
        monkeypatch.setattr(catalogue, "read", None)
        assert read_published(catalogue, lake, memory, NOW, 2) == found


def test_the_real_listing(
    samples: Path, site: DiscogsSite, lake: Lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = "discogs_20260801_CHECKSUM.txt"
    site.files = {f"data/2026/{name}": (samples / "listing" / name).read_bytes()}
    page = (samples / "listing/data_discogs_com_2026.html").read_bytes()
    catalogue = SiteCatalogue.open(site.url, "tests", pause_s=0, longest_wait_s=-1)
    monkeypatch.setattr(catalogue, "fetch_page", lambda prefix: parse_page(page, prefix, "page"))
    now = datetime(2026, 8, 20, tzinfo=UTC)
    found = read_published(catalogue, lake, SensorCursor(site.url), now, 1)
    assert names(found) == {"2026-08": ALL}
    assert {len(news.fingerprint) for news in found[0].wanted} == {64}
    assert "| 2026-08 | releases | 2026-08-0" in month_table(found)


def everywhere(place: Place) -> Callable[[PublishedFile], Place]:
    return lambda news: place


def test_the_newest_complete_month_is_checked(site: DiscogsSite, lake: Lake) -> None:
    site.files = JANUARY | month("20260201", "releases")
    bring(lake, month("20260101", "artists labels masters"))
    text = (
        "2026-01 is published and not imported: releases; see the sensor new_dump, or run "
        "discogs-assets import --year-month 2026-01"
    )
    found = check_freshness(DISCOGS, look(site, lake), everywhere("warehouse"))
    assert (found.is_fresh, found.text) == (False, text)
    bring(lake, JANUARY)
    found = check_freshness(DISCOGS, look(site, lake), everywhere("warehouse"))
    assert (found.is_fresh, found.text) == (True, "2026-01 is imported")


@pytest.mark.parametrize(
    ("places", "is_fresh", "text"),
    [
        (
            {"masters": "lake"},
            False,
            "2026-01 is in the lake, but not loaded: masters; see the checks of master",
        ),
        (
            {"artists": "elsewhere", "masters": "lake", "releases": "lake"},
            False,
            "2026-01 is in the lake, but not loaded: masters, releases; see the checks of master, "
            "release",
        ),
        (
            {"labels": "elsewhere"},
            True,
            "2026-01 is in the lake; not loaded by this Dagster: labels",
        ),
    ],
)
def test_a_month_in_the_lake_is_not_fresh_by_that(
    site: DiscogsSite, lake: Lake, places: dict[str, Place], is_fresh: bool, text: str
) -> None:
    site.files = JANUARY
    bring(lake, JANUARY)
    found = check_freshness(
        DISCOGS, look(site, lake), lambda one: places.get(one.dump_type, "warehouse")
    )
    assert (found.is_fresh, found.text) == (is_fresh, text)


def test_a_month_that_is_not_complete_is_no_proof_of_freshness(
    site: DiscogsSite, lake: Lake
) -> None:
    site.files = month("20260201", "releases")
    found = check_freshness(DISCOGS, look(site, lake), everywhere("warehouse"))
    assert not found.is_fresh
    assert "2026-02: waiting for artists, labels, masters" in found.text
    nothing = check_freshness(DISCOGS, [], everywhere("warehouse"))
    assert nothing.text == "nothing is published this year and last year"


def test_the_table_tells_what_is_missing(site: DiscogsSite, lake: Lake) -> None:
    site.files = JANUARY | month("20260201", "artists labels masters")
    bring(lake, month("20260101", "artists"))
    sizes = [f"{len(body)} B" for body in site.files.values()]
    assert month_table(look(site, lake)).splitlines()[2:] == [
        f"| 2026-02 | artists | 2026-01-15 | {sizes[5]} | waits for releases | no |",
        f"| 2026-02 | labels | 2026-01-15 | {sizes[6]} | waits for releases | no |",
        f"| 2026-02 | masters | 2026-01-15 | {sizes[7]} | waits for releases | no |",
        "| 2026-02 | releases | – | – | missing | no |",
        f"| 2026-01 | artists | 2026-01-15 | {sizes[0]} | complete | yes |",
        f"| 2026-01 | labels | 2026-01-15 | {sizes[1]} | complete | no |",
        f"| 2026-01 | masters | 2026-01-15 | {sizes[2]} | complete | no |",
        f"| 2026-01 | releases | 2026-01-15 | {sizes[3]} | complete | no |",
    ]


def test_a_memory_is_of_one_publisher() -> None:
    memory = SensorCursor("here", NOW)
    assert SensorCursor.from_json(memory.to_json(), "here") == memory
    assert SensorCursor.from_json(SensorCursor("here").to_json(), "here") == SensorCursor("here")
    assert SensorCursor.from_json(memory.to_json(), "there") == SensorCursor("there")


NO_TIME = json.dumps({"url": "", "not_before": "soon", "lists": {}})


@pytest.mark.parametrize("text", ["", "5", "[]", "{}", '{"url": 1}', NO_TIME])
def test_what_is_no_memory_is_refused(text: str) -> None:
    with pytest.raises(SettingError, match="expected the sensor's own JSON"):
        SensorCursor.from_json(text, "")


def test_a_wait_is_heeded_for_a_day_at_most() -> None:
    memory = SensorCursor("")
    memory.note_retry_after(SourceError("403"), NOW)
    memory.note_retry_after(TransientError("503"), NOW)
    assert memory == SensorCursor("")
    memory.note_retry_after(TransientError("429", 3574), NOW)
    assert memory.not_before == NOW + timedelta(seconds=3574)
    memory.note_retry_after(TransientError("429", 1e300), NOW)
    assert memory.not_before == NOW + timedelta(days=1)


@pytest.mark.parametrize("wrong", [{"every_s": 0}, {"months": 0}])
def test_a_look_at_nothing_is_refused(wrong: dict[str, int]) -> None:
    with pytest.raises(SettingError, match="expected one second and one month or more"):
        PollSettings(**wrong)
