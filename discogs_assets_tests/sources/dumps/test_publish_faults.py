"""An import that is killed, finds no room or may not write leaves the month as it was."""

import os
import resource
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import polars as pl
import pyarrow as pa
import pytest

from discogs_assets.errors import SpaceError, StoreError
from discogs_assets.sources.discogs_dumps.xml.parser import BlockParser
from discogs_assets.storage import lake_writer
from discogs_assets.storage.lake import Lake
from discogs_assets.storage.local import LocalStore
from discogs_assets_tests.support.checkout import CHECKOUT
from discogs_assets_tests.support.small_lake import (
    ARTISTS,
    MONTH,
    artists,
    check_only_published,
    listing,
    names,
    open_lake,
    put,
    run,
    run_stored,
    scratch_files,
    tables,
)

MOMENTS: dict[str, tuple[type, str, int]] = {
    "at the first block": (BlockParser, "parse", 1),
    "while parsing": (BlockParser, "parse", 20),
    "while writing": (lake_writer.TableWriter, "write", 9),
    "while closing files": (lake_writer.TableWriter, "close_file", 3),
    "while moving files": (LocalStore, "put", 3),
    "before the manifest": (Lake, "publish", 1),
}


def strike(moment: str, blow: Callable[[], None], patch: pytest.MonkeyPatch) -> None:
    """Have a blow fall at a moment of the import."""
    owner, name, call = MOMENTS[moment]
    real, calls, guard = getattr(owner, name), iter(range(1, 1 << 20)), threading.Lock()

    def struck(*given: object) -> object:
        with guard:
            count = next(calls)
        if count == call:
            blow()
        return real(*given)

    patch.setattr(owner, name, struck)


def import_stored(folder: str) -> None:
    """Import the dump that lies in a folder's lake, as a process of its own."""
    lake_writer.ROW_GROUP_ROWS = 20
    print(run_stored(open_lake(Path(folder))).import_id)


def import_and_die(folder: str, moment: str) -> None:
    def die() -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    strike(moment, die, pytest.MonkeyPatch())
    import_stored(folder)


