"""The repair of damaged data: the dump files first, then the lake, then the warehouse."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path

import dagster as dg

from discogs_assets.cli.importing.remedies import Remedies, Remedy
from discogs_assets.cli.reading.contents import read_warehouse
from discogs_assets.cli.runs.in_process import Runs, runs_of
from discogs_assets.cli.runs.verify import is_damaged, print_flaws, verify_run
from discogs_assets.display.progress import Progress
from discogs_assets.display.text import dump_day
from discogs_assets.errors import (
    DiscogsAssetsError,
    StoreError,
    StoreLockedError,
    WarehouseLockedError,
)
from discogs_assets.platform import Platform
from discogs_assets.sources.dumps.raw_files import SIDECAR
from discogs_assets.sources.dumps.retention.inventory import COMPUTED
from discogs_assets.sources.dumps.unknown_months import describe_unknown
from discogs_assets.sources.dumps.verification.flaws import WHOLE_FILE, Flaw
from discogs_assets.storage.disk import disk_errors


class Repair:
    """The repair of a month of some dump types, or of all months if None.

    Afterwards `left` are the remaining flaws, and `read` says how much was read.
    """

    def __init__(
        self,
        platform: Platform,
        instance: dg.DagsterInstance,
        progress: Progress,
        month: date | None,
        types: Sequence[str],
    ) -> None:
        self.platform = platform
        self.instance = instance
        self.progress = progress
        self.month = month
        self.types = types
        self.left: list[Flaw] = []
        self.read = ""

    def run(self) -> Iterator[str]:
        """Repair; yield a line for everything that was restored, or could not be."""
        self.refuse_empty_store()
        with runs_of(self.platform, self.instance, self.progress, "import --repair") as runs:
            self.remedies = Remedies(self.platform, self.instance, self.progress, runs)
            self.verify(runs)
            yield from self.repair([flaw for flaw in self.left if flaw.is_damage])
            yield from self.load_missing()
            self.verify(runs)

    def refuse_empty_store(self) -> None:
        """Raise StoreError if the store is empty but the warehouse was loaded from some store.

        A repair would download every month, most likely into the wrong place.
        """
        if self.platform.store.keys(""):
            return
        loaded = read_warehouse(self.platform).loaded
        warehouse = self.platform.settings.warehouse
        if why := describe_unknown(self.platform.lake, loaded, warehouse):
            raise StoreError(why)

    def verify(self, runs: Runs) -> None:
        self.left, self.read = verify_run(self.platform.source, runs, self.month, self.types)

    def repair(self, flaws: Sequence[Flaw]) -> Iterator[str]:
        """Restore month by month; computed tables last, because they need all types."""
        if any(flaw.group == WHOLE_FILE for flaw in flaws):
            yield self.put_aside()
            # The new file is to have all that the old one had.
            self.month, self.types = None, [*self.platform.source.dump_types]
        months = {(flaw.group == COMPUTED, flaw.month, flaw.group) for flaw in flaws if flaw.month}
        for _, month, group in sorted(months):
            yield from self.repair_month(
                group, month, [flaw for flaw in flaws if (flaw.group, flaw.month) == (group, month)]
            )

    def put_aside(self) -> str:
        """Rename an unreadable DuckDB file: somebody may yet save something from it."""
        path = self.platform.settings.warehouse
        aside = path.with_name(f"{path.name}.damaged-{datetime.now(UTC):%Y%m%dT%H%M%S}")
        log = Path(f"{path}.wal")
        with disk_errors(path):
            # Its log first: after a kill in between, a new file must not find it.
            if log.exists():
                log.rename(f"{aside}.wal")
            path.rename(aside)
        return f"{path}: cannot be read; renamed to {aside.name}"

    def repair_month(self, group: str, month: date, flaws: Sequence[Flaw]) -> Iterator[str]:
        """Restore a month of a dump type, or of the computed tables."""
        if group == COMPUTED:
            remedies = self.remedies.for_computed_tables(month)
            yield first_of(f"computed tables {dump_day(month)}", remedies)
            return
        name = f"{group} {dump_day(month)}"
        raw = [flaw.place for flaw in flaws if flaw.stage == "raw"]
        if sidecars := [key for key in raw if key.endswith(SIDECAR)]:
            remedies = self.remedies.for_sidecars(group, month, sidecars)
            yield first_of(f"{name}: SHA-256", remedies)
        if dumps := [key for key in raw if not key.endswith(SIDECAR)]:
            remedies = self.remedies.for_dump_file(group, month, dumps)
            yield first_of(f"{name}: dump file", remedies)
        if files := [flaw.place for flaw in flaws if flaw.stage == "lake"]:
            remedies = self.remedies.for_parquet(group, month, files)
            yield first_of(f"{name}: Parquet files", remedies)
        elif any(flaw.stage == "warehouse" for flaw in flaws):
            yield first_of(f"{name}: tables", self.remedies.for_tables(group, month))

    def load_missing(self) -> Iterator[str]:
        """Load what the lake has and the warehouse has not, but no months that fail checks."""
        lake = self.platform.lake
        published = {(month, group) for group in self.types for month in lake.months(group)}
        for month, group in sorted(published):
            if self.month in (None, month) and self.remedies.is_missing(group, month):
                remedies = self.remedies.for_missing_tables(group, month)
                yield first_of(f"{group} {dump_day(month)}: tables", remedies)


def first_of(data: str, remedies: Mapping[str, Remedy]) -> str:
    """Apply the first remedy that works; return a line on it, or on why none did."""
    refusals = []
    for name, apply in remedies.items():
        try:
            apply()
        except (StoreLockedError, WarehouseLockedError):
            raise
        except DiscogsAssetsError as error:
            refusals.append(f"not {name}: {error}")
        else:
            return f"{data}: {name}"
    return f"{data}: {'; '.join(refusals)}"


def print_repair(repair: Repair) -> int:
    """Repair; print what was done and what is still damaged. Return 1 if anything is."""
    for line in repair.run():
        print(line, flush=True)
    print_flaws(repair.left, repair.read)
    return 1 if is_damaged(repair.left) else 0
