"""Search a table for keys that occur more than once, some rows at a time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from discogs_assets.tables.table import Table, Type
from discogs_assets.warehouse.id_ranges import ROWS, Range, id_ranges
from discogs_assets.warehouse.sql import Connection, hashed_parts, scalar

EXAMPLES = 5

SAMPLES, SAMPLE_ROWS = 5, 25_000
"""In how many places a large table is sampled, and about how many rows of each."""

NUMBERS = {Type.INTEGER, Type.BIGINT}

WIDEST_BITS = 1 << 28
"""The widest range of ids that a bit each is kept for: 32 MB."""


@dataclass(frozen=True)
class Searched:
    """What a search found: how many keys repeat, some of them, and in how many rows it looked."""

    found: int
    examples: Sequence[Mapping[str, object]]
    rows: int


@dataclass(frozen=True)
class Extent:
    """How many rows a table has, how many without a key, and from which to which owner."""

    rows: int
    without_key: int
    low: int
    high: int


def owner_of(table: Table) -> str:
    """Return the SQL of the number that tells the record of a row; "" when no column does."""
    owner = table.column(table.owner)
    is_number = owner.type in NUMBERS and owner.name not in table.null_in_key
    return f'"{owner.name}"' if is_number else ""


def extent_of(connection: Connection, table: Table, source: str, owner: str) -> Extent:
    """Return how far the rows of a source extend; those without numbers from 0 to 0."""
    is_null = " OR ".join(f'"{name}" IS NULL' for name in table.never_null) or "false"
    ends = f"min({owner}), max({owner})" if owner else "0, 0"
    query = f"SELECT count(*), count(*) FILTER ({is_null}), {ends} FROM {source}"
    rows, nulls, low, high = connection.execute(query).fetchall()[0]
    return Extent(rows, nulls, low or 0, high or 0)


def search_repeats(
    connection: Connection, table: Table, source: str, extent: Extent, owner: str, *, is_full: bool
) -> Searched:
    """Return which keys repeat in a table; `source` is what its rows are selected from.

    Unless `is_full` a large table is searched in samples, but for keys that are one number: of
    those a bit each tells. `owner` is as in `owner_of`: without one all rows are searched.
    """
    is_one_number = owner == key_of(table)
    if is_one_number and is_number_unique(connection, source, extent, owner):
        return Searched(0, (), extent.rows)
    if not owner:
        parts = hashed_parts(key_of(table), extent.rows, ROWS)
        return search(connection, table, source, parts)
    is_whole = is_full or is_one_number or extent.rows <= SAMPLES * SAMPLE_ROWS
    ids = f"SELECT {owner} AS id FROM {source}"
    ranges = id_ranges(connection, [ids]) if is_whole else sample_ranges(extent)
    parts = [f"{owner} BETWEEN {first} AND {last}" for first, last in ranges]
    return search(connection, table, source, parts)


def sample_ranges(extent: Extent) -> Sequence[Range]:
    """Return ranges of owners to sample, as if rows were spread evenly.

    To count them as `id_ranges` does would cost 6 % of a load.
    """
    parts = extent.rows // SAMPLE_ROWS
    width = extent.high - extent.low + 1
    edges = [extent.low + width * part // parts for part in range(parts + 1)]
    every = [(first, end - 1) for first, end in pairwise(edges)]
    return every[:: -(-len(every) // SAMPLES)]


def is_number_unique(connection: Connection, source: str, extent: Extent, number: str) -> bool:
    """Whether a bit for each number tells that a key of one number never repeats."""
    if not extent.rows or extent.high - extent.low >= WIDEST_BITS:
        return False
    bits = f"bitstring_agg({number}, {extent.low}, {extent.high})"
    different = scalar(connection, f"SELECT bit_count({bits}) FROM {source}")
    return bool(different == extent.rows)


def key_of(table: Table) -> str:
    return ", ".join(f'"{name}"' for name in table.key)


def search(connection: Connection, table: Table, source: str, parts: Sequence[str]) -> Searched:
    """Return which keys repeat among the rows that meet each of some conditions."""
    repeats, rows, examples = 0, 0, list[Mapping[str, object]]()
    key = key_of(table)
    for part in parts:
        counted = f"SELECT {key}, count(*) AS rows FROM {source} WHERE {part} GROUP BY {key}"
        query = f"SELECT count(*) FILTER (rows > 1), coalesce(sum(rows), 0) FROM ({counted})"
        repeated, searched = connection.execute(query).fetchall()[0]
        if repeated:
            examples += first_rows(connection, f"{counted} HAVING rows > 1 ORDER BY ALL")
        repeats, rows = repeats + repeated, rows + searched
    return Searched(repeats, examples[:EXAMPLES], int(rows))


def first_rows(connection: Connection, query: str) -> list[dict[str, object]]:
    """Return the first few rows that a query gives."""
    rows: list[dict[str, object]] = (
        connection.execute(f"FROM ({query}) LIMIT {EXAMPLES}").to_arrow_table().to_pylist()
    )
    return rows
