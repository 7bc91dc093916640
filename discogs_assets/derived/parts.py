"""In which parts a month of a table is computed, so that each fits into memory.

What is computed is for `tables` and `findings/parts`, where it goes for `warehouse/replace`.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date

import duckdb

from discogs_assets.display.progress import UNSEEN, Parts
from discogs_assets.errors import WarehouseError
from discogs_assets.warehouse.errors import too_little_memory
from discogs_assets.warehouse.history import ALL, Neighbours
from discogs_assets.warehouse.id_ranges import ROWS, Range, id_ranges
from discogs_assets.warehouse.sql import SCHEMA, Connection, literal, scalar

EVERY_ID = (-(2**31), 2**31 - 1)
"""All that a 32-bit integer can be."""

AND_IN_RANGE = re.compile(r"\s+AND [\w.]+ BETWEEN \$first AND \$last")

Insert = Callable[[str], int]
"""Adds the rows of a query to the table and returns how many those are."""

COMPUTED = 0.8
"""How much of the computing of a table its parts are, and what becomes of their rows."""


@dataclass(frozen=True, slots=True)
class Part:
    """A query for some of the rows of a computed table, or for those of a temporary one, `into`.

    In the query `$month` stands for the month and `$before` for the one before. It gives what
    belongs to ids from `$first` to `$last`, and is run for one range after another: `ids` are
    queries of the ids that rows have, in all tables where there may be many. Without `ids` it
    is run once.
    """

    name: str
    query: str
    ids: tuple[str, ...] = ()
    into: str = ""
    rows: int = ROWS


@dataclass(frozen=True, slots=True)
class Plan:
    """The parts of a month of a table, one after another.

    They give the rows that meet `among`, as `Compared` has it: all others are those of the month
    before. `temporary` has the columns of tables that parts write `into`.
    """

    parts: tuple[Part, ...]
    among: str = ALL
    temporary: Mapping[str, str] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """All that makes the rows what they are."""
        return "\n".join((self.among, *(f"{one.into} {one.query}" for one in self.parts)))


def ids_of(table: str, column: str, condition: str = "") -> str:
    """Return the query of the ids in a column of a month of a table."""
    more = f" AND {condition}" if condition else ""
    return f"SELECT {column} AS id FROM {SCHEMA}.{table} WHERE month = $month{more}"


def unranged(query: str) -> str:
    """Return a query without its ranges of ids: what it gives of all."""
    return AND_IN_RANGE.sub("", query)


def filled(query: str, month: date, before: date | None = None, ids: Range = EVERY_ID) -> str:
    """Return a query with the month, the one before and the range of ids in their places."""
    for name, value in {
        "$month": literal(month),
        "$before": literal(before) if before else "NULL::DATE",
        "$first": str(ids[0]),
        "$last": str(ids[1]),
    }.items():
        query = query.replace(name, value)
    return query


def run_plan(
    connection: Connection,
    plan: Plan,
    table: str,
    month: date,
    near: Neighbours,
    insert: Insert,
    parts: Parts = UNSEEN,
) -> None:
    """Compute all parts; WarehouseError says which of them failed.

    The temporary tables have to be there.
    """
    # Several parts go by the ids of the same table.
    known: dict[tuple[tuple[str, ...], int], list[Range]] = {}
    for part in plan.parts:
        where, key = f"{table} {month:%Y-%m}: {part.name}", (part.ids, part.rows)
        with named(where):
            ranges = known.setdefault(
                key, known.get(key) or ranges_of(connection, part, month, near)
            )
        for ids in ranges:
            query = filled(part.query, month, near.before, ids)
            name = f", ids {ids[0]:,} to {ids[1]:,}" if part.ids else ""
            weight = COMPUTED / len(plan.parts) / len(ranges)
            with parts.part(part.name, weight), named(where + name):
                if part.into:
                    scalar(connection, f"INSERT INTO temp.{part.into} {query}")
                else:
                    insert(query)


def ranges_of(connection: Connection, part: Part, month: date, near: Neighbours) -> list[Range]:
    """Return the ranges of ids that a part is computed in."""
    if not part.ids:
        return [EVERY_ID]
    return id_ranges(connection, [filled(ids, month, near.before) for ids in part.ids], part.rows)


@contextmanager
def temporary_tables(connection: Connection, tables: Mapping[str, str]) -> Iterator[None]:
    """Have temporary tables for a while, around any transaction."""
    for name, columns in tables.items():
        connection.execute(f"CREATE OR REPLACE TEMP TABLE {name} ({columns})")
    try:
        yield
    finally:
        for name in tables:
            connection.execute(f"DROP TABLE temp.{name}")


@contextmanager
def named(where: str) -> Iterator[None]:
    """Say which part fails; what the file or its disk are to blame for says so itself."""
    try:
        yield
    except duckdb.OutOfMemoryException as error:
        raise too_little_memory(where, error) from error
    except (duckdb.IOException, duckdb.TransactionException, duckdb.InterruptException):
        raise
    except duckdb.Error as error:
        raise WarehouseError(f"{where}: its query failed: {error}; please report it") from error
