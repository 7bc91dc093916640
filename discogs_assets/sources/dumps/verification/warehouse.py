"""Read all rows of the warehouse, and compare them with what they were loaded from."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from discogs_assets.display.progress import Progress
from discogs_assets.display.text import dump_day
from discogs_assets.sources.dumps.retention.inventory import COMPUTED
from discogs_assets.sources.dumps.row_digests import (
    is_comparable,
    lake_digest,
    rows_in,
    warehouse_digest,
)
from discogs_assets.sources.dumps.verification.flaws import Flaw
from discogs_assets.storage.lake import Lake
from discogs_assets.storage.manifest import Manifest
from discogs_assets.tables.table import Table
from discogs_assets.warehouse.loaded import Loaded, loaded_months
from discogs_assets.warehouse.sql import Connection


@dataclass
class WarehouseVerification:
    """Reads what the warehouse has of each month.

    `tables` has each table that may be there, with its dump type, by name. `damaged` are the dump
    types and months that have damaged Parquet files: nothing is compared with those.
    `read` counts the months of tables that were read, `rows` their rows.
    """

    lake: Lake
    connection: Connection
    tables: Mapping[str, tuple[str, Table]]
    damaged: set[tuple[str, date]]
    progress: Progress
    read: int = 0
    rows: int = 0

    def iter_flaws(self, month: date | None, groups: set[str]) -> Iterator[Flaw]:
        """Yield the flaws of a month, of all when None; the file's own raise duckdb.Error."""
        ids = {table.id for group, table in self.tables.values() if group in groups}
        loaded = loaded_months(self.connection)
        wanted = [one for one in loaded if one.table in ids and month in (None, one.month)]
        with self.progress.step("verifying the warehouse", len(wanted), is_bytes=False) as step:
            for loaded_month in sorted(wanted, key=lambda one: (one.month, one.table)):
                with step.part(f"{loaded_month.table} {dump_day(loaded_month.month)}", 1):
                    flaw = self.flaw_of(loaded_month)
                if flaw:
                    group, _ = self.tables[loaded_month.table.name]
                    yield Flaw(
                        "warehouse", group, loaded_month.month, loaded_month.table.name, flaw
                    )

    def flaw_of(self, loaded: Loaded) -> str:
        """Return what is wrong with the rows of a table; "" for nothing."""
        _, table = self.tables[loaded.table.name]
        digest = warehouse_digest(self.connection, table, loaded)
        self.read += 1
        self.rows += rows_in(digest)
        if rows_in(digest) != loaded.rows:
            return f"expected {loaded.rows:,} rows, found {rows_in(digest):,}"
        expected = self.expected(loaded)
        if not expected or not is_comparable(expected) or expected == digest:
            return ""
        return "its rows have other values than those that were loaded"

    def expected(self, loaded: Loaded) -> str:
        """Return the digest of what was loaded, from the lake or as noted; "" for unknown."""
        (group, table), month = self.tables[loaded.table.name], loaded.month
        if group == COMPUTED or (group, month) in self.damaged:
            return ""
        if self.lake.is_published(group, month):
            manifest = self.lake.find(group, month)
            return self.lake_digest(loaded, table, manifest) if manifest else ""
        if not self.lake.is_retired(group, month):
            return ""
        was = self.lake.find_retired(group, month)
        is_same = was is not None and was.import_id == loaded.import_id
        return was.row_digests.get(loaded.table.name, "") if was and is_same else ""

    def lake_digest(self, loaded: Loaded, table: Table, manifest: Manifest) -> str:
        """Return the digest of the Parquet files that were loaded; "" when they are others."""
        is_same = manifest.import_id == loaded.import_id and loaded.table.name in manifest.tables
        is_readable = manifest.schema == self.lake.schema(manifest.group)
        if not is_same or not is_readable:
            return ""
        return lake_digest(self.connection, self.lake, manifest, table)
