"""Do what retention decides, a month of a stage at a time, looking again just before."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from pathlib import PurePosixPath

from discogs_assets.display.progress import Progress
from discogs_assets.errors import StoreLockedError
from discogs_assets.sources.dumps import raw_files
from discogs_assets.sources.dumps.raw_files import Downloaded
from discogs_assets.sources.dumps.retention.inventory import (
    COMPUTED,
    MonthInventory,
    dump_keys,
    take_inventory,
)
from discogs_assets.sources.dumps.retention.plan import IN, Decision, plan
from discogs_assets.sources.dumps.retention.policy import RetentionPolicy
from discogs_assets.sources.dumps.retention.sound_copies import SoundCopies
from discogs_assets.sources.dumps.source import DumpSource
from discogs_assets.storage.lake import Lake
from discogs_assets.tables.table import Table
from discogs_assets.warehouse.loaded import LoadedMonths, loaded_months
from discogs_assets.warehouse.replace import hide_month
from discogs_assets.warehouse.sql import Connection, transaction

IN_USE = "an import is at work on it"
CHANGED = "it is not as it was planned any more"


@dataclass(frozen=True)
class RetentionRun:
    """Applies `keep`; `connection` is to the warehouse, None when there is none yet.

    While it is open for writing nobody else loads or hides a month: DuckDB has one writer.
    """

    source: DumpSource
    lake: Lake
    keep: RetentionPolicy
    computed: Sequence[Table]
    connection: Connection | None
    progress: Progress

    @cached_property
    def sound(self) -> SoundCopies:
        return SoundCopies(self.lake, self.connection, self.progress)

    def plan(self) -> list[Decision]:
        return plan(self.look(), self.keep)

    def look(self, *groups: str) -> list[MonthInventory]:
        """Return what there is of some dump types, of all when none is named."""
        loaded = LoadedMonths() if self.connection is None else loaded_months(self.connection)
        return take_inventory(self.source, self.lake, loaded, self.computed, groups or None)

    def iter_done(self, decisions: Sequence[Decision]) -> Iterator[Decision]:
        """Do what was decided; yield each decision as it was when it was done.

        A month that an import is at work on stays until the next time.
        """
        for decision in decisions:
            if not decision.deletes:
                yield decision
                continue
            try:
                with ExitStack() as locks:
                    self.lock(locks, decision)
                    done = self.do(decision)
            except StoreLockedError:
                done = kept(decision, IN_USE)
            yield done

    def lock(self, locks: ExitStack, decision: Decision) -> None:
        """Keep imports and downloads from a month; StoreLockedError when one is at work on it."""
        if decision.group == COMPUTED:
            return
        locks.enter_context(self.lake.lock(decision.group, decision.month, 0))
        keys = dict.fromkeys(self.lake.store.keys(self.source.publication.raw_folder), 0)
        for key in dump_keys(self.source.publication, keys, decision.group)[0].get(
            decision.month, ()
        ):
            locks.enter_context(self.lake.store.lock(name_of(key), 0))

    def do(self, planned: Decision) -> Decision:
        """Decide again on a month that is locked, and do it."""
        holdings = self.look(planned.group)
        again = [one for one in plan(holdings, self.keep) if is_same(one, planned)]
        if not again:
            return kept(planned, CHANGED)
        [decision] = again
        [holding] = [one for one in holdings if one.month == planned.month]
        if why_not := self.sound.why_not(decision.found, holding):
            if decision.stage != "warehouse" or not (tables := in_history(decision, holding)):
                return kept(decision, why_not)
            decision = replace(decision, found="history", why=IN["history"], tables=tables)
        if decision.deletes:
            self.remove(decision, holding)
        return decision

    def remove(self, decision: Decision, holding: MonthInventory) -> None:
        """Remove what a decision is about."""
        match decision.stage:
            case "raw" if decision.found == "left":
                self.lake.store.delete(key for key in holding.left if key.startswith("raw/"))
            case "raw":
                for dump in holding.dumps:
                    raw_files.retire(
                        self.lake.store,
                        Downloaded(dump.key, dump.sha256, dump.bytes, False, False),
                    )
            case "lake" if decision.found == "left":
                self.lake.clear(decision.group, decision.month)
            case "lake":
                digests = self.sound.digests.get((decision.group, decision.month))
                self.lake.unpublish(decision.group, decision.month, digests)
            case "warehouse":
                self.hide(decision.tables, decision.group, decision.month)

    def hide(self, tables: Sequence[str], group: str, month: date) -> None:
        assert self.connection is not None
        known = self.computed if group == COMPUTED else self.lake.groups[group]
        with transaction(self.connection):
            for table in known:
                if table.name in tables:
                    hide_month(self.connection, table, month)


def in_history(decision: Decision, holding: MonthInventory) -> tuple[str, ...]:
    """Return those of the tables that go whose rows stay in the history: nothing is deleted."""
    full = {one.name for one in holding.tables if one.is_full and not one.is_quarantine}
    return tuple(name for name in decision.tables if name in full)


def name_of(key: str) -> str:
    return PurePosixPath(key).name


def kept(decision: Decision, why: str) -> Decision:
    return replace(decision, why=why, found="")


def is_same(one: Decision, other: Decision) -> bool:
    """Whether two decisions are about the same."""

    def about(decision: Decision) -> tuple[object, ...]:
        return decision.stage, decision.group, decision.month, decision.found == "left"

    return about(one) == about(other)
