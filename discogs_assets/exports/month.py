"""The month that sinks are fed: its rows from the lake, and what the warehouse knows of it."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date

from discogs_assets.errors import WarehouseError
from discogs_assets.exports.changed import Changed, changes, is_comparable
from discogs_assets.exports.document import DOCUMENTS
from discogs_assets.exports.month_rows import BLOCK_RECORDS, MonthRows, lake_rows
from discogs_assets.lake import Lake
from discogs_assets.loaded import Import, loaded_months
from discogs_assets.tables import Table
from discogs_assets.views import rows_of
from discogs_assets.warehouse_file import Warehouse, scalar


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

    def record(self, dump_type: str) -> Table:
        """Return the table with a row a record."""
        name = DOCUMENTS[dump_type].table
        return next(table for table in self.lake.groups[dump_type] if table.name == name)

    def what(self, dump_type: str) -> Import:
        """Return which import a sink is fed; WarehouseError when it is not loaded."""
        manifest = self.lake.manifest(dump_type, self.month)
        found = Import(self.month, manifest.attempt, manifest.is_full, manifest.made_with)
        record = self.record(dump_type)
        with self.warehouse.reader() as connection:
            loaded = loaded_months(connection).get((record.name, self.month))
        if loaded is None or loaded.source != found.source:
            there = f"import {loaded.source}" if loaded else "none"
            raise WarehouseError(
                f"{record.name} of {self.month:%Y-%m}: expected import {found.source} in the "
                f"warehouse, found {there}; run discogs-assets import --types {dump_type} "
                f"--year-month {self.month:%Y-%m}"
            )
        if self.limit is None:
            return found
        return Import(self.month, f"{found.source} first {self.limit}", False, found.made_with)

    def records(self, dump_type: str) -> int:
        """Return how many records the warehouse has of a dump type, or `limit` if that is less."""
        record = self.record(dump_type)
        with self.warehouse.reader() as connection:
            loaded = loaded_months(connection)[record.name, self.month]
            query = f'SELECT count(DISTINCT "{record.owner}") FROM ({rows_of(record, loaded)})'
            found = int(scalar(connection, query))
        return found if self.limit is None else min(found, self.limit)

    @contextmanager
    def rows(self, types: Sequence[str]) -> Iterator[MonthRows]:
        """Give the rows of some dump types for as long as the context lasts."""
        manifests = [self.lake.manifest(one, self.month) for one in types]
        with lake_rows(self.lake, manifests) as found:
            rows = replace(found, block_records=self.block_records)
            yield rows if self.limit is None else self.first(rows, types, self.limit)

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

    def is_comparable(self, dump_type: str, held: Import, wanted: Import) -> bool:
        """Whether the warehouse knows what differs between two imports."""
        if not self.warehouse.path.exists():
            return False
        with self.warehouse.reader() as connection:
            loaded = loaded_months(connection)
        return is_comparable(loaded, self.record(dump_type), held, wanted)

    def changes(self, dump_type: str, held: Import, wanted: Import) -> Changed:
        """Return what differs between two imports that the warehouse knows."""
        with self.warehouse.reader() as connection:
            return changes(connection, self.record(dump_type), held, wanted)
