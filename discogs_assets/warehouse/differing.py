"""Which records differ between two sides, two months or two files, by the hashes of their bytes."""

from collections.abc import Sequence

from discogs_assets.tables.table import Table, Type
from discogs_assets.warehouse.history import ALL
from discogs_assets.warehouse.id_ranges import id_ranges
from discogs_assets.warehouse.sql import Connection, hashed_parts, scalar

HASH = "record_hash"
"""The column of a table of records with the hash of a record's bytes."""

RECORDS, HASHED_RECORDS = 500_000, 20_000_000
"""About how many records have their hashes compared at once.

Fewer parts of more records where ids are no numbers of 32 bits, as each part reads all of them:
DuckDB writes to disk what does not fit into memory.
"""


def side_of(record: Table, rows: str) -> str:
    """Return what `id` and hash of the rows of a table of records are selected from."""
    return f'(SELECT "{record.owner}" AS id, {HASH} FROM {rows})'


def differing_records(connection: Connection, record: Table, old: str, new: str) -> list[str]:
    """Return queries that together give the records whose bytes are other, new or gone.

    Each gives `id`, `hash_before` and `hash_after`, NULL where a side lacks the record. A side
    gives `id` and hash, once a record.
    """
    return [differing(old, new, part) for part in id_parts(connection, record, (old, new))]


def differing(old: str, new: str, part: str = ALL) -> str:
    before, after = (f"(SELECT id, {HASH} FROM {side} WHERE {part})" for side in (old, new))
    return (
        f"SELECT id, old.{HASH} AS hash_before, new.{HASH} AS hash_after "
        f"FROM {before} AS old FULL JOIN {after} AS new USING (id) "
        f"WHERE old.{HASH} IS DISTINCT FROM new.{HASH}"
    )


def id_parts(connection: Connection, record: Table, sides: Sequence[str]) -> list[str]:
    """Return conditions on `id` that part the records of all sides."""
    ids = [f"SELECT id FROM {side}" for side in sides]
    if record.column(record.owner).type is Type.INTEGER:
        ranges = id_ranges(connection, ids, RECORDS)
        return [f"id BETWEEN {first} AND {last}" for first, last in ranges]
    rows = int(scalar(connection, f"SELECT count(*) FROM ({' UNION ALL '.join(ids)})"))
    return hashed_parts("id", rows, HASHED_RECORDS)
