"""The warehouse: replace a month of a table in one transaction.

Where rows lie is for `history`, which months there are for `loaded`, what people see for `views`.
Statements use no keys and no indexes, so that they can serve a DuckLake catalogue too.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from dataclasses import replace
from datetime import date

from discogs_assets.storage.store import Readable
from discogs_assets.tables.table import Table
from discogs_assets.warehouse.changed_records import (
    CHANGED,
    ChangedFiles,
    changed_records,
    is_alike,
)
from discogs_assets.warehouse.computed_rows import EVERYTHING, Compared, Give, given, put_computed
from discogs_assets.warehouse.history import (
    ALL,
    Look,
    Neighbours,
    all_of,
    create_versions,
    delete_month,
    insert_month,
    look_away,
)
from discogs_assets.warehouse.loaded import (
    Loaded,
    LoadedMonths,
    Provenance,
    forget_loaded,
    has_history,
    loaded_months,
    note_loaded,
)
from discogs_assets.warehouse.monthly import create_monthly, put_rows, remove_rows
from discogs_assets.warehouse.scratch_rows import scratch_rows
from discogs_assets.warehouse.sql import Connection, literal, quoted, scalar, transaction
from discogs_assets.warehouse.views import create_views, rows_of


def replace_from_lake(
    connection: Connection,
    store: Readable,
    provenance: Provenance,
    tables: Sequence[Table],
    files: Mapping[str, Sequence[str]],
    *,
    record: Table | None = None,
    changed: ChangedFiles | None = None,
    loading: Callable[[Table], AbstractContextManager[None]] = lambda _table: nullcontext(),
    look: Look = look_away,
    audit: Callable[[], None] = lambda: None,
) -> dict[str, int]:
    """Replace a month of tables with Parquet files of the store, in one transaction.

    `files` gives each table's keys in the store; each table is loaded in a block of `loading`.
    `record` is the table with a row and a hash for each record: where those of the months next
    to it were made alike, only rows of records with another hash are compared, and read when
    `changed` has them. `look` is called for each part that is compared. `audit` looks at the new
    rows before others see them, and undoes it all by raising. Returns the number of rows that
    were read of each table.
    """
    rows: dict[str, int] = {}
    with transaction(connection), ExitStack() as stack:
        loaded = loaded_months(connection)
        alike = [one for one in tables if record and is_alike(loaded, provenance, record, one)]
        if record is None or changed is None or not changed.is_of(loaded, provenance, record):
            changed = None
        if record and alike:
            keys = changed.records if changed else files[record.name]
            stack.enter_context(
                changed_ids(
                    connection, store, loaded, provenance, record, keys, are_known=bool(changed)
                )
            )
        for table in tables:
            keys, among = files[table.name], ALL
            if table in alike:
                keys = changed.rows.get(table.name, keys) if changed else keys
                among = f'"{table.owner}" IN (SELECT id FROM {CHANGED})'
            with loading(table), ExitStack() as open_files:
                sources = iter_sources(open_files, store, keys)
                rows[table.name] = replace_rows(connection, provenance, table, sources, among, look)
        audit()
    return rows


@contextmanager
def changed_ids(
    connection: Connection,
    store: Readable,
    loaded: LoadedMonths,
    provenance: Provenance,
    record: Table,
    keys: Sequence[str],
    *,
    are_known: bool,
) -> Iterator[None]:
    """Have `CHANGED`: what some files name when they `are_known`, else found in all records."""
    with ExitStack() as stack:
        sources = [*iter_sources(stack, store, keys)]
        if are_known:
            ids = " UNION ALL ".join(f"SELECT id FROM {source}" for source in sources)
            kind = record.column(record.owner).type.duckdb
            nothing = f"SELECT NULL::{kind} AS id WHERE false"
            stack.enter_context(scratch_rows(connection, changed=ids or nothing))
        else:
            source = all_of(record, sources)
            stack.enter_context(changed_records(connection, loaded, provenance, record, source))
        yield


def iter_sources(stack: ExitStack, store: Readable, keys: Sequence[str]) -> Iterator[str]:
    """Yield what the rows of each file are selected from, for as long as the stack lasts."""
    for key in keys:
        path = stack.enter_context(store.local(key))
        # A folder above it may be called id=5: that is no partition.
        yield f"read_parquet({quoted(str(path))}, hive_partitioning = false)"


def replace_from_query(
    connection: Connection,
    provenance: Provenance,
    table: Table,
    query: str,
    audit: Callable[[int], None] = lambda _rows: None,
) -> int:
    """Replace a month of a table with the rows of a query, as `replace_computed` does."""

    def give(insert: Callable[[str], int]) -> None:
        insert(of_month(query, provenance.month))

    return replace_computed(connection, provenance, table, give, audit)


def replace_computed(
    connection: Connection,
    provenance: Provenance,
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
        near = loaded_months(connection).neighbours(table, provenance.month)
        make_room(connection, provenance, table, near)
        if has_history(table, provenance):
            rows = put_computed(connection, table, provenance.month, near, give, compared)
        else:
            rows = given(
                give, lambda query: put_rows(connection, table, provenance.month, f"({query})")
            )
        note_rows(connection, provenance, table)
        audit(rows)
    return rows


def of_month(query: str, month: date) -> str:
    """Return a query with the month in place of `$month`."""
    return query.replace("$month", literal(month))


def replace_rows(
    connection: Connection,
    provenance: Provenance,
    table: Table,
    sources: Iterable[str],
    among: str = ALL,
    look: Look = look_away,
) -> int:
    """Replace a month's rows by those that `sources` are selected from; return how many those are.

    Only those that meet the condition `among` can differ from the rows of the months next to it.
    """
    near = loaded_months(connection).neighbours(table, provenance.month)
    make_room(connection, provenance, table, near)
    if has_history(table, provenance):
        rows = insert_month(connection, table, provenance.month, near, sources, among, look)
    else:
        rows = sum(put_rows(connection, table, provenance.month, source) for source in sources)
    note_rows(connection, provenance, table)
    return rows


def make_room(
    connection: Connection, provenance: Provenance, table: Table, near: Neighbours
) -> None:
    """Remove a month of a table, and create what its rows will lie in."""
    if (there := loaded_months(connection).get(table, provenance.month)) is not None:
        remove_month(connection, table, there, near)
    if not table.is_monthly:
        create_versions(connection, table)
    if not has_history(table, provenance):
        create_monthly(connection, table)


def note_rows(connection: Connection, provenance: Provenance, table: Table) -> None:
    """Write down how many rows a month has, and show it."""
    rows = int(scalar(connection, f"SELECT count(*) FROM ({rows_of(table, provenance)})"))
    loaded = Loaded(table.id, provenance, rows)
    note_loaded(connection, loaded)
    create_views(connection, table)


def remove_month(connection: Connection, table: Table, loaded: Loaded, near: Neighbours) -> None:
    """Remove a month's rows, wherever they lie."""
    if has_history(table, loaded):
        delete_month(connection, table, loaded.month, near)
    else:
        remove_rows(connection, table, loaded.month)


def hide_month(connection: Connection, table: Table, month: date) -> None:
    """Show a month of a table no more; its row versions stay, rows that have none go."""
    there = loaded_months(connection)[table, month]
    if has_history(table, there):
        note_loaded(connection, replace(there, is_shown=False))
    else:
        remove_rows(connection, table, month)
        forget_loaded(connection, table, month)
    create_views(connection, table)
