"""How many months each stage keeps, and which those are. What becomes of others: `retention`."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from discogs_assets.errors import SettingError
from discogs_assets.sources.dumps.changes.compare import import_id_of
from discogs_assets.sources.dumps.retention.inventory import LakeCopy, MonthInventory


@dataclass(frozen=True)
class RetentionPolicy:
    """How many of its newest months each stage keeps of a dump type; None keeps all."""

    raw: int | None = 1
    lake: int | None = None
    warehouse: int | None = 2

    def __str__(self) -> str:
        counts = (("raw", self.raw), ("lake", self.lake), ("warehouse", self.warehouse))
        return ", ".join(f"{stage} {count or 'all'}" for stage, count in counts)


def read_keep(name: str, value: str) -> int | None:
    """Return how many months a setting says; None for all."""
    if value == "all":
        return None
    if value.isdecimal() and int(value):
        return int(value)
    raise SettingError(f"{name}: expected a number of months from 1 on, or all, found {value!r}")


@dataclass(frozen=True)
class Cutoffs:
    """The oldest month that each stage keeps of a dump type, for the warehouse by table.

    `waiting` are months of the lake that have yet to be compared with one another, and which.
    """

    raw: date
    lake: date
    tables: Mapping[str, date]
    waiting: Mapping[date, date]


def cutoffs_of(months: Sequence[MonthInventory], keep: RetentionPolicy) -> Cutoffs:
    """Return what is kept of a dump type; a month of which only a part is there counts for none."""
    full = [one for one in months if one.lake and one.lake.is_full]
    tables: dict[str, list[date]] = {}
    for one in months:
        for table in one.tables:
            tables.setdefault(table.name, []).extend([one.month] if table.is_full else [])
    return Cutoffs(
        oldest_kept((one.month for one in months if one.dumps), keep.raw),
        oldest_kept((one.month for one in full), keep.lake),
        {name: oldest_kept(there, keep.warehouse) for name, there in tables.items()},
        dict(iter_waiting(months)),
    )


def iter_waiting(months: Sequence[MonthInventory]) -> Iterator[tuple[date, date]]:
    """Yield the months of the lake that have yet to be compared, each with the other."""
    known: list[tuple[MonthInventory, LakeCopy]] = []
    for inventory in months:
        copy = inventory.lake or inventory.retired
        if copy is None or not copy.is_full:
            continue
        in_lake = [earlier for earlier in known if earlier[0].lake]
        if inventory.lake and in_lake:
            # With the one just before it or, when that was retired, with the next in the lake.
            befores = (known[-1], in_lake[-1])
            if inventory.changes not in {
                import_id_of(copy.import_id, past.import_id) for _, past in befores
            }:
                yield inventory.month, in_lake[-1][0].month
                yield in_lake[-1][0].month, inventory.month
        known.append((inventory, copy))


def oldest_kept(months: Iterable[date], count: int | None) -> date:
    newest = sorted(months, reverse=True)
    return date.min if count is None or len(newest) < count else newest[count - 1]
