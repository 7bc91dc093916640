"""Where MusicBrainz publishes: a folder and a site list the same, and a site has its faults."""

import logging
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from discogs_assets.display.progress import LoggedProgress
from discogs_assets.errors import (
    DownloadError,
    DumpGoneError,
    DumpNotFoundError,
    ListingError,
    SettingError,
    TransientError,
)
from discogs_assets.sources.dumps.catalogue import Catalogue, find_month
from discogs_assets.sources.dumps.download import download, fetch
from discogs_assets.sources.musicbrainz_dumps.publication import DEFAULT_TYPES, publication_of
from discogs_assets.sources.musicbrainz_dumps.publisher.catalogue import open_catalogue
from discogs_assets.sources.musicbrainz_dumps.publisher.signature import has_gpg
from discogs_assets.sources.musicbrainz_dumps.publisher.site import SiteCatalogue
from discogs_assets.sources.musicbrainz_dumps.synthetic.files import write_dump, write_sums
from discogs_assets.sources.musicbrainz_dumps.synthetic.records import iter_lines
from discogs_assets.storage.local import LocalStore
from discogs_assets_tests.support.discogs_site import Clock
from discogs_assets_tests.support.musicbrainz_site import MusicBrainzSite

PUBLICATION = publication_of(DEFAULT_TYPES)
OLD, NEW, NEXT = "20260520-001001", "20260523-001002", "20260527-001001"
DAY = date(2026, 5, 23)


@pytest.fixture
def mirror(tmp_path: Path) -> Path:
    """Return a folder of two dumps."""
    for stamp in (OLD, NEW):
        lines = {name: iter_lines(name, range(9)) for name in ("label", "work")}
        write_dump(tmp_path / "mirror", stamp, lines)
    return tmp_path / "mirror"


@pytest.fixture
def site(mirror: Path) -> Iterator[MusicBrainzSite]:
    with MusicBrainzSite(mirror) as running:
        yield running


def of_site(site: MusicBrainzSite) -> SiteCatalogue:
    clock = Clock()
    return SiteCatalogue(
        PUBLICATION, site.url, "test", pause_s=0, clock=clock.read, sleep=clock.sleep
    )


def described(catalogue: Catalogue) -> list[tuple[object, ...]]:
    return [
        (dump.date, dump.partition_key, dump.types, [*catalogue.checksums(dump)])
        for year in catalogue.years()
        for dump in catalogue.dumps(year)
    ]


@pytest.fixture
def store(tmp_path: Path) -> LocalStore:
    return LocalStore(str(tmp_path / "store"))


def test_a_folder_and_a_site_list_the_same(mirror: Path, site: MusicBrainzSite) -> None:
    found = described(open_catalogue(PUBLICATION, str(mirror)))
    assert found == [
        (
            date(2026, 5, int(stamp[6:8])),
            stamp,
            ("label", "work"),
            [f"{stamp}-label.tar.xz", f"{stamp}-work.tar.xz"],
        )
        for stamp in (OLD, NEW)
    ]
    assert described(of_site(site)) == found


def test_sizes_are_those_of_the_listing(mirror: Path, site: MusicBrainzSite) -> None:
    file = find_month(of_site(site), DAY).files["work"]
    assert file.exact_size == (mirror / NEW / "work.tar.xz").stat().st_size
    assert file.raw_key == f"raw/musicbrainz/2026/{NEW}-work.tar.xz"


def test_a_dump_is_there_once_it_is_the_latest(mirror: Path, site: MusicBrainzSite) -> None:
    shutil.copytree(mirror / NEW, mirror / NEXT)
    for catalogue in (open_catalogue(PUBLICATION, str(mirror)), of_site(site)):
        assert [one[1] for one in described(catalogue)] == [OLD, NEW]
    (mirror / "LATEST").write_text(f"{NEXT}\n")
    for catalogue in (open_catalogue(PUBLICATION, str(mirror)), of_site(site)):
        assert [one[1] for one in described(catalogue)] == [OLD, NEW, NEXT]


def test_of_two_dumps_of_a_day_the_second_is_left_out(
    mirror: Path, caplog: pytest.LogCaptureFixture
) -> None:
    shutil.copytree(mirror / NEW, mirror / "20260523-120000")
    (mirror / "LATEST").write_text("20260523-120000\n")
    with caplog.at_level(logging.WARNING):
        assert [one[1] for one in described(open_catalogue(PUBLICATION, str(mirror)))] == [OLD, NEW]
    assert "expected one dump a day, found 20260523-001002 and 20260523-120000" in caplog.text


def test_one_dump_alone_is_a_folder_too(mirror: Path) -> None:
    assert [one[1] for one in described(open_catalogue(PUBLICATION, str(mirror / OLD)))] == [OLD]


