"""A lake in a folder, small dumps of artists to import into it, and what is in it then."""

import gzip
import hashlib
from datetime import date
from pathlib import Path

import polars as pl

from discogs_assets.display.progress import LoggedProgress
from discogs_assets.sources.discogs_dumps.source import DISCOGS
from discogs_assets.sources.discogs_dumps.tables import DUMP_TYPES
from discogs_assets.sources.dumps.publish import DumpPublisher
from discogs_assets.sources.dumps.raw_files import Downloaded
from discogs_assets.storage.lake import Lake
from discogs_assets.storage.local import LocalStore
from discogs_assets.storage.manifest import Manifest
from discogs_assets.storage.store import Store

MONTH = date(2026, 1, 1)
ARTISTS = DUMP_TYPES["artists"]
KEY = "raw/discogs/2026/discogs_20260101_artists.xml.gz"


def artists(*names: str) -> bytes:
    """Return a dump of artists with ids from 1."""
    lines = (f"<artist><id>{n}</id><name>{name}</name></artist>" for n, name in enumerate(names, 1))
    return "\n".join(["<artists>", *lines, "</artists>\n"]).encode()


def lake_in(store: Store) -> Lake:
    return Lake(store, "discogs", {name: kind.tables for name, kind in DUMP_TYPES.items()})


def open_lake(folder: Path) -> Lake:
    return lake_in(LocalStore(str(folder)))


def put(lake: Lake, packed: bytes) -> Downloaded:
    """Lay a dump file into the store as a download would."""
    lake.store.write(KEY, packed)
    return downloaded(packed)


def downloaded(packed: bytes) -> Downloaded:
    return Downloaded(KEY, hashlib.sha256(packed).hexdigest(), len(packed), True, True)


def importer(lake: Lake, dump: Downloaded, limit: int | None = None) -> DumpPublisher:
    return DumpPublisher(
        lake, ARTISTS, MONTH, dump, DISCOGS.open_reader, limit=limit, threads=2, block_bytes=2000
    )


def run(lake: Lake, xml: bytes, limit: int | None = None) -> Manifest:
    """Import a dump."""
    dump = put(lake, gzip.compress(xml, mtime=0))
    return importer(lake, dump, limit).run(LoggedProgress())


def run_stored(lake: Lake, *, is_forced: bool = False) -> Manifest:
    """Import the dump that lies in the store."""
    dump = downloaded(lake.store.read(KEY))
    return importer(lake, dump).run(LoggedProgress(), is_forced=is_forced)


def names(lake: Lake) -> list[str]:
    return lake.scan("artist").collect()["name"].to_list()


def tables(lake: Lake) -> dict[str, pl.DataFrame]:
    return {table.name: lake.scan(table.name).collect() for table in ARTISTS.tables}


def listing(lake: Lake) -> dict[str, tuple[int, int]]:
    """Return what tells whether any file of the lake was written anew."""
    paths = {key: Path(lake.store.uri(key)).stat() for key in lake.store.keys("lake")}
    return {key: (found.st_ino, found.st_mtime_ns) for key, found in paths.items()}


def scratch_files(lake: Lake) -> list[Path]:
    files = lake.store.scratch.rglob("*")
    return [path for path in files if path.is_file() and path.suffix != ".lock"]


def check_only_published(lake: Lake) -> None:
    """Assert that no file lies in the lake that its manifests do not name."""
    files = {
        file for month in lake.months("artists") for file in lake.manifest("artists", month).files
    }
    assert {*lake.store.keys("lake")} == {*lake.store.keys("lake/discogs/_published"), *files}
    assert scratch_files(lake) == []
