"""Which dump is the newest, by the names of folders, and the checksum beside an archive."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from discogs_assets.errors import DumpNotFoundError, ListingError, SettingError
from discogs_assets.sources.listenbrainz_dumps.listing import (
    Dump,
    dump_of,
    dumps_of,
    links_of,
    newest_full,
)
from discogs_assets.sources.listenbrainz_dumps.place import (
    FolderPlace,
    open_folder,
    published_sha256,
)
from discogs_assets.sources.listenbrainz_dumps.sensor import last_whole_month
from discogs_assets.sources.listenbrainz_dumps.site import open_site


def folders(place: Path, kind: str, *names: str) -> FolderPlace:
    for name in names:
        (place / kind / name).mkdir(parents=True)
    return FolderPlace(place)


def test_the_newest_is_so_by_time_then_by_number(tmp_path: Path) -> None:
    place = folders(
        tmp_path,
        "fullexport",
        "listenbrainz-dump-999-20260601-000004-full",
        "listenbrainz-dump-1000-20260601-000004-full",
        "listenbrainz-dump-1001-20260531-000004-full",
        "listenbrainz-dump-1002-20260701-000004-db",
        "listenbrainz-dump-1003-20260702-000004-incremental",
        "listenbrainz-dump-1004-20261302-000004-full",
    )
    newest = newest_full(place)
    assert newest == Dump(datetime(2026, 6, 1, 0, 0, 4, tzinfo=UTC), 1000, "full")
    assert newest.archive(is_json=False) == (
        "fullexport/listenbrainz-dump-1000-20260601-000004-full/"
        "listenbrainz-spark-dump-1000-20260601-000004-full.tar"
    )
    assert newest.archive(is_json=True).endswith(
        "/listenbrainz-listens-dump-1000-20260601-000004-full.tar.zst"
    )
    assert f"{last_whole_month(newest)}" == "2026-05-01"


def test_without_a_full_dump_it_is_said_what_is_there(tmp_path: Path) -> None:
    place = folders(tmp_path, "fullexport", "listenbrainz-dump-2-20260701-000004-db")
    with pytest.raises(
        DumpNotFoundError, match=r"expected .*-full, found listenbrainz-dump-2-.*-db"
    ):
        newest_full(place)


def test_incremental_dumps_are_in_the_order_of_time(tmp_path: Path) -> None:
    names = [f"listenbrainz-dump-{n}-202607{n:02}-000004-incremental" for n in (10, 9, 11)]
    place = folders(tmp_path, "incremental", *names)
    assert [dump.number for dump in dumps_of(place, "incremental")] == [9, 10, 11]


def test_a_page_without_links_is_no_listing() -> None:
    with pytest.raises(
        ListingError, match="expected a page that lists folders, found '<html>Sorry'"
    ):
        links_of("<html>Sorry", "http://x/")
    assert links_of('<A HREF="/pub/a%20b/">x</A>', "") == ["a b"]


def test_the_checksum_is_bare_hex(tmp_path: Path) -> None:
    (tmp_path / "a.tar.sha256").write_text("AB" * 32)
    assert published_sha256(FolderPlace(tmp_path), "a.tar") == "ab" * 32
    (tmp_path / "a.tar.sha256").write_text("<html>")
    with pytest.raises(
        ListingError, match="expected 64 hex digits and nothing else, found '<html>'"
    ):
        published_sha256(FolderPlace(tmp_path), "a.tar")


def test_what_is_no_place_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingError, match="LISTENBRAINZ_URL: expected an address or a folder"):
        open_folder(str(tmp_path / "not there"))
    with pytest.raises(SettingError, match="without a host or with a user"):
        open_site("https://me:secret@host/", "test")


def test_the_real_listing(samples: Path) -> None:
    page = samples / "later/mirror/pub/musicbrainz/listenbrainz/fullexport/index.html"
    found = [dump for name in links_of(page.read_text(), "") if (dump := dump_of(name))]
    assert max(found).name == "listenbrainz-dump-2593-20260712-000004-full"
