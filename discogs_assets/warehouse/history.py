"""Row versions (a slowly changing dimension, SCD type 2): each row once, with its months.

`history.<table>` has the table's columns, `valid_from`, the first month that has the row, and
`valid_to`, the first later one that has not: NULL as long as there is none. Only months that were
put in count. Whatever order they are put in or taken out, the rows are the same in the end.
"""

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from discogs_assets.tables.table import Column, Table, Type
from discogs_assets.warehouse.ddl import create_table
from discogs_assets.warehouse.scratch_rows import ROW, scratch_rows
from discogs_assets.warehouse.sql import Connection, hashed_parts, literal, scalar

ROWS, HASHED_ROWS = 1_000_000, 2_000_000
"""About how many rows of a month are compared at once, so that they fit into memory.

Fewer parts of more rows where owners are no numbers, as each part reads all rows.
"""

ALL = "true"
"""The condition that every row meets."""

Look = Callable[[Table], None]
"""Is called while `temp.old` and `temp.new` have rows of the month before and of a new one.

All rows of some records, or but those that are the same; `temp.gone` and `temp.came` are those that
only one of the months has.
"""


def look_away(_table: Table) -> None:
    """Look at no row."""


VALID = (
    Column(
        "valid_from",
        Type.DATE,
        "The first dump that has this row, its date.",
    ),
    Column("valid_to", Type.DATE, "The first later dump without it, its date; NULL: none so far."),
)


@dataclass(frozen=True)
class Neighbours:
    """The months of a table next to one: the newest earlier and the oldest later, if any."""

    before: date | None
    after: date | None

    @property
    def months(self) -> list[date]:
        return [month for month in (self.before, self.after) if month is not None]


def neighbours(month: date, months: Collection[date]) -> Neighbours:
    """Return which of some months are next to one."""
    before = max((one for one in months if one < month), default=None)
    return Neighbours(before, min((one for one in months if one > month), default=None))


def is_valid(month: date) -> str:
    """Return the condition of the row versions that a month has."""
    day = literal(month)
    return f"valid_from <= {day} AND (valid_to IS NULL OR valid_to > {day})"


def create_versions(connection: Connection, table: Table) -> None:
    create_table(connection, table.schemas.history, table, *VALID)


def insert_month(
    connection: Connection,
    table: Table,
    month: date,
    near: Neighbours,
    sources: Iterable[str],
    among: str = ALL,
    look: Look = look_away,
) -> int:
    """Put in a month that is not there; what `sources` are selected from are its rows.

    Returns how many rows those are. `among` is the condition of the rows that are compared with
    those of the months next to it: all others are known to be the same in the earlier one, or in
    the later when there is none. `look` is called for each part that is compared.
    """
    if not near.months:
        first = f"SELECT {table.names}, {literal(month)}, NULL FROM"
        return sum(insert(connection, table, f"{first} {source}") for source in sources)
    if near.before is None and among != ALL:
        start_earlier(connection, table, month, near.months[0], among)
    source = all_of(table, sources)
    for part in iter_parts(connection, table, source, among):
        put_part(connection, table, month, near, source, part, look)
    return int(scalar(connection, f"SELECT count(*) FROM {source}"))


def start_earlier(
    connection: Connection, table: Table, month: date, first: date, among: str
) -> None:
    """Begin with a new first month what is the same in the one that was the first."""
    connection.execute(
        f"UPDATE {table.versions} SET valid_from = {literal(month)} "
        f"WHERE valid_from = {literal(first)} AND NOT ({among})"
    )


def all_of(table: Table, sources: Iterable[str]) -> str:
    """Return what the rows of all sources are selected from."""
    selects = [f"SELECT {table.names} FROM {source}" for source in sources]
    return f"({' UNION ALL '.join(selects) or table.select_nothing})"


