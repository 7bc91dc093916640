"""How much memory a process may take, and how much of that DuckDB."""

import os
import re
from pathlib import Path

from discogs_assets.errors import SettingError

UNITS = {"": 1, "K": 10**3, "M": 10**6, "G": 10**9, "T": 10**12}
BINARY_UNITS = {"K": 1 << 10, "M": 1 << 20, "G": 1 << 30, "T": 1 << 40}

LEAST = 1_000_000_000
"""Every step fits into so many bytes, at any number of records."""

BESIDE_DUCKDB = 750_000_000
"""What Python, Dagster and Arrow take, and DuckDB beyond what it counts.

With a limit of 400 MB the import of a whole month took 1.14 GB.
"""

DUCKDB_LEAST = 100_000_000
"""With so much DuckDB 1.5.5 loads and computes a tenth of a month; with 48 MB it does not."""

A_THREAD = 125_000_000
"""What DuckDB's documentation asks for each of its threads."""

CGROUP_LIMITS = (
    Path("/sys/fs/cgroup/memory.max"),
    Path("/sys/fs/cgroup/memory/memory.limit_in_bytes"),
)
"""Where Linux tells how much a container may take: version 2, then 1."""


def read_memory(value: str) -> int:
    """Return a number of bytes, such as `4GB` or `1.5 GiB`; SettingError when it is none.

    Empty is half of what the machine or container has, and at least `LEAST`.
    """
    if not value.strip():
        return max(machine_memory() // 2, LEAST)
    match = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*([KMGT]?)(I?)B?\s*", value.upper())
    if match is None or (match[3] and not match[2]):
        raise SettingError(
            f"DISCOGS_MEMORY: expected a size such as 4GB or 1500MB, found {value!r}"
        )
    memory = int(float(match[1]) * (BINARY_UNITS if match[3] else UNITS)[match[2]])
    if memory < LEAST:
        raise SettingError(f"DISCOGS_MEMORY: expected at least 1GB, found {value!r}")
    return memory


def machine_memory() -> int:
    """Return how many bytes the machine has, or its container where that has fewer."""
    machine = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return min([machine, *(limit for path in CGROUP_LIMITS if (limit := cgroup_limit(path)))])


def cgroup_limit(path: Path) -> int | None:
    """Return the limit that a file tells; None when it tells of none."""
    try:
        text = path.read_text().strip()
    except OSError:
        return None
    return int(text) if text.isdigit() else None


def for_duckdb(memory: int) -> int:
    """Return how much of a process's memory DuckDB may take."""
    return max(memory - BESIDE_DUCKDB, DUCKDB_LEAST)


def duckdb_settings(memory: int) -> dict[str, str | bool | int | float | list[str]]:
    """Return what bounds a DuckDB connection to that many bytes: its limit and its threads."""
    threads = max(1, min(os.cpu_count() or 1, memory // A_THREAD))
    return {"memory_limit": f"{memory}B", "threads": threads}
