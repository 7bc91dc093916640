"""What an import says that it will take, and when it refuses."""

from dataclasses import replace
from pathlib import Path

import pytest

from discogs_assets.cli.importing.plan import Disk, Disks, TypeWork, plan
from discogs_assets.errors import SpaceError

GB = 1_000_000_000
DATA = Disk(1, 80 * GB, Path("data"))
OTHER = Disk(2, 20 * GB, Path("/mnt/fast"))
ONE_DISK = Disks(DATA, DATA, DATA, DATA, DATA)
MONTH = [TypeWork(one, one) for one in (450_000_000, 100_000_000, 500_000_000, 10_250_000_000)]


def test_a_first_month_takes_three_times_its_size() -> None:
    assert str(plan("2026-09", MONTH, ONE_DISK)) == (
        "2026-09: 11.3 GB to download; needs 37.1 GB of disk (dump files 11.3 GB, Parquet 12.0 GB, "
        "tables 12.0 GB, spill 1.8 GB), 80.0 GB are free in data"
    )


def test_a_month_after_a_loaded_one_adds_what_changed() -> None:
    month = [replace(one, is_first=False) for one in MONTH]
    assert str(plan("2026-10", month, ONE_DISK)) == (
        "2026-10: 11.3 GB to download; needs 24.1 GB of disk (dump files 11.3 GB, Parquet 12.0 GB, "
        "tables 720.0 MB, spill 108.0 MB), 80.0 GB are free in data"
    )


@pytest.mark.parametrize(
    ("work", "expected"),
    [
        # In the store already; half of it, too; all of it is done; in the lake already.
        (TypeWork(GB, 0), "0 B to download; needs 2.3 GB of disk (Parquet 1.1 GB, tables 1.1 GB, "
         "spill 159.3 MB), 80.0 GB are free in data"),
        (TypeWork(GB, GB // 2), "500.0 MB to download; needs 2.8 GB of disk (dump files 500.0 MB, "
         "Parquet 1.1 GB, tables 1.1 GB, spill 159.3 MB), 80.0 GB are free in data"),
        (TypeWork(0, 0, is_read=False, is_loaded=False), "0 B to download; needs no more disk"),
        (TypeWork(GB, 0, is_read=False), "0 B to download; needs 1.2 GB of disk (tables 1.1 GB, "
         "spill 159.3 MB), 80.0 GB are free in data"),
        # A thousand records of a large file, and of one that has fewer.
        (TypeWork(GB, GB, limit=1000), "1.0 GB to download; needs 1.0 GB of disk (dump files "
         "1.0 GB, Parquet 531.0 kB, tables 531.0 kB, spill 79.6 kB), 80.0 GB are free in data"),
        (TypeWork(1000, 1000, limit=1000), "1.0 kB to download; needs 3.3 kB of disk (dump files "
         "1.0 kB, Parquet 1.1 kB, tables 1.1 kB, spill 159 B), 80.0 GB are free in data"),
        (TypeWork(None, None), "unknown how much to download; 80.0 GB are free in data"),
    ],
)  # fmt: skip
def test_what_is_there_is_not_counted(work: TypeWork, expected: str) -> None:
    assert str(plan("2026-09", [work], ONE_DISK)) == f"2026-09: {expected}"


def test_what_does_not_fit_is_refused() -> None:
    small = replace(DATA, free=37 * GB)
    with pytest.raises(SpaceError) as caught:
        plan("2026-09", MONTH, Disks(small, small, small, small, small)).refuse()
    assert str(caught.value) == (
        "data: 2026-09 needs 37.1 GB there (dump files 11.3 GB, Parquet 12.0 GB, tables 12.0 GB, "
        "spill 1.8 GB), 37.0 GB are free; make room there, import the --types one at a time "
        "with retain in between, or put the data elsewhere with DISCOGS_STORE and DISCOGS_WAREHOUSE"
    )
    plan("2026-09", MONTH, ONE_DISK).refuse()
    plan("2026-09", [TypeWork(None, None)], Disks(*[replace(DATA, free=0)] * 5)).refuse()


@pytest.mark.parametrize(
    ("disks", "expected"),
    [
        (Disks(DATA, DATA, DATA, OTHER, OTHER), {"data": 23.3, "/mnt/fast": 13.8}),
        (Disks(DATA, DATA, DATA, DATA, OTHER), {"data": 35.3, "/mnt/fast": 1.8}),
        (Disks(DATA, OTHER, DATA, DATA, DATA), {"data": 25.1 + 10.9, "/mnt/fast": 12.0}),
        # In a bucket only what passes counts, a dump type at a time.
        (Disks(None, None, OTHER, DATA, DATA), {"data": 13.8, "/mnt/fast": 10.9}),
        (Disks(None, None, DATA, DATA, DATA), {"data": 24.7}),
    ],
)
def test_each_disk_has_its_share(disks: Disks, expected: dict[str, float]) -> None:
    found = plan("2026-09", MONTH, disks)
    needed = {
        str(disk.folder): sum(need.bytes for need in found.on(disk)) / GB for disk in found.disks
    }
    assert needed == pytest.approx(expected, abs=0.05)


def test_the_disk_that_is_too_small_is_named() -> None:
    full = replace(OTHER, free=10 * GB)
    found = plan("2026-09", MONTH, Disks(DATA, DATA, DATA, full, full))
    assert str(found).endswith(", 80.0 GB are free in data and 10.0 GB are free in /mnt/fast")
    with pytest.raises(SpaceError, match=r"^/mnt/fast: 2026-09 needs 13.8 GB there \(tables 12"):
        found.refuse()