def iter_parts(
    connection: Connection, table: Table, source: str, among: str = ALL
) -> Iterator[str]:
    """Yield conditions: each is met by some of the rows, by all of a record the same one."""
    owner = table.column(table.owner)
    name = f'"{owner.name}"'
    if owner.type is not Type.INTEGER or owner.name in table.null_in_key:
        rows = int(scalar(connection, f"SELECT count(*) FROM {source} WHERE {among}"))
        for part in hashed_parts(name, rows, HASHED_ROWS):
            yield f"({among}) AND {part}"
        return
    rows, low, high = connection.execute(
        f"SELECT count(*), min({name}), max({name}) FROM {source} WHERE {among}"
    ).fetchall()[0]
    parts = -(-rows // ROWS) or 1
    edges = [low + (high - low) * part // parts for part in range(1, parts)]
    for above, to in zip([None, *edges], [*edges, None], strict=True):
        lower = f" AND {name} > {above}" if above is not None else ""
        upper = f" AND {name} <= {to}" if to is not None else ""
        yield f"({among})" + lower + upper


def put_part(
    connection: Connection,
    table: Table,
    month: date,
    near: Neighbours,
    source: str,
    part: str,
    look: Look = look_away,
) -> None:
    """Put in the rows of a month that meet a condition."""
    names = table.names
    was = is_valid(near.before) if near.before else "false"
    old = f"SELECT rowid AS row, valid_to, {names} FROM {table.versions} WHERE {was} AND {part}"
    new = f"SELECT {names} FROM {source} WHERE {part}"
    with scratch_rows(connection, old=old, new=new):
        put_new(connection, table, month, near, part, look)


def put_new(
    connection: Connection,
    table: Table,
    month: date,
    near: Neighbours,
    part: str,
    look: Look = look_away,
) -> None:
    """Put in the rows of `temp.new`, given the versions they follow, `temp.old`.

    Those are all rows of the month, and of the one before, that meet the condition `part`.
    """
    names, day = table.names, literal(month)
    gone = f"SELECT row, valid_to, {names} FROM temp.old ANTI JOIN temp.met ON row = old_row"
    came = f"SELECT {names} FROM temp.new ANTI JOIN temp.met ON new.{ROW} = new_row"
    with scratch_rows(connection, met=met(table)), scratch_rows(connection, gone=gone, came=came):
        look(table)
        if near.after is None:
            close(connection, table, month)
            insert(connection, table, f"SELECT {names}, {day}, NULL FROM temp.came")
            return
        reopen(connection, table, near.after)
        close(connection, table, month)
        put_before(connection, table, month, near.after, part)


def met(table: Table) -> str:
    """Return the query of the pairs of rows in `temp.old` and `temp.new` that are the same.

    Joined by the key and compared after that: hashing every text would cost more.
    """
    key = {column.name for column in table.columns if column.name in table.key}
    joined = rows_equal(table, "old", "new", key)
    equal = rows_equal(table, "old", "new", {column.name for column in table.columns} - key)
    return (
        f"SELECT old.row AS old_row, new.{ROW} AS new_row "
        f"FROM temp.old JOIN temp.new ON {joined} WHERE CASE WHEN {equal} THEN true ELSE false END"
    )


def close(connection: Connection, table: Table, month: date) -> None:
    """Let the versions that are gone end with a month."""
    connection.execute(
        f"UPDATE {table.versions} SET valid_to = {literal(month)} "
        "WHERE rowid IN (SELECT row FROM temp.gone)"
    )


def reopen(connection: Connection, table: Table, after: date) -> None:
    """Begin versions again that are gone, but that the month after has."""
    later = literal(after)
    insert(
        connection,
        table,
        f"SELECT {table.names}, {later}, valid_to FROM temp.gone "
        f"WHERE valid_to IS NULL OR valid_to > {later}",
    )


def put_before(connection: Connection, table: Table, month: date, after: date, part: str) -> None:
    """Put in the rows that came: those that the month after has begin earlier."""
    names, name, day = table.names, table.versions, literal(month)
    later = (
        f"SELECT rowid AS row, {names} FROM {name} WHERE valid_from = {literal(after)} AND {part}"
    )
    with scratch_rows(connection, later=later):
        met = f"FROM temp.later SEMI JOIN temp.came ON {rows_equal(table, 'later', 'came')}"
        connection.execute(
            f"UPDATE {name} SET valid_from = {day} WHERE rowid IN (SELECT row {met})"
        )
        unmet = f"FROM temp.came ANTI JOIN temp.later ON {rows_equal(table, 'came', 'later')}"
        insert(connection, table, f"SELECT {names}, {day}, {literal(after)} {unmet}")


def delete_month(connection: Connection, table: Table, month: date, near: Neighbours) -> None:
    """Take out a month that was put in."""
    name, day = table.versions, literal(month)
    later = literal(near.after) if near.after else "NULL"
    connection.execute(
        f"DELETE FROM {name} WHERE valid_from = {day} AND valid_to IS NOT DISTINCT FROM {later}"
    )
    connection.execute(f"UPDATE {name} SET valid_to = {later} WHERE valid_to = {day}")
    if near.after is None:
        return
    connection.execute(f"UPDATE {name} SET valid_from = {later} WHERE valid_from = {day}")
    if near.before is not None:
        merge_adjacent(connection, table, near.after)


def merge_adjacent(connection: Connection, table: Table, month: date) -> None:
    """Make one of two versions where a row ends with a month, and the same one begins with it."""
    name, day = table.versions, literal(month)
    pairs = (
        "SELECT old.rowid AS first, new.rowid AS second, new.valid_to "
        f"FROM {name} AS old JOIN {name} AS new ON {rows_equal(table, 'old', 'new')} "
        f"WHERE old.valid_to = {day} AND new.valid_from = {day}"
    )
    with scratch_rows(connection, pair=pairs):
        connection.execute(
            f"UPDATE {name} SET valid_to = pair.valid_to FROM temp.pair "
            f"WHERE {name}.rowid = pair.first"
        )
        connection.execute(f"DELETE FROM {name} WHERE rowid IN (SELECT second FROM temp.pair)")


def rows_equal(table: Table, left: str, right: str, names: Collection[str] = ()) -> str:
    """Return the condition that two rows are the same, as they stand in joined tables.

    In the columns of `names`, in all when there are none.
    """
    conditions = [
        f'{left}."{column.name}" IS NOT DISTINCT FROM {right}."{column.name}"'
        for column in table.columns
        if not names or column.name in names
    ]
    return " AND ".join(conditions)


def insert(connection: Connection, table: Table, query: str) -> int:
    """Insert row versions that a query gives; return how many."""
    names = f"{table.names}, valid_from, valid_to"
    return int(scalar(connection, f"INSERT INTO {table.versions} ({names}) {query}"))
