"""The month that sinks are fed: its rows from the lake, and what the warehouse knows of it."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from functools import cached_property

import duckdb

from discogs_assets.errors import LakeError, SpaceError, WarehouseError
from discogs_assets.exports.differences import Delta, changes, is_comparable
from discogs_assets.exports.documents.document import DOCUMENTS
from discogs_assets.exports.kept import Kept, find_kept, may_keep, with_kept
from discogs_assets.exports.month_rows import BLOCK_RECORDS, MonthRows, lake_rows
from discogs_assets.exports.sink_state import SinkState
from discogs_assets.storage.lake import Lake
from discogs_assets.tables.table import Table
from discogs_assets.warehouse.database import Warehouse
from discogs_assets.warehouse.errors import too_little_memory
from discogs_assets.warehouse.loaded import Loaded, LoadedMonths, Provenance, loaded_months

NO_ROOM = "No space left"


class Month:
    """A month of the lake that is loaded; with `limit` the first so many records of each type.

    The DuckDB file is opened for short questions only, so that loads need not wait for a sink.
    """

    def __init__(
        self,
        lake: Lake,
        warehouse: Warehouse,
        month: date,
        limit: int | None = None,
        block_records: int = BLOCK_RECORDS,
    ) -> None:
        self.lake, self.warehouse = lake, warehouse
        self.month, self.limit = month, limit
        self.block_records = block_records
        self.found_kept: dict[tuple[str, Provenance], Kept] = {}

    def record(self, dump_type: str) -> Table:
        """Return the table with a row a record."""
        name = DOCUMENTS[dump_type].table
        return next(table for table in self.lake.groups[dump_type] if table.name == name)

    def provenance(self, dump_type: str) -> Provenance:
        """Return which import a sink is fed; WarehouseError when it is not loaded."""
        provenance = self.loaded(dump_type).provenance
        return provenance if self.limit is None else provenance.first(self.limit)

    def to_hold(self, dump_type: str, shape: str) -> SinkState:
        """Return what a sink of that shape holds once it is fed."""
        return SinkState(self.provenance(dump_type), shape, kept=self.kept(dump_type).note)

    def records(self, dump_type: str) -> int:
        """Return how many records a dump type has with those kept, or `limit` if that is less."""
        rows = self.loaded(dump_type).rows + len(self.kept(dump_type).ids)
        return rows if self.limit is None else min(rows, self.limit)

    def kept(self, dump_type: str, held: Provenance | None = None) -> Kept:
        """Return the records that could not be read, of this month or of another import."""
        provenance = held or self.loaded(dump_type).provenance
        if not may_keep(self.months_loaded, self.record(dump_type), provenance):
            return Kept()
        if (dump_type, provenance) not in self.found_kept:
            with self.warehouse.reader() as connection:
                self.found_kept[dump_type, provenance] = find_kept(
                    connection, self.months_loaded, self.tables(dump_type), provenance
                )
        return self.found_kept[dump_type, provenance]

    def tables(self, dump_type: str) -> list[Table]:
        """Return the tables of a dump type that have rows of records, the records first."""
        record = self.record(dump_type)
        others = [one for one in self.lake.groups[dump_type] if one != record]
        return [record, *(one for one in others if not one.is_monthly)]

    @cached_property
    def months_loaded(self) -> LoadedMonths:
        with self.warehouse.reader() as connection:
            return loaded_months(connection)

    def loaded(self, dump_type: str) -> Loaded:
        """Return what the warehouse has of the records; it has to be what the lake has."""
        manifest = self.lake.manifest(dump_type, self.month)
        record = self.record(dump_type)
        loaded = self.months_loaded.get(record, self.month)
        if loaded is None or loaded.import_id != manifest.import_id:
            there = f"import {loaded.import_id}" if loaded else "none"
            raise WarehouseError(
                f"{record.name} of {self.month:%Y-%m}: expected import {manifest.import_id} in the "
                f"warehouse, found {there}; run discogs-assets import --types {dump_type} "
                f"--year-month {self.month:%Y-%m}"
            )
        return loaded

    @contextmanager
    def rows(self, types: Sequence[str]) -> Iterator[MonthRows]:
        """Give the rows of some dump types for as long as the context lasts."""
        manifests = [self.lake.manifest(one, self.month) for one in types]
        memory = self.warehouse.memory
        with self.errors(), lake_rows(self.lake, manifests, memory) as found:
            rows = replace(found, block_records=self.block_records)
            for one in types:
                if self.kept(one).by_month:
                    rows = self.with_kept(rows, one)
            yield rows if self.limit is None else self.first(rows, types, self.limit)

    def with_kept(self, rows: MonthRows, dump_type: str) -> MonthRows:
        """Return rows with those of the records of a dump type that are kept."""
        with self.warehouse.reader() as connection:
            kept, tables = self.kept(dump_type), self.tables(dump_type)
            return with_kept(rows, connection, kept, self.months_loaded, tables)

    @contextmanager
    def errors(self) -> Iterator[None]:
        """Say what it means when a file cannot be read."""
        try:
            yield
        except duckdb.OutOfMemoryException as error:
            raise too_little_memory(f"{self.lake.store.url}, {self.month:%Y-%m}", error) from error
        except duckdb.IOException as error:
            if NO_ROOM in str(error):
                raise SpaceError(
                    f"{self.lake.store.scratch}: DuckDB spills to it while rows are put together: "
                    f"{error}; make room there, or set DISCOGS_MEMORY to more"
                ) from error
            raise LakeError(
                f"{self.lake.store.url}, {self.month:%Y-%m}: a file cannot be read: {error}; "
                "if the month was imported again meanwhile, run again"
            ) from error

    def first(self, rows: MonthRows, types: Sequence[str], limit: int) -> MonthRows:
        """Return the rows of the first records of each dump type."""
        sources = {}
        for dump_type in types:
            ids = rows.ids(self.record(dump_type).name)
            last = ids[min(limit, len(ids)) - 1] if ids else 0
            for table in self.lake.groups[dump_type]:
                if table.name in rows.sources:
                    source = f'{rows.sources[table.name]} WHERE "{table.owner}" <= {last}'
                    sources[table.name] = f"(SELECT * FROM {source})"
        return replace(rows, sources=sources)

    def is_comparable(self, dump_type: str, held: Provenance, wanted: Provenance) -> bool:
        """Whether the warehouse knows what differs between two imports."""
        return is_comparable(self.months_loaded, self.record(dump_type), held, wanted)

    def changes(self, dump_type: str, held: Provenance, wanted: Provenance) -> Delta:
        """Return what differs between two imports that the warehouse knows."""
        kept = self.kept(dump_type, held), self.kept(dump_type)
        with self.warehouse.reader() as connection:
            return changes(connection, self.record(dump_type), held, wanted, kept)
