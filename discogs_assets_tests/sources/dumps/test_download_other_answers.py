"""Downloads from a web site that sends another file, or a page in place of one."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from discogs_assets.errors import DownloadError, DumpNotFoundError
from discogs_assets.storage.local import LocalStore
from discogs_assets_tests.support.discogs_site import DiscogsSite
from discogs_assets_tests.support.publisher import DUMP, NAME, OTHER, WHOLE, Download, listing, sha
from discogs_assets_tests.support.site_downloads import (
    CHECKSUMS,
    LOCATION,
    checksum_file,
    cut,
    fetch,
    new_site,
    open_site,
    ranges,
)

PAGE = b"<!DOCTYPE html><html><title>Data dumps</title></html>"


@pytest.fixture
def site() -> Iterator[DiscogsSite]:
    with new_site() as site:
        yield site


@pytest.mark.parametrize("is_listed", [True, False])
def test_a_page_in_place_of_the_file_is_refused(
    site: DiscogsSite, run: Download, store: LocalStore, is_listed: bool
) -> None:
    site.files[LOCATION], site.file_headers = PAGE, {"Content-Type": "text/html"}
    site.files[CHECKSUMS] = checksum_file(PAGE) if is_listed else b""
    with pytest.raises(DownloadError, match="answered with a web page; check DISCOGS_DUMPS_URL"):
        fetch(open_site(site), run)
    assert ranges(site) == [None]
    assert store.keys("") == []
    assert not run.part.exists()


def test_a_page_for_a_file_that_is_not_there_is_refused(
    site: DiscogsSite, run: Download, store: LocalStore
) -> None:
    site.page = PAGE
    with pytest.raises(DownloadError, match="answered with a web page"):
        fetch(open_site(site), run, location=f"data/2026/01/{NAME}")
    assert store.keys("") == []
    assert not run.part.exists()


@pytest.mark.parametrize(
    ("length", "honours_range", "asked"),
    [
        (7000, False, ["bytes=7000-"]),
        (10, True, ["bytes=10-"]),
        (7000, True, ["bytes=7000-", None]),
    ],
)
def test_a_page_in_place_of_the_rest_leaves_the_part(
    site: DiscogsSite,
    run: Download,
    store: LocalStore,
    length: int,
    honours_range: bool,
    asked: list[str | None],
) -> None:
    run.leave_part(DUMP[:length])
    site.files[LOCATION], site.file_headers = PAGE, {"Content-Type": "text/html"}
    site.honours_range = honours_range
    with pytest.raises(DownloadError, match="web page"):
        fetch(open_site(site), run)
    assert ranges(site) == asked
    assert run.part.read_bytes() == DUMP[:length]
    assert store.keys("") == []
    site.files[LOCATION], site.file_headers = DUMP, {}
    fetch(open_site(site), run)
    assert listing(store) == WHOLE


def test_another_file_than_the_checksum_is_refused(
    site: DiscogsSite, run: Download, store: LocalStore
) -> None:
    site.files[CHECKSUMS] = checksum_file(OTHER)
    with pytest.raises(DownloadError, match=f"expected sha256 {sha(OTHER)}, found {sha(DUMP)}"):
        fetch(open_site(site), run)
    assert ranges(site) == [None]
    assert store.keys("") == []


def test_a_republished_file_replaces_the_stored_one(
    site: DiscogsSite, run: Download, store: LocalStore
) -> None:
    site.files.update({LOCATION: OTHER, CHECKSUMS: checksum_file(OTHER)})
    fetch(open_site(site), run)
    site.files.update({LOCATION: DUMP, CHECKSUMS: checksum_file(DUMP)})
    assert fetch(open_site(site), run).is_new
    assert listing(store) == WHOLE


def test_parts_of_two_publications_are_not_joined(
    site: DiscogsSite, run: Download, store: LocalStore
) -> None:
    def republish() -> None:
        site.files[LOCATION] = DUMP

    site.files[LOCATION], run.while_asleep = OTHER, republish
    cut(site, 6000)
    fetch(open_site(site), run)
    assert ranges(site) == [None, "bytes=6000-", None]
    assert listing(store) == WHOLE


def test_a_part_from_before_the_publication_is_dropped(site: DiscogsSite, run: Download) -> None:
    site.modified = {LOCATION: "2026-01-15 16:48:49"}
    run.leave_part(DUMP[:7000])
    written = datetime(2026, 1, 15, 16, 48, 48, tzinfo=UTC).timestamp()
    os.utime(run.part, (written, written))
    fetch(open_site(site), run)
    assert ranges(site) == [None]


def test_a_wrong_path_is_not_tried_again(
    site: DiscogsSite, run: Download, store: LocalStore
) -> None:
    with pytest.raises(DumpNotFoundError, match=f"data/2026/01/{NAME}: the site answers 404"):
        fetch(open_site(site), run, location=f"data/2026/01/{NAME}")
    assert ranges(site) == [None]
    assert run.slept == []
    assert store.keys("") == []
