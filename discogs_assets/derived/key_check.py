"""Check the key of computed rows: a GROUP BY or DISTINCT made it, so a sample tells of a fault."""

from collections.abc import Iterator
from datetime import date

from discogs_assets.audit import first_rows
from discogs_assets.derived.tables import Derived
from discogs_assets.history import ALL
from discogs_assets.id_ranges import id_ranges
from discogs_assets.outcome import Outcome
from discogs_assets.warehouse_file import SCHEMA, Connection, literal, scalar

SAMPLES, SAMPLE_ROWS = 4, 50_000
"""In how many places a table is sampled, and about how many rows of each."""


def check_computed_key(
    connection: Connection, derived: Derived, month: date, *, verify: bool
) -> Outcome:
    """Check that the key of computed rows is never NULL and, in samples, that it is unique.

    With `verify` all rows are looked at, range by range of their records.
    """
    table = derived.table
    rows = f'FROM {SCHEMA}."{table.name}" WHERE month = {literal(month)}'
    is_null = " OR ".join(f'"{name}" IS NULL' for name in table.never_null) or "false"
    nulls = scalar(connection, f"SELECT count(*) {rows} AND ({is_null})")
    key = ", ".join(f'"{name}"' for name in table.key)
    count, examples = 0, list[dict[str, object]]()
    for part in iter_samples(connection, derived, rows, verify=verify):
        repeated = (
            f"SELECT {key}, count(*) AS rows {rows} AND {part} GROUP BY {key} HAVING count(*) > 1"
        )
        if some := scalar(connection, f"SELECT count(*) FROM ({repeated})"):
            count += some
            examples = examples or first_rows(connection, f"{repeated} ORDER BY ALL")
    found = f"{nulls:,} rows without a key, {count:,} keys more than once"
    numbers = {"rows without a key": nulls, "duplicate keys": count}
    return Outcome("key_is_unique", not nulls and not count, found, True, examples, numbers)


def iter_samples(
    connection: Connection, derived: Derived, rows: str, *, verify: bool
) -> Iterator[str]:
    """Yield the conditions of the rows to look at, all of a record in the same one."""
    if not derived.owner:
        yield ALL
        return
    ids = [f"SELECT {derived.owner} AS id {rows}"]
    ranges = id_ranges(connection, ids, SAMPLE_ROWS if not verify else 10 * SAMPLE_ROWS)
    step = 1 if verify else -(-len(ranges) // SAMPLES) or 1
    for first, last in ranges[::step]:
        yield f"{derived.owner} BETWEEN {first} AND {last}"
