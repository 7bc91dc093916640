"""Compute a month of a table from others in the warehouse, unless it fails its checks."""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from datetime import date

from discogs_assets.derived.parts import (
    Insert,
    Plan,
    filled,
    run_plan,
    temporary_tables,
)
from discogs_assets.derived.tables import Derived
from discogs_assets.display.progress import UNSEEN, Parts
from discogs_assets.errors import WarehouseError
from discogs_assets.tables.names import discogs
from discogs_assets.tables.outcome import Outcome, Outcomes, raise_on_blocking
from discogs_assets.warehouse.checks import (
    check_before,
    check_not_empty,
    check_rows,
    check_types,
    count_values,
    not_compared,
)
from discogs_assets.warehouse.computed_rows import Compared
from discogs_assets.warehouse.loaded import (
    Loaded,
    LoadedMonths,
    Provenance,
    loaded_months,
)
from discogs_assets.warehouse.replace import replace_computed
from discogs_assets.warehouse.sql import Connection

CHECKED, COMMITTED, DESCRIBED = 0.05, 0.1, 0.05
"""How much of the computing of a table are its checks, the commit, and what the UI shows; `parts`
has the rest of 1."""


def inputs(derived: Derived, month: date, loaded: LoadedMonths) -> list[Loaded]:
    """Return the months of the tables it reads; WarehouseError when one is not loaded."""
    if missing := missing_inputs(derived, month, loaded):
        raise WarehouseError(
            f"{derived.name} {month:%Y-%m}: expected {', '.join(missing)} in the warehouse, "
            "found them not loaded; import that month first"
        )
    return [loaded[discogs(name), month] for name in derived.reads]


def missing_inputs(derived: Derived, month: date, loaded: LoadedMonths) -> list[str]:
    """Return the tables it reads of which the month is not to be seen in `discogs`."""
    there = {name: loaded.get(discogs(name), month) for name in derived.reads}
    return [name for name, one in there.items() if one is None or not one.is_shown]


def import_of(derived: Derived, month: date, loaded: LoadedMonths) -> Provenance:
    """Return what a computed month would be called: by what it is computed from."""
    read = inputs(derived, month, loaded)
    is_full = all(table.is_full for table in read)
    return Provenance(month, import_ids(read), is_full, code_version(derived.full.text))


def import_ids(read: Iterable[Loaded]) -> str:
    return " ".join(sorted({table.import_id for table in read}))


def code_version(query: str) -> str:
    """Return a short hash of a query: another one gives other rows of the same tables."""
    return hashlib.sha256(query.encode()).hexdigest()[:12]


def is_as_before(derived: Derived, provenance: Provenance, loaded: LoadedMonths) -> bool:
    """Whether all rows but those of changed records are those of the month before.

    So it is when that month was computed by the same query from what is loaded of it still, and
    it is the month before for every table that is read.
    """
    before = loaded.neighbours(derived.table, provenance.month).before
    if not (provenance.is_full and before):
        return False
    read = [loaded.get(discogs(name), before) for name in derived.reads]
    known = [one for one in read if one is not None]
    done = loaded[derived.table, before].provenance
    return (
        len(known) == len(read)
        and done.import_id == import_ids(known)
        and done.code_version == provenance.code_version
        and all(loaded.neighbours(one.table, provenance.month).before == before for one in known)
    )


def compute(
    connection: Connection,
    derived: Derived,
    provenance: Provenance,
    *,
    is_full: bool = False,
    verify: bool = False,
    parts: Parts = UNSEEN,
) -> Outcomes:
    """Replace a month of a computed table and return what its checks found.

    Where it can, it computes only the rows that need not be as in the month before, unless
    `is_full`. With `verify` the key of each row is proven to be unique. `parts` hears of
    what is done now. CheckError undoes it.
    """
    where = f"{derived.name} {provenance.month:%Y-%m}"
    files = ", ".join(path.name for path in derived.files)
    advice = [f"This is a fault of its query, {files}: please report it."]
    outcomes = {derived.name: [check_result_types(connection, derived, provenance.month)]}
    raise_on_blocking(where, outcomes, advice)

    def audit(rows: int) -> None:
        with parts.part("checks", CHECKED, 5):
            outcomes[derived.name] += check_computed(
                connection, derived, provenance, rows, verify=verify
            )
        raise_on_blocking(where, outcomes, advice)
        stack.enter_context(parts.part("committing", COMMITTED))

    plan = plan_of(derived, provenance, loaded_months(connection), is_full=is_full)
    with ExitStack() as stack:
        replace_by(connection, derived, provenance, plan, audit, parts)
    return outcomes


def replace_by(
    connection: Connection,
    derived: Derived,
    provenance: Provenance,
    plan: Plan,
    audit: Callable[[int], None] = lambda _rows: None,
    parts: Parts = UNSEEN,
) -> int:
    """Replace a month of a computed table by a plan; return how many rows it should have."""
    near = loaded_months(connection).neighbours(derived.table, provenance.month)

    def give(insert: Insert) -> None:
        run_plan(connection, plan, derived.name, provenance.month, near, insert, parts)

    compared = Compared(derived.owner, plan.among)
    with temporary_tables(connection, plan.temporary):
        return replace_computed(connection, provenance, derived.table, give, audit, compared)


def plan_of(
    derived: Derived, provenance: Provenance, loaded: LoadedMonths, *, is_full: bool
) -> Plan:
    """Return how a month is computed: as a whole, or only what may have changed."""
    if derived.changed and not is_full and is_as_before(derived, provenance, loaded):
        return derived.changed
    return derived.full


def check_result_types(connection: Connection, derived: Derived, month: date) -> Outcome:
    described = connection.execute(f"DESCRIBE {filled(derived.query, month)}").fetchall()
    return check_types(derived.table.duckdb_columns, {row[0]: row[1] for row in described})


def check_computed(
    connection: Connection, derived: Derived, provenance: Provenance, rows: int, *, verify: bool
) -> Iterator[Outcome]:
    """Yield what the checks find in the computed rows."""
    table = derived.table
    yield from check_rows(
        connection, table, provenance.month, rows, is_full=verify, owner=derived.owner
    )
    if not table.may_be_empty:
        yield check_not_empty(table, rows)
    if not provenance.is_full:
        yield from not_compared(table, "computed from a part of the month")
        return
    before = loaded_months(connection).full_before(table, provenance.month)
    earlier = [one.month for one in before if one.is_shown]
    if not earlier:
        yield from not_compared(table, "there is no earlier month in the warehouse")
        return
    now = count_values(connection, table, provenance.month)
    yield from check_before(table, now, count_values(connection, table, earlier[0]))
