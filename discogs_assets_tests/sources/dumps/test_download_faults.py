"""Downloads from a publisher that is busy or breaks off, and onto a disk that is full."""

import errno
import gzip
import logging
import os
from dataclasses import replace
from pathlib import Path

import pytest

from discogs_assets.errors import DownloadError, SpaceError
from discogs_assets.sources.dumps import retry
from discogs_assets.sources.dumps.files import DumpFile
from discogs_assets.storage.local import LocalStore
from discogs_assets_tests.support.publisher import (
    DUMP,
    FILE,
    NAME,
    OTHER,
    WHOLE,
    Download,
    Publisher,
    listing,
    run_child,
    sha,
)

ROUNDED = replace(FILE, size=20_000, size_tolerance=500)
UNSIZED = replace(FILE, size=None)
SHORT = gzip.compress(b"a whole gzip, and too short", mtime=0)


class TestBusyPublisher:
    def test_cuts_that_bring_something_are_not_counted(
        self, run: Download, store: LocalStore
    ) -> None:
        run(Publisher(cuts=[1500] * 9), sha(DUMP))
        assert listing(store) == WHOLE
        assert run.slept == [5.0] * 9

    @pytest.mark.parametrize("has_ranges", [True, False])
    def test_an_end_before_the_end_is_a_cut(
        self, run: Download, store: LocalStore, has_ranges: bool
    ) -> None:
        run(Publisher(cuts=[3000], is_silent=True, has_ranges=has_ranges), None)
        assert listing(store) == WHOLE
        assert len(run.slept) == 1

    @pytest.mark.parametrize("has_ranges", [True, False])
    @pytest.mark.parametrize("published", [sha(DUMP), None], ids=["checksum", "none"])
    @pytest.mark.parametrize("file", [ROUNDED, UNSIZED], ids=["rounded", "unsized"])
    def test_a_silent_end_is_a_cut_when_the_listing_or_the_gzip_says_so(
        self,
        run: Download,
        store: LocalStore,
        has_ranges: bool,
        published: str | None,
        file: DumpFile,
    ) -> None:
        publisher = Publisher(
            cuts=[3000, 9000], is_silent=True, has_ranges=has_ranges, has_total=False
        )
        run(publisher, published, file)
        assert publisher.asked == [0, 3000, 12_000 if has_ranges else 9000]
        assert run.slept == [5.0, 5.0]
        assert listing(store) == WHOLE

    @pytest.mark.parametrize("has_total", [True, False])
    @pytest.mark.parametrize("content", [SHORT, DUMP + OTHER], ids=["short", "long"])
    def test_a_size_the_listing_does_not_allow_is_not_stored(
        self, run: Download, store: LocalStore, has_total: bool, content: bytes
    ) -> None:
        expected = rf"expected 19500 to 20500 bytes as listed, found {len(content)}; .* try later"
        publisher = Publisher(content, has_total=has_total)
        with pytest.raises(DownloadError, match=expected):
            run(publisher, None, ROUNDED)
        is_doubtful = content == SHORT and not has_total
        assert publisher.asked == ([0, len(SHORT)] if is_doubtful else [0])
        assert store.keys("") == []

    def test_a_checksum_weighs_more_than_a_listed_size(self, run: Download) -> None:
        publisher = Publisher(SHORT, has_total=False)
        assert run(publisher, sha(SHORT), ROUNDED).is_verified
        assert publisher.asked == [0]

    def test_a_first_byte_alone_is_asked_for_again(self, run: Download, store: LocalStore) -> None:
        run(Publisher(cuts=[1], is_silent=True, has_total=False), None, UNSIZED)
        assert run.slept == [5.0]
        assert listing(store) == WHOLE
        with pytest.raises(DownloadError, match="after 1 bytes"):
            run(Publisher(DUMP[:1]), None, replace(FILE, size=1))

    def test_a_gzip_that_no_more_comes_of_is_not_stored(
        self, run: Download, store: LocalStore
    ) -> None:
        publisher = Publisher(cuts=[19_600] * 9, is_silent=True, has_ranges=False, has_total=False)
        with pytest.raises(DownloadError, match="after 19600 bytes, inside the gzip; asked for"):
            run(publisher, None, ROUNDED)
        assert publisher.asked == [0, 19_600]
        assert run.part.read_bytes() == DUMP[:19_600]
        assert store.keys("") == []

    def test_a_damaged_gzip_is_no_cut(self, run: Download) -> None:
        publisher = Publisher(DUMP[:-8] + b"damaged!", has_total=False)
        with pytest.raises(DownloadError, match="expected sha256"):
            run(publisher, sha(DUMP), ROUNDED)
        assert publisher.asked == [0]
        assert not run.part.exists()

    def test_waits_longer_each_time_and_gives_up(self, run: Download, store: LocalStore) -> None:
        with pytest.raises(DownloadError) as caught:
            run(Publisher(cuts=[3000, 0, 0, 0, 0, 0, 0]), sha(DUMP))
        assert run.slept == [5.0, 5.0, 10.0, 20.0, 40.0]
        assert f"429 Too Many Requests; 3000 bytes are in {run.part}" in str(caught.value)
        assert "run again later to continue" in str(caught.value)
        run(Publisher(), sha(DUMP))
        assert listing(store) == WHOLE

    def test_the_same_bytes_again_bring_nothing(self, run: Download) -> None:
        publisher = Publisher(cuts=[3000] * 99, has_ranges=False)
        with pytest.raises(DownloadError, match="connection cut"):
            run(publisher, sha(DUMP))
        assert len(publisher.asked) == 6

    def test_waits_as_long_as_it_is_asked_to(
        self, run: Download, caplog: pytest.LogCaptureFixture
    ) -> None:
        with caplog.at_level(logging.WARNING, retry.__name__):
            run(Publisher(cuts=[0], retry_after_s=3574), sha(DUMP))
        assert run.slept == [3574]
        assert caplog.messages == [f"{NAME}: 429 Too Many Requests; waiting 3574 s"]

    def test_does_not_wait_for_a_day(self, run: Download) -> None:
        with pytest.raises(DownloadError, match="429"):
            run(Publisher(cuts=[0], retry_after_s=86_400), sha(DUMP))
        assert run.slept == []


