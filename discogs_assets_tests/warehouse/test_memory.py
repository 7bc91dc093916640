"""How much memory a process may take."""

from pathlib import Path

import pytest

from discogs_assets.errors import SettingError
from discogs_assets.warehouse import memory
from discogs_assets.warehouse.memory import (
    DUCKDB_LEAST,
    LEAST,
    cgroup_limit,
    duckdb_settings,
    for_duckdb,
    machine_memory,
    read_memory,
)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("4GB", 4_000_000_000),
        ("4g", 4_000_000_000),
        ("1.5 GiB", 1_610_612_736),
        ("2048MiB", 2_147_483_648),
        ("1000000000", 1_000_000_000),
    ],
)
def test_sizes_as_people_write_them(value: str, expected: int) -> None:
    assert read_memory(value) == expected


@pytest.mark.parametrize("value", ["much", "4XB", "-1GB", "4 GB of it", "iB"])
def test_what_is_no_size_is_refused(value: str) -> None:
    with pytest.raises(SettingError, match="DISCOGS_MEMORY: expected a size such as 4GB"):
        read_memory(value)


def test_too_little_is_refused() -> None:
    with pytest.raises(SettingError, match="expected at least 1GB, found '900MB'"):
        read_memory("900MB")


@pytest.mark.parametrize(("machine", "expected"), [(1 << 30, LEAST), (24 << 30, 12 << 30)])
def test_half_of_the_machine_by_default(
    monkeypatch: pytest.MonkeyPatch, machine: int, expected: int
) -> None:
    monkeypatch.setattr(memory, "machine_memory", lambda: machine)
    assert read_memory("") == expected


def test_a_container_has_what_its_limit_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    limit = tmp_path / "memory.max"
    monkeypatch.setattr(memory, "CGROUP_LIMITS", (tmp_path / "none", limit))
    limit.write_text("max\n")
    whole = machine_memory()
    assert cgroup_limit(limit) is None
    limit.write_text("3000000000\n")
    assert machine_memory() == min(whole, 3_000_000_000)


def test_duckdb_has_the_rest() -> None:
    assert for_duckdb(LEAST) == 250_000_000
    assert for_duckdb(12_000_000_000) == 11_250_000_000
    assert for_duckdb(0) == DUCKDB_LEAST


def test_little_memory_is_for_few_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.cpu_count", lambda: 64)
    threads = {size: duckdb_settings(size * 1_000_000)["threads"] for size in (100, 400, 9000)}
    assert threads == {100: 1, 400: 3, 9000: 64}
