"""Search a table for keys that occur more than once, some rows at a time."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from discogs_assets.tables import Table, Type
from discogs_assets.warehouse_file import Connection, scalar

EXAMPLES = 5

PART_ROWS = 1_000_000
"""About how many keys are grouped at once, so that they fit into memory."""

SAMPLES, SAMPLE_ROWS = 8, 50_000
"""In how many places a large table is sampled, and about how many rows of each."""

WIDEST_BITS = 1 << 28
"""The widest range of ids that a bit each is kept for: 32 MB."""


@dataclass(frozen=True)
class Searched:
    """What a search found: how many keys repeat, some of them, and in how many rows it looked.

    `rows` None means in all.
    """

    found: int
    examples: Sequence[Mapping[str, object]]
    rows: int | None


@dataclass(frozen=True)
class Extent:
    """How many rows a table has, and from which to which owner."""

    rows: int
    low: int
    high: int

    def ranges(self, rows: int) -> Iterator[tuple[int, int]]:
        """Yield ranges of owners, from one up to before the other, with about so many rows each."""
        parts = -(-self.rows // rows) or 1
        width = self.high - self.low + 1
        edges = [self.low + width * part // parts for part in range(parts + 1)]
        yield from zip(edges, edges[1:], strict=False)


def search_repeats(connection: Connection, table: Table, source: str, *, is_full: bool) -> Searched:
    """Return which keys repeat in a table; `source` is what its rows are selected from.

    Unless `is_full` a large table is searched in samples, but for keys that are one number: of
    those a bit each tells.
    """
    key = ", ".join(f'"{name}"' for name in table.key)
    repeated = (
        f"SELECT {key}, count(*) AS rows FROM {source} WHERE %s GROUP BY {key} HAVING rows > 1"
    )
    owner = table.column(table.owner)
    if owner.type is not Type.INTEGER or owner.name in table.null_in_key:
        return search_hashed(connection, repeated, source, key, is_full=is_full)
    extent = extent_of(connection, table, source)
    if is_number_unique(connection, table, source, extent):
        return Searched(0, (), None)
    if is_full or len(table.key) == 1 or extent.rows <= SAMPLES * SAMPLE_ROWS:
        ranges = [*extent.ranges(PART_ROWS)]
        return search(connection, repeated, [between(owner.name, *one) for one in ranges])
    ranges = [*extent.ranges(SAMPLE_ROWS)]
    sampled = ranges[:: -(-len(ranges) // SAMPLES)]
    conditions = [between(owner.name, *one) for one in sampled]
    among = f"SELECT count(*) FROM {source} WHERE {' OR '.join(conditions)}"
    return search(connection, repeated, conditions, scalar(connection, among))


def extent_of(connection: Connection, table: Table, source: str) -> Extent:
    """Return how far a table extends; of an empty one from 0 to 0."""
    query = f'SELECT count(*), min("{table.owner}"), max("{table.owner}") FROM {source}'
    rows, low, high = connection.execute(query).fetchall()[0]
    return Extent(rows, low or 0, high or 0)


def is_number_unique(connection: Connection, table: Table, source: str, extent: Extent) -> bool:
    """Whether a bit for each number tells that a key of one number never repeats."""
    if len(table.key) > 1 or not extent.rows or extent.high - extent.low >= WIDEST_BITS:
        return False
    bits = f'bitstring_agg("{table.owner}", {extent.low}, {extent.high})'
    different = scalar(connection, f"SELECT bit_count({bits}) FROM {source}")
    return bool(different == extent.rows)


def between(column: str, low: int, high: int) -> str:
    return f'"{column}" >= {low} AND "{column}" < {high}'


def search_hashed(
    connection: Connection, repeated: str, source: str, key: str, *, is_full: bool
) -> Searched:
    """Search keys of any kind in parts by their hash: in the first part alone unless `is_full`."""
    rows = scalar(connection, f"SELECT count(*) FROM {source}")
    parts = -(-rows // PART_ROWS) or 1
    conditions = [f"hash({key}) % {parts} = {part}" for part in range(parts)]
    if is_full or parts == 1:
        return search(connection, repeated, conditions)
    return search(connection, repeated, conditions[:1], rows // parts)


def search(
    connection: Connection, repeated: str, parts: Sequence[str], rows: int | None = None
) -> Searched:
    """Return what a query of repeated keys finds, part by part."""
    count, examples = 0, list[Mapping[str, object]]()
    for part in parts:
        query = repeated % part
        if found := scalar(connection, f"SELECT count(*) FROM ({query})"):
            count += found
            examples += first_rows(connection, f"{query} ORDER BY ALL")
    return Searched(count, examples[:EXAMPLES], rows)


def first_rows(connection: Connection, query: str) -> list[dict[str, object]]:
    """Return the first few rows that a query gives."""
    rows: list[dict[str, object]] = (
        connection.execute(f"FROM ({query}) LIMIT {EXAMPLES}").to_arrow_table().to_pylist()
    )
    return rows
