"""Fixtures that every test may use."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from discogs_assets_tests.support.checkout import CHECKOUT
from discogs_assets_tests.support.examples import load_profile
from discogs_assets_tests.support.services.server import Server, running, why_missing

load_profile()

SAMPLES = Path(os.environ.get("DISCOGS_SAMPLES", CHECKOUT / "../shared/samples"))


LONGEST = (
    "test_daemon.py",
    "test_browser.py",
    "test_killed_runs.py",
    "test_neo4j.py",
    "test_faults.py",
)
"""Minutes of waiting for other processes: begun first, so that no worker has them at the end."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: item.path.name not in LONGEST)


@pytest.fixture(autouse=True)
def no_instance_of_another_test() -> Iterator[None]:
    """Let a test begin without the instance of another.

    Dagster (1.13) keeps the one that was entered last, and resolves definitions by it even when it
    is gone.
    """
    if "dagster" not in sys.modules:
        yield
        return
    from dagster._core.storage.defs_state.base import set_defs_state_storage

    with set_defs_state_storage(None):
        yield


@pytest.fixture(scope="session")
def samples() -> Path:
    """The folder of real dump files; the test is skipped where it is not, and fails in CI."""
    if not SAMPLES.is_dir():
        reason = f"no real dump files in {SAMPLES}: set DISCOGS_SAMPLES"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    return SAMPLES


def served(name: str) -> Iterator[Server]:
    """Run a server, one each worker; skip the test where there is none, and fail it in CI."""
    if reason := why_missing(name):
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    with running(name) as server:
        yield server


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Server]:
    """PostgreSQL; its user may make databases of its own."""
    yield from served("postgres")


@pytest.fixture(scope="session")
def redis_server() -> Iterator[Server]:
    """Redis, with a password."""
    yield from served("redis")


@pytest.fixture(scope="session")
def neo4j_server() -> Iterator[Server]:
    """Neo4j; it has one database, which a test empties before it begins."""
    yield from served("neo4j")


@pytest.fixture(scope="session")
def mongodb_server() -> Iterator[Server]:
    """FerretDB, which speaks MongoDB's protocol."""
    yield from served("mongodb")


@pytest.fixture(scope="session")
def s3_server() -> Iterator[Server]:
    """Versity's S3 gateway, which checks signatures; its region is eu-west-3."""
    yield from served("s3")
