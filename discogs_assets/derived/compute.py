"""Compute a month of a table from others in the warehouse, unless it fails its checks."""

from collections.abc import Iterator, Mapping
from datetime import date

from discogs_assets.audit import (
    check_before,
    check_key,
    check_not_empty,
    check_rows,
    check_types,
    count_values,
    not_compared,
)
from discogs_assets.derived.tables import Derived
from discogs_assets.errors import WarehouseError
from discogs_assets.outcome import Outcome, Outcomes, refuse_failed
from discogs_assets.warehouse import Import, Loaded, loaded_months, of_month, replace_from_query
from discogs_assets.warehouse_file import Connection

LoadedMonths = Mapping[tuple[str, date], Loaded]


def inputs(derived: Derived, month: date, loaded: LoadedMonths) -> list[Loaded]:
    """Return the months of the tables it reads; WarehouseError when one is not loaded."""
    missing = [name for name in derived.reads if (name, month) not in loaded]
    if missing:
        raise WarehouseError(
            f"{derived.name} {month:%Y-%m}: expected {', '.join(missing)} in the warehouse, "
            "found them not loaded; import that month first"
        )
    return [loaded[name, month] for name in derived.reads]


def import_of(derived: Derived, month: date, loaded: LoadedMonths) -> Import:
    """Return what a computed month would be called: by what it is computed from."""
    read = inputs(derived, month, loaded)
    source = " ".join(sorted({table.source for table in read}))
    return Import(month, source, all(table.is_full for table in read))


def compute(connection: Connection, derived: Derived, what: Import) -> Outcomes:
    """Replace a month of a computed table and return what its checks found.

    CheckError undoes it.
    """
    where = f"{derived.name} {what.month:%Y-%m}"
    files = ", ".join(path.name for path in derived.files)
    advice = f"this is a fault of its query, {files}: please report it"
    found = {derived.name: [check_result_types(connection, derived, what.month)]}
    refuse_failed(where, found, advice)

    def audit(rows: int) -> None:
        found[derived.name] += check_computed(connection, derived, what, rows)
        refuse_failed(where, found, advice)

    replace_from_query(connection, what, derived.table, derived.query, audit)
    return found


def check_result_types(connection: Connection, derived: Derived, month: date) -> Outcome:
    """Check the types that the query gives."""
    described = connection.execute(f"DESCRIBE {of_month(derived.query, month)}").fetchall()
    return check_types(derived.table.duckdb_columns, {row[0]: row[1] for row in described})


def check_computed(
    connection: Connection, derived: Derived, what: Import, rows: int
) -> Iterator[Outcome]:
    """Yield what the checks find in the computed rows."""
    table = derived.table
    yield check_key(connection, table, what.month)
    yield check_rows(connection, table, what.month, rows)
    if not table.may_be_empty:
        yield check_not_empty(table, rows)
    if not what.is_full:
        yield from not_compared(table, "computed from a part of the month")
        return
    earlier = [
        one.month
        for one in loaded_months(connection).values()
        if one.table == table.name and one.is_full and one.month < what.month
    ]
    if not earlier:
        yield from not_compared(table, "there is no earlier month in the warehouse")
        return
    now = count_values(connection, table, what.month)
    yield from check_before(table, now, count_values(connection, table, max(earlier)))
