"""Downloads that go on with what an earlier run left, whether it ended or was killed."""

import os
import signal
import threading
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from discogs_assets.errors import DownloadError, StoreError
from discogs_assets.storage.local import LocalStore
from discogs_assets_tests.support.publisher import (
    DUMP,
    FILE,
    OTHER,
    WHOLE,
    Download,
    Publisher,
    listing,
    run_child,
    sha,
)

HOLDING = """
def hold(position):
    if position == 5000:
        sys.stdin.readline()
publisher = Publisher(before_chunk=hold)
print("ready", flush=True)
print(run(publisher, sha(DUMP)).is_new, publisher.asked)
"""
"""A download that stops on its way until it is told to go on."""


class TestResume:
    def test_goes_on_where_the_last_run_ended(self, run: Download, store: LocalStore) -> None:
        run.leave_part(DUMP[:7000])
        publisher = Publisher()
        got = run(publisher, sha(DUMP))
        assert (got.is_new, got.fetched) == (True, len(DUMP) - 7000)
        assert publisher.asked == [7000]
        assert run.progress[0] == 7000
        assert sum(run.progress) == len(DUMP)
        assert listing(store) == WHOLE

    def test_starts_over_when_the_publisher_has_no_ranges(
        self, run: Download, store: LocalStore
    ) -> None:
        run.leave_part(DUMP[:7000])
        assert run(Publisher(has_ranges=False), sha(DUMP)).fetched == len(DUMP)
        assert run.progress[:2] == [7000, -7000]
        assert sum(run.progress) == len(DUMP)
        assert listing(store) == WHOLE

    def test_verifies_what_is_there_whole(self, run: Download, store: LocalStore) -> None:
        run.leave_part(DUMP)
        publisher = Publisher()
        run(publisher, sha(DUMP))
        assert publisher.asked == [len(DUMP)]
        assert listing(store) == WHOLE

    @pytest.mark.parametrize("length", [7000, len(DUMP), len(OTHER)])
    def test_a_part_of_another_file_is_dropped(
        self, run: Download, store: LocalStore, length: int
    ) -> None:
        run.leave_part(OTHER[:length])
        publisher = Publisher()
        run(publisher, sha(DUMP))
        assert publisher.asked == [length, 0]
        assert sum(run.progress) == len(DUMP)
        assert listing(store) == WHOLE

    def test_starts_over_once_only(self, run: Download) -> None:
        run.leave_part(OTHER[:7000])
        publisher = Publisher(OTHER, cuts=[len(OTHER) - 7000, 9000])
        with pytest.raises(DownloadError, match="expected sha256"):
            run(publisher, sha(DUMP))
        assert publisher.asked == [7000, 0, 9000]
        assert not run.part.exists()

    def test_a_part_too_long_is_noticed_without_a_checksum(
        self, run: Download, store: LocalStore
    ) -> None:
        run.leave_part(OTHER)
        run(Publisher(), None)
        assert listing(store) == WHOLE

    @pytest.mark.parametrize(("day", "asked"), [(1, 7000), (3, 0)])
    def test_a_part_older_than_the_published_file_is_dropped(
        self, run: Download, day: int, asked: int
    ) -> None:
        run.leave_part(DUMP[:7000])
        written = datetime(2026, 1, 2, tzinfo=UTC).timestamp()
        os.utime(run.part, (written, written))
        publisher = Publisher()
        run(publisher, None, replace(FILE, modified=datetime(2026, 1, day, tzinfo=UTC)))
        assert publisher.asked == [asked]

    @pytest.mark.parametrize("answer", [b"<html>Back soon</html>", b"junk", b"\x1f", b""])
    def test_an_answer_that_is_no_gzip_leaves_the_part(
        self, run: Download, store: LocalStore, answer: bytes
    ) -> None:
        run.leave_part(DUMP[:7000])
        with pytest.raises(DownloadError):
            run(Publisher(answer, has_ranges=False), sha(DUMP))
        assert run.part.read_bytes() == DUMP[:7000]
        assert run.progress == [7000]
        publisher = Publisher()
        run(publisher, sha(DUMP))
        assert publisher.asked == [7000]
        assert listing(store) == WHOLE

    def test_a_wrong_part_is_kept_until_another_comes(
        self, run: Download, store: LocalStore
    ) -> None:
        run.leave_part(OTHER)
        kept: list[int] = []
        run.while_asleep = lambda: kept.append(run.part.stat().st_size)
        publisher = Publisher(cuts=[1, 0, *[1500] * 6])
        run(publisher, sha(DUMP))
        assert publisher.asked == [len(OTHER), 0, *range(0, 9001, 1500)]
        assert kept == [len(OTHER), *range(1500, 9001, 1500)]
        assert sum(run.progress) == len(DUMP)
        assert listing(store) == WHOLE

    @pytest.mark.parametrize("junk", [b"", b"<html>"])
    def test_a_part_that_is_no_gzip_is_dropped(self, run: Download, junk: bytes) -> None:
        run.leave_part(junk)
        publisher = Publisher()
        run(publisher, sha(DUMP))
        assert publisher.asked == [0]


class TestKilled:
    @pytest.mark.parametrize("position", [0, 1000, 13_000])
    def test_the_next_run_ends_as_if_undisturbed(
        self, run: Download, store: LocalStore, tmp_path: Path, position: int
    ) -> None:
        child = run_child(
            store,
            "def hang(position):\n"
            f"    if position == {position}: print('here', flush=True); time.sleep(60)\n"
            "run(Publisher(before_chunk=hang), None)\n",
        )
        with child:
            assert child.stdout is not None
            assert child.stdout.readline() == b"here\n"
            child.send_signal(signal.SIGKILL)
        assert child.returncode == -signal.SIGKILL
        assert store.keys("") == []
        publisher = Publisher()
        resumed = run(publisher, sha(DUMP))
        undisturbed = LocalStore(str(tmp_path / "undisturbed"))
        whole = Download(undisturbed)(Publisher(), sha(DUMP))
        assert resumed == replace(whole, fetched=len(DUMP) - position)
        assert listing(store) == listing(undisturbed) == WHOLE
        assert publisher.asked == [position]

    def test_two_processes_at_once_download_once(self, store: LocalStore) -> None:
        children = [run_child(store, HOLDING) for _ in range(2)]
        for child in children:
            assert child.stdout is not None
            assert child.stdout.readline() == b"ready\n"
        for child in children:
            assert child.stdin is not None
            child.stdin.write(b"\n")
            child.stdin.flush()
        results = [child.communicate(timeout=30) for child in children]
        assert sorted(results) == [(b"False []\n", b""), (b"True [0]\n", b"")]
        assert [child.returncode for child in children] == [0, 0]
        assert listing(store) == WHOLE

    def test_two_at_once_download_once(self, store: LocalStore) -> None:
        is_reading, may_end = threading.Event(), threading.Event()

        def hold(position: int) -> None:
            is_reading.set()
            may_end.wait(10)

        first = threading.Thread(
            target=Download(store), args=(Publisher(before_chunk=hold), sha(DUMP))
        )
        first.start()
        assert is_reading.wait(10)
        store.lock_timeout_s = 0
        with pytest.raises(StoreError, match="another process has held this lock"):
            Download(store)(Publisher(), sha(DUMP))
        may_end.set()
        store.lock_timeout_s = 10
        publisher = Publisher()
        assert not Download(store)(publisher, sha(DUMP)).is_new
        assert publisher.asked == []
        first.join()
