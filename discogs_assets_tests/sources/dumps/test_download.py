"""Downloads of what is there, and of what is in the store already."""

from dataclasses import replace

import pytest

from discogs_assets.errors import DownloadError, DumpNotFoundError, ListingError, StoreError
from discogs_assets.sources.discogs_dumps.publication import PUBLICATION
from discogs_assets.sources.dumps.files import DumpFile
from discogs_assets.sources.dumps.raw_files import Downloaded, stored
from discogs_assets.storage.local import LocalStore
from discogs_assets_tests.support import publisher as publisher_module
from discogs_assets_tests.support.publisher import (
    DUMP,
    FILE,
    KEY,
    NAME,
    OTHER,
    WHOLE,
    Download,
    Publisher,
    listing,
    sha,
    sidecar,
)


def test_a_file_without_its_checksum_is_hashed_and_tells_so(store: LocalStore) -> None:
    told: list[int] = []
    store.write(KEY, DUMP)
    assert stored(store, KEY, None, told.append).sha256 == sha(DUMP)
    assert sum(told) == len(DUMP)
    assert stored(store, KEY, None, told.append).sha256 == sha(DUMP)
    assert sum(told) == len(DUMP)


class TestFresh:
    def test_stores_the_file_and_its_checksum(self, run: Download, store: LocalStore) -> None:
        got = run(Publisher(), sha(DUMP).upper())
        assert got == Downloaded(
            KEY, sha(DUMP), len(DUMP), is_new=True, is_verified=True, fetched=len(DUMP)
        )
        assert listing(store) == WHOLE
        assert sum(run.progress) == len(DUMP)
        assert not run.part.exists()

    def test_without_a_published_checksum_it_is_not_verified(self, run: Download) -> None:
        got = run(Publisher(), None)
        assert got == Downloaded(
            KEY, sha(DUMP), len(DUMP), is_new=True, is_verified=False, fetched=len(DUMP)
        )

    def test_what_was_hashed_on_the_way_is_not_read_again(
        self, run: Download, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(LocalStore, "open", refuse)
        assert run(Publisher(), sha(DUMP)).sha256 == sha(DUMP)

    def test_another_file_is_refused(self, run: Download) -> None:
        publisher = Publisher(OTHER)
        with pytest.raises(DownloadError) as caught:
            run(publisher, sha(DUMP))
        assert f"expected sha256 {sha(DUMP)}, found {sha(OTHER)}" in str(caught.value)
        assert "try later" in str(caught.value)
        assert publisher.asked == [0]
        assert not run.part.exists()
        assert not run.store.exists(KEY)

    def test_one_that_is_not_published_is_not_waited_for(self, run: Download) -> None:
        def gone(position: int) -> None:
            raise DumpNotFoundError("gone")

        with pytest.raises(DumpNotFoundError):
            run(Publisher(before_chunk=gone), None)
        assert run.slept == []

    @pytest.mark.parametrize(
        ("content", "message"),
        [
            (b"\n<!DOCTYPE html><title>Data</title>", "web page; check DISCOGS_DUMPS_URL"),
            (b"<html><pre>", "web page; check DISCOGS_DUMPS_URL"),
            (b"<artists><artist>", r"the address sends b'<artists><artist'"),
            (b"\x1f\x8c", r"the address sends b'\\x1f\\x8c'"),
            (b"", "empty file"),
        ],
    )
    def test_what_is_no_dump_is_refused(self, run: Download, content: bytes, message: str) -> None:
        publisher = Publisher(content)
        with pytest.raises(DownloadError, match=message):
            run(publisher, None, replace(FILE, size=None))
        assert publisher.asked == [0]
        assert not run.part.exists()

    def test_the_first_byte_alone_is_not_judged(
        self, run: Download, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(publisher_module, "CHUNK", 1)
        with pytest.raises(DownloadError, match="expected gzip"):
            run(Publisher(b"\x1fno gzip"), None)
        assert run(Publisher(DUMP[:5]), None, replace(FILE, size=5)).bytes == 5

    def test_names_must_be_those_of_dumps(self) -> None:
        assert PUBLICATION.raw_key("discogs_20080309_CHECKSUM.txt") == (
            "raw/discogs/2008/discogs_20080309_CHECKSUM.txt"
        )
        with pytest.raises(ListingError):
            PUBLICATION.raw_key("../discogs_20260101_artists.xml.gz")


class TestStoredAlready:
    def test_the_published_file_is_not_asked_for_again(self, run: Download) -> None:
        run(Publisher(), sha(DUMP))
        publisher = Publisher()
        got = run(publisher, sha(DUMP))
        assert got == Downloaded(KEY, sha(DUMP), len(DUMP), is_new=False, is_verified=True)
        assert publisher.asked == []

    @pytest.mark.parametrize("line", [None, b"", b"half a line", sidecar(DUMP).upper()])
    def test_a_sidecar_that_is_no_use_is_written_anew(
        self, run: Download, store: LocalStore, line: bytes | None
    ) -> None:
        store.write(KEY, DUMP)
        if line is not None:
            store.write(f"{KEY}.sha256", line)
        publisher = Publisher()
        assert not run(publisher, sha(DUMP)).is_new
        assert publisher.asked == []
        assert listing(store) == WHOLE

    def test_a_republished_file_replaces_it(self, run: Download, store: LocalStore) -> None:
        run(Publisher(OTHER), sha(OTHER))
        assert run(Publisher(), sha(DUMP)).is_new
        assert listing(store) == WHOLE

    def test_a_replacement_without_its_sidecar_is_hashed(
        self, run: Download, store: LocalStore, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        run(Publisher(OTHER), sha(OTHER))
        with monkeypatch.context() as patch:
            patch.setattr(LocalStore, "write", refuse)
            with pytest.raises(StoreError, match="refused"):
                run(Publisher(), sha(DUMP))
        publisher = Publisher()
        assert run(publisher, sha(DUMP)).sha256 == sha(DUMP)
        assert publisher.asked == []
        assert listing(store) == WHOLE

    @pytest.mark.parametrize(
        ("published", "is_new", "asked"),
        [
            (FILE, False, []),
            (replace(FILE, size=len(OTHER)), True, [0]),
            (replace(FILE, size=20_000, size_tolerance=500), False, [len(DUMP)]),
            (replace(FILE, size=None), False, [len(DUMP)]),
        ],
    )
    def test_without_a_checksum_its_size_tells(
        self, run: Download, published: DumpFile, is_new: bool, asked: list[int]
    ) -> None:
        run(Publisher(), None)
        publisher = Publisher(OTHER if is_new else DUMP)
        assert run(publisher, None, published).is_new == is_new
        assert publisher.asked == asked

    def test_a_publisher_without_sizes_sends_it_again(self, run: Download) -> None:
        run(Publisher(), None)
        publisher = Publisher(has_ranges=False, has_total=False)
        assert run(publisher, None, replace(FILE, size=None)).is_new
        assert publisher.asked == [len(DUMP), 0]

    def test_an_unfinished_copy_of_it_is_dropped(self, run: Download, store: LocalStore) -> None:
        run.leave_part(DUMP)
        store.write(KEY, DUMP)
        run(Publisher(), sha(DUMP))
        assert not run.part.exists()


def refuse(store: LocalStore, key: str, data: bytes = b"") -> None:
    raise StoreError("refused")


class TestStored:
    def test_describes_what_is_there(self, store: LocalStore) -> None:
        store.write(KEY, DUMP)
        described = Downloaded(KEY, sha(DUMP), len(DUMP), is_new=False, is_verified=False)
        assert stored(store, KEY, None) == described
        assert stored(store, KEY, sha(DUMP)) == replace(described, is_verified=True)
        assert listing(store) == WHOLE

    def test_names_what_is_missing_and_where(self, store: LocalStore) -> None:
        with pytest.raises(DumpNotFoundError) as caught:
            stored(store, KEY, None)
        assert f"{NAME}: expected it in the store, looked for {store.folder}/{KEY}" in str(
            caught.value
        )
        assert not store.folder.exists()

    def test_another_file_than_the_published_is_no_match(self, store: LocalStore) -> None:
        store.write(KEY, OTHER)
        with pytest.raises(DownloadError, match=f"{sha(DUMP)}, found {sha(OTHER)}; run without"):
            stored(store, KEY, sha(DUMP))
