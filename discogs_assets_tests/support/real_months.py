"""The real records of four years, in a lake and a warehouse, to feed sinks with."""

import hashlib
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from discogs_assets.display.progress import LoggedProgress
from discogs_assets.exports.month import Month
from discogs_assets.sources.discogs_dumps.publication import PUBLICATION
from discogs_assets.sources.discogs_dumps.source import DISCOGS
from discogs_assets.sources.discogs_dumps.tables import DUMP_TYPES
from discogs_assets.sources.dumps.load import Load
from discogs_assets.sources.dumps.publish import DumpPublisher
from discogs_assets.sources.dumps.raw_files import Downloaded
from discogs_assets_tests.support.change_months import Months
from discogs_assets_tests.support.export_months import TYPES

YEARS = {2017: date(2017, 4, 1), 2020: date(2020, 8, 1), 2025: date(2025, 1, 1)}
YEARS |= {2026: date(2026, 1, 1)}


def real_months(folder: Path, samples: Path) -> Iterator[Month]:
    """Yield the samples of one year after the other, imported and loaded."""
    months = Months(folder)
    for year, month in YEARS.items():
        for dump_type in TYPES:
            (path,) = (samples / f"discogs_{year}").glob(f"*_{dump_type}.xml.gz")
            bring(months, path, dump_type, month)
        yield Month(months.lake, months.warehouse, month)


def bring(months: Months, path: Path, dump_type: str, month: date) -> None:
    packed = path.read_bytes()
    key = PUBLICATION.raw_key(path.name)
    months.lake.store.write(key, packed)
    dump = Downloaded(key, hashlib.sha256(packed).hexdigest(), len(packed), True, True)
    importer = DumpPublisher(
        months.lake, DUMP_TYPES[dump_type], month, dump, DISCOGS.open_reader, threads=1
    )
    importer.run(LoggedProgress(), is_accepted=True)  # Some samples are much shorter than others.
    tables = DUMP_TYPES[dump_type].tables
    with months.warehouse.writer() as connection:
        load = Load(DISCOGS, months.lake, months.lake.manifest(dump_type, month), is_accepted=True)
        load.run(connection, tables, tables)
