"""Which month is compared with which, what of it is content, and the rows of its change table.

The statements are in `queries`; what people see of it is in `assets`.
"""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import date
from math import sqrt

from discogs_assets.display.progress import UNSEEN, Parts
from discogs_assets.display.text import dump_day
from discogs_assets.sources.dumps.change_tables import KINDS, Usual, change_table
from discogs_assets.sources.dumps.changes.queries import Compared, Differences, Files, Side
from discogs_assets.sources.dumps.changes.views import show_changes
from discogs_assets.sources.dumps.dump_type import DumpType
from discogs_assets.sources.dumps.source import DumpSource
from discogs_assets.storage.lake import Lake
from discogs_assets.storage.lake_files import LakeFiles, types_of
from discogs_assets.storage.manifest import Manifest
from discogs_assets.tables.outcome import Outcome, raise_on_blocking
from discogs_assets.tables.table import Column, Table
from discogs_assets.warehouse.checks import NOISE, check_rows
from discogs_assets.warehouse.loaded import LoadedMonths, Provenance, loaded_months
from discogs_assets.warehouse.replace import replace_rows
from discogs_assets.warehouse.sql import Connection, transaction

NOTHING = "nothing"
"""What the first month is compared with."""

USUAL_SHARE = "changed_share_in_usual_range"
"""The check of how many records changed."""

EXAMPLES = 5
ADVICE = ("This is a fault of its query, sources/dumps/changes/queries.py: please report it.",)


@dataclass(frozen=True)
class Comparison:
    """A month of a dump type, and the one before it; without one `why_not` says why.

    When one of the two was retired from the lake, it cannot be made again: what is loaded stays.
    `instead` is what can be made then, unless the month itself was retired.
    """

    dumps: DumpSource
    lake: Lake
    dump_type: DumpType
    now: Manifest
    before: Manifest | None
    why_not: str = ""
    is_retired: bool = False
    instead: "Comparison | None" = None

    @property
    def month(self) -> date:
        return date.fromisoformat(self.now.month)

    @property
    def table(self) -> Table:
        return change_table(self.dump_type)

    @property
    def name(self) -> str:
        return f"{self.table.name} {dump_day(self.month)}"

    @property
    def import_id(self) -> str:
        """Which two imports are compared: when either is done again, the changes are too."""
        return import_id_of(self.now.import_id, self.before.import_id if self.before else NOTHING)

    def is_loaded(self, loaded: LoadedMonths) -> bool:
        """Whether the warehouse has the changes between these two imports."""
        month = loaded.get(self.table, self.month)
        if month is None:
            return False
        if self.is_retired and self.instead is None:
            # The month itself is gone: what is loaded of it cannot be made again.
            return month.import_id.startswith(import_id_of(self.now.import_id, ""))
        return month.import_id == self.as_loaded(loaded).import_id

    def as_loaded(self, loaded: LoadedMonths) -> "Comparison":
        """Return what is loaded, or can be made: another comparison when a month was retired."""
        month = loaded.get(self.table, self.month)
        if self.instead is None or (month is not None and month.import_id == self.import_id):
            return self
        return self.instead

    def records(self, kind: str) -> int:
        """Return of how many records those of a kind are a part: removed ones of those before."""
        month = self.before if kind == "removed" and self.before else self.now
        return month.records

    def shares(self, counts: Mapping[str, int]) -> dict[str, float]:
        """Return the shares of the records of each kind, in per cent."""
        return {
            f"{kind}_percent": round(100 * number / max(self.records(kind), 1), 3)
            for kind, number in counts.items()
        }

    @property
    def before_month(self) -> str:
        assert self.before is not None
        return self.before.month[:7]

    @property
    def months(self) -> int:
        """How many months lie between the two."""
        assert self.before is not None
        before = date.fromisoformat(self.before.month)
        return 12 * (self.month.year - before.year) + self.month.month - before.month


def import_id_of(import_id: str, id_before: str) -> str:
    """Return the name of the changes between two imports."""
    return f"{import_id} since {id_before}"


def compare(dumps: DumpSource, lake: Lake, dump_type: str, month: date) -> Comparison:
    """Return what a month is compared with: the newest earlier one that was imported in full.

    Raises LakeError when the month itself was never imported.
    """
    retired = lake.retired_months(dump_type)
    is_retired = month in retired
    now = (lake.retired if is_retired else lake.manifest)(dump_type, month)
    if not now.is_full:
        why_not = f"only {now.limit:,} records were asked for"
        return Comparison(dumps, lake, dumps.dump_types[dump_type], now, None, why_not, is_retired)
    before = next(lake.iter_before(dump_type, month), None)
    why_not = "" if before else "there is no earlier month in the lake"
    comparison = Comparison(
        dumps, lake, dumps.dump_types[dump_type], now, before, why_not, is_retired
    )
    since = date.fromisoformat(before.month) if before else date.min
    for earlier in reversed([one for one in retired if since < one < month]):
        gone = lake.find_retired(dump_type, earlier)
        if gone is not None and gone.is_full:
            instead = None if is_retired else comparison
            return replace(comparison, before=gone, why_not="", is_retired=True, instead=instead)
    return comparison


def next_outdated(
    dumps: DumpSource, lake: Lake, dump_type: str, month: date, loaded: LoadedMonths
) -> Comparison | None:
    """Return the month after another when its changes are loaded, and are those to a third.

    So it is when a month is imported later than the one after it, or again.
    """
    for later in lake.months(dump_type):
        manifest = lake.find(dump_type, later) if later > month else None
        if manifest is not None and manifest.is_full:
            found = compare(dumps, lake, dump_type, later)
            is_there = (found.table, later) in loaded
            return found if is_there and not found.is_loaded(loaded) else None
    return None


