"""Import a month: which steps are needed, and the Dagster runs that take them.

How to say it to a person is for `cli`.
"""

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import dagster as dg

from discogs_assets.asset_keys import table_key
from discogs_assets.derived.compute import import_of, missing_inputs
from discogs_assets.derived.tables import DERIVED
from discogs_assets.discogs_dumps.assets import RAW_DUMP, RECORDS
from discogs_assets.discogs_dumps.change_assets import change_key
from discogs_assets.discogs_dumps.changes import compare, next_outdated
from discogs_assets.discogs_dumps.fetch import (
    file_of,
    find_stored,
    published_checksum,
    stored_name,
)
from discogs_assets.discogs_dumps.month_choice import MonthChoice
from discogs_assets.discogs_dumps.news import find_alike
from discogs_assets.discogs_dumps.partitions import partition_key
from discogs_assets.discogs_dumps.records import is_current, refuse_unread
from discogs_assets.discogs_dumps.tables import DUMP_TYPES
from discogs_assets.errors import SettingError
from discogs_assets.loaded import Loaded, loaded_months
from discogs_assets.manifest import Manifest
from discogs_assets.partitions import refuse_unknown
from discogs_assets.platform import Platform
from discogs_assets.progress import Progress
from discogs_assets.runs import runs_of

COMMAND = "discogs-assets import"


@dataclass(frozen=True)
class Request:
    """What to import: `types` and `month` as in `MonthChoice`.

    `force` does again what is done, `full` only what comes after the Parquet files, and without
    relying on other months; `accept` loads a month that fails its checks.
    `verify` compares every key, also of what is imported.
    """

    types: Sequence[str]
    month: date | None = None
    limit: int | None = None
    skip_download: bool = False
    force: bool = False
    full: bool = False
    accept: bool = False
    verify: bool = False


@dataclass(frozen=True)
class Imported:
    """What became of a dump type's records, the rows they have, and how long it took.

    `warnings` are what checks found that do not stop a month.
    """

    dump_type: str
    imported: int
    skipped: int
    quarantined: int
    rows: int = field(default=0, compare=False)
    seconds: float = field(default=0, compare=False)
    warnings: Sequence[str] = field(default=(), compare=False)


