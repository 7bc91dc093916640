"""Load a month of a dump type into the warehouse, unless its tables fail their checks."""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, nullcontext
from dataclasses import dataclass
from datetime import date
from itertools import chain

from discogs_assets.display.progress import UNSEEN, Parts
from discogs_assets.display.text import dump_day
from discogs_assets.sources.dumps.changes.on_load import (
    ChangesOnLoad,
    changed_files,
    changes_on_load,
)
from discogs_assets.sources.dumps.dump_type import DumpType
from discogs_assets.sources.dumps.source import DumpSource
from discogs_assets.storage.lake import Lake
from discogs_assets.storage.lake_files import LakeFiles, types_of
from discogs_assets.storage.manifest import Manifest
from discogs_assets.tables.check import COMPARED
from discogs_assets.tables.outcome import Outcome, Outcomes, raise_on_blocking, waive
from discogs_assets.tables.table import Table
from discogs_assets.warehouse.checks import (
    Counts,
    check_before,
    check_not_empty,
    check_quarantine,
    check_rows,
    check_types,
    not_compared,
)
from discogs_assets.warehouse.history import look_away
from discogs_assets.warehouse.loaded import LoadedMonths, Provenance, loaded_months
from discogs_assets.warehouse.replace import replace_from_lake
from discogs_assets.warehouse.sql import Connection

WHAT_TO_DO = (
    "Look into it, then import the month again with --force.",
    "To take it as it is: discogs-assets import --accept, or `accept: true` in the run's config.",
)

CHECKED, COMMITTED, DESCRIBED = 0.1, 0.15, 0.02
"""How much work a table's checks, the commit and what the UI shows of it are for a byte of its
Parquet; to load it is 1."""