def import_without_room(folder: str, size: str) -> None:
    """Import where no file may become larger than so many bytes; print the error."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(size), resource.RLIM_INFINITY))
    try:
        import_stored(folder)
    except SpaceError as error:
        print(error)
    print(threading.active_count(), "thread")


def start(function: Callable[..., None], *given: str) -> subprocess.Popen[str]:
    call = f"from {__name__} import *; {function.__name__}(*{given!r})"
    pipe = subprocess.PIPE
    return subprocess.Popen(
        [sys.executable, "-W", "error", "-c", call],
        cwd=CHECKOUT,
        stdout=pipe,
        stderr=pipe,
        text=True,
    )


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return open_lake(tmp_path / "data")


@pytest.fixture(autouse=True)
def no_thread_is_left(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(lake_writer, "ROW_GROUP_ROWS", 20)
    before = {*threading.enumerate()}
    yield
    assert {*threading.enumerate()} == before


@pytest.fixture(scope="module")
def expected(big_dump: bytes, tmp_path_factory: pytest.TempPathFactory) -> dict[str, pl.DataFrame]:
    """The tables of an import that nothing disturbed."""
    lake = open_lake(tmp_path_factory.mktemp("expected"))
    put(lake, big_dump)
    run_stored(lake)
    return tables(lake)


def check_equal(lake: Lake, expected: dict[str, pl.DataFrame]) -> None:
    for name, table in tables(lake).items():
        assert table.equals(expected[name]), name
    assert len(expected["artist"]) == 400
    check_only_published(lake)


@pytest.mark.parametrize("moment", MOMENTS)
def test_an_error_leaves_nothing(
    lake: Lake, big_dump: bytes, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    run(lake, artists("A", "B"))
    put(lake, big_dump)
    before = listing(lake)

    def fail() -> None:
        raise ZeroDivisionError(moment)

    with monkeypatch.context() as patch:
        strike(moment, fail, patch)
        with pytest.raises(ZeroDivisionError, match=moment):
            run_stored(lake)
    assert listing(lake) == before
    assert names(lake) == ["A", "B"]
    assert scratch_files(lake) == []


def test_leaving_waits_for_what_is_being_written(
    lake: Lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[int] = []

    def write_slowly(_: object, rows: pa.Table, before: object) -> None:
        time.sleep(0.05)
        written.append(rows.num_rows)

    monkeypatch.setattr(lake_writer.TableWriter, "write", write_slowly)
    rows = ARTISTS.record_table.from_rows([{"id": n} for n in range(30)])
    with ThreadPoolExecutor(1) as pool:
        writer = lake_writer.PartitionWriter(lake.store, "made up", "0", ARTISTS.tables, pool)
        with writer:
            writer.add({"artist": rows})
        assert written == [30]


@pytest.mark.slow
@pytest.mark.parametrize("moment", MOMENTS)
def test_a_killed_import_is_run_again(
    lake: Lake, big_dump: bytes, expected: dict[str, pl.DataFrame], moment: str
) -> None:
    run(lake, artists("A", "B"))
    put(lake, big_dump)
    with start(import_and_die, lake.store.url, moment) as child:
        assert child.communicate() == ("", "")
    assert child.returncode == -signal.SIGKILL
    assert names(lake) == ["A", "B"]
    run_stored(lake)
    check_equal(lake, expected)


@pytest.mark.slow
def test_an_import_killed_from_outside_is_run_again(
    lake: Lake, big_dump: bytes, expected: dict[str, pl.DataFrame]
) -> None:
    put(lake, big_dump)
    with start(import_stored, lake.store.url) as child:
        while child.poll() is None and not scratch_files(lake):
            time.sleep(0.001)
        child.kill()
        child.communicate()
    run_stored(lake)
    check_equal(lake, expected)


@pytest.mark.slow
def test_a_second_process_finds_the_month_done(
    lake: Lake, big_dump: bytes, expected: dict[str, pl.DataFrame]
) -> None:
    put(lake, big_dump)
    with start(import_stored, lake.store.url) as one, start(import_stored, lake.store.url) as other:
        (import_id, error), (same, other_error) = one.communicate(), other.communicate()
    assert (error, other_error) == ("", "")
    assert import_id == same == f"{lake.manifest('artists', MONTH).import_id}\n"
    check_equal(lake, expected)


# Under the least the parser's configuration has no room; then come the rows, then a file's end.
@pytest.mark.slow
@pytest.mark.parametrize("size", [1_000, 10_000, 30_000])
def test_a_full_disk(
    lake: Lake, big_dump: bytes, expected: dict[str, pl.DataFrame], size: int
) -> None:
    run(lake, artists("A", "B"))
    put(lake, big_dump)
    before = listing(lake)
    with start(import_without_room, lake.store.url, str(size)) as child:
        found, errors = child.communicate()
    assert errors == ""
    line, threads = found.splitlines()
    assert line.endswith("File too large; make room there, or put the data elsewhere")
    assert line.startswith(tempfile.gettempdir() if size == 1_000 else str(lake.store.scratch))
    assert threads == "1 thread"
    assert listing(lake) == before
    assert scratch_files(lake) == []
    run_stored(lake)
    check_equal(lake, expected)


@pytest.mark.parametrize("blocked", ["lake", "lake/discogs/artist_url", "lake/discogs/_published"])
def test_a_folder_that_cannot_be_written(lake: Lake, big_dump: bytes, blocked: str) -> None:
    path = Path(lake.store.uri(blocked))
    path.parent.mkdir(parents=True)
    path.write_bytes(b"a file where a folder should be")
    put(lake, big_dump)
    with pytest.raises(StoreError, match=rf"{path}.*: (Not a directory|File exists); "):
        run_stored(lake)
    assert [key for key in lake.store.keys("") if key.startswith("lake") and key != blocked] == []
    assert scratch_files(lake) == []


def test_a_scratch_that_cannot_be_written(lake: Lake, big_dump: bytes) -> None:
    put(lake, big_dump)
    path = lake.store.scratch / "lake"
    path.write_bytes(b"a file where a folder should be")
    with pytest.raises(StoreError, match=rf"{path}/artists 2026-01: Not a directory; "):
        run_stored(lake)
    assert lake.store.keys("lake") == []


@pytest.mark.skipif(os.getuid() == 0, reason="root may write everywhere")
def test_a_folder_without_permission(lake: Lake, big_dump: bytes) -> None:
    put(lake, big_dump)
    folder = Path(lake.store.uri("lake"))
    folder.mkdir(mode=0o500)
    with pytest.raises(StoreError, match="Permission denied; let this user read and write there"):
        run_stored(lake)
    assert [*folder.iterdir()] == []
    assert scratch_files(lake) == []