class Importing:
    """One import: `instance` keeps its runs, `progress` shows its steps.

    `warnings` are those of checks since the last type was done.
    """

    def __init__(
        self,
        platform: Platform,
        instance: dg.DagsterInstance,
        request: Request,
        progress: Progress,
    ) -> None:
        self.platform = platform
        self.instance = instance
        self.request = request
        self.progress = progress
        self.warnings: list[str] = []
        self.choice = MonthChoice(
            lambda: platform.dumps.catalogue,
            platform.store,
            request.types,
            request.month,
            is_stored=request.skip_download,
        )

    @property
    def month(self) -> date:
        return self.choice.month

    def run(self) -> Iterator[Imported]:
        """Import type by type, then compute what is derived; yield each type when it is done.

        There is a step around each, as Dagster takes seconds between its runs.
        """
        self.refuse_impossible()
        with runs_of(self.platform, self.instance, self.progress, COMMAND) as self.runs:
            yield from self.steps()

    def steps(self) -> Iterator[Imported]:
        """Do it with the `runs` that are there."""
        for dump_type in self.choice.types:
            with self.progress.step(f"importing {dump_type} {self.month:%Y-%m}", None):
                done = self.imported(dump_type)
            yield done
        with self.progress.step(f"computing tables of {self.month:%Y-%m}", None):
            self.derive()

    def imported(self, dump_type: str) -> Imported:
        """Import a type unless it is imported."""
        started = time.monotonic()
        is_done = self.is_done(dump_type)
        if not is_done or self.request.verify:
            self.import_type(dump_type)
        self.compare(dump_type)
        manifest = self.manifest(dump_type)
        counts = (0, manifest.records) if is_done else (manifest.records, 0)
        rows = sum(table.rows for table in manifest.tables.values())
        seconds = time.monotonic() - started
        warnings, self.warnings = self.warnings, []
        return Imported(dump_type, *counts, self.quarantined(manifest), rows, seconds, warnings)

    def refuse_impossible(self) -> None:
        """Raise, before anything is done, when a file is missing or a month would shrink."""
        refuse_unknown(self.month)
        for dump_type in self.choice.types:
            if self.request.skip_download:
                stored_name(self.platform.store, dump_type, self.month)
            else:
                file_of(self.choice.dump, dump_type)
            if not self.request.force:
                refuse_unread(self.platform.lake, dump_type, self.month, self.request.limit)
            published = self.platform.lake.find(dump_type, self.month)
            is_full = published is not None and published.is_full
            if self.request.force and self.request.limit is not None and is_full:
                raise SettingError(
                    f"{dump_type} {self.month:%Y-%m}: imported in full, and --force --limit would "
                    "replace it with a part; leave out one of the two"
                )

    @property
    def loads_anew(self) -> bool:
        return self.request.force or self.request.full

    def manifest(self, dump_type: str) -> Manifest:
        return self.platform.lake.manifest(dump_type, self.month)

    def quarantined(self, manifest: Manifest) -> int:
        return manifest.tables[DUMP_TYPES[manifest.group].quarantine.name].rows

    def is_done(self, dump_type: str) -> bool:
        """Whether nothing is to be done of a type but to compare it."""
        return not self.loads_anew and self.is_imported(dump_type)

    def is_imported(self, dump_type: str) -> bool:
        """Whether lake and warehouse hold this dump of the type, as far as is asked for."""
        return self.is_in_lake(dump_type) and self.is_loaded(self.manifest(dump_type))

    def is_in_lake(self, dump_type: str) -> bool:
        lake, limit = self.platform.lake, self.request.limit
        if lake.find(dump_type, self.month) is None:
            return False
        return is_current(lake, dump_type, self.month, self.wanted_checksum(dump_type), limit)

    def wanted_checksum(self, dump_type: str) -> str | None:
        """Return the published SHA-256 or, where there is none, that of the stored file.

        None means that it has to be downloaded to be known.
        """
        if self.request.skip_download:
            store = self.platform.store
            return find_stored(store, dump_type, self.month, self.progress).sha256
        catalogue, file = self.platform.dumps.catalogue, file_of(self.choice.dump, dump_type)
        published = published_checksum(catalogue, self.choice.dump, dump_type)
        return published or find_alike(self.platform.lake, file, self.month) or None

    def is_loaded(self, manifest: Manifest) -> bool:
        loaded = self.loaded()
        month = date.fromisoformat(manifest.month)
        return all(
            (table, month) in loaded and loaded[table, month].is_source(manifest.attempt)
            for table in manifest.tables
        )

    def loaded(self) -> dict[tuple[str, date], Loaded]:
        if not self.platform.settings.warehouse.exists():
            return {}
        with self.platform.warehouse.reader() as connection:
            return loaded_months(connection)

    def import_type(self, dump_type: str) -> None:
        """Take the steps of one dump type as Dagster runs."""
        if self.request.force or not self.is_in_lake(dump_type):
            self.read_type(dump_type)
        self.load_type(dump_type)

    def read_type(self, dump_type: str) -> None:
        """Bring the dump into the lake."""
        config = {
            "limit": self.request.limit,
            "force": self.request.force,
            "accept": self.request.accept,
        }
        steps = [RECORDS] if self.request.skip_download else [RAW_DUMP, RECORDS]
        key = partition_key(dump_type, self.month)
        self.materialize(steps, key, {"discogs__records": {"config": config}})

    def load_type(self, dump_type: str) -> None:
        """Bring what the lake has into the warehouse."""
        load = {
            "config": {
                "full": self.loads_anew,
                "accept": self.request.accept,
                "verify": self.request.verify,
            }
        }
        tables = [table_key(table.name) for table in DUMP_TYPES[dump_type].tables]
        changes = change_key(dump_type)
        comparing = {"config": {"full": self.loads_anew}}
        ops = {f"load_{dump_type}": load, "__".join(changes.path): comparing}
        self.materialize([*tables, changes], partition_key(dump_type, self.month), ops)

    def materialize(
        self, keys: Sequence[dg.AssetKey], partition: str, config: Mapping[str, object]
    ) -> None:
        """Make a run, and note what its checks warn of."""
        result = self.runs.materialize(keys, partition, config)
        self.warnings += [
            f"{found.asset_key.path[-1]}: {found.description}"
            for found in result.get_asset_check_evaluations()
            if not found.passed
        ]

    def compare(self, dump_type: str) -> None:
        """Compute what changed in the month and the one after, where that is not up to date."""
        lake, loaded = self.platform.lake, self.loaded()
        now = compare(lake, dump_type, self.month)
        if not now.is_loaded(loaded):
            self.materialize([change_key(dump_type)], partition_key(dump_type, self.month), {})
            loaded = self.loaded()
        if later := next_outdated(lake, dump_type, self.month, loaded):
            self.materialize([change_key(dump_type)], partition_key(dump_type, later.month), {})

    def derive(self) -> None:
        """Compute each derived table that is not computed from what is loaded."""
        for name, derived in DERIVED.items():
            self.platform.store.refuse_another()  # The warehouse may lie in it.
            loaded = self.loaded()
            if missing_inputs(derived, self.month, loaded):
                continue
            what = import_of(derived, self.month, loaded)
            done = loaded.get((name, self.month))
            if self.loads_anew or done is None or not done.is_source(what.source):
                verify = self.request.verify
                config = {"config": {"full": self.loads_anew, "verify": verify}}
                self.materialize([table_key(name)], str(self.month), {f"discogs__{name}": config})
