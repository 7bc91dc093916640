"""One record before and after, field by field, from the lake."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import SequenceMatcher
from typing import Literal

from discogs_assets.display.text import dump_day, readable
from discogs_assets.errors import LakeError
from discogs_assets.sources.dumps.dump_type import DumpType
from discogs_assets.storage.lake import Lake
from discogs_assets.storage.lake_rows import rows_of_record
from discogs_assets.tables.table import Table

Row = Mapping[str, object]
Rows = Sequence[Row]

COUNTED = ("sequence",)
"""Where a row stands is told by where it is shown."""


@dataclass(frozen=True)
class Difference:
    """What differs: a column, or a row of a list, which stands on one side only."""

    where: str
    before: str
    after: str


def record_differences(
    lake: Lake, dump_type: DumpType, record_id: int, months: tuple[date, date]
) -> list[Difference]:
    """Return what differs of a record between two months, in the order of the tables.

    Of a record that is in one of them only it is everything. Raises LakeError when it is in
    neither.
    """
    differences: list[Difference] = []
    is_there = False
    for table in dump_type.content_tables:
        before, after = (rows_of(lake, table, record_id, month) for month in months)
        is_there = is_there or bool(before or after)
        if table.is_of_records:
            differences += field_differences(
                table.name, *(rows[0] if rows else {} for rows in (before, after))
            )
        else:
            differences += list_differences(table, before, after)
    if not is_there:
        raise LakeError(
            f"{dump_type.record} {record_id} is in neither of the months compared, "
            f"{dump_day(months[0])} and {dump_day(months[1])}; discogs-assets changes --type "
            f"{dump_type.name} names some that changed"
        )
    return differences


def months_in_quarantine(
    lake: Lake, dump_type: DumpType, record_id: int, months: Iterable[date]
) -> list[date]:
    """Return those of some months in which a record could not be read, not even once."""
    unread = []
    for month in months:
        manifest = lake.readable_manifest(dump_type.name, month)
        rows = rows_of_record(lake, manifest, dump_type.quarantine, "record_id", record_id)
        if rows.num_rows and not rows_of(lake, dump_type.record_table, record_id, month):
            unread.append(month)
    return unread


def rows_of(lake: Lake, table: Table, record_id: int, month: date) -> Rows:
    """Return a record's rows of a table, in the order of their key."""
    manifest = lake.readable_manifest(lake.group_of(table.name), month)
    rows = rows_of_record(lake, manifest, table, table.owner, record_id)
    shown = rows.drop_columns([table.owner]) if table.owner != "id" else rows
    by: list[tuple[str, Literal["ascending", "descending"]]]
    by = [(name, "ascending") for name in table.key[1:] or ("id",)]
    found: list[Row] = shown.sort_by(by).to_pylist()
    return found


def field_differences(where: str, before: Row, after: Row) -> Iterator[Difference]:
    """Yield the columns of a row that differ."""
    for name in {**before, **after}:
        old, new = before.get(name), after.get(name)
        if old != new:
            shown = readable(old), readable(new)
            # Texts that differ in blanks only, such as line ends, look the same.
            shown = shown if shown[0] != shown[1] else (repr(old), repr(new))
            yield Difference(f"{where}.{name}", *shown)


def list_differences(table: Table, before: Rows, after: Rows) -> Iterator[Difference]:
    """Yield the rows that came, went or differ; where one stands in the list is no difference."""
    old, new = ([content(row) for row in rows] for rows in (before, after))
    matcher = SequenceMatcher(None, [*map(repr, old)], [*map(repr, new)], autojunk=False)
    for tag, first, last, start, end in matcher.get_opcodes():
        if tag == "replace" and last - first == end - start:
            for left, right in zip(range(first, last), range(start, end), strict=True):
                yield from field_differences(place(table, after[right]), old[left], new[right])
        elif tag != "equal":
            for row in before[first:last]:
                yield Difference(place(table, row), row_text(content(row)), "")
            for row in after[start:end]:
                yield Difference(place(table, row), "", row_text(content(row)))


def content(row: Row) -> Row:
    return {name: value for name, value in row.items() if name not in COUNTED}


def place(table: Table, row: Row) -> str:
    """Return a table and where in it a row stands, such as `release_track 3`."""
    return f"{table.name} {row['sequence']}"


def row_text(row: Row) -> str:
    """Return a row in one line, without what it does not have."""
    shown = {name: readable(value) for name, value in row.items() if value is not None}
    return ", ".join(f"{name}: {value}" for name, value in shown.items()) or "(empty)"
