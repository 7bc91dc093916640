"""Make what is damaged again from what is whole: the dump, the lake, the warehouse, the publisher.

What is damaged is for `verification` to say; here each month is made again as an import makes it.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path

import dagster as dg

from discogs_assets.cli.importing.month_import import MonthImport
from discogs_assets.cli.importing.steps import Request
from discogs_assets.cli.reading.status import read_warehouse
from discogs_assets.cli.runs.in_process import runs_of
from discogs_assets.cli.runs.verify import print_flaws, verify_run
from discogs_assets.display.progress import Progress
from discogs_assets.errors import (
    DamageError,
    DiscogsAssetsError,
    StoreError,
    StoreLockedError,
    WarehouseLockedError,
)
from discogs_assets.orchestration.run_tags import month_tags
from discogs_assets.platform import Platform
from discogs_assets.sources.discogs_dumps.publication import PUBLICATION
from discogs_assets.sources.discogs_dumps.source import DISCOGS
from discogs_assets.sources.discogs_dumps.tables import DUMP_TYPES
from discogs_assets.sources.dumps.keys import dump_key
from discogs_assets.sources.dumps.raw_files import (
    SIDECAR,
    file_sha256,
    find_stored,
    note_damaged,
    note_whole,
    stored_name,
)
from discogs_assets.sources.dumps.rebuild import rebuild
from discogs_assets.sources.dumps.retention.inventory import COMPUTED
from discogs_assets.sources.dumps.unknown_months import describe_unknown
from discogs_assets.sources.dumps.verification.flaws import WHOLE_FILE, Flaw
from discogs_assets.storage.disk import disk_errors

Way = Callable[[], None]
Ways = Mapping[str, Way]
"""Ways to make something whole, the best first, by what is said of each."""


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
        self.refuse_empty_store()
        with runs_of(self.platform, self.instance, self.progress, "import --repair") as self.runs:
            self.look()
            yield from self.repair([one for one in self.left if one.is_damage])
            yield from self.load_missing()
            self.look()

    def refuse_empty_store(self) -> None:
        """Raise StoreError for a store without any file, of which the warehouse was not fed.

        To repair it would download every month, most likely into the wrong place.
        """
        if self.platform.store.keys(""):
            return
        loaded = read_warehouse(self.platform).loaded
        warehouse = self.platform.settings.warehouse
        if why := describe_unknown(self.platform.lake, loaded, warehouse):
            raise StoreError(why)

    def look(self) -> None:
        self.left, self.read = verify_run(self.runs, self.month, self.types)

    def repair(self, flaws: Sequence[Flaw]) -> Iterator[str]:
        """Make dumps whole first, then the lake, then the warehouse: each is made of those."""
        if any(one.group == WHOLE_FILE for one in flaws):
            yield self.put_aside()
            # The new file is to have all that the old one had.
            self.month, self.types = None, [*DUMP_TYPES]
        months = {(one.group, one.month) for one in flaws if one.month}
        for group, month in sorted(months, key=lambda one: (one[0] == COMPUTED, one[1], one[0])):
            of_month = [one for one in flaws if (one.group, one.month) == (group, month)]
            yield from self.repair_month(group, month, of_month)

    def put_aside(self) -> str:
        """Rename a DuckDB file that cannot be read: something may be saved from it yet."""
        path = self.platform.settings.warehouse
        aside = path.with_name(f"{path.name}.damaged-{datetime.now(UTC):%Y%m%dT%H%M%S}")
        log = Path(f"{path}.wal")
        with disk_errors(path):
            # Its log first: after a kill in between, a new file must not find it.
            if log.exists():
                log.rename(f"{aside}.wal")
            path.rename(aside)
        return f"{path}: cannot be read; it is called {aside.name} now"

    def repair_month(self, group: str, month: date, flaws: Sequence[Flaw]) -> Iterator[str]:
        """Make a month of a dump type whole, or of the computed tables."""
        if group == COMPUTED:
            yield self.first_of(f"computed tables {month:%Y-%m}", self.to_compute(month))
            return
        name = f"{group} {month:%Y-%m}"
        raw = [one.place for one in flaws if one.stage == "raw"]
        if sidecars := [one for one in raw if one.endswith(SIDECAR)]:
            yield self.first_of(f"{name}: SHA-256", self.to_note(group, month, sidecars))
        if dumps := [one for one in raw if not one.endswith(SIDECAR)]:
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
        loaded = self.importing(Request([group], month)).steps.loaded()
        there = [loaded.get((name, month)) for name in manifest.tables]
        if any(one and one.source == manifest.attempt and not one.is_shown for one in there):
            return False  # Retention shows it no more, and has removed its empty tables.
        return not all(one and one.source == manifest.attempt for one in there)

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
                note_damaged(store, key, self.sha256_of(key))
            self.download(group, month)

        return {"downloaded again": download}

    def download(self, group: str, month: date) -> None:
        """Bring a dump file into the store, unless it is there."""
        tags = month_tags(month, [group])
        self.runs.execute(DISCOGS.import_job, [dump_key(DUMP_TYPES[group])], str(month), tags=tags)

    def sha256_of(self, key: str) -> str:
        """Return the SHA-256 of a dump file; "" when it cannot be read."""
        try:
            return file_sha256(self.platform.store, key)
        except StoreError:
            return ""

    def to_note(self, group: str, month: date, sidecars: Sequence[str]) -> Ways:
        def note() -> None:
            lake = self.platform.lake
            known = lake.find(group, month) or lake.retired(group, month)
            for sidecar in sidecars:
                note_whole(self.platform.store, sidecar.removesuffix(SIDECAR), known.sha256)

        return {"noted again": note}

    def to_read(self, group: str, month: date, files: Sequence[str]) -> Ways:
        def from_warehouse() -> None:
            with self.platform.warehouse.reader() as connection:
                rebuild(connection, self.platform.lake, group, month, files)

        return {
            "read again from the dump file": self.to_read_dump(group, month),
            "made again from the warehouse, of which only the numbers of rows and of NULL can be "
            "compared": from_warehouse,
            "downloaded and read again": self.to_import(group, month),
        }

    def to_load(self, group: str, month: date) -> Ways:
        return {
            "loaded again from the lake": self.to_reload(
                group, month, accept=self.is_accepted(group, month)
            ),
            "read again from the dump file": self.to_read_dump(group, month),
            "downloaded and read again": self.to_import(group, month),
        }

    def to_reload(self, group: str, month: date, *, accept: bool) -> Way:
        """Return what loads a month that the lake has."""

        def take() -> None:
            self.importing(Request([group], month, full=True, accept=accept)).load(group)

        return take

    def to_compute(self, month: date) -> Ways:
        return {"computed again": self.importing(Request((), month, full=True)).compute}

    def is_accepted(self, group: str, month: date) -> bool:
        """Whether the warehouse has what the lake has, which then passed or was accepted."""
        manifest = self.platform.lake.find(group, month)
        loaded = self.importing(Request([group], month)).steps.loaded()
        there = loaded.get((DUMP_TYPES[group].record, month))
        return bool(manifest and there and there.source == manifest.attempt)

    def to_import(self, group: str, month: date) -> Way:
        def take() -> None:
            self.download(group, month)
            is_same = self.is_imported_dump(group, month)
            self.read_dump(group, month, is_same=is_same)

        return take

    def to_read_dump(self, group: str, month: date) -> Way:
        """Return what reads the dump file of the store; not when it is another than before."""

        def take() -> None:
            is_same = self.is_imported_dump(group, month)
            if self.platform.lake.find(group, month) and not is_same:
                name = stored_name(PUBLICATION, self.platform.store, group, month)
                raise DamageError(f"{name}: it is not the dump file that was imported")
            self.read_dump(group, month, is_same=is_same)

        return take

    def is_imported_dump(self, group: str, month: date) -> bool:
        """Whether the dump file in the store is the one that the lake has."""
        manifest = self.platform.lake.find(group, month)
        found = find_stored(PUBLICATION, self.platform.store, group, month, self.progress)
        return manifest is not None and manifest.sha256 == found.sha256

    def read_dump(self, group: str, month: date, *, is_same: bool) -> None:
        """Read a dump file again, and load it; what was accepted is, when it `is_same`."""
        accept = is_same and self.is_accepted(group, month)
        request = Request([group], month, skip_download=True, force=True, full=True, accept=accept)
        self.importing(request).do()

    def importing(self, request: Request) -> MonthImport:
        importing = MonthImport(self.platform, self.instance, request, self.progress)
        importing.runs = self.runs
        return importing


def print_repair(repair: Repair) -> int:
    """Repair; print what was done and what is damaged still. Return 1 when something is."""
    for line in repair.run():
        print(line, flush=True)
    print_flaws(repair.left, repair.read)
    return 1 if any(one.is_damage for one in repair.left) else 0
