"""The events of an import's run: which dump types are done, and the warnings of their checks."""

import time
from collections.abc import Callable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

import dagster as dg

from discogs_assets.sources.dumps.dump_type import DumpType
from discogs_assets.sources.dumps.keys import change_key, types_of_steps
from discogs_assets.sources.dumps.source import DumpSource


@dataclass(frozen=True)
class ImportResult:
    """The records of a dump type by result, their rows in all tables, and the time it took.

    `warnings` are of checks that failed but do not stop a month.
    """

    dump_type: str
    imported: int
    skipped: int
    quarantined: int
    rows: int = field(default=0, compare=False)
    seconds: float = field(default=0, compare=False)
    warnings: Sequence[str] = field(default=(), compare=False)


Finish = Callable[[str, float, Sequence[str]], ImportResult]
"""Takes a finished dump type, the seconds since the one before, and warnings of its checks."""


class ImportEvents:
    """Listens to a run that imports the `pending` ones of some `types`; the others are done.

    `other_warnings` are of the checks of computed tables.
    """

    def __init__(
        self, source: DumpSource, types: Sequence[str], pending: AbstractSet[str], finish: Finish
    ) -> None:
        self.source = source
        self.waiting = [*types]
        self.pending = {*pending}
        self.finish = finish
        self.results: list[ImportResult] = []
        self.warnings: dict[str, list[str]] = {name: [] for name in types}
        self.other_warnings: list[str] = []
        self.since = time.monotonic()
        self.finish_types()

    def __call__(self, entry: dg.EventLogEntry) -> None:
        event = entry.dagster_event
        if event is None or event.step_key is None:
            return
        dump_type = types_of_steps(self.source).get(str(event.step_key))
        if event.event_type == dg.DagsterEventType.ASSET_CHECK_EVALUATION:
            warnings = self.warnings[dump_type] if dump_type else self.other_warnings
            warnings += iter_warnings(event.asset_check_evaluation_data)
        if dump_type and is_last(event, self.source.dump_types[dump_type]):
            self.pending.discard(dump_type)
            self.finish_types()

    def finish_types(self) -> None:
        """Finish the types that are done, in the order of import."""
        while self.waiting and self.waiting[0] not in self.pending:
            dump_type, now = self.waiting.pop(0), time.monotonic()
            seconds, self.since = now - self.since, now
            self.results.append(self.finish(dump_type, seconds, self.warnings[dump_type]))


def is_last(event: dg.DagsterEvent, dump_type: DumpType) -> bool:
    """Whether an event is that of the last step of a dump type."""
    is_end = event.event_type == dg.DagsterEventType.STEP_SUCCESS
    return is_end and event.step_key == change_key(dump_type).to_python_identifier()


def iter_warnings(check: dg.AssetCheckEvaluation) -> Iterator[str]:
    """Yield the table and the description of a check that failed."""
    if not check.passed:
        yield f"{check.asset_key.path[-1]}: {check.description}"
