"""Downloads from a web site that behaves like the publisher's, and breaks off."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from discogs_assets.errors import DownloadError, SourceError
from discogs_assets.sources.dumps.raw_files import Downloaded
from discogs_assets.storage.local import LocalStore
from discogs_assets_tests.support.discogs_site import DiscogsSite
from discogs_assets_tests.support.publisher import DUMP, KEY, WHOLE, Download, listing, sha
from discogs_assets_tests.support.site_downloads import (
    CHECKSUMS,
    cut,
    fetch,
    new_site,
    open_site,
    ranges,
)


@pytest.fixture
def site() -> Iterator[DiscogsSite]:
    with new_site() as site:
        yield site


def test_a_file_is_stored_once(site: DiscogsSite, run: Download, store: LocalStore) -> None:
    first, second = (fetch(open_site(site), run) for _ in range(2))
    assert first == Downloaded(
        KEY, sha(DUMP), len(DUMP), is_new=True, is_verified=True, fetched=len(DUMP)
    )
    assert second == replace(first, is_new=False, fetched=0)
    assert ranges(site) == [None]
    assert listing(store) == WHOLE


def test_a_resumed_download_asks_for_the_rest(
    site: DiscogsSite, run: Download, store: LocalStore
) -> None:
    run.leave_part(DUMP[:7000])
    fetch(open_site(site), run)
    assert ranges(site) == ["bytes=7000-"]
    assert (run.progress[0], sum(run.progress)) == (7000, len(DUMP))
    assert listing(store) == WHOLE


def test_a_site_without_ranges_sends_it_from_the_start(
    site: DiscogsSite, run: Download, store: LocalStore
) -> None:
    site.honours_range = False
    run.leave_part(DUMP[:7000])
    fetch(open_site(site), run)
    assert ranges(site) == ["bytes=7000-"]
    assert (run.progress[:2], sum(run.progress)) == ([7000, -7000], len(DUMP))
    assert listing(store) == WHOLE


def test_what_was_left_whole_is_only_verified(
    site: DiscogsSite, run: Download, store: LocalStore
) -> None:
    run.leave_part(DUMP)
    fetch(open_site(site), run)
    assert ranges(site) == [f"bytes={len(DUMP)}-"]
    assert listing(store) == WHOLE


def test_a_cut_download_goes_on(site: DiscogsSite, run: Download, store: LocalStore) -> None:
    cut(site, 6000, 9000)
    fetch(open_site(site), run)
    assert ranges(site) == [None, "bytes=6000-", "bytes=15000-"]
    assert run.slept == [5.0, 5.0]
    assert listing(store) == WHOLE


@pytest.mark.parametrize("is_listed", [True, False])
@pytest.mark.parametrize("length", [6000, len(DUMP) - 3])
def test_a_cut_that_no_length_tells_of_goes_on(
    site: DiscogsSite, run: Download, store: LocalStore, is_listed: bool, length: int
) -> None:
    if not is_listed:
        del site.files[CHECKSUMS]
    site.sends_length = False
    cut(site, length)
    assert fetch(open_site(site), run).is_verified == is_listed
    assert ranges(site) == [None, f"bytes={length}-"]
    assert run.slept == [5.0]
    assert listing(store) == WHOLE


@pytest.mark.parametrize("is_listed", [True, False])
def test_a_site_that_cuts_at_one_place_is_asked_for_the_rest_once(
    site: DiscogsSite, run: Download, store: LocalStore, is_listed: bool
) -> None:
    if not is_listed:
        del site.files[CHECKSUMS]
    site.sends_length = site.honours_range = False
    cut(site, 6000, 6000)
    with pytest.raises(DownloadError, match=r"after 6000 bytes, .* run again later to continue"):
        fetch(open_site(site), run)
    assert ranges(site) == [None, "bytes=6000-"]
    assert run.part.read_bytes() == DUMP[:6000]
    assert store.keys("") == []


def in_an_hour() -> str:
    return format_datetime(datetime.now(UTC) + timedelta(hours=1), usegmt=True)


@pytest.mark.parametrize("retry_after", [lambda: "3600", in_an_hour], ids=["seconds", "date"])
def test_a_site_that_gets_busy_is_given_the_time_it_asks_for(
    site: DiscogsSite, run: Download, store: LocalStore, retry_after: Callable[[], str]
) -> None:
    def get_busy() -> None:
        if len(run.slept) == 1:
            site.busy, site.retry_after = 1, retry_after()

    run.while_asleep = get_busy
    cut(site, 6000)
    fetch(open_site(site), run)
    assert run.slept == [5.0, pytest.approx(3600, abs=60)]
    assert ranges(site) == [None, "bytes=6000-", "bytes=6000-"]
    assert listing(store) == WHOLE


def test_a_refusal_is_not_waited_out_and_loses_nothing(
    site: DiscogsSite, run: Download, store: LocalStore
) -> None:
    def refuse() -> None:
        site.is_refusing = True

    run.while_asleep = refuse
    cut(site, 6000)
    with pytest.raises(SourceError, match=r"403: .*set DISCOGS_DUMPS_URL to a mirror"):
        fetch(open_site(site), run)
    assert run.slept == [5.0]
    assert run.part.read_bytes() == DUMP[:6000]
    site.is_refusing = False
    fetch(open_site(site), run)
    assert ranges(site) == [None, "bytes=6000-", "bytes=6000-"]
    assert listing(store) == WHOLE


def test_the_files_own_gzip_is_not_undone(
    site: DiscogsSite, run: Download, store: LocalStore
) -> None:
    site.file_headers = {"Content-Encoding": "gzip"}
    del site.files[CHECKSUMS]
    cut(site, 6000)
    fetch(open_site(site), run)
    assert ranges(site) == [None, "bytes=6000-"]
    assert listing(store) == WHOLE


def test_without_a_checksum_the_size_is_asked_for(
    site: DiscogsSite, run: Download, store: LocalStore
) -> None:
    del site.files[CHECKSUMS]
    first, second = (fetch(open_site(site), run) for _ in range(2))
    assert first == Downloaded(
        KEY, sha(DUMP), len(DUMP), is_new=True, is_verified=False, fetched=len(DUMP)
    )
    assert second == replace(first, is_new=False, fetched=0)
    assert ranges(site) == [None, f"bytes={len(DUMP)}-"]
    assert listing(store) == WHOLE
