"""Which old months can go from which stage, and why others stay. Doing it is for `apply`.

A month that goes stays whole somewhere else, as judged by what is there when all that goes is gone.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby

from discogs_assets.display.text import dump_day
from discogs_assets.sources.dumps.retention.inventory import (
    COMPUTED,
    DumpCopy,
    LakeCopy,
    MonthInventory,
    Stage,
    TableCopy,
)
from discogs_assets.sources.dumps.retention.policy import Cutoffs, RetentionPolicy, cutoffs_of

IN = {
    "raw": "in the raw dump",
    "lake": "in the lake",
    "warehouse": "in the warehouse",
    "history": "stays in the history",
    "left": "left by a run that was stopped",
    "computed": "can be computed again",
}
"""Where the content of a month that goes is found, as people read it."""


@dataclass(frozen=True)
class Decision:
    """What becomes of an old month of a stage: it goes when it is `found` elsewhere, a key of `IN`.

    `tables` of the warehouse are those that are not shown any more; their rows are no bytes.
    """

    stage: Stage
    group: str
    month: date
    why: str
    found: str = ""
    bytes: int = 0
    rows: int = 0
    tables: tuple[str, ...] = ()

    @property
    def deletes(self) -> bool:
        return self.found != ""


def plan(holdings: Sequence[MonthInventory], keep: RetentionPolicy) -> list[Decision]:
    """Return what goes, and what is old and stays, by dump type and month."""
    found: list[Decision] = []
    for _, group in groupby(holdings, key=lambda one: one.group):
        months = [*group]
        bounds = cutoffs_of(months, keep)
        found += [decision for one in months for decision in decide(one, bounds, keep)]
    return found


def decide(one: MonthInventory, bounds: Cutoffs, keep: RetentionPolicy) -> Iterator[Decision]:
    """Yield what becomes of a month, where it is old."""
    yield from leftovers(one)
    raw = decide_raw(one) if one.dumps and one.month < bounds.raw else None
    stays = [] if raw and raw.deletes else [*one.dumps]
    is_old = one.month < bounds.lake
    lake = decide_lake(one, one.lake, stays, bounds) if one.lake and is_old else None
    tables = [
        table for table in one.tables if table.is_shown and one.month < bounds.tables[table.name]
    ]
    if raw and lake and lake.deletes:
        # As it will be without the lake, so that a second run finds nothing else.
        without = decide_raw(replace(one, lake=None, retired=one.lake))
        raw = replace(raw, why=lake.why, found=lake.found) if raw.deletes else without
    yield from filter(None, (raw, lake))
    if tables:
        in_lake = one.lake if lake is None or not lake.deletes else None
        yield from decide_tables(one, tables, Elsewhere(one, in_lake, stays, keep))


def leftovers(one: MonthInventory) -> Iterator[Decision]:
    """Yield what a run that was stopped has not removed."""
    stages: tuple[Stage, ...] = ("raw", "lake")
    for stage in stages:
        sizes = [size for key, size in one.left.items() if key.startswith(f"{stage}/")]
        if sizes:
            yield Decision(stage, one.group, one.month, IN["left"], "left", sum(sizes))


def decide_raw(one: MonthInventory) -> Decision:
    """Decide on old dump files: they go when the very same file is in the lake, or was."""
    bytes_ = sum(dump.bytes for dump in one.dumps)
    if why_not := why_raw_stays(one):
        return Decision("raw", one.group, one.month, why_not, bytes=bytes_)
    found = "lake" if one.lake else "warehouse"
    return Decision("raw", one.group, one.month, IN[found], found, bytes_)


def why_raw_stays(one: MonthInventory) -> str:
    """Return why old dump files have to stay; "" when they can go."""
    copy = one.lake or one.retired
    if copy is None:
        return "it is not in the lake"
    if copy.limit is not None:
        return f"the lake has only its first {copy.limit:,} records"
    if not copy.is_readable:
        return "the lake has it with other columns than today's"
    if one.lake and one.lake.missing:
        return "the lake has lost files of it"
    if not all(dump.sha256 for dump in one.dumps):
        return "its SHA-256 was never recorded"
    if not all(is_dump_of(copy, dump) for dump in one.dumps):
        return "the lake has another dump of the month"
    return "" if one.lake or is_whole(copy, one.tables) else "no other complete copy exists"


def is_dump_of(copy: LakeCopy, dump: DumpCopy) -> bool:
    """Whether a month of the lake was made of that dump file."""
    return dump.sha256 == copy.sha256


def is_whole(copy: LakeCopy, tables: Sequence[TableCopy]) -> bool:
    """Whether the warehouse has every row of a month in full that is, or was, in the lake."""
    loaded = {table.name: table for table in tables}
    return copy.is_full and all(
        name in loaded and (loaded[name].source, loaded[name].rows) == (copy.attempt, rows)
        for name, rows in copy.rows.items()
        if rows
    )


def decide_lake(
    one: MonthInventory, lake: LakeCopy, dumps: Sequence[DumpCopy], bounds: Cutoffs
) -> Decision:
    """Decide on an old month of the lake; `dumps` are the dump files that stay."""
    found = ""
    if other := bounds.waiting.get(one.month):
        why = f"{dump_day(other)} has yet to be compared with it"
    # What the warehouse hides stays in its history, and its rows in quarantine stay with it.
    elif is_whole(lake, one.tables):
        why, found = IN["warehouse"], "warehouse"
    elif any(is_dump_of(lake, dump) for dump in dumps):
        why, found = IN["raw"], "raw"
    else:
        why = "no other complete copy exists"
    rows = sum(lake.rows.values())
    return Decision("lake", one.group, one.month, why, found, lake.bytes, rows)


@dataclass(frozen=True)
class Elsewhere:
    """Where else the rows of a month's tables are: `lake` and `dumps` are what stays of it."""

    of: MonthInventory
    lake: LakeCopy | None
    dumps: Sequence[DumpCopy]
    keep: RetentionPolicy

    def place(self, table: TableCopy) -> str:
        """Return the key of `IN` for what becomes of a table's rows; "" when they would be lost."""
        if self.of.group == COMPUTED:
            return "computed"
        if table.is_full and not (table.is_quarantine and table.rows):
            return "history"
        in_lake = "lake" if self.lake and self.is_made_of(table, self.lake) else ""
        if table.is_full:
            # When the lake is thinned out too, only they tell what could not be read.
            return in_lake if self.keep.lake is None else ""
        return in_lake or self.in_dump(table)

    def is_made_of(self, table: TableCopy, lake: LakeCopy) -> bool:
        return lake.attempt == table.source and not lake.missing

    def in_dump(self, table: TableCopy) -> str:
        known = self.of.lake or self.of.retired
        if known is None or known.attempt != table.source:
            return ""
        return "raw" if any(is_dump_of(known, dump) for dump in self.dumps) else ""


def decide_tables(
    one: MonthInventory, tables: Sequence[TableCopy], elsewhere: Elsewhere
) -> Iterator[Decision]:
    """Yield what becomes of old tables: row versions stay, other rows go if they are elsewhere.

    Rows in quarantine that have to stay are not worth a word.
    """
    places = {table: elsewhere.place(table) for table in tables}
    going = [table for table, place in places.items() if place]
    if going:
        found = [place for place in IN if place in places.values()]
        yield decide_on(one, going, ", ".join(IN[place] for place in found), found[0])
    if staying := [one for one, place in places.items() if not place and not one.is_full]:
        yield decide_on(one, staying, "a part of a month that is nowhere else", "")


def decide_on(one: MonthInventory, tables: Sequence[TableCopy], why: str, found: str) -> Decision:
    rows = sum(table.rows for table in tables)
    names = tuple(table.name for table in tables)
    return Decision("warehouse", one.group, one.month, why, found, 0, rows, names)