class TestRoom:
    @pytest.mark.parametrize("part", [0, 10_000])
    def test_is_measured_before_the_download(
        self, run: Download, monkeypatch: pytest.MonkeyPatch, part: int
    ) -> None:
        if part:
            run.leave_part(DUMP[:part])
        needed = int((len(DUMP) - part) * 1.05) + 64 * 1024 * 1024
        monkeypatch.setattr(LocalStore, "free_bytes", lambda store: needed - 1)
        publisher = Publisher()
        with pytest.raises(SpaceError, match=rf"\.scratch: {NAME} needs 67 MB, 67 MB are free"):
            run(publisher, sha(DUMP))
        assert publisher.asked == []
        monkeypatch.setattr(LocalStore, "free_bytes", lambda store: needed)
        assert run(publisher, sha(DUMP)).is_new

    def test_is_measured_when_only_the_answer_tells_the_size(
        self, run: Download, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(LocalStore, "free_bytes", lambda store: 1000)
        with pytest.raises(SpaceError):
            run(Publisher(), None, replace(FILE, size=None))
        assert not run.part.exists()

    def test_a_disk_that_fills_keeps_the_part(self, run: Download, store: LocalStore) -> None:
        child = run_child(
            store,
            "resource.setrlimit(resource.RLIMIT_FSIZE, (5500, 5500))\n"
            "try: run(Publisher(), None)\n"
            "except SpaceError as error: print(error)\n",
        )
        output, errors = child.communicate(timeout=30)
        assert errors == b""
        assert output.decode().startswith(f"{run.part}: ")
        assert b"what is there is kept: running again continues" in output
        assert run.part.read_bytes() == DUMP[:5500]
        publisher = Publisher()
        run(publisher, sha(DUMP))
        assert publisher.asked == [5500]
        assert listing(store) == WHOLE

    def test_no_space_left_is_a_space_error(
        self, run: Download, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        class FullDisk:
            def __init__(self, *arguments: object, **settings: object) -> None: ...

            def __enter__(self) -> "FullDisk":
                return self

            def __exit__(self, *_: object) -> None: ...

            def write(self, data: bytes) -> int:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

        monkeypatch.setattr(Path, "open", FullDisk)
        with pytest.raises(SpaceError, match=r"\.part: No space left on device; make room"):
            run(Publisher(), sha(DUMP))
        assert run.slept == []
