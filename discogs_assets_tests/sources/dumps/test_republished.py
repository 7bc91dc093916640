"""Whether a dump file was published again since it was imported."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from discogs_assets.sources.discogs_dumps.publication import PUBLICATION
from discogs_assets.sources.discogs_dumps.publisher.site import SiteCatalogue
from discogs_assets.sources.dumps.files import DumpFile
from discogs_assets.sources.dumps.folder import FolderCatalogue
from discogs_assets.sources.dumps.republished import checksums_at_hand, is_republished
from discogs_assets.storage.local import LocalStore
from discogs_assets.storage.manifest import Manifest
from discogs_assets.storage.store import Store
from discogs_assets_tests.support.discogs_site import DiscogsSite

NAME = "discogs_20260101_labels.xml.gz"
KEY = f"raw/discogs/2026/{NAME}"
ONE, OTHER = "1" * 64, "2" * 64
EARLIER, LATER = datetime(2026, 1, 3, tzinfo=UTC), datetime(2026, 1, 9, tzinfo=UTC)
IMPORTED = Manifest("labels", "2026-01-01", "", NAME, ONE, "20260105T000000000000", 1, 1, 0, None)
LISTED = DumpFile(NAME, date(2026, 1, 1), "labels", NAME, 1000, 0, EARLIER, "discogs")
ON_A_PAGE = replace(LISTED, size_tolerance=50)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    store = LocalStore(str(tmp_path / "store"))
    store.write(KEY, bytes(1000))
    store.write(f"{KEY}.sha256", f"{ONE}  {NAME}\n".encode())
    return store


@pytest.mark.parametrize(
    ("file", "sha256", "expected"),
    [
        (LISTED, ONE, False),
        (LISTED, OTHER, True),
        (LISTED, None, False),
        (replace(LISTED, name="discogs_20260120_labels.xml.gz"), ONE, True),
        (replace(LISTED, size=1001), None, True),
        (replace(LISTED, size=None), None, False),
        # The same bytes by their checksum, whatever the list says of size and time.
        (replace(LISTED, size=1001, modified=LATER), ONE, False),
        # A page rounds; what it says of the time is the publisher's.
        (replace(ON_A_PAGE, size=1050), None, False),
        (replace(ON_A_PAGE, size=1051), None, True),
        (replace(ON_A_PAGE, modified=LATER), None, True),
        (replace(ON_A_PAGE, modified=None), None, False),
        # The time of a copy says nothing.
        (replace(LISTED, modified=LATER), None, False),
    ],
)
def test_another_file_is_told_by_name_checksum_size_and_time(
    store: Store, file: DumpFile, sha256: str | None, expected: bool
) -> None:
    assert is_republished(store, file, IMPORTED, sha256) is expected


def test_the_size_of_a_file_that_is_in_the_store_no_more_is_known(store: Store) -> None:
    larger = replace(LISTED, size=1001)
    store.delete([KEY, f"{KEY}.sha256"])
    assert not is_republished(store, larger, IMPORTED, None)
    store.write(f"{KEY}.retired", json.dumps({"sha256": ONE, "bytes": 1000}).encode())
    assert is_republished(store, larger, IMPORTED, None)
    assert not is_republished(store, LISTED, IMPORTED, None)


def test_a_stored_file_that_was_not_imported_says_nothing(store: Store) -> None:
    store.write(f"{KEY}.sha256", f"{OTHER}  {NAME}\n".encode())
    assert not is_republished(store, replace(LISTED, size=1001), IMPORTED, None)


def test_lists_of_checksums_are_read_but_not_from_a_web_site(tmp_path: Path) -> None:
    text = f"{ONE} *{NAME}\n"
    (tmp_path / NAME).write_bytes(b"x")
    (tmp_path / "discogs_20260101_CHECKSUM.txt").write_text(text)
    [dump] = FolderCatalogue.open(PUBLICATION, str(tmp_path)).dumps(2026)
    assert checksums_at_hand(FolderCatalogue.open(PUBLICATION, str(tmp_path)), dump) == {NAME: ONE}
    with DiscogsSite() as site:
        site.files["data/2026/discogs_20260101_CHECKSUM.txt"] = text.encode()
        site.files[f"data/2026/{NAME}"] = b"x"
        catalogue = SiteCatalogue.open(site.url, "tests", pause_s=0, longest_wait_s=0)
        [found] = catalogue.dumps(2026)
        asked = len(site.requests)
        assert checksums_at_hand(catalogue, found) == {}
        assert len(site.requests) == asked


@pytest.mark.parametrize("note", [b"", b"{", b"[]", b"{}", b"\xff"])
def test_a_damaged_note_of_a_file_that_went_is_told(
    store: Store, caplog: pytest.LogCaptureFixture, note: bytes
) -> None:
    store.delete([KEY, f"{KEY}.sha256"])
    store.write(f"{KEY}.retired", note)
    assert not is_republished(store, LISTED, IMPORTED, None)
    assert f"{NAME}.retired: expected what the dump file was" in caplog.text
