"""Row versions, held against what is found by looking at each row through all months."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

import duckdb
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from discogs_assets.tables.table import Column, Table, Type
from discogs_assets.warehouse import history
from discogs_assets.warehouse.history import (
    create_versions,
    delete_month,
    insert_month,
    is_valid,
    neighbours,
)
from discogs_assets.warehouse.sql import Connection
from discogs_assets_tests.support.examples import thorough

MONTHS = [date(2025, 11, 1), date(2025, 12, 1), date(2026, 1, 1), date(2026, 2, 1)]
NOVEMBER, DECEMBER, JANUARY, FEBRUARY = MONTHS

TRACK = Table(
    "track",
    "Tracks of discs.",
    ("disc", "sequence"),
    (
        Column("disc", Type.INTEGER, "The disc."),
        Column("sequence", Type.INTEGER, "Position."),
        Column("title", Type.TEXT, "Title."),
        Column("marks", Type.TEXT_LIST, "Marks."),
    ),
)

TEXT_TRACK = replace(
    TRACK,
    columns=(Column("disc", Type.UUID, "The disc, by a text."), *TRACK.columns[1:]),
    schema="other",
)

Row = tuple[int | str, int, str | None, tuple[str, ...] | None]
Month = frozenset[Row]
Version = tuple[int | str, int, str | None, tuple[str, ...] | None, date, date | None]


def rows_of(text: str) -> Month:
    """Return rows from `disc title title, disc title`; the titles stand in order, `-` for NULL."""
    found = []
    for disc in filter(None, text.split(",")):
        number, *titles = disc.split()
        for place, title in enumerate(titles, 1):
            found.append((int(number), place, None if title == "-" else title, None))
    return frozenset(found)


class Put:
    """Row versions in memory; months go in and out as they do in a warehouse."""

    def __init__(self, table: Table = TRACK) -> None:
        self.table = table
        self.connection: Connection = duckdb.connect()
        create_versions(self.connection, table)
        self.months: dict[date, Month] = {}

    def bring(self, month: date, rows: Month, knows_changed: bool = False) -> None:
        """Put a month in, in place of what it was; `knows_changed` names the discs that differ."""
        others = [one for one in self.months if one != month]
        near = neighbours(month, others)
        if month in self.months:
            delete_month(self.connection, self.table, month, near)
        self.connection.execute(
            f"CREATE OR REPLACE TEMP TABLE brought AS FROM {self.table.versions} LIMIT 0"
        )
        for row in rows:
            marks = list(row[3]) if row[3] is not None else None
            values = [*row[:3], marks, month, None]
            self.connection.execute("INSERT INTO temp.brought VALUES (?, ?, ?, ?, ?, ?)", values)
        among = "true"
        if knows_changed:
            discs = {row[0] for one in near.months for row in rows ^ self.months[one]}
            kind = self.table.column("disc").type.duckdb
            among = f"disc IN (SELECT unnest({sorted(discs)}::{kind}[]))"
        insert_month(self.connection, self.table, month, near, ["temp.brought"], among)
        self.months[month] = rows

    def versions(self) -> set[Version]:
        found = self.connection.execute(f"FROM {self.table.versions}").fetchall()
        versions = {
            (*row[:3], tuple(row[3]) if row[3] is not None else None, *row[4:]) for row in found
        }
        assert len(versions) == len(found)
        return versions

    def as_of(self, month: date) -> Month:
        sql = f"SELECT {TRACK.names} FROM {self.table.versions} WHERE {is_valid(month)}"
        found = self.connection.execute(sql).fetchall()
        return frozenset((*row[:3], tuple(row[3]) if row[3] is not None else None) for row in found)


def expected(months: Mapping[date, Month]) -> set[Version]:
    """Return the row versions of months, found row by row in order of time."""
    found: set[Version] = set()
    for row in frozenset[Row]().union(*months.values()):
        since: date | None = None
        for month in sorted(months):
            if row in months[month]:
                since = since or month
            elif since is not None:
                found.add((*row, since, month))
                since = None
        if since is not None:
            found.add((*row, since, None))
    return found


@pytest.mark.parametrize(
    ("brought", "versions"),
    [
        ([(JANUARY, "1 a")], {("a", JANUARY, None)}),
        ([(JANUARY, "1 a"), (FEBRUARY, "1 a")], {("a", JANUARY, None)}),
        (
            [(JANUARY, "1 a"), (FEBRUARY, "1 b")],
            {("a", JANUARY, FEBRUARY), ("b", FEBRUARY, None)},
        ),
        ([(JANUARY, "1 a"), (FEBRUARY, "")], {("a", JANUARY, FEBRUARY)}),
        (
            [(DECEMBER, "1 a"), (FEBRUARY, "1 a"), (JANUARY, "1 b")],
            {("a", DECEMBER, JANUARY), ("b", JANUARY, FEBRUARY), ("a", FEBRUARY, None)},
        ),
        (
            [(DECEMBER, "1 a"), (FEBRUARY, "1 a"), (JANUARY, "1 b"), (JANUARY, "1 a")],
            {("a", DECEMBER, None)},
        ),
        ([(FEBRUARY, "1 a"), (JANUARY, "1 a")], {("a", JANUARY, None)}),
        (
            [(DECEMBER, "1 a"), (FEBRUARY, "1 b"), (JANUARY, "1 b")],
            {("a", DECEMBER, JANUARY), ("b", JANUARY, None)},
        ),
        ([(JANUARY, "1 a"), (JANUARY, "1 b")], {("b", JANUARY, None)}),
        (
            [(JANUARY, "1 -"), (FEBRUARY, "1 -"), (FEBRUARY, "1 a")],
            {(None, JANUARY, FEBRUARY), ("a", FEBRUARY, None)},
        ),
    ],
)
@pytest.mark.parametrize("knows_changed", [False, True])
def test_a_row_is_there_once_with_its_months(
    brought: list[tuple[date, str]],
    versions: set[tuple[str | None, date, date | None]],
    knows_changed: bool,
) -> None:
    put = Put()
    for month, rows in brought:
        put.bring(month, rows_of(rows), knows_changed)
    assert {(title, since, to) for _, _, title, _, since, to in put.versions()} == versions


def of_ids(table: Table, rows: Month) -> Month:
    """Return rows with the discs named as the ids of a table are."""
    if table is TRACK:
        return rows
    names = {disc: f"{disc:0>8}-0000-4000-8000-000000000000" for disc, *_ in rows}
    return frozenset((names[disc], place, title, marks) for disc, place, title, marks in rows)


discs = st.integers(1, 4)
marks = st.none() | st.tuples(st.sampled_from("xy"))
titles = st.lists(st.tuples(st.sampled_from(["a", "b", None]), marks), max_size=3)
contents = st.dictionaries(discs, titles, max_size=4).map(
    lambda found: frozenset(
        (disc, place, title, marks)
        for disc, listed in found.items()
        for place, (title, marks) in enumerate(listed, 1)
    )
)
FIRST_IS_EMPTY = [
    (DECEMBER, rows_of(""), False),
    (JANUARY, rows_of("1 a"), False),
    (NOVEMBER, rows_of(""), True),
]
imports = st.lists(st.tuples(st.sampled_from(MONTHS), contents, st.booleans()), max_size=7)


@pytest.mark.slow
@given(imports, st.sampled_from([2, 1_000_000]))
@example(
    [
        (DECEMBER, rows_of(""), False),
        (JANUARY, rows_of("1 a"), False),
        (NOVEMBER, rows_of(""), True),
    ],
    2,
)
@thorough
@pytest.mark.parametrize("table", [TRACK, TEXT_TRACK], ids=["numbers", "texts"])
def test_any_order_of_months_gives_the_same_versions(
    table: Table, imports: Sequence[tuple[date, Month, bool]], at_once: int
) -> None:
    put = Put(table)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(history, "ROWS", at_once)
        patch.setattr(history, "HASHED_ROWS", at_once)
        for month, rows, knows_changed in imports:
            put.bring(month, of_ids(table, rows), knows_changed)
            assert put.versions() == expected(put.months)
    for month, rows in put.months.items():
        assert put.as_of(month) == rows
