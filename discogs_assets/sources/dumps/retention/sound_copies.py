"""Read the copy of a month that is to stay, before another one is deleted: a copy counts only then.

Names of files and counts that were noted say nothing of bits that flipped since.
"""

import logging
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import PurePosixPath

import duckdb

from discogs_assets.display.progress import Progress
from discogs_assets.display.text import dump_day
from discogs_assets.errors import StoreError
from discogs_assets.sources.dumps.raw_files import file_sha256
from discogs_assets.sources.dumps.retention.inventory import MonthInventory
from discogs_assets.sources.dumps.row_digests import is_comparable, lake_digest, warehouse_digest
from discogs_assets.storage.lake import Lake
from discogs_assets.storage.lake_damage import iter_damage
from discogs_assets.storage.manifest import Manifest
from discogs_assets.tables.table import Table
from discogs_assets.warehouse.errors import first_line
from discogs_assets.warehouse.loaded import loaded_months
from discogs_assets.warehouse.sql import Connection

logger = logging.getLogger(__name__)

ALL_TABLES = (
    "SELECT schema_name, table_name FROM duckdb_tables() "
    "WHERE database_name = current_database() AND NOT temporary ORDER BY ALL"
)
NOT_NOTED = "its digests were never noted: import it again with --force"
NEVER_READ = "the warehouse was never compared with the lake that it was loaded from"


@dataclass(frozen=True)
class SoundCopies:
    """Says of a month of a dump type why a copy is no copy; "" when it was read and is whole.

    A copy is read once, however many others are deleted for it: the warehouse has one writer.
    """

    lake: Lake
    connection: Connection | None
    progress: Progress
    known: dict[tuple[str, str, date, str], str] = field(default_factory=dict)
    digests: dict[tuple[str, date], Mapping[str, str]] = field(default_factory=dict)
    """Of the rows of each month in the warehouse that were read, by table."""

    def why_not(self, stage: str, holding: MonthInventory) -> str:
        """Return why the copy of a stage is none; "" for what needs no copy."""
        readers = {
            "raw": self.why_no_dump,
            "lake": self.why_no_lake,
            "warehouse": self.why_no_warehouse,
        }
        if stage not in readers:
            return ""
        copy = holding.lake or holding.retired
        key = stage, holding.group, holding.month, copy.import_id if copy else ""
        if key not in self.known:
            self.known[key] = readers[stage](holding)
        return self.known[key]

    def why_no_dump(self, holding: MonthInventory) -> str:
        """Read the dump file, byte by byte."""
        known = holding.lake or holding.retired
        dumps = [one for one in holding.dumps if known and one.sha256 == known.sha256]
        for dump in dumps:
            name = PurePosixPath(dump.key).name
            with self.progress.step(f"verifying {name}", dump.bytes) as step:
                if self.digest_of_dump(dump.key, step.advance) == dump.sha256:
                    return ""
        return "the raw dump is damaged: import it again with --force"

    def digest_of_dump(self, key: str, tell: Callable[[int], None]) -> str:
        """Return the SHA-256 of a dump file; "" when it cannot be read."""
        try:
            return file_sha256(self.lake.store, key, tell)
        except (OSError, StoreError) as error:
            logger.warning("%s: cannot be read: %s", self.lake.store.uri(key), error)
            return ""

    def why_no_lake(self, holding: MonthInventory) -> str:
        """Read all Parquet files."""
        tables = self.lake.manifest(holding.group, holding.month).tables.values()
        if not all(table.has_digests for table in tables):
            return NOT_NOTED
        size = sum(table.bytes for table in tables)
        name = f"{holding.group} {dump_day(holding.month)}"
        with self.progress.step(f"verifying the lake's {name}", size) as step:
            damage = next(iter_damage(self.lake.store, tables, step.advance), None)
        return f"{damage.key} is damaged: {damage.what}" if damage else ""

    def why_no_warehouse(self, holding: MonthInventory) -> str:
        """Read all rows in the warehouse, and compare them with what they were loaded from."""
        if why_not := self.why_no_file:
            return why_not
        if holding.lake and (why_not := self.why_not("lake", holding)):
            return f"the warehouse cannot be compared with the lake: {why_not}"
        name = f"verifying the warehouse's {holding.group} {dump_day(holding.month)}"
        try:
            with self.progress.step(name, None):
                expected, actual = self.expected(holding), self.row_digests(holding)
        except (duckdb.Error, StoreError) as error:
            return f"the warehouse or what it was loaded from cannot be read: {error}"
        if not expected:
            return NEVER_READ
        if not all(map(is_comparable, expected.values())):
            return "its rows were noted by another version of DuckDB, so nobody can tell"
        self.digests[holding.group, holding.month] = actual
        other = [name for name, digest in expected.items() if actual.get(name) != digest]
        return f"the warehouse has other rows in {', '.join(other)}" if other else ""

    @cached_property
    def why_no_file(self) -> str:
        """Read every row of the DuckDB file: where one place is damaged, another may be next."""
        assert self.connection is not None
        tables = self.connection.execute(ALL_TABLES).fetchall()
        try:
            with self.progress.step("verifying the warehouse", len(tables), is_bytes=False) as step:
                for schema, name in tables:
                    with step.part(name, 1):
                        rows = f'{schema}."{name}" AS rows'
                        self.connection.execute(f"SELECT sum(hash(rows)) FROM {rows}").fetchall()
        except duckdb.IOException as error:
            return f"the warehouse cannot be read: {first_line(error)}"
        return ""

    def expected(self, holding: MonthInventory) -> Mapping[str, str]:
        """Return the digests of the rows that were loaded: from the lake, or as noted of it."""
        if holding.lake is None:
            return self.lake.retired(holding.group, holding.month).row_digests
        return dict(self.lake_digests(holding))

    def lake_digests(self, holding: MonthInventory) -> Iterator[tuple[str, str]]:
        assert self.connection is not None
        manifest = self.lake.manifest(holding.group, holding.month)
        for table in self.tables_of(manifest):
            yield table.name, lake_digest(self.connection, self.lake, manifest, table)

    def row_digests(self, holding: MonthInventory) -> dict[str, str]:
        """Return the digests of the rows that the warehouse has of a month."""
        assert self.connection is not None
        loaded = loaded_months(self.connection)
        return {
            table.name: warehouse_digest(self.connection, table, there)
            for table in self.lake.groups[holding.group]
            if (there := loaded.get(table, holding.month))
        }

    def tables_of(self, manifest: Manifest) -> list[Table]:
        """Return the tables of which the month has rows."""
        return [
            table
            for table in self.lake.groups[manifest.group]
            if table.name in manifest.tables and manifest.tables[table.name].rows
        ]
