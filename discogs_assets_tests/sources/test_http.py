"""How the web site of the dumps is asked: in turn, again when it is busy, not when it refuses."""

import logging
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from email.utils import format_datetime

import pytest

from discogs_assets.errors import HostNotFoundError, SourceError, TransientError
from discogs_assets.sources.discogs_dumps.publisher.site import SiteCatalogue
from discogs_assets.sources.http import Pace, parse_retry_after
from discogs_assets_tests.support.discogs_site import Clock, DiscogsSite

KEY = "data/2026/discogs_20260101_labels.xml.gz"
NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def site() -> Iterator[DiscogsSite]:
    with DiscogsSite({KEY: b"0123456789"}) as site:
        yield site


@pytest.fixture
def catalogue(site: DiscogsSite, clock: Clock) -> SiteCatalogue:
    return SiteCatalogue(site.url, "tests/1", pause_s=0, clock=clock.read, sleep=clock.sleep)


def test_requests_start_apart_whatever_the_thread(clock: Clock) -> None:
    starts: list[float] = []
    pace = Pace(5.0, clock.read, lambda seconds: starts.append(clock.now + seconds))
    with ThreadPoolExecutor(4) as pool:
        for _ in range(4):
            pool.submit(pace.wait)
    assert sorted(starts) == [1005.0, 1010.0, 1015.0]


def test_a_busy_site_is_asked_again_when_it_says(
    site: DiscogsSite, catalogue: SiteCatalogue, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    site.busy, site.retry_after = 2, "3574"
    with caplog.at_level(logging.WARNING):
        assert catalogue.years() == [2026]
    assert clock.slept == [3574, 3574]
    assert "waiting 3574 s before attempt 2 of 5: " in caplog.text
    assert "the site answers 429 and asks to wait 3574 s" in caplog.text


def test_a_fault_is_waited_out_longer_each_time(
    site: DiscogsSite, catalogue: SiteCatalogue, clock: Clock
) -> None:
    site.faults, site.retry_after = [500, 502, 503], None
    assert catalogue.years() == [2026]
    assert clock.slept == [5, 10, 20]


def test_five_attempts_are_enough(
    site: DiscogsSite, catalogue: SiteCatalogue, clock: Clock
) -> None:
    site.busy = 100
    with pytest.raises(TransientError, match="429"):
        catalogue.years()
    assert len(site.requests) == 5


def test_a_wait_of_a_day_is_not_waited_for(
    site: DiscogsSite, catalogue: SiteCatalogue, clock: Clock
) -> None:
    site.busy, site.retry_after = 1, "86400"
    with pytest.raises(TransientError, match="asks to wait 86400 s") as caught:
        catalogue.years()
    assert caught.value.retry_after_s == 86400
    assert clock.slept == []


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("3574", 3574.0),
        (format_datetime(NOW.replace(minute=2), usegmt=True), 120.0),
        (format_datetime(NOW.replace(hour=11), usegmt=True), 0.0),
        ("soon", None),
        ("", None),
    ],
)
def test_retry_after_is_seconds_or_a_date(value: str, expected: float | None) -> None:
    assert parse_retry_after(value, NOW) == expected


def test_a_refused_address_is_told_of_mirrors(
    site: DiscogsSite, catalogue: SiteCatalogue, clock: Clock
) -> None:
    site.is_refusing = True
    with pytest.raises(SourceError, match=r"datacenter addresses.*DISCOGS_DUMPS_URL") as caught:
        catalogue.years()
    assert not isinstance(caught.value, TransientError)
    assert len(site.requests) == 1


def test_an_unexpected_status_is_an_error(site: DiscogsSite, catalogue: SiteCatalogue) -> None:
    site.faults = [410]
    with pytest.raises(SourceError, match="expected status 200 or 206, found 410"):
        catalogue.years()


def test_a_site_that_is_not_there_may_come_back(clock: Clock) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    url = f"http://127.0.0.1:{port}/"
    catalogue = SiteCatalogue(url, "tests", clock=clock.read, sleep=clock.sleep)
    refused = f"^{url}: the connection broke: Connection refused$"
    with pytest.raises(TransientError, match=refused):
        catalogue.years()
    assert clock.slept == [5, 10, 20, 40]


def test_a_name_without_an_address_is_asked_for_twice(
    clock: Clock, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("NO_PROXY", "*")
    url = "https://data.discogs.invalid/"
    catalogue = SiteCatalogue(url, "tests", clock=clock.read, sleep=clock.sleep)
    with pytest.raises(HostNotFoundError) as caught:
        catalogue.years()
    assert str(caught.value) == (
        "cannot find data.discogs.invalid: is this machine online? `--source FOLDER` imports from "
        "a folder"
    )
    assert clock.slept == [5]
    assert caplog.messages == [f"waiting 5 s before attempt 2 of 2: {caught.value}"]
