"""What the events of an import's run say of its dump types: which are done, what checks warn of."""

import time
from collections.abc import Callable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

import dagster as dg

from discogs_assets.sources.discogs_dumps.source import DISCOGS
from discogs_assets.sources.discogs_dumps.tables import DUMP_TYPES
from discogs_assets.sources.dumps.keys import change_key, types_of_steps


@dataclass(frozen=True)
class ImportResult:
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


Done = Callable[[str, float, Sequence[str]], ImportResult]
"""Takes a dump type that is done, the seconds since the one before, and warnings of its checks."""


class ImportEvents:
    """Listens to a run in which some of the `types` are `pending`; the others are done already.

    `other_warnings` are those of the checks of computed tables.
    """

    def __init__(self, types: Sequence[str], pending: AbstractSet[str], done: Done) -> None:
        self.waiting = [*types]
        self.pending = {*pending}
        self.done = done
        self.told: list[ImportResult] = []
        self.warnings: dict[str, list[str]] = {one: [] for one in types}
        self.other_warnings: list[str] = []
        self.since = time.monotonic()
        self.tell()

    def __call__(self, entry: dg.EventLogEntry) -> None:
        event = entry.dagster_event
        if event is None or event.step_key is None:
            return
        dump_type = types_of_steps(DISCOGS).get(str(event.step_key))
        if event.event_type == dg.DagsterEventType.ASSET_CHECK_EVALUATION:
            warnings = self.warnings[dump_type] if dump_type else self.other_warnings
            warnings += iter_warnings(event.asset_check_evaluation_data)
        if dump_type and is_last(event, dump_type):
            self.pending.discard(dump_type)
            self.tell()

    def tell(self) -> None:
        """Tell of the types that are done, in the order of import."""
        while self.waiting and self.waiting[0] not in self.pending:
            dump_type, now = self.waiting.pop(0), time.monotonic()
            seconds, self.since = now - self.since, now
            self.told.append(self.done(dump_type, seconds, self.warnings[dump_type]))


def is_last(event: dg.DagsterEvent, dump_type: str) -> bool:
    """Whether an event says that all of a dump type is done."""
    is_end = event.event_type == dg.DagsterEventType.STEP_SUCCESS
    return is_end and event.step_key == change_key(DUMP_TYPES[dump_type]).to_python_identifier()


def iter_warnings(found: dg.AssetCheckEvaluation) -> Iterator[str]:
    """Yield what a check that did not pass says, with the table it is of."""
    if not found.passed:
        yield f"{found.asset_key.path[-1]}: {found.description}"
