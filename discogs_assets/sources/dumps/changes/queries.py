"""The statements that find which records differ between two months, and in which tables.

They work on Parquet files, some records at a time: what they hold in memory is bounded by
`warehouse/differing` and `DIFFERING`, however long the months are and however much of them differs.
Rows are compared as they are, not by a hash of them.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date
from typing import Self

from discogs_assets.display.progress import UNSEEN, Parts
from discogs_assets.sources.dumps.dump_type import DumpType
from discogs_assets.storage.store import Readable
from discogs_assets.tables.table import Table
from discogs_assets.warehouse.differing import differing_records, side_of
from discogs_assets.warehouse.scratch_rows import scratch_rows
from discogs_assets.warehouse.sql import Connection, literal, quoted, scalar

DIFFERING = 100_000
"""How many records have their rows compared at once."""

HASHES, ROWS, CHANGES = 0.3, 0.5, 0.1
"""How much of comparing two months these are."""

Files = Mapping[str, Sequence[str]]
"""Keys in the store, by table."""

Id = int | str


@dataclass(frozen=True, slots=True)
class Range:
    """The ids after one, up to and with another; None is no bound."""

    after: Id | None = None
    last: Id | None = None

    def among(self, column: str) -> str:
        """Return the condition that an id is in the range."""
        bounds = ((">", self.after), ("<=", self.last))
        given = [f"{column} {sign} {id_literal(id_)}" for sign, id_ in bounds if id_ is not None]
        return " AND ".join(given) or "true"


def id_literal(id_: Id) -> str:
    return quoted(id_) if isinstance(id_, str) else str(id_)


@dataclass(frozen=True)
class Side:
    """One of the two months: its files, and how many records it has."""

    files: Files
    records: int


@dataclass(frozen=True)
class Compared:
    """A table, and the columns of it that are compared."""

    table: Table
    columns: tuple[str, ...]

    @property
    def groups(self) -> tuple[str, ...]:
        """The columns that, with the record, say which list a row belongs to."""
        return tuple(name for name in self.table.key[1:] if name != "sequence")

    @property
    def counts_rows(self) -> bool:
        """Whether rows get their places anew, as those without any value are left out."""
        return "sequence" in self.table.key and not self.table.keeps_empty_rows

    @property
    def place(self) -> str:
        """The SQL of where a row stands in its list."""
        if "sequence" not in self.table.key:
            return "1"
        if not self.counts_rows:
            return "sequence"
        among = ", ".join((self.table.owner, *self.groups))
        return f"row_number() OVER (PARTITION BY {among} ORDER BY sequence)"

    @property
    def has_value(self) -> str:
        """The SQL condition that a row counts."""
        if not self.counts_rows:
            return "true"
        return "(" + " OR ".join(f'"{name}" IS NOT NULL' for name in self.columns) + ")"


class Differences:
    """The differences between two months; used as a context, on a connection for writing."""

    def __init__(
        self,
        connection: Connection,
        store: Readable,
        dump_type: DumpType,
        before: Side,
        now: Side,
        tables: Sequence[Compared],
        month_before: date = date.min,
    ) -> None:
        self.connection = connection
        self.store = store
        self.dump_type = dump_type
        self.before, self.now = before, now
        self.tables = tables
        self.month_before = month_before

    def __enter__(self) -> Self:
        kind = self.dump_type.id_type.duckdb
        self.connection.execute(
            "CREATE OR REPLACE TEMP TABLE differing "
            f"(id {kind}, hash_before VARCHAR, hash_after VARCHAR)"
        )
        self.connection.execute(f"CREATE OR REPLACE TEMP TABLE in_table (id {kind}, bit INTEGER)")
        return self

    def __exit__(self, error: type[BaseException] | None, *_: object) -> None:
        if error is None:  # Otherwise they go with the transaction.
            self.connection.execute("DROP TABLE temp.differing")
            self.connection.execute("DROP TABLE temp.in_table")

    def iter_queries(self, parts: Parts = UNSEEN) -> Iterator[str]:
        """Do the comparing, then yield queries that together give the rows of the change table.

        Of `parts` it takes `HASHES` and `ROWS`, and as much of `CHANGES` as it is itself.
        """
        if not (self.before.records or self.now.records):
            return
        self.compare_hashes(parts)
        ranges = [*self.iter_ranges()]
        for number, compared in enumerate(self.tables):
            with parts.part(compared.table.name, ROWS / len(self.tables), len(ranges)):
                self.compare_rows(compared, 1 << number, ranges)
        for one in ranges:
            with parts.part("what changed", CHANGES / len(ranges)):
                yield self.changes(one)

    def take_differing(self, sources: Iterable[str]) -> None:
        """Note the records that differ from what names them; those in quarantine are not gone.

        An id that a month was accepted with although it is there twice counts once.
        """
        with ExitStack() as stack:
            gone = [self.in_quarantine(stack, side) for side in (self.before, self.now)]
            for source in sources:
                self.connection.execute(
                    f"""INSERT INTO temp.differing
                    SELECT id, any_value(hash_before), any_value(hash_after) FROM {source}
                    WHERE NOT (hash_before IS NULL AND id IN ({gone[0]}))
                        AND NOT (hash_after IS NULL AND id IN ({gone[1]}))
                    GROUP BY id"""
                )

    def look(self, table: Table) -> None:
        """Note the records whose rows differ, while `history.put_part` has those of both months."""
        for number, compared in enumerate(self.tables):
            if compared.table.name == table.name:
                owner = f'SELECT "{table.owner}" FROM'
                ids = f"{self.in_both} AND id IN ({owner} temp.gone UNION {owner} temp.came)"
                with scratch_rows(self.connection, looked_at=ids):
                    ids = "SELECT id FROM temp.looked_at"
                    self.note_rows(compared, 1 << number, "temp.old", "temp.new", ids)

    in_both = (
        "SELECT id FROM temp.differing WHERE hash_before IS NOT NULL AND hash_after IS NOT NULL"
    )

    def note_rows(self, compared: Compared, bit: int, before: str, now: str, ids: str) -> None:
        """Note which of some records have rows of a table that differ."""
        rows = rows_that_differ(compared, before, now, ids)
        self.connection.execute(
            f"INSERT INTO temp.in_table SELECT DISTINCT id, {bit} FROM ({rows})"
        )

    def iter_changes(self) -> Iterator[str]:
        """Yield queries that together give the rows of the change table."""
        for one in self.iter_ranges():
            yield self.changes(one)

    def compare_hashes(self, parts: Parts) -> None:
        """Note the records whose hash differs, or that are in one of the months only."""
        record = self.dump_type.record_table
        with ExitStack() as stack:
            old, new = (
                side_of(record, self.source(stack, side, record.name))
                for side in (self.before, self.now)
            )
            queries = differing_records(self.connection, record, old, new)
            with parts.part("hashes of records", HASHES, len(queries)):
                self.take_differing(f"({query})" for query in queries)

    def iter_ranges(self) -> Iterator[Range]:
        """Yield ranges of ids with as many differing records each as are compared at once."""
        after: Id | None = None
        while True:
            rest = f"FROM temp.differing WHERE {Range(after).among('id')}"
            ids = f"SELECT id {rest} ORDER BY id LIMIT {DIFFERING}"
            last = scalar(self.connection, f"SELECT max(id) FROM ({ids})")
            if last is None:
                return
            yield Range(after, last)
            after = last

    def compare_rows(self, compared: Compared, bit: int, ranges: Sequence[Range]) -> None:
        """Note the records in both months whose rows of a table differ."""
        name = compared.table.name
        with ExitStack() as stack:
            before = self.source(stack, self.before, name)
            now = self.source(stack, self.now, name)
            for one in ranges:
                # The range by itself as well: DuckDB skips row groups of other records.
                among = one.among(f'"{compared.table.owner}"')
                old, new = (f"(SELECT * FROM {side} WHERE {among})" for side in (before, now))
                ids = f"{self.in_both} AND {one.among('id')}"
                self.note_rows(compared, bit, old, new, ids)

    def changes(self, one: Range) -> str:
        """Return the query of the change table's rows in a range of ids."""
        names = ", ".join(quoted(compared.table.name) for compared in self.tables)
        where = f"WHERE {one.among('id')}"
        return f"""
            SELECT
                id,
                CASE
                    WHEN hash_before IS NULL THEN 'added'
                    WHEN hash_after IS NULL THEN 'removed'
                    WHEN bits IS NULL THEN 'reformatted'
                    ELSE 'changed'
                END AS kind,
                hash_before,
                hash_after,
                CASE WHEN bits IS NOT NULL THEN list_filter(
                    [{names}], lambda name, place: (bits >> (place - 1)) & 1 = 1
                ) END AS tables,
                {literal(self.month_before)} AS month_before
            FROM (FROM temp.differing {where})
            LEFT JOIN (
                SELECT id, bit_or(bit) AS bits FROM temp.in_table {where} GROUP BY id
            ) USING (id)
            ORDER BY id"""

    def source(self, stack: ExitStack, side: Side, table: str) -> str:
        """Return a month's rows of a table as SQL selects from them; read while the stack lasts."""
        declared = next(one for one in self.dump_type.tables if one.name == table)
        files = side.files.get(table, ())
        if not files:
            return f"({declared.select_nothing})"
        paths = [stack.enter_context(self.store.local(key)) for key in files]
        names = ", ".join(quoted(str(path)) for path in paths)
        return f"read_parquet([{names}], hive_partitioning = false)"

    def in_quarantine(self, stack: ExitStack, side: Side) -> str:
        """Return the query of the records of a month that could not be read."""
        source = self.source(stack, side, self.dump_type.quarantine.name)
        return f"SELECT record_id FROM {source} WHERE record_id IS NOT NULL"


def rows_that_differ(compared: Compared, before: str, now: str, ids: str) -> str:
    """Return the query of the rows that only one of the months has, as often, in their place.

    `ids` is the query of the records to look at.
    """
    owner = compared.table.owner
    columns = ", ".join(f'"{name}"' for name in (*compared.groups, *compared.columns))

    def side(source: str, sign: int) -> str:
        return f"""SELECT "{owner}" AS id, {compared.place} AS place, {columns}, {sign} AS side
            FROM {source}
            WHERE "{owner}" IN ({ids}) AND {compared.has_value}"""

    kept = "WHERE id IN (SELECT id FROM now)" if compared.table.may_vanish else ""
    return f"""
        WITH before AS ({side(before, -1)}), now AS ({side(now, 1)})
        SELECT id FROM (FROM before UNION ALL FROM now) {kept}
        GROUP BY id, place, {columns} HAVING sum(side) <> 0"""
