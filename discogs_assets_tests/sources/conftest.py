"""Fixtures of the tests that download, look at what is published, or read a dump."""

from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest

from discogs_assets.sources.discogs_dumps.synthetic import write_dump_file
from discogs_assets.storage.local import LocalStore
from discogs_assets_tests.support.discogs_site import DiscogsSite
from discogs_assets_tests.support.publisher import Download
from discogs_assets_tests.support.sensor_daemon import Daemon


@pytest.fixture
def store(tmp_path: Path) -> LocalStore:
    return LocalStore(str(tmp_path / "data"))


@pytest.fixture
def run(store: LocalStore) -> Download:
    return Download(store)


@pytest.fixture
def site() -> Iterator[DiscogsSite]:
    with DiscogsSite() as site:
        yield site


@pytest.fixture
def daemon(site: DiscogsSite, tmp_path: Path) -> Iterator[Daemon]:
    with dg.DagsterInstance.ephemeral(settings={"telemetry": {"enabled": False}}) as instance:
        yield Daemon(site.url, tmp_path, instance)


@pytest.fixture(scope="session")
def big_dump(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A dump of 400 artists in some 40 blocks of 2,000 bytes."""
    path = tmp_path_factory.mktemp("dumps") / "artists.xml.gz"
    write_dump_file(path, "artists", 400)
    return path.read_bytes()
