"""Make what is damaged again from what is whole: the dump, the lake, the warehouse, the publisher.

What is damaged is for `verification` to say; here each month is made again as an import makes it.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path

import dagster as dg

from discogs_assets.discogs_dumps.assets import RAW_DUMP
from discogs_assets.discogs_dumps.download import file_sha256, note_damaged
from discogs_assets.discogs_dumps.flaws import WHOLE_FILE, Flaw
from discogs_assets.discogs_dumps.partitions import partition_key
from discogs_assets.discogs_dumps.rebuild import rebuild
from discogs_assets.discogs_dumps.stages import COMPUTED
from discogs_assets.errors import DiscogsAssetsError, StoreLockedError, WarehouseLockedError
from discogs_assets.importing import Importing, Request
from discogs_assets.platform import Platform
from discogs_assets.progress import Progress
from discogs_assets.runs import runs_of
from discogs_assets.verifying import print_flaws, verify_run

Way = Callable[[], None]
Ways = Mapping[str, Way]
"""Ways to make something whole, the best first, by what is said of each."""

COMMAND = "discogs-assets import --repair"


class Repair:
    """One repair of a month of some dump types, of all months when None.

    Afterwards `left` are the flaws that are there still, and `read` says how much was read.
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
        """Repair; yield what was done, or could not be, a line each."""
        with runs_of(self.platform, self.instance, self.progress, COMMAND) as self.runs:
            self.look()
            yield from self.repair([one for one in self.left if one.is_damage])
            yield from self.load_missing()
            self.look()

    def look(self) -> None:
        self.left, self.read = verify_run(self.runs, self.month, self.types)

    def repair(self, flaws: Sequence[Flaw]) -> Iterator[str]:
        """Make dumps whole first, then the lake, then the warehouse: each is made of those."""
        is_unreadable = any(one.group == WHOLE_FILE for one in flaws)
        if is_unreadable:
            yield self.put_aside()
        months = {(one.group, one.month) for one in flaws if one.month}
        for group, month in sorted(months, key=lambda one: (one[0] == COMPUTED, one[1], one[0])):
            of_month = [one for one in flaws if (one.group, one.month) == (group, month)]
            yield from self.repair_month(group, month, of_month)
        if is_unreadable:
            yield from self.iter_lost()

    def put_aside(self) -> str:
        """Rename a DuckDB file that cannot be read: something may be saved from it yet."""
        path = self.platform.settings.warehouse
        aside = path.with_name(f"{path.name}.damaged-{datetime.now(UTC):%Y%m%dT%H%M%S}")
        path.rename(aside)
        log = Path(f"{path}.wal")
        if log.exists():
            log.rename(f"{aside}.wal")
        return f"{path}: cannot be read; it is called {aside.name} now"

    def repair_month(self, group: str, month: date, flaws: Sequence[Flaw]) -> Iterator[str]:
        """Make a month of a dump type whole, or of the computed tables."""
        if group == COMPUTED:
            yield self.first_of(f"computed tables {month:%Y-%m}", self.to_compute(month))
            return
        name = f"{group} {month:%Y-%m}"
        if dumps := [one.place for one in flaws if one.stage == "raw"]:
            yield self.first_of(f"{name}: dump file", self.to_download(group, month, dumps))
        if files := [one.place for one in flaws if one.stage == "lake"]:
            yield self.first_of(f"{name}: Parquet files", self.to_read(group, month, files))
        elif any(one.stage == "warehouse" for one in flaws):
            yield self.first_of(f"{name}: tables", self.to_load(group, month))

    def load_missing(self) -> Iterator[str]:
        """Load what the lake has and the warehouse has not; months that fail checks stay out."""
        lake = self.platform.lake
        published = {(month, group) for group in self.types for month in lake.months(group)}
        for month, group in sorted(published):
            if self.month in (None, month) and self.is_missing(group, month):
                load = {"loaded from the lake": self.to_reload(group, month, accept=False)}
                yield self.first_of(f"{group} {month:%Y-%m}: tables", load)

    def is_missing(self, group: str, month: date) -> bool:
        """Whether the warehouse has another import of a month, or none."""
        manifest = self.platform.lake.find(group, month)
        if manifest is None:
            return False
        loaded = self.importing(Request([group], month)).loaded()
        there = [loaded.get((name, month)) for name in manifest.tables]
        return not all(one and one.source == manifest.attempt for one in there)

    def iter_lost(self) -> Iterator[str]:
        """Name the months that only a DuckDB file had that cannot be read."""
        for group in self.types:
            for month in self.platform.lake.retired_months(group):
                yield (
                    f"{group} {month:%Y-%m}: is in the lake no more; run discogs-assets import "
                    f"--types {group} --year-month {month:%Y-%m}"
                )

    def first_of(self, what: str, ways: Ways) -> str:
        """Take the first way that works; return what was done, or why none did."""
        refused = []
        for way, take in ways.items():
            try:
                take()
            except (StoreLockedError, WarehouseLockedError):
                raise
            except DiscogsAssetsError as error:
                refused.append(f"not {way}: {error}")
            else:
                return f"{what}: {way}"
        return f"{what}: {'; '.join(refused)}"

    def to_download(self, group: str, month: date, keys: Sequence[str]) -> Ways:
        def download() -> None:
            store = self.platform.store
            for key in keys:
                note_damaged(store, key, file_sha256(store, key))
            self.runs.materialize([RAW_DUMP], partition_key(group, month), {})

        return {"downloaded again": download}

    def to_read(self, group: str, month: date, files: Sequence[str]) -> Ways:
        def from_warehouse() -> None:
            with self.platform.warehouse.reader() as connection:
                rebuild(connection, self.platform.lake, group, month, files)

        return {
            "read again from the dump file": self.to_import(group, month, skip_download=True),
            "made again from the warehouse": from_warehouse,
            "downloaded and read again": self.to_import(group, month),
        }

    def to_load(self, group: str, month: date) -> Ways:
        return {
            "loaded again from the lake": self.to_reload(group, month, accept=True),
            "read again from the dump file": self.to_import(group, month, skip_download=True),
            "downloaded and read again": self.to_import(group, month),
        }

    def to_reload(self, group: str, month: date, *, accept: bool) -> Way:
        """Return what loads a month that the lake has."""

        def take() -> None:
            importing = self.importing(Request([group], month, full=True, accept=accept))
            importing.load_type(group)
            importing.compare(group)
            importing.derive()

        return take

    def to_compute(self, month: date) -> Ways:
        return {"computed again": self.importing(Request((), month, full=True)).derive}

    def to_import(self, group: str, month: date, *, skip_download: bool = False) -> Way:
        """Return what reads a dump file again, and loads it; it was accepted before."""
        request = Request(
            [group], month, skip_download=skip_download, force=True, full=True, accept=True
        )
        importing = self.importing(request)

        def take() -> None:
            for _ in importing.steps():
                pass

        return take

    def importing(self, request: Request) -> Importing:
        importing = Importing(self.platform, self.instance, request, self.progress)
        importing.runs = self.runs
        return importing


def print_repair(repair: Repair) -> int:
    """Repair; print what was done and what is damaged still. Return 1 when something is."""
    for line in repair.run():
        print(line, flush=True)
    print_flaws(repair.left, repair.read)
    return 1 if any(one.is_damage for one in repair.left) else 0
