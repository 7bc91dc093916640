"""Verify a whole platform: read every copy of every month, stage by stage."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from discogs_assets.display.progress import Progress
from discogs_assets.display.text import size
from discogs_assets.errors import WarehouseDamageError
from discogs_assets.sources.dumps.retention.inventory import COMPUTED, take_inventory
from discogs_assets.sources.dumps.source import DumpSource
from discogs_assets.sources.dumps.unknown_months import unknown_months
from discogs_assets.sources.dumps.verification.flaws import WHOLE_FILE, Flaw
from discogs_assets.sources.dumps.verification.retired import iter_retired_flaws
from discogs_assets.sources.dumps.verification.store import StoreVerification
from discogs_assets.sources.dumps.verification.warehouse import WarehouseVerification
from discogs_assets.storage.lake import Lake
from discogs_assets.tables.table import Table
from discogs_assets.warehouse.database import Warehouse
from discogs_assets.warehouse.loaded import LoadedMonths, loaded_months
from discogs_assets.warehouse.sql import Connection


@dataclass
class Verification:
    """`computed` are the tables that are computed from those of the dumps; `read` sums up."""

    source: DumpSource
    lake: Lake
    warehouse: Warehouse
    computed: Sequence[Table]
    progress: Progress
    read: str = "nothing is there yet"

    @cached_property
    def tables(self) -> Mapping[str, tuple[str, Table]]:
        """The dump type and table of each name."""
        dumps = [(group, table) for group, tables in self.lake.groups.items() for table in tables]
        changes = [*self.source.change_tables.items()]
        computed = [(COMPUTED, table) for table in self.computed]
        return {table.name: (group, table) for group, table in (*dumps, *changes, *computed)}

    def flaws(self, month: date | None = None, groups: Sequence[str] = ()) -> list[Flaw]:
        """Return the flaws of a month, of all when None, by stage and month.

        `groups` are dump types or `computed`; all without any.
        """
        groups = groups or (*self.source.dump_types, COMPUTED)
        store = StoreVerification(self.lake, self.progress)
        flaws: list[Flaw] = []
        of_dumps = [one for one in groups if one != COMPUTED]
        for holding in take_inventory(self.source, self.lake, LoadedMonths(), (), of_dumps):
            if month in (None, holding.month):
                flaws += store.iter_flaws(holding)
        self.read = f"{store.files:,} files of {size(store.bytes)}"
        flaws.sort(key=lambda flaw: flaw.stage == "lake")
        if self.warehouse.path.exists():
            return [*flaws, *self.iter_warehouse_flaws(flaws, month, {*groups})]
        return [
            *flaws,
            *iter_retired_flaws(self.source, self.lake, LoadedMonths(), month, of_dumps),
        ]

    def iter_warehouse_flaws(
        self, before: Sequence[Flaw], month: date | None, groups: set[str]
    ) -> Iterator[Flaw]:
        """Yield the flaws of the warehouse; of the DuckDB file alone when it cannot be read."""
        damaged = {(one.group, one.month) for one in before if one.stage == "lake" and one.month}
        try:
            with self.warehouse.reader() as connection:
                tables = WarehouseVerification(
                    self.lake,
                    connection,
                    self.tables,
                    damaged,
                    self.progress,
                )
                yield from self.iter_unpublished(connection, month, groups)
                of_dumps = [one for one in groups if one != COMPUTED]
                loaded = loaded_months(connection)
                yield from iter_retired_flaws(self.source, self.lake, loaded, month, of_dumps)
                yield from tables.iter_flaws(month, groups)
                self.read += f", {tables.rows:,} rows of {tables.read:,} tables and months"
        except WarehouseDamageError as error:
            where = str(self.warehouse.path)
            what = str(error).removeprefix(f"{where}: ").partition(";")[0]
            yield Flaw("warehouse", WHOLE_FILE, None, where, what)

    def iter_unpublished(
        self, connection: Connection, month: date | None, groups: set[str]
    ) -> Iterator[Flaw]:
        """Yield months that are loaded, and that the lake neither has nor notes to have had."""
        for group, months in unknown_months(self.lake, loaded_months(connection)).items():
            for one in months:
                if group in groups and month in (None, one):
                    key = self.lake.manifest_key(group, one)
                    yield Flaw("lake", group, one, key, "it is gone, and the month is loaded")
