"""Check a month of a table: against its declaration, and against the month before.

What is made of the outcomes stands in `tables/check`, what Dagster shows in
`orchestration/asset_checks`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from math import ceil, sqrt

from discogs_assets.display.text import dump_day
from discogs_assets.tables.check import (
    COMPARED,
    COMPLETE,
    HAS_RECORDS,
    HAS_ROWS,
    KEPT,
    NULLS_NEAR,
    ROWS_NEAR,
    TYPES,
    UNIQUE,
    UNREAD,
)
from discogs_assets.tables.outcome import Outcome
from discogs_assets.tables.table import Table
from discogs_assets.warehouse.key_search import (
    Extent,
    Searched,
    extent_of,
    first_rows,
    owner_of,
    search_repeats,
)
from discogs_assets.warehouse.sql import Connection, literal

NOISE = 2
"""Counts scatter by about their square root; a difference of so many of it means nothing."""

MOST = 0.5
"""The share of rows that may come or go however many months lie between."""


@dataclass(frozen=True)
class Counts:
    """How many rows a month of a table has, and how many NULL each column."""

    month: date
    rows: int
    nulls: Mapping[str, int]

    def months_after(self, other: "Counts") -> int:
        """Return how many months lie between an earlier month and this one."""
        return 12 * (self.month.year - other.month.year) + self.month.month - other.month.month


def check_types(wanted: Mapping[str, object], found: Mapping[str, object]) -> Outcome:
    """Check the types of columns, both by name."""
    wrong = [
        f"{name} is {found.get(name, 'missing')}, not {type_}"
        for name, type_ in wanted.items()
        if found.get(name) != type_
    ]
    text = f"Column types: {'; '.join(wrong) or 'as declared'}."
    numbers = {"columns_of_other_type": len(wrong)}
    return Outcome(TYPES, not wrong, text, True, numbers=numbers)


def check_rows(
    connection: Connection,
    table: Table,
    month: date,
    expected: int,
    *,
    is_full: bool = True,
    owner: str = "",
) -> list[Outcome]:
    """Check keys, and the number of rows against what was counted when they were made.

    Unless `is_full` a large month is searched for NULLs as a whole, and for repeated keys in
    samples: that no key repeats, who makes the rows has seen to. `owner` is SQL for the number of
    the record that a row belongs to, where that is not the first column of the key.
    """
    owner = owner or owner_of(table)
    source = f"(SELECT * FROM {table.every} WHERE month = {literal(month)})"
    extent = extent_of(connection, table, source, owner)
    searched = search_repeats(connection, table, source, extent, owner, is_full=is_full)
    return [judge_key(extent, searched), judge_rows(extent.rows, expected)]


def judge_key(extent: Extent, searched: Searched) -> Outcome:
    """Return the outcome of a search for keys that do not tell rows apart."""
    faults = f"{searched.found:,} repeated, {extent.without_key:,} missing"
    is_good = not extent.without_key and not searched.found
    sample = ""
    if searched.rows < extent.rows - extent.without_key:
        sample = f" (a sample of {searched.rows:,} rows)"
    found = f"Keys: {'unique' if is_good else faults}{sample}."
    numbers = {"rows_without_key": extent.without_key, "duplicate_keys": searched.found}
    return Outcome(UNIQUE, is_good, found, True, searched.examples, numbers)


def judge_rows(rows: int, expected: int) -> Outcome:
    found = f"Rows loaded: {rows:,} of {expected:,}."
    numbers = {"rows": rows, "rows_expected": expected}
    return Outcome(COMPLETE, rows == expected, found, True, numbers=numbers)


def count_values(connection: Connection, table: Table, month: date) -> Counts:
    """Count the rows and the NULLs of a month in the warehouse."""
    names = [column.name for column in table.columns]
    values = ", ".join(f'count("{name}")' for name in names)
    rows, *found = connection.execute(
        f"SELECT count(*), {values} FROM {table.every} WHERE month = ?", [month]
    ).fetchall()[0]
    return Counts(month, rows, dict(zip(names, (rows - there for there in found), strict=True)))


def check_not_empty(table: Table, rows: int) -> Outcome:
    found = "Not empty." if rows else "Rows: none; at least 1 expected."
    name = HAS_RECORDS if table.is_of_records else HAS_ROWS
    return Outcome(name, rows > 0, found, table.is_of_records, numbers={"rows": rows})


def check_quarantine(connection: Connection, table: Table, month: date, rows: int) -> Outcome:
    """Check that nothing is in quarantine; what is there does not stop a month."""
    first = first_rows(
        connection,
        f"SELECT byte_offset, record_id, error FROM {table.every} "
        f"WHERE month = {literal(month)} ORDER BY byte_offset",
    )
    found = f"In quarantine: {rows:,}."
    return Outcome(UNREAD.name, not rows, found, examples=first, numbers={"in_quarantine": rows})


def check_before(table: Table, now: Counts, before: Counts) -> list[Outcome]:
    """Check a month against an earlier one, or itself as it was.

    Tolerances are for each month between them.
    """
    months = max(now.months_after(before), 1)
    return [
        *rows_as_before(table, now, before, months),
        nulls_as_before(table, now, before, months),
    ]


def rows_as_before(table: Table, now: Counts, before: Counts, months: int) -> Iterator[Outcome]:
    """Check the number of rows: a table of records must not lose many, none should jump."""
    share = min(table.row_tolerance * months, MOST)
    allowed = share * before.rows + NOISE * sqrt(before.rows)
    change = now.rows - before.rows
    numbers = {"rows": now.rows, "rows_before": before.rows, **change_in_percent(now, before)}
    if table.is_of_records:
        least = max(ceil(before.rows - allowed), 0)
        found = described_change("Records", now, before, f"at least {least:,} expected")
        yield Outcome(KEPT.name, change >= -allowed, found, True, numbers=numbers)
    found = described_change("Rows", now, before, f"expected ±{allowed:,.0f}")
    yield Outcome(ROWS_NEAR, abs(change) <= allowed, found, numbers=numbers)


def described_change(what: str, now: Counts, before: Counts, expected: str) -> str:
    """Return a number, the one before, and what was expected."""
    change = f"{now.rows - before.rows:+,}" if now.rows != before.rows else "unchanged"
    percent = (
        f", {now.rows / before.rows - 1:+.1%}" if now.rows != before.rows and before.rows else ""
    )
    return (
        f"{what}: {now.rows:,}, was {before.rows:,} in {dump_day(before.month)} "
        f"({change}{percent}; {expected})."
    )


def change_in_percent(now: Counts, before: Counts) -> dict[str, float]:
    if not before.rows:
        return {}
    return {"change_percent": round(100 * (now.rows / before.rows - 1), 3)}


def nulls_as_before(table: Table, now: Counts, before: Counts, months: int) -> Outcome:
    """Check the share of NULL in each column that both months have."""
    changed, highest = [], 0.0
    rows = min(now.rows, before.rows)
    both = {*now.nulls} & {*before.nulls} if rows else set()
    for column in (column for column in table.columns if column.name in both):
        shares = [one.nulls[column.name] / one.rows for one in (before, now)]
        highest = max(highest, abs(shares[1] - shares[0]))
        allowed = column.null_tolerance * months + NOISE / 2 / sqrt(rows)
        if abs(shares[1] - shares[0]) > allowed:
            changed.append(f"{column.name} {shares[0]:.1%} → {shares[1]:.1%}")
    found = f"Empty values: {', '.join(changed) or 'unchanged'} since {dump_day(before.month)}."
    numbers = {"highest_null_share_change_percent": round(100 * highest, 3)}
    return Outcome(NULLS_NEAR, not changed, found, numbers=numbers)


def not_compared(table: Table, why: str) -> list[Outcome]:
    """Return the comparisons with the month before where there is nothing to compare with."""
    names = COMPARED if table.is_of_records else (ROWS_NEAR, NULLS_NEAR)
    return [Outcome(name, True, f"Not compared: {why}.") for name in names]
