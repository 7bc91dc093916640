"""Pairs of months made of XML written here, in a lake, and the changes between them."""

import gzip
import hashlib
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path

from discogs_assets.display.progress import LoggedProgress
from discogs_assets.sources.discogs_dumps.publication import PUBLICATION
from discogs_assets.sources.discogs_dumps.source import DISCOGS
from discogs_assets.sources.discogs_dumps.tables import DUMP_TYPES
from discogs_assets.sources.dumps.changes.compare import Comparison, compare, load_changes
from discogs_assets.sources.dumps.load import Load
from discogs_assets.sources.dumps.publish import DumpPublisher
from discogs_assets.sources.dumps.raw_files import Downloaded
from discogs_assets.storage.lake import Lake
from discogs_assets.tables.outcome import Outcome
from discogs_assets.warehouse.database import Warehouse
from discogs_assets_tests.support.small_lake import open_lake

JANUARY, FEBRUARY, MARCH = (date(2026, month, 1) for month in (1, 2, 3))

Kinds = dict[int, tuple[str, list[str] | None]]
"""Kind and tables that differ by id."""


class Months:
    """A lake and a warehouse in a folder."""

    def __init__(self, folder: Path, warehouse: str = "warehouse.duckdb") -> None:
        self.lake: Lake = open_lake(folder / "store")
        self.warehouse = Warehouse(folder / warehouse)

    def bring(
        self, dump_type: str, month: date, records: Iterable[bytes], limit: int | None = None
    ) -> None:
        """Import records as a month."""
        tag = dump_type.encode()
        packed = gzip.compress(b"\n".join([b"<%b>" % tag, *records, b"</%b>\n" % tag]), mtime=0)
        key = PUBLICATION.raw_key(f"discogs_{month:%Y%m%d}_{dump_type}.xml.gz")
        self.lake.store.write(key, packed)
        dump = Downloaded(key, hashlib.sha256(packed).hexdigest(), len(packed), True, True)
        kind = DUMP_TYPES[dump_type]
        importer = DumpPublisher(
            self.lake,
            kind,
            month,
            dump,
            DISCOGS.open_reader,
            limit=limit,
            threads=1,
            block_bytes=4000,
        )
        importer.run(LoggedProgress())

    def load(self, dump_type: str, month: date) -> None:
        """Load the tables of a month into the warehouse."""
        tables = DUMP_TYPES[dump_type].tables
        with self.warehouse.writer() as connection:
            Load(DISCOGS, self.lake, self.lake.manifest(dump_type, month)).run(
                connection, tables, tables
            )

    def compare(self, dump_type: str, month: date) -> tuple[Comparison, dict[str, Outcome]]:
        """Load the changes of a month; return what its checks found."""
        comparison = compare(DISCOGS, self.lake, dump_type, month)
        with self.warehouse.writer() as connection:
            found = load_changes(connection, comparison)
        return comparison, {one.check: one for one in found}

    def ask(self, sql: str) -> list[tuple[object, ...]]:
        with self.warehouse.reader() as connection:
            return connection.execute(sql).fetchall()

    def kinds(self, dump_type: str, month: date) -> Kinds:
        """Return the changes that are loaded of a month."""
        rows = self.ask(
            f"SELECT id, kind, tables FROM discogs.change "
            f"WHERE dump_type = '{dump_type}' AND month = DATE '{month}' ORDER BY id"
        )
        return {id_: (kind, tables) for id_, kind, tables in rows}  # type: ignore[misc]


def changes(folder: Path, dump_type: str, before: Iterable[bytes], now: Iterable[bytes]) -> Kinds:
    """Return what changed between two lists of records."""
    months = Months(folder)
    months.bring(dump_type, JANUARY, before)
    months.bring(dump_type, FEBRUARY, now)
    months.compare(dump_type, FEBRUARY)
    found = months.kinds(dump_type, FEBRUARY)
    assert changes_on_load(folder, dump_type) == found
    return found


def changes_on_load(folder: Path, dump_type: str) -> Kinds:
    """Return what loads of the two months find to have changed."""
    months = Months(folder, "loaded.duckdb")
    tables = DUMP_TYPES[dump_type].tables
    for month in (JANUARY, FEBRUARY):
        manifest = months.lake.manifest(dump_type, month)
        with months.warehouse.writer() as connection:
            Load(DISCOGS, months.lake, manifest, is_accepted=True).run(connection, tables, [])
    assert manifest.changes is not None
    return months.kinds(dump_type, FEBRUARY)


def artists(content: Mapping[int, str]) -> list[bytes]:
    """Return artists by what stands behind their ids."""
    return [f"<artist><id>{id_}</id>{xml}</artist>".encode() for id_, xml in content.items()]


def releases(content: Mapping[int, str]) -> list[bytes]:
    return [f'<release id="{id_}">{xml}</release>'.encode() for id_, xml in content.items()]
