"""Measure what comes after reading, of all types and two months: `python -m … RECORDS FOLDER`.

Prints the seconds of each part as JSON: loads with their checks and changes, and computing.
"""

import json
import sys
import time
from datetime import date
from pathlib import Path

from discogs_assets.derived.compute import compute, import_of
from discogs_assets.derived.tables import DERIVED
from discogs_assets.display.progress import LoggedProgress
from discogs_assets.sources.discogs_dumps.publication import PUBLICATION
from discogs_assets.sources.discogs_dumps.source import DISCOGS
from discogs_assets.sources.discogs_dumps.synthetic import Sizes, write_dump
from discogs_assets.sources.discogs_dumps.tables import DUMP_TYPES
from discogs_assets.sources.dumps.changes.compare import compare, load_changes
from discogs_assets.sources.dumps.load import Load
from discogs_assets.sources.dumps.publish import DumpPublisher
from discogs_assets.sources.dumps.raw_files import stored
from discogs_assets.storage.lake import Lake
from discogs_assets.storage.local import LocalStore
from discogs_assets.warehouse.loaded import loaded_months
from discogs_assets.warehouse.sql import Connection
from discogs_assets_tests.benchmarks.steps import as_installed

FIRST, NEXT = date(2026, 1, 1), date(2026, 2, 1)


def sizes_of(releases: int) -> Sizes:
    """Return as many records of the other types as there are to so many releases in 2026."""
    return Sizes(releases * 21 // 40, releases // 8, releases * 2 // 15, releases)


def open_lake(folder: Path) -> Lake:
    groups = {name: dump_type.tables for name, dump_type in DUMP_TYPES.items()}
    return Lake(LocalStore(str(folder / "store")), "discogs", groups)


def prepare(releases: int, folder: Path) -> Lake:
    """Return a lake with two months, which is made once."""
    lake = open_lake(folder)
    for number, month in enumerate((FIRST, NEXT)):
        if not lake.is_published("releases", month):
            raw = folder / "store" / "raw" / "discogs" / str(month.year)
            write_dump(raw, month, sizes_of(releases), seed=1, month=number, with_checksum=False)
            for name in DUMP_TYPES:
                key = PUBLICATION.raw_key(f"discogs_{month:%Y%m%d}_{name}.xml.gz")
                dump = stored(lake.store, key, None)
                DumpPublisher(lake, DUMP_TYPES[name], month, dump, DISCOGS.open_reader).run(
                    LoggedProgress()
                )
    return lake


def load_all(connection: Connection, lake: Lake, month: date) -> None:
    """Load a month of all types, and find what changed in it."""
    for name, dump_type in DUMP_TYPES.items():
        tables = dump_type.tables
        Load(DISCOGS, lake, lake.manifest(name, month)).run(connection, tables, tables)
        load_changes(connection, compare(DISCOGS, lake, name, month))


def compute_all(connection: Connection, month: date) -> None:
    for derived in DERIVED.values():
        compute(connection, derived, import_of(derived, month, loaded_months(connection)))


def measure(lake: Lake, file: Path) -> dict[str, float]:
    """Return the seconds that a month takes after reading, and the one after it."""
    file.unlink(missing_ok=True)
    seconds = {}
    for name, month in (("first", FIRST), ("next", NEXT)):
        for what in ("load", "compute"):
            started = time.perf_counter()
            with as_installed(file).writer() as connection:
                if what == "load":
                    load_all(connection, lake, month)
                else:
                    compute_all(connection, month)
            seconds[f"{name} {what}"] = time.perf_counter() - started
    return seconds


def main() -> None:
    releases, folder = int(sys.argv[1]), Path(sys.argv[2])
    lake = prepare(releases, folder)
    print(json.dumps(measure(lake, folder / "warehouse.duckdb")))


if __name__ == "__main__":
    main()
