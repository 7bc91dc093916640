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
    decisions: list[Decision] = []
    for _, group in groupby(holdings, key=lambda one: one.group):
        months = [*group]
        bounds = cutoffs_of(months, keep)
        decisions += [decision for one in months for decision in decide(one, bounds, keep)]
    return decisions


def decide(inventory: MonthInventory, bounds: Cutoffs, keep: RetentionPolicy) -> Iterator[Decision]:
    """Yield what becomes of a month, where it is old."""
    yield from leftovers(inventory)
    raw = decide_raw(inventory) if inventory.dumps and inventory.month < bounds.raw else None
    stays = [] if raw and raw.deletes else [*inventory.dumps]
    is_old = inventory.month < bounds.lake
    lake = (
        decide_lake(inventory, inventory.lake, stays, bounds) if inventory.lake and is_old else None
    )
    tables = [
        table
        for table in inventory.tables
        if table.is_shown and inventory.month < bounds.tables[table.name]
    ]
    if raw and lake and lake.deletes:
        # As it will be without the lake, so that a second run finds nothing else.
        without = decide_raw(replace(inventory, lake=None, retired=inventory.lake))
        raw = replace(raw, why=lake.why, found=lake.found) if raw.deletes else without
    yield from filter(None, (raw, lake))
    if tables:
        in_lake = inventory.lake if lake is None or not lake.deletes else None
        yield from decide_tables(inventory, tables, Elsewhere(inventory, in_lake, stays, keep))


def leftovers(inventory: MonthInventory) -> Iterator[Decision]:
    """Yield what a run that was stopped has not removed."""
    stages: tuple[Stage, ...] = ("raw", "lake")
    for stage in stages:
        sizes = [size for key, size in inventory.left.items() if key.startswith(f"{stage}/")]
        if sizes:
            yield Decision(stage, inventory.group, inventory.month, IN["left"], "left", sum(sizes))


def decide_raw(inventory: MonthInventory) -> Decision:
    """Decide on old dump files: they go when the very same file is in the lake, or was."""
    bytes_ = sum(dump.bytes for dump in inventory.dumps)
    if why_not := why_raw_stays(inventory):
        return Decision("raw", inventory.group, inventory.month, why_not, bytes=bytes_)
    place = "lake" if inventory.lake else "warehouse"
    return Decision("raw", inventory.group, inventory.month, IN[place], place, bytes_)


def why_raw_stays(inventory: MonthInventory) -> str:
    """Return why old dump files have to stay; "" when they can go."""
    copy = inventory.lake or inventory.retired
    if copy is None:
        return "it is not in the lake"
    if copy.limit is not None:
        return f"the lake has only its first {copy.limit:,} records"
    if not copy.is_readable:
        return "the lake has it with other columns than today's"
    if inventory.lake and inventory.lake.missing:
        return "the lake has lost files of it"
    if not all(dump.sha256 for dump in inventory.dumps):
        return "its SHA-256 was never recorded"
    if not all(is_dump_of(copy, dump) for dump in inventory.dumps):
        return "the lake has another dump of the month"
    return (
        ""
        if inventory.lake or is_whole(copy, inventory.tables)
        else "no other complete copy exists"
    )


def is_dump_of(copy: LakeCopy, dump: DumpCopy) -> bool:
    """Whether a month of the lake was made of that dump file."""
    return dump.sha256 == copy.sha256


def is_whole(copy: LakeCopy, tables: Sequence[TableCopy]) -> bool:
    """Whether the warehouse has every row of a month in full that is, or was, in the lake."""
    loaded = {table.name: table for table in tables}
    return copy.is_full and all(
        name in loaded and (loaded[name].import_id, loaded[name].rows) == (copy.import_id, rows)
        for name, rows in copy.rows.items()
        if rows
    )


def decide_lake(
    inventory: MonthInventory, lake: LakeCopy, dumps: Sequence[DumpCopy], bounds: Cutoffs
) -> Decision:
    """Decide on an old month of the lake; `dumps` are the dump files that stay."""
    place = ""
    if other := bounds.waiting.get(inventory.month):
        why = f"{dump_day(other)} has yet to be compared with it"
    # What the warehouse hides stays in its history, and its rows in quarantine stay with it.
    elif is_whole(lake, inventory.tables):
        why, place = IN["warehouse"], "warehouse"
    elif any(is_dump_of(lake, dump) for dump in dumps):
        why, place = IN["raw"], "raw"
    else:
        why = "no other complete copy exists"
    rows = sum(lake.rows.values())
    return Decision("lake", inventory.group, inventory.month, why, place, lake.bytes, rows)


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
        return lake.import_id == table.import_id and not lake.missing

    def in_dump(self, table: TableCopy) -> str:
        known = self.of.lake or self.of.retired
        if known is None or known.import_id != table.import_id:
            return ""
        return "raw" if any(is_dump_of(known, dump) for dump in self.dumps) else ""


def decide_tables(
    inventory: MonthInventory, tables: Sequence[TableCopy], elsewhere: Elsewhere
) -> Iterator[Decision]:
    """Yield what becomes of old tables: row versions stay, other rows go if they are elsewhere.

    Rows in quarantine that have to stay are not worth a word.
    """
    places = {table: elsewhere.place(table) for table in tables}
    going = [table for table, place in places.items() if place]
    if going:
        used = [place for place in IN if place in places.values()]
        yield decide_on(inventory, going, ", ".join(IN[place] for place in used), used[0])
    if staying := [one for one, place in places.items() if not place and not one.is_full]:
        yield decide_on(inventory, staying, "a part of a month that is nowhere else", "")


def decide_on(
    inventory: MonthInventory, tables: Sequence[TableCopy], why: str, place: str
) -> Decision:
    rows = sum(table.rows for table in tables)
    names = tuple(table.name for table in tables)
    return Decision("warehouse", inventory.group, inventory.month, why, place, 0, rows, names)
