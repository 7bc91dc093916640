"""The listing pages of the dumps' web site."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from discogs_assets.errors import ListingError
from discogs_assets.sources.discogs_dumps.publication import PUBLICATION
from discogs_assets.sources.discogs_dumps.publisher.site_page import parse_page, parse_size
from discogs_assets.sources.dumps.catalogue import group_dumps
from discogs_assets_tests.support.discogs_site import render_html, render_row

KEY = "data/2026/discogs_20260101_labels.xml.gz"
NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)


def test_real_year_page(samples: Path) -> None:
    content = (samples / "listing/data_discogs_com_2026.html").read_bytes()
    page = parse_page(content, "data/2026/", "the page")
    dumps = group_dumps(page.files, PUBLICATION)
    assert [dump.date for dump in dumps] == [date(2026, month, 1) for month in range(1, 11)]
    assert all(dump.is_complete(NOW) for dump in dumps)
    artists = dumps[0].files["artists"]
    assert artists.location == "data/2026/discogs_20260101_artists.xml.gz"
    assert (artists.size, artists.exact_size) == (477_940_941, None)
    assert artists.modified == datetime(2026, 1, 15, 16, 48, 49, tzinfo=UTC)
    checksum = dumps[0].files["CHECKSUM"]
    assert (checksum.size, checksum.exact_size) == (388, 388)
    assert page.folders == ()


def test_real_root_page(samples: Path) -> None:
    content = (samples / "listing/data_discogs_com_root.html").read_bytes()
    assert parse_page(content, "", "the page").folders == (
        "data/2008/",
        "data/2025/",
        "data/2026/",
    )


@pytest.mark.parametrize(
    ("listed", "size", "tolerance"),
    [
        ("388 B", 388, 0),
        ("7 KB", 7168, 513),
        ("455.8 MB", 477_940_941, 52_430),
        ("10.48 GB", 11_252_814_316, 5_368_711),
    ],
)
def test_a_listed_size_is_known_to_half_its_last_digit(
    listed: str, size: int, tolerance: int
) -> None:
    assert parse_size(*listed.split()) == (size, tolerance)


@pytest.mark.parametrize("content", ["", "<html><body>Down for now</body></html>", "{}" * 60])
def test_a_page_without_the_list_is_refused(content: str) -> None:
    with pytest.raises(ListingError, match="the page: expected a page with a <pre> list") as caught:
        parse_page(content.encode(), "data/2026/", "the page")
    assert f"found {content[:80]!r};" in str(caught.value)


@pytest.mark.parametrize(
    ("modified", "size"), [("2026-01-15", "1.0 MB"), ("2026-01-15 16:40:37", "1.0 XB"), ("", "-")]
)
def test_a_row_that_cannot_be_read_is_shown(modified: str, size: str) -> None:
    row = render_row(modified, size, f"?download={KEY}", "discogs_20260101_labels.xml.gz")
    with pytest.raises(ListingError, match="expected a row like") as caught:
        parse_page(render_html([row], "data/2026/"), "data/2026/", "the page")
    assert KEY in str(caught.value)


def test_a_dump_behind_another_form_of_link_is_refused() -> None:
    row = render_row("", "", "/get/7", "discogs_20260101_labels.xml.gz")
    with pytest.raises(ListingError, match="links, found '/get/7'"):
        parse_page(render_html([row], "data/2026/"), "data/2026/", "the page")