@dataclass(frozen=True)
class Load:
    """A month of a dump type to load from the lake.

    With `is_full` tables are loaded that are loaded already, and all rows are compared with those
    of other months: also of records whose bytes are the same. With `is_accepted` those are loaded
    that fail checks. With `is_verified` every key is compared with all others, not samples.
    """

    dumps: DumpSource
    lake: Lake
    manifest: Manifest
    is_full: bool = False
    is_accepted: bool = False
    is_verified: bool = False

    @property
    def dump_type(self) -> DumpType:
        return self.dumps.dump_types[self.manifest.group]

    @property
    def month(self) -> date:
        return date.fromisoformat(self.manifest.month)

    def run(
        self,
        connection: Connection,
        tables: Sequence[Table],
        checked: Sequence[Table],
        parts: Parts = UNSEEN,
    ) -> Outcomes:
        """Load tables and return what the checks of `checked` found; CheckError undoes it.

        `parts` hears of what is done now.
        """
        new = {table.name for table in tables}
        outcomes = {
            table.name: [self.taken(self.check_types(table), is_new=table.name in new)]
            for table in checked
        }
        self.refuse(outcomes)

        def loading(table: Table) -> AbstractContextManager[None]:
            return parts.part(table.name, self.bytes_of([table]), len(files[table.name]))

        files = {name: table.files for name, table in self.manifest.tables.items()}
        with ExitStack() as stack:
            changes = stack.enter_context(self.changes(connection, tables))

            def audit() -> None:
                for table in checked:
                    with parts.part(f"checking {table.name}", CHECKED * self.bytes_of([table]), 3):
                        of_rows = [*self.check_rows(connection, table)]
                    is_new = table.name in new
                    outcomes[table.name] += [self.taken(one, is_new=is_new) for one in of_rows]
                self.refuse(outcomes)
                if changes:
                    changes.replace()
                self.dumps.make_views(connection)
                stack.enter_context(parts.part("committing", COMMITTED * self.bytes_of(tables)))

            replace_from_lake(
                connection,
                LakeFiles.of(self.lake.store, [self.manifest]),
                self.provenance,
                tables,
                files,
                record=None if self.is_full else self.record,
                changed=changed_files(self.manifest),
                loading=loading,
                look=changes.look if changes else look_away,
                audit=audit,
            )
        return outcomes

    def changes(
        self, connection: Connection, tables: Sequence[Table]
    ) -> AbstractContextManager[ChangesOnLoad | None]:
        """Return what finds the changes of the month meanwhile, if anything can."""
        if self.is_full:
            return nullcontext()
        return changes_on_load(
            connection, self.dumps, self.lake, self.manifest, self.provenance, tables
        )

    @property
    def provenance(self) -> Provenance:
        manifest = self.manifest
        return Provenance(self.month, manifest.import_id, manifest.is_full, manifest.code_version)

    @property
    def record(self) -> Table:
        """The table with a row for each record."""
        return self.dump_type.record_table

    def taken(self, outcome: Outcome, *, is_new: bool) -> Outcome:
        """Return an outcome as it counts: what is loaded was accepted before, if it had to be."""
        was_accepted = not is_new and outcome.check in COMPARED
        return waive(outcome) if self.is_accepted or was_accepted else outcome

    def work(
        self, tables: Sequence[Table], checked: Sequence[Table], described: Sequence[Table]
    ) -> float:
        """Return how much there is to do, in bytes of Parquet to load."""
        checks = CHECKED * self.bytes_of(checked) + DESCRIBED * self.bytes_of(described)
        return (1 + COMMITTED) * self.bytes_of(tables) + checks

    def bytes_of(self, tables: Sequence[Table]) -> int:
        return sum(self.manifest.tables[table.name].bytes for table in tables)

    def missing(self, connection: Connection, tables: Sequence[Table]) -> list[Table]:
        """Return the tables that do not hold this import of the month yet; all when full."""
        loaded = loaded_months(connection)
        return [table for table in tables if self.is_full or not self.is_loaded(loaded, table)]

    def is_loaded(self, loaded: LoadedMonths, table: Table) -> bool:
        there = loaded.get(table, self.month)
        return there is not None and there.shows(self.manifest.import_id)

    def refuse(self, outcomes: Outcomes) -> None:
        raise_on_blocking(f"{self.manifest.group} {dump_day(self.month)}", outcomes, WHAT_TO_DO)

    def check_types(self, table: Table) -> Outcome:
        return check_types(table.polars_schema, types_of(self.lake, table.name, self.manifest))

    def check_rows(self, connection: Connection, table: Table) -> Iterator[Outcome]:
        """Yield what the checks find in the rows that are loaded."""
        rows = self.manifest.tables[table.name].rows
        yield from check_rows(connection, table, self.month, rows, is_full=self.is_verified)
        if table.is_quarantine:
            yield check_quarantine(connection, table, self.month, rows)
            return
        if not table.may_be_empty:
            yield check_not_empty(table, rows)
        yield from self.compare(connection, table)

    def compare(self, connection: Connection, table: Table) -> list[Outcome]:
        """Check a table against the newest earlier month in full that is loaded.

        The lake also has months that were refused, and those may not vouch for the next: it is
        asked only where none is loaded, as in a new warehouse.
        """
        if not self.manifest.is_full:
            return not_compared(table, f"only {self.manifest.limit:,} records were asked for")
        in_lake = self.lake.iter_before(self.manifest.group, self.month)
        for before in chain(self.iter_loaded_before(connection, table), in_lake):
            if table.name in before.tables:
                return check_before(table, counts(self.manifest, table), counts(before, table))
        return not_compared(table, "there is no earlier month in the lake")

    def iter_loaded_before(self, connection: Connection, table: Table) -> Iterator[Manifest]:
        """Yield the earlier months in full that are loaded as the lake has them, newest first."""
        for loaded in loaded_months(connection).full_before(table, self.month):
            before = self.lake.find(self.manifest.group, loaded.month)
            if before is not None and before.import_id == loaded.import_id:
                yield before


def counts(manifest: Manifest, table: Table) -> Counts:
    """Return the numbers of a table in a published month."""
    files = manifest.tables[table.name]
    return Counts(date.fromisoformat(manifest.month), files.rows, files.nulls)
