"""Cut ids into ranges, so that what is done in one of them fits into memory."""

from collections.abc import Iterable, Sequence

from discogs_assets.warehouse.sql import Connection

ROWS = 1_000_000
"""About how many rows a range has, of all tables that are read in it."""
BLOCK_BITS = 12
"""Ranges begin at multiples of 2 to this power: so many ids are never cut in two."""

Range = tuple[int, int]
"""The first and the last id."""


def id_ranges(connection: Connection, ids: Iterable[str], rows: int = ROWS) -> list[Range]:
    """Return ranges of the ids that queries give, each with about so many of them.

    Only what a block of ids has more than that is too many. NULL is in no range.
    """
    every = " UNION ALL ".join(f"SELECT id FROM ({query})" for query in ids)
    blocks = connection.execute(
        f"SELECT id >> {BLOCK_BITS} AS block, count(*) FROM ({every}) WHERE id IS NOT NULL "
        "GROUP BY block ORDER BY block"
    ).fetchall()
    return ranges_of(blocks, rows)


def ranges_of(blocks: Sequence[tuple[int, int]], rows: int) -> list[Range]:
    """Return the ranges of blocks, given with their numbers of rows in order."""
    ranges: list[Range] = []
    counted = rows
    for block, count in blocks:
        first, last = block << BLOCK_BITS, ((block + 1) << BLOCK_BITS) - 1
        if counted + count > rows:
            ranges.append((first, last))
            counted = count
        else:
            ranges[-1] = (ranges[-1][0], last)
            counted += count
    return ranges
