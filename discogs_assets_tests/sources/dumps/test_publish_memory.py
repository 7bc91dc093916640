"""How many threads read a dump follows from the memory they may take."""

import gzip
from pathlib import Path

import pytest

from discogs_assets.sources.discogs_dumps.source import DISCOGS
from discogs_assets.sources.dumps.publish import DumpPublisher, threads_within
from discogs_assets_tests.support.small_lake import ARTISTS, MONTH, artists, open_lake, put


@pytest.mark.parametrize(
    ("cores", "memory", "threads"),
    [(2, 1 << 30, 2), (16, 1 << 30, 5), (64, 1 << 30, 5), (64, 4 << 30, 30), (8, 1 << 20, 1)],
)
def test_memory_bounds_the_threads(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cores: int, memory: int, threads: int
) -> None:
    monkeypatch.setattr("os.cpu_count", lambda: cores)
    lake = open_lake(tmp_path)
    dump = put(lake, gzip.compress(artists("A")))
    assert (
        DumpPublisher(lake, ARTISTS, MONTH, dump, DISCOGS.open_reader, memory=memory).threads
        == threads
    )


def test_larger_blocks_leave_room_for_fewer_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.cpu_count", lambda: 64)
    assert threads_within(1 << 30, 24 << 20) == 2
