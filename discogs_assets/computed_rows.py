"""Put computed rows into a month, range by range of the records that they belong to.

How rows are computed is for `derived`, how versions are kept for `history`.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from discogs_assets.history import ALL, Around, insert, is_valid, put_part, versions
from discogs_assets.id_ranges import id_ranges
from discogs_assets.tables import Table
from discogs_assets.warehouse_file import Connection, literal, scalar

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
    near: Around,
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
    connection: Connection, table: Table, month: date, near: Around, compared: Compared
) -> int:
    """Make versions of what was computed; return how many other rows the month has."""
    others = 0 if compared.among == ALL else count_before(connection, table, near)
    for part in iter_parts(connection, table, near, compared):
        if compared.among != ALL:
            others -= count_before(connection, table, near, part)
        put_part(connection, table, month, near, COMPUTED, part)
    return others


def count_before(connection: Connection, table: Table, near: Around, part: str = ALL) -> int:
    """Return how many rows of the month before meet a condition."""
    if near.before is None:
        return 0
    was = f"{versions(table)} WHERE {is_valid(near.before)}"
    return int(scalar(connection, f"SELECT count(*) FROM {was} AND {part}"))


def iter_parts(
    connection: Connection, table: Table, near: Around, compared: Compared
) -> Iterator[str]:
    """Yield conditions that part the rows, new and old, by their records."""
    if not compared.owner:
        yield f"({compared.among})"
        return
    old = [f"{versions(table)} WHERE {is_valid(one)}" for one in near.months]
    ids = [f"SELECT {compared.owner} AS id FROM {rows}" for rows in (COMPUTED, *old)]
    for first, last in id_ranges(connection, ids):
        among = compared.among.replace("$first", str(first)).replace("$last", str(last))
        yield f"({among}) AND {compared.owner} BETWEEN {first} AND {last}"
