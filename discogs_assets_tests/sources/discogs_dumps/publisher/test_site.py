"""The web site of the dumps, against a local one."""

import gzip
from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest

from discogs_assets.errors import DumpNotFoundError, ListingError, SourceError, TransientError
from discogs_assets.sources.discogs_dumps.publication import PUBLICATION
from discogs_assets.sources.discogs_dumps.publisher.site import SiteCatalogue
from discogs_assets.sources.dumps.catalogue import Catalogue, find_month, newest_settled
from discogs_assets_tests.sources.discogs_dumps.publisher.test_catalogue import (
    HASH,
    CatalogueContract,
    collect,
)
from discogs_assets_tests.support.discogs_site import Clock, DiscogsSite

KEY = "data/2026/discogs_20260101_labels.xml.gz"
CHECKSUM_KEY = "data/2026/discogs_20260101_CHECKSUM.txt"
FILE = PUBLICATION.describe(KEY, 10, None)
NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def site() -> Iterator[DiscogsSite]:
    content = {KEY: b"0123456789", CHECKSUM_KEY: f"{HASH} discogs_20260101_labels.xml.gz".encode()}
    with DiscogsSite(content) as site:
        yield site


@pytest.fixture
def catalogue(site: DiscogsSite, clock: Clock) -> SiteCatalogue:
    return SiteCatalogue(site.url, "tests/1", pause_s=0, clock=clock.read, sleep=clock.sleep)


def read(catalogue: SiteCatalogue, offset: int = 0) -> tuple[int, bytes]:
    with catalogue.read(FILE, offset) as reading:
        return reading.offset, b"".join(reading.chunks)


class TestSiteCatalogue(CatalogueContract):
    @pytest.fixture
    def catalogue(self) -> Iterator[Catalogue]:
        with DiscogsSite(self.PUBLISHED) as site:
            yield SiteCatalogue.open(site.url, "tests", pause_s=0, longest_wait_s=0)


def test_sizes_are_rounded_as_the_site_does(site: DiscogsSite, catalogue: SiteCatalogue) -> None:
    site.files[KEY] = bytes(1_500_000)
    file = catalogue.dumps(2026)[0].files["labels"]
    assert (file.size, file.exact_size) == (1_468_006, None)
    assert file.smallest_size < 1_500_000 < file.largest_size


def test_requests_say_who_asks_for_what(site: DiscogsSite, catalogue: SiteCatalogue) -> None:
    catalogue.years()
    catalogue.dumps(2026)
    read(catalogue)
    assert [request.path for request in site.requests] == [
        "/",
        "/?prefix=data%2F2026%2F",
        "/?download=data%2F2026%2Fdiscogs_20260101_labels.xml.gz",
    ]
    assert {request.headers["User-Agent"] for request in site.requests} == {"tests/1"}
    assert "Range" not in site.requests[2].headers
    assert catalogue.address(FILE) == site.url + site.requests[2].path.removeprefix("/")


def test_lists_and_checksums_are_kept_for_ten_minutes(
    site: DiscogsSite, catalogue: SiteCatalogue, clock: Clock
) -> None:
    def ask() -> int:
        catalogue.checksums(catalogue.dumps(2026)[0])
        return len(site.requests)

    assert ask() == 2
    clock.now += 599
    assert ask() == 2
    clock.now += 2
    assert ask() == 4


def test_requests_pause_by_the_real_clock(site: DiscogsSite) -> None:
    catalogue = SiteCatalogue(site.url, "tests", pause_s=0.2)
    for _ in range(3):
        read(catalogue)
    first, second, third = (request.at for request in site.requests)
    assert second - first > 0.1
    assert third - second > 0.1


def test_reading_is_not_repeated(site: DiscogsSite, catalogue: SiteCatalogue, clock: Clock) -> None:
    site.busy, site.retry_after = 1, "7"
    with pytest.raises(TransientError) as caught:
        read(catalogue)
    assert (caught.value.retry_after_s, clock.slept) == (7, [])


def test_a_server_that_ignores_ranges_starts_over(
    site: DiscogsSite, catalogue: SiteCatalogue
) -> None:
    site.honours_range = False
    assert read(catalogue, 4) == (0, b"0123456789")
    assert site.requests[-1].headers["Range"] == "bytes=4-"


def test_a_part_from_elsewhere_is_refused(site: DiscogsSite, catalogue: SiteCatalogue) -> None:
    site.faults, site.fault_headers = [206], {"Content-Range": "bytes 2-9/10"}
    with pytest.raises(SourceError, match=r"from byte 4 on, found Content-Range 'bytes 2-9/10'"):
        read(catalogue, 4)


def test_a_cut_connection_is_transient_and_keeps_what_came(
    site: DiscogsSite, catalogue: SiteCatalogue
) -> None:
    site.cuts = [6]
    came = bytearray()
    broken = pytest.raises(TransientError, match="the connection broke")
    with catalogue.read(FILE, 0) as reading, broken:
        collect(reading, came)
    assert came == b"012345"
    assert read(catalogue, 6) == (6, b"6789")


def test_a_cut_without_a_length_cannot_be_seen_here(
    site: DiscogsSite, catalogue: SiteCatalogue
) -> None:
    site.sends_length, site.cuts = False, [6]
    with catalogue.read(FILE, 0) as reading:
        assert reading.total is None
        assert b"".join(reading.chunks) == b"012345"


def test_a_cut_checksum_file_is_asked_for_again(
    site: DiscogsSite, catalogue: SiteCatalogue, clock: Clock
) -> None:
    site.cuts = [10]
    assert catalogue.checksums(catalogue.dumps(2026)[0]) == {FILE.name: HASH}
    assert clock.slept == [5]


def test_bytes_come_as_they_are(site: DiscogsSite, catalogue: SiteCatalogue) -> None:
    site.files[KEY] = gzip.compress(b"<labels/>")
    site.file_headers = {"Content-Encoding": "gzip"}
    assert read(catalogue) == (0, site.files[KEY])


def test_a_page_in_place_of_a_file_is_passed_on(
    site: DiscogsSite, catalogue: SiteCatalogue
) -> None:
    site.files[KEY] = b"<html>Sorry</html>"
    site.file_headers = {"Content-Type": "text/html"}
    assert read(catalogue) == (0, b"<html>Sorry</html>")


def test_a_page_in_place_of_checksums_is_refused(
    site: DiscogsSite, catalogue: SiteCatalogue
) -> None:
    site.files[CHECKSUM_KEY] = b"<html>Sorry</html>"
    with pytest.raises(ListingError, match=r"line 1: expected 64 hex digits.*<html>Sorry"):
        catalogue.checksums(find_month(catalogue, date(2026, 1, 1)))


def test_a_key_that_is_gone_is_not_found(site: DiscogsSite, catalogue: SiteCatalogue) -> None:
    del site.files[KEY]
    with pytest.raises(DumpNotFoundError, match=f"{KEY}: the site answers 404"):
        read(catalogue)


def test_the_newest_month_is_found_over_years(site: DiscogsSite, catalogue: SiteCatalogue) -> None:
    for kind in ("artists", "labels", "masters", "releases"):
        site.files[f"data/2025/discogs_20251201_{kind}.xml.gz"] = b"x"
    assert newest_settled(catalogue, datetime(2026, 2, 1, tzinfo=UTC)).month == date(2025, 12, 1)
