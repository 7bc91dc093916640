"""The import of a month: its Dagster runs, and the result of each dump type.

Which assets they materialize is decided in `steps`; `output` prints the results.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import date
from functools import partial

import dagster as dg

from discogs_assets.cli.importing.events import ImportEvents, ImportResult
from discogs_assets.cli.importing.steps import ImportSteps, Request
from discogs_assets.cli.runs.in_process import Listener, runs_of
from discogs_assets.display.progress import Progress
from discogs_assets.display.text import dump_day
from discogs_assets.orchestration.asset_keys import table_key
from discogs_assets.orchestration.run_tags import month_tags
from discogs_assets.platform import Platform
from discogs_assets.sources.dumps.changes.compare import next_outdated
from discogs_assets.sources.dumps.keys import change_key, records_key
from discogs_assets.storage.manifest import Manifest


class MonthImport:
    """One import: `instance` keeps its runs, `progress` shows its steps.

    `on_result` is called for each finished dump type, in the order of import; `waiting` are the
    others. `warnings` are of the checks of computed tables.
    """

    def __init__(
        self,
        platform: Platform,
        instance: dg.DagsterInstance,
        request: Request,
        progress: Progress,
        on_result: Callable[[ImportResult], None] = lambda _: None,
    ) -> None:
        self.platform = platform
        self.instance = instance
        self.request = request
        self.progress = progress
        self.on_result = on_result
        self.steps = ImportSteps(platform, request, progress)
        self.warnings: list[str] = []
        self.waiting: list[str] = []

    @property
    def has_computed(self) -> bool:
        """Whether tables are computed from the source's own."""
        return self.steps.has_computed

    @property
    def month(self) -> date:
        return self.steps.month

    def run(self) -> list[ImportResult]:
        """Import the month and compute its tables; return the result of each type.

        It takes one Dagster run at most, and another if a later month has to be compared again.
        """
        self.steps.refuse_impossible()
        with runs_of(self.platform, self.instance, self.progress, "import") as self.runs:
            return self.do()

    def do(self) -> list[ImportResult]:
        """Do what is missing within the open `runs`: read, load, compare, compute."""
        types = self.steps.choice.types
        with self.progress.step(f"importing {dump_day(self.month)}", None):
            done = {name for name in types if self.steps.is_done(name)}
            assets = {name: self.steps.of_type(name, is_done=name in done) for name in types}
            keys = {name: of_type for name, of_type in assets.items() if of_type}
            self.clear_unread(assets)
            source = self.platform.source
            events = ImportEvents(source, types, {*keys}, partial(self.finish, done))
            self.waiting, self.warnings = events.waiting, events.other_warnings
            self.execute(keys, events)
            self.compare_later([name for name in types if name not in keys])
        return events.results

    def clear_unread(self, assets: Mapping[str, Sequence[dg.AssetKey]]) -> None:
        """Remove what killed imports left of types whose records stay as they are."""
        for dump_type, keys in assets.items():
            if records_key(self.steps.types[dump_type]) not in keys:
                self.platform.lake.clear_unless_locked(dump_type, self.month)

    def finish(
        self, skipped: AbstractSet[str], dump_type: str, seconds: float, warnings: Sequence[str]
    ) -> ImportResult:
        """Report and return the result of a dump type."""
        manifest = self.steps.manifest(dump_type)
        counts = (0, manifest.records) if dump_type in skipped else (manifest.records, 0)
        rows = sum(table.rows for table in manifest.tables.values())
        result = ImportResult(
            dump_type, *counts, self.quarantined(manifest), rows, seconds, warnings
        )
        self.on_result(result)
        return result

    def quarantined(self, manifest: Manifest) -> int:
        of = self.platform.source.dump_types[manifest.group]
        return manifest.tables[of.quarantine.name].rows

    def compare_later(self, types: Iterable[str]) -> None:
        """Compare the next month again if it was compared with another month than this one."""
        lake = self.platform.lake
        for dump_type in types:
            source, loaded = self.platform.source, self.steps.loaded()
            if later := next_outdated(source, lake, dump_type, self.month, loaded):
                tags = month_tags(later.month, [dump_type])
                key = change_key(source.dump_types[dump_type])
                partition = source.publication.partition_key(later.now.dump)
                self.runs.execute(source.import_job, [key], partition, tags=tags)

    def load(self, dump_type: str) -> None:
        """Load a type from the lake into the warehouse, and compute the tables made from it."""
        self.execute({dump_type: self.steps.loading(dump_type)})

    def compute(self) -> None:
        """Compute each table that is missing or out of date."""
        self.execute({})

    def execute(
        self, keys: Mapping[str, Sequence[dg.AssetKey]], listener: Listener | None = None
    ) -> None:
        """Materialize some assets of dump types, and the tables to compute from them."""
        loading = [name for name, of_type in keys.items() if self.steps.loads(of_type)]
        computing = self.steps.computing(loading)
        of_dumps = [key for of_type in keys.values() for key in of_type]
        if not of_dumps and not computing:
            return
        source, partition = self.platform.source, self.steps.choice.partition_key
        if source.partitions:
            self.instance.add_dynamic_partitions(source.partitions, [partition])
        self.runs.execute(
            source.import_job,
            [*of_dumps, *map(table_key, computing)],
            partition,
            config=self.steps.config(of_dumps) | self.steps.computing_config(computing),
            tags=month_tags(self.month, keys),
            listener=listener,
        )
