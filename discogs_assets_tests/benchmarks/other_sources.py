"""The rows of the benchmark that are of sources beside Discogs."""

import statistics
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from discogs_assets_tests.benchmarks import musicbrainz
from discogs_assets_tests.benchmarks.child import run_child

RATIO = "MusicBrainz: tar.xz → lake ÷ the slower of unpacking and parsing"
PEAK = "MusicBrainz: peak memory, GB"
GROWTH = "MusicBrainz: peak memory for 4 × the records ÷ for 1 ×"
LISTENS = "ListenBrainz: Spark dump → lake, speed ÷ bare copy's"
OTHER_TARGETS = {
    RATIO: ("at most", 1.3),
    PEAK: ("at most", 1.0),
    GROWTH: ("at most", 1.2),
    LISTENS: ("at least", 0.7),
}


def measure_musicbrainz(folder: Path, releases: int, runs: int) -> dict[str, float]:
    """Return the ratios of bringing releases of MusicBrainz into the lake."""
    small, large = (
        musicbrainz.made_up_file(folder / f"musicbrainz-{count}", count)
        for count in (releases // 4, releases)
    )
    module = "discogs_assets_tests.benchmarks.musicbrainz"

    def taken(what: str, path: Path) -> list[dict[str, Any]]:
        command = sys.executable, "-m", module, what, str(path), str(path.parent)
        return [run_child(*command) for _ in range(runs)]

    def seconds(found: list[dict[str, Any]]) -> float:
        return float(statistics.median(one["seconds"] for one in found))

    limit = max(seconds(taken(what, large)) for what in ("unpack", "parse"))
    lake, of_small = taken("lake", large), taken("lake", small)
    peaks = [max(one["peak"] for one in found) for found in (of_small, lake)]
    return {
        RATIO: seconds(lake) / limit,
        PEAK: max(peaks) / 1e9,
        GROWTH: peaks[1] / peaks[0],
    }


def measure_listens() -> dict[str, float]:
    """Return how fast listens are imported, as a share of a bare copy."""
    found = run_child(sys.executable, "-m", "discogs_assets_tests.benchmarks.listens")
    return {LISTENS: found["copy_to_import"]}


def measure_others(
    folder: Path, releases: int, runs: int, tell: Callable[[str], None]
) -> dict[str, float]:
    """Return the ratios of the sources beside Discogs."""
    tell(f"measuring {releases:,} releases of MusicBrainz, {runs} times")
    ratios = measure_musicbrainz(folder, releases, runs)
    tell("measuring listens")
    return ratios | measure_listens()