def test_a_listed_dump_that_is_removed_meanwhile_is_left_out(
    mirror: Path, site: MusicBrainzSite
) -> None:
    (mirror / OLD / "SHA256SUMS").unlink()
    assert [one[1] for one in described(of_site(site))] == [NEW]


def test_a_file_is_downloaded_and_compared(site: MusicBrainzSite, store: LocalStore) -> None:
    _, stored = fetch(of_site(site), store, "work", DAY, LoggedProgress())
    assert stored.is_verified
    assert stored.key == f"raw/musicbrainz/2026/{NEW}-work.tar.xz"


def test_a_download_goes_on_where_it_broke_off(site: MusicBrainzSite, store: LocalStore) -> None:
    catalogue = of_site(site)
    file = find_month(catalogue, DAY).files["work"]
    site.cuts = [700, 100]
    sha256 = catalogue.sums(NEW)[file.name]
    stored = download(catalogue, file, sha256, store, lambda _: None, lambda _: None)
    assert stored.sha256 == sha256
    ranges = [ask for path, ask in site.requests if path.endswith("work.tar.xz")]
    assert ranges == ["", "bytes=700-", "bytes=800-"]


def test_a_busy_site_is_waited_for(site: MusicBrainzSite) -> None:
    site.faults, site.retry_after = [429, 503], "17"
    catalogue = of_site(site)
    assert catalogue.stamps() == [OLD, NEW]
    assert catalogue.sleep.__self__.slept == [17.0, 17.0]  # type: ignore[attr-defined]
    site.faults = [503] * 9
    with pytest.raises(TransientError, match="the site answers 503 and asks to wait 17 s"):
        of_site(site).stamps()


def test_a_dump_that_vanishes_is_told_from_an_outage(
    mirror: Path, site: MusicBrainzSite, store: LocalStore
) -> None:
    catalogue = of_site(site)
    file = find_month(catalogue, DAY).files["work"]
    site.faults = [503] * 9
    with pytest.raises(DownloadError, match="the site answers 503"):
        download(catalogue, file, None, store, lambda _: None, lambda _: None)
    site.faults = []
    shutil.rmtree(mirror / NEW)
    with pytest.raises(
        DumpGoneError, match=r"MusicBrainz keeps the newest two .* this is no outage"
    ):
        download(catalogue, file, None, store, lambda _: None, lambda _: None)


def test_a_page_instead_of_a_file_is_refused(site: MusicBrainzSite, store: LocalStore) -> None:
    site.page = b"<html>we are closed</html>"
    with pytest.raises(DownloadError, match="expected xz, the address answered with a web page"):
        fetch(of_site(site), store, "work", DAY, LoggedProgress())
    assert [*store.keys("raw/")] == []


def test_a_wrong_checksum_is_refused(mirror: Path, store: LocalStore) -> None:
    catalogue = open_catalogue(PUBLICATION, str(mirror))
    path = mirror / NEW / "work.tar.xz"
    path.write_bytes(path.read_bytes()[:-1] + b"!")
    with pytest.raises(DownloadError, match="expected sha256"):
        fetch(catalogue, store, "work", DAY, LoggedProgress())
    write_sums(mirror / NEW)
    assert fetch(catalogue, store, "work", DAY, LoggedProgress())[1].is_verified


@pytest.mark.skipif(not has_gpg(), reason="there is no gpg on this machine")
def test_a_signature_of_something_else_is_refused(mirror: Path, site: MusicBrainzSite) -> None:
    (mirror / NEW / "SHA256SUMS.asc").write_text("<html>")
    for catalogue in (open_catalogue(PUBLICATION, str(mirror)), of_site(site)):
        with pytest.raises(ListingError, match="expected checksums that the key D5E63B4B"):
            catalogue.checksums(find_month(catalogue, DAY))


def test_a_page_instead_of_the_stamp_is_told(mirror: Path, site: MusicBrainzSite) -> None:
    (mirror / "LATEST").write_text("<html>")
    with pytest.raises(ListingError, match="expected the stamp of the newest dump"):
        of_site(site).stamps()


@pytest.mark.parametrize("url", ["s3://bucket/x", "/no/such/folder", "https://user@host/"])
def test_another_address_is_refused(url: str) -> None:
    with pytest.raises(SettingError, match="MUSICBRAINZ_DUMPS_URL: expected"):
        open_catalogue(PUBLICATION, url)


def test_the_sample_mirror_is_listed(samples: Path) -> None:
    folder = samples / "later/mirror/pub/musicbrainz/data/json-dumps"
    [dump] = described(open_catalogue(PUBLICATION, str(folder)))
    assert dump[:3] == (DAY, NEW, DEFAULT_TYPES)
    with MusicBrainzSite(folder) as site:
        assert described(of_site(site)) == [dump]
    with pytest.raises(DumpNotFoundError, match="there are 2026-05-23"):
        find_month(open_catalogue(PUBLICATION, str(folder)), date(2026, 5, 20))
