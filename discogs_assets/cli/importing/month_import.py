"""Import a month: the Dagster runs for it, and what became of each dump type.

What is to be done is for `steps`, how to say it to a person for `output`.
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
from discogs_assets.orchestration.asset_keys import table_key
from discogs_assets.orchestration.run_tags import month_tags
from discogs_assets.platform import Platform
from discogs_assets.sources.discogs_dumps.source import DISCOGS
from discogs_assets.sources.discogs_dumps.tables import DUMP_TYPES
from discogs_assets.sources.dumps.changes.compare import next_outdated
from discogs_assets.sources.dumps.keys import change_key
from discogs_assets.storage.manifest import Manifest


class MonthImport:
    """One import: `instance` keeps its runs, `progress` shows its steps.

    `tell` is given each dump type when it is done, in the order of import, and `waiting` are those
    that are not. `warnings` are those of the checks of computed tables.
    """

    def __init__(
        self,
        platform: Platform,
        instance: dg.DagsterInstance,
        request: Request,
        progress: Progress,
        tell: Callable[[ImportResult], None] = lambda _: None,
    ) -> None:
        self.platform = platform
        self.instance = instance
        self.request = request
        self.progress = progress
        self.tell = tell
        self.steps = ImportSteps(platform, request, progress)
        self.warnings: list[str] = []
        self.waiting: list[str] = []

    @property
    def month(self) -> date:
        return self.steps.month

    def run(self) -> list[ImportResult]:
        """Import the month and compute what is made of it; return what became of each type.

        It takes one Dagster run at most, and one more where a later month is compared anew.
        """
        self.steps.refuse_impossible()
        with runs_of(self.platform, self.instance, self.progress, "import") as self.runs:
            return self.do()

    def do(self) -> list[ImportResult]:
        """Read, load, compare and compute what is not, with the `runs` that are there."""
        types = self.steps.choice.types
        with self.progress.step(f"importing {self.month:%Y-%m}", None):
            done = {one for one in types if self.steps.is_done(one)}
            wanted = {one: self.steps.of_type(one, is_done=one in done) for one in types}
            keys = {one: some for one, some in wanted.items() if some}
            events = ImportEvents(types, {*keys}, partial(self.told, done))
            self.waiting, self.warnings = events.waiting, events.other_warnings
            self.execute(keys, events)
            self.compare_later([one for one in types if one not in keys])
        return events.told

    def told(
        self, skipped: AbstractSet[str], dump_type: str, seconds: float, warnings: Sequence[str]
    ) -> ImportResult:
        """Tell that a dump type is done, and return what became of it."""
        manifest = self.steps.manifest(dump_type)
        counts = (0, manifest.records) if dump_type in skipped else (manifest.records, 0)
        rows = sum(table.rows for table in manifest.tables.values())
        done = ImportResult(dump_type, *counts, quarantined(manifest), rows, seconds, warnings)
        self.tell(done)
        return done

    def compare_later(self, types: Iterable[str]) -> None:
        """Compare the month after again, where it was compared with another than this one."""
        lake = self.platform.lake
        for dump_type in types:
            if later := next_outdated(DISCOGS, lake, dump_type, self.month, self.steps.loaded()):
                tags = month_tags(later.month, [dump_type])
                key = change_key(DUMP_TYPES[dump_type])
                self.runs.execute(DISCOGS.import_job, [key], str(later.month), tags=tags)

    def load(self, dump_type: str) -> None:
        """Bring into the warehouse what the lake has of a type, and what is computed from it."""
        self.execute({dump_type: self.steps.loading(dump_type)})

    def compute(self) -> None:
        """Compute each table that is not computed from what is loaded."""
        self.execute({})

    def execute(
        self, keys: Mapping[str, Sequence[dg.AssetKey]], listener: Listener | None = None
    ) -> None:
        """Run some assets of dump types, and what is to be computed then."""
        computing = self.steps.computing([one for one in keys if self.steps.loads(keys[one])])
        of_dumps = [key for some in keys.values() for key in some]
        if not of_dumps and not computing:
            return
        self.runs.execute(
            DISCOGS.import_job,
            [*of_dumps, *map(table_key, computing)],
            str(self.month),
            config=self.steps.config(of_dumps) | self.steps.computing_config(computing),
            tags=month_tags(self.month, keys),
            listener=listener,
        )


def quarantined(manifest: Manifest) -> int:
    return manifest.tables[DUMP_TYPES[manifest.group].quarantine.name].rows
