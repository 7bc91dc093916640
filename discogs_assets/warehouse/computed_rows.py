"""Put computed rows into a month, range by range of the records that they belong to.

How rows are computed is for `derived`, how versions are kept for `history`.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from discogs_assets.tables.table import Table
from discogs_assets.warehouse.history import ALL, Neighbours, insert, is_valid, put_new
from discogs_assets.warehouse.id_ranges import id_ranges
from discogs_assets.warehouse.scratch_rows import scratch_rows
from discogs_assets.warehouse.sql import Connection, literal, scalar

COMPUTED = "temp.computed"

Give = Callable[[Callable[[str], int]], None]
"""Calls what it is given with each query of computed rows; that returns how many rows it gave."""


@dataclass(frozen=True, slots=True)
class Compared:
    """What computed rows are compared with.

    `owner` is SQL for the record that a row belongs to: rows are compared in ranges of it, or all
    at once without. Rows that do not meet `among` are not computed: they are those of the month
    before. `$first` and `$last` stand for the range there.
    """

    owner: str = ""
    among: str = ALL


EVERYTHING = Compared()


def put_computed(
    connection: Connection,
    table: Table,
    month: date,
    near: Neighbours,
    give: Give,
    compared: Compared,
) -> int:
    """Put computed rows into a month that is not there; return how many rows it should have."""
    if not near.months:
        first = f"SELECT {table.names}, {literal(month)}, NULL FROM"
        return given(give, lambda query: insert(connection, table, f"{first} ({query})"))
    columns = ", ".join(f'"{name}" {kind}' for name, kind in table.duckdb_columns.items())
    connection.execute(f"CREATE OR REPLACE TEMP TABLE computed ({columns})")
    into = f"INSERT INTO {COMPUTED} ({table.names}) SELECT {table.names} FROM"
    rows = given(give, lambda query: int(scalar(connection, f"{into} ({query})")))
    rows += merge(connection, table, month, near, compared)
    connection.execute(f"DROP TABLE {COMPUTED}")
    return rows


def given(give: Give, insert_query: Callable[[str], int]) -> int:
    """Return how many rows all queries gave."""
    counts: list[int] = []

    def count(query: str) -> int:
        counts.append(insert_query(query))
        return counts[-1]

    give(count)
    return sum(counts)


def merge(
    connection: Connection, table: Table, month: date, near: Neighbours, compared: Compared
) -> int:
    """Make versions of what was computed; return how many other rows the month has."""
    is_partial = compared.among != ALL and near.before is not None
    unchanged = count_before(connection, table, near) if is_partial else 0
    for ids, among in iter_parts(connection, table, near, compared):
        was = is_valid(near.before) if near.before else "false"
        old = f"SELECT rowid AS row, valid_to, {table.names} FROM {table.versions} WHERE {was}"
        new = f"SELECT {table.names} FROM {COMPUTED} WHERE {ids}"
        with scratch_rows(connection, old=f"{old} AND {ids} AND {among}", new=new):
            if is_partial:
                unchanged -= int(scalar(connection, "SELECT count(*) FROM temp.old"))
            put_new(connection, table, month, near, f"{ids} AND {among}")
    return unchanged


def count_before(connection: Connection, table: Table, near: Neighbours) -> int:
    """Return how many rows the month before has."""
    assert near.before is not None
    was = is_valid(near.before)
    return int(scalar(connection, f"SELECT count(*) FROM {table.versions} WHERE {was}"))


def iter_parts(
    connection: Connection, table: Table, near: Neighbours, compared: Compared
) -> Iterator[tuple[str, str]]:
    """Yield conditions that part the rows by their records, and of those among them that count."""
    if not compared.owner:
        yield ALL, f"({compared.among})"
        return
    old = [f"{table.versions} WHERE {is_valid(one)}" for one in near.months]
    ids = [f"SELECT {compared.owner} AS id FROM {rows}" for rows in (COMPUTED, *old)]
    for first, last in id_ranges(connection, ids):
        among = compared.among.replace("$first", str(first)).replace("$last", str(last))
        yield f"{compared.owner} BETWEEN {first} AND {last}", f"({among})"
