"""Fixtures of the tests that download."""

from pathlib import Path

import pytest

from discogs_assets.store import LocalStore
from discogs_assets_tests.discogs_dumps.publisher import Download


@pytest.fixture
def store(tmp_path: Path) -> LocalStore:
    return LocalStore(str(tmp_path / "data"))


@pytest.fixture
def run(store: LocalStore) -> Download:
    return Download(store)