def compared_tables(comparison: Comparison) -> list[Compared]:
    """Return the tables and columns that are compared: those that are content in both months."""
    assert comparison.before is not None
    both = (comparison.before, comparison.now)
    compared = []
    for table in comparison.dump_type.content_tables:
        if not all(table.name in one.tables for one in both):
            continue  # A table that is newer than the month.
        if table.may_be_empty and not all(one.tables[table.name].rows for one in both):
            continue
        types = [types_of(comparison.lake, table.name, one) for one in both]
        columns = tuple(
            column.name
            for column in table.columns
            if all(one.get(column.name) == column.type.polars for one in types)
            and is_compared(table, column, both)
        )
        if columns:
            compared.append(Compared(table, columns))
    return compared


def is_compared(table: Table, column: Column, months: Sequence[Manifest]) -> bool:
    """Tell whether a column is content, and does not miss in one of the months as a whole."""
    if column.name in table.key or column.not_content:
        return False
    files = [one.tables[table.name] for one in months]
    is_missing = any(one.rows and one.nulls[column.name] == one.rows for one in files)
    return not (column.may_be_missing and is_missing)


CHECKED, DESCRIBED = 0.05, 0.05
"""How much of the work its checks are, and what the UI shows of it; `queries` has the rest
of 1."""


def load_changes(
    connection: Connection,
    comparison: Comparison,
    parts: Parts = UNSEEN,
    *,
    is_full: bool = False,
) -> list[Outcome]:
    """Replace the month of the change table, in one transaction; return what its checks found.

    CheckError undoes it. The memory needed does not depend on how many records there are, or
    differ. What is loaded is only checked, unless `is_full`; so are changes to a month that was
    retired.
    """
    is_loaded = comparison.is_loaded(loaded_months(connection))
    if comparison.is_retired and not is_loaded:
        comparison.lake.manifest(comparison.dump_type.name, comparison.month)  # Raises.
    if is_loaded and (comparison.is_retired or not is_full):
        rows = loaded_months(connection)[comparison.table, comparison.month].rows
        outcomes = check_rows(connection, comparison.table, comparison.month, rows)
        return [*outcomes, check_share(connection, comparison)]
    with transaction(connection), ExitStack() as stack:
        differences = stack.enter_context(change_queries(connection, comparison))
        outcomes = replace_changes(connection, comparison, differences.iter_queries(parts), parts)
        comparison.dumps.make_views(connection)
    return [*outcomes, check_share(connection, comparison)]


def replace_changes(
    connection: Connection,
    comparison: Comparison,
    queries: Iterable[str],
    parts: Parts = UNSEEN,
) -> list[Outcome]:
    """Replace the month of the change table with the rows of queries; CheckError when unsound."""
    provenance = Provenance(comparison.month, comparison.import_id, comparison.now.is_full)
    sources = (f"({query})" for query in queries)
    rows = replace_rows(connection, provenance, comparison.table, sources)
    show_changes(connection, comparison.dumps)
    with parts.part("checks", CHECKED, 3):
        found = check_rows(connection, comparison.table, comparison.month, rows)
    raise_on_blocking(comparison.name, {comparison.table.name: found}, ADVICE)
    return found


def change_queries(connection: Connection, comparison: Comparison) -> Differences:
    """Return what finds the differences; without a month before there are none."""
    lake, dump_type = comparison.lake, comparison.dump_type

    def files(manifest: Manifest) -> Files:
        return {name: table.files for name, table in manifest.tables.items()}

    if comparison.before is None:
        return Differences(connection, lake.store, dump_type, Side({}, 0), Side({}, 0), [])
    store = LakeFiles.of(lake.store, (comparison.before, comparison.now))
    before = Side(files(comparison.before), comparison.before.records)
    now = Side(files(comparison.now), comparison.now.records)
    month = date.fromisoformat(comparison.before.month)
    tables = compared_tables(comparison)
    return Differences(connection, store, dump_type, before, now, tables, month)


def count_kinds(connection: Connection, comparison: Comparison) -> dict[str, int]:
    """Return the number of records of each kind in the loaded changes of a month."""
    rows = connection.execute(
        f'SELECT kind, count(*) FROM {comparison.dumps.name}."{comparison.table.name}" '
        "WHERE month = ? GROUP BY kind",
        [comparison.month],
    ).fetchall()
    return dict.fromkeys(KINDS, 0) | dict(rows)


def check_share(connection: Connection, comparison: Comparison) -> Outcome:
    """Check that about as many records changed as usual in a month."""
    if comparison.before is None:
        return Outcome(USUAL_SHARE, True, f"Not compared: {comparison.why_not}.")
    counts = count_kinds(connection, comparison)
    judged = [judge(usual, counts[usual.kind], comparison) for usual in comparison.dumps.usual]
    unusual = [text for is_usual, text in judged if not is_usual]
    share = comparison.shares(counts)
    return Outcome(
        USUAL_SHARE,
        not unusual,
        "\n".join(unusual or [text for _, text in judged]),
        numbers={**counts, **share},
    )


def judge(usual: Usual, number: int, comparison: Comparison) -> tuple[bool, str]:
    """Return whether a number is usual, and what there is to say of it."""
    records = comparison.now.records
    noise = NOISE * sqrt(records)
    low = usual.at_least * records - noise
    high = min(usual.at_most * comparison.months, 1) * records + noise
    since = f"{usual.kind.capitalize()} since {comparison.before_month}"
    share = f"{number:,} of {records:,} records ({number / max(records, 1):.1%}"
    if low <= number <= high:
        return True, f"{since}: {share})."
    expected = f"{max(low, 0):,.0f} to {min(high, records):,.0f} expected"
    reason = usual.too_few if number < low else usual.too_many
    return False, f"{since}: {share}; {expected}). {reason}"
