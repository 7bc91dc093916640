"""The warehouse: replace a month of a table in one transaction.

Where rows lie is for `history`, which months there are for `loaded`, what people see for `views`.
Statements use no keys and no indexes, so that they can serve a DuckLake catalogue too.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from datetime import date

from discogs_assets.changed_records import CHANGED, changed_records, is_alike
from discogs_assets.computed_rows import EVERYTHING, Compared, Give, given, put_computed
from discogs_assets.history import (
    ALL,
    Around,
    all_of,
    create_versions,
    put,
    take_out,
)
from discogs_assets.loaded import (
    Import,
    Loaded,
    forget_loaded,
    has_history,
    loaded_months,
    near_in_history,
    note_loaded,
)
from discogs_assets.monthly import create_monthly, put_rows, remove_rows
from discogs_assets.store import Store
from discogs_assets.tables import Table
from discogs_assets.views import rows_of, show
from discogs_assets.warehouse_file import Connection, literal, quoted, scalar, transaction


def replace_from_lake(
    connection: Connection,
    store: Store,
    what: Import,
    tables: Sequence[Table],
    files: Mapping[str, Sequence[str]],
    *,
    record: Table | None = None,
    tell: Callable[[int], None] = lambda _bytes: None,
    audit: Callable[[], None] = lambda: None,
) -> dict[str, int]:
    """Replace a month of tables with Parquet files of the store, in one transaction.

    `files` gives each table's keys in the store; `tell` hears of the bytes of each that is in.
    `record` is the table with a row and a hash for each record: where those of the months next
    to it were made alike, only rows of records with another hash are compared. `audit` looks at
    the new rows before others see them, and undoes it all by raising. Returns the number of rows
    of each table.
    """
    rows: dict[str, int] = {}
    with transaction(connection):
        loaded = loaded_months(connection)
        alike = [one for one in tables if record and is_alike(loaded, what, record, one)]
        with ExitStack() as stack:
            if record and alike:
                source = all_of(record, iter_sources(stack, store, files[record.name]))
                stack.enter_context(changed_records(connection, loaded, what, record, source))
            for table in tables:
                with ExitStack() as open_files:
                    sources = iter_sources(open_files, store, files[table.name], tell)
                    among = f'"{table.owner}" IN (FROM {CHANGED})' if table in alike else ALL
                    rows[table.name] = replace_rows(connection, what, table, sources, among)
        audit()
    return rows


def iter_sources(
    stack: ExitStack,
    store: Store,
    keys: Sequence[str],
    tell: Callable[[int], None] = lambda _bytes: None,
) -> Iterator[str]:
    """Yield what the rows of each file are selected from, for as long as the stack lasts."""
    for key in keys:
        path = stack.enter_context(store.local(key))
        # A folder above it may be called id=5: that is no partition.
        yield f"read_parquet({quoted(str(path))}, hive_partitioning = false)"
        tell(path.stat().st_size)


def replace_from_query(
    connection: Connection,
    what: Import,
    table: Table,
    query: str,
    audit: Callable[[int], None] = lambda _rows: None,
) -> int:
    """Replace a month of a table with the rows of a query, as `replace_computed` does."""

    def give(insert: Callable[[str], int]) -> None:
        insert(of_month(query, what.month))

    return replace_computed(connection, what, table, give, audit)


def replace_computed(
    connection: Connection,
    what: Import,
    table: Table,
    give: Give,
    audit: Callable[[int], None] = lambda _rows: None,
    compared: Compared = EVERYTHING,
) -> int:
    """Replace a month of a table with rows that queries compute, in one transaction.

    `give` calls what it is given with one query after another. Those rows meet the condition
    `compared.among`: all others are those of the month before, which there has to be then.
    `audit` is given the number of rows that should be there, looks at them before others see
    them, and undoes it all by raising. Returns that number.
    """
    with transaction(connection):
        near = near_in_history(loaded_months(connection), table.name, what.month)
        make_room(connection, what, table, near)
        if has_history(table, what):
            rows = put_computed(connection, table, what.month, near, give, compared)
        else:
            rows = given(give, lambda query: put_rows(connection, table, what.month, f"({query})"))
        note_rows(connection, what, table)
        audit(rows)
    return rows


def of_month(query: str, month: date) -> str:
    """Return a query with the month in place of `$month`."""
    return query.replace("$month", literal(month))


def replace_rows(
    connection: Connection,
    what: Import,
    table: Table,
    sources: Iterable[str],
    among: str = ALL,
) -> int:
    """Replace a month's rows by those that `sources` are selected from; return how many those are.

    Only those that meet the condition `among` can differ from the rows of the months next to it.
    """
    near = near_in_history(loaded_months(connection), table.name, what.month)
    make_room(connection, what, table, near)
    if has_history(table, what):
        rows = put(connection, table, what.month, near, sources, among)
    else:
        rows = sum(put_rows(connection, table, what.month, source) for source in sources)
    note_rows(connection, what, table)
    return rows


def make_room(connection: Connection, what: Import, table: Table, near: Around) -> None:
    """Remove a month of a table, and create what its rows will lie in."""
    if (there := loaded_months(connection).get((table.name, what.month))) is not None:
        remove_month(connection, table, there, near)
    if not table.is_monthly:
        create_versions(connection, table)
    if not has_history(table, what):
        create_monthly(connection, table)


def note_rows(connection: Connection, what: Import, table: Table) -> None:
    """Write down how many rows a month has, and show it."""
    rows = int(scalar(connection, f"SELECT count(*) FROM ({rows_of(table, what)})"))
    note_loaded(
        connection,
        Loaded(table.name, what.month, what.source, what.is_full, rows, what.made_with),
    )
    show(connection, table)


def remove_month(connection: Connection, table: Table, there: Loaded, near: Around) -> None:
    """Remove a month's rows, wherever they lie."""
    if has_history(table, there):
        take_out(connection, table, there.month, near)
    else:
        remove_rows(connection, table, there.month)


def hide_month(connection: Connection, table: Table, month: date) -> None:
    """Show a month of a table no more; its row versions stay, rows that have none go."""
    there = loaded_months(connection)[table.name, month]
    if has_history(table, there):
        note_loaded(connection, replace(there, is_shown=False))
    else:
        remove_rows(connection, table, month)
        forget_loaded(connection, table.name, month)
    show(connection, table)
