"""Records that a month has, but that could not be read: they are kept as they were last read.

Discogs did not remove them, so a sink does not lose them. Which those are follows from the
warehouse alone: a sink that is fed for the first time gets the same.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from hashlib import sha256

from pyroaring import BitMap

from discogs_assets.exports.month_rows import MonthRows, ids_of
from discogs_assets.tables.names import TableId
from discogs_assets.tables.table import Table
from discogs_assets.warehouse.history import all_of
from discogs_assets.warehouse.loaded import Loaded, LoadedMonths, Provenance, has_history
from discogs_assets.warehouse.sql import Connection, literal
from discogs_assets.warehouse.views import rows_of

ROWS = 20_000
"""How many rows are copied at once."""


@dataclass(frozen=True)
class Kept:
    """The records of a month that are in quarantine, and not in the month: `unread` of them.

    `by_month` has those that an earlier month has, by the newest such month; `imports` what these
    months are in the table of records.
    """

    unread: int = 0
    by_month: Mapping[date, BitMap] = field(default_factory=dict)
    imports: Mapping[date, Loaded] = field(default_factory=dict)

    @property
    def ids(self) -> BitMap:
        return BitMap.union(BitMap(), *self.by_month.values())

    @property
    def note(self) -> str:
        """What is another when other records are kept, or of other imports; empty for none."""
        text = "; ".join(
            f"{self.imports[month].import_id}: {[*ids]}" for month, ids in self.by_month.items()
        )
        return sha256(text.encode()).hexdigest()[:16] if text else ""

    def queries(
        self, loaded: LoadedMonths, table: Table, owner: str = ""
    ) -> Iterator[tuple[Loaded, str]]:
        """Yield the months that records are kept from, and the queries of their rows of a table.

        `owner` is the column with the id of the record, unless it is that of the table.
        """
        for month, ids in self.by_month.items():
            among = f'"{owner or table.owner}" IN ({", ".join(map(str, ids))})'
            rows = rows_of(table, loaded[table, month])
            yield self.imports[month], f"SELECT {table.names} FROM ({rows}) WHERE {among}"


def may_keep(loaded: LoadedMonths, record: Table, provenance: Provenance) -> bool:
    """Tell whether a month has a quarantine, and all its records: a part says nothing of others."""
    quarantine = loaded.get(quarantine_of(record), provenance.month)
    return quarantine is not None and quarantine.rows > 0 and has_history(record, provenance)


def quarantine_of(record: Table) -> TableId:
    return TableId(record.schema, f"{record.name}_quarantine")


def find_kept(
    connection: Connection, loaded: LoadedMonths, tables: Sequence[Table], provenance: Provenance
) -> Kept:
    """Return what is kept in a month.

    The first of `tables` has a row a record. A record is kept from a month that has all tables.
    """
    record = tables[0]
    if not may_keep(loaded, record, provenance):
        return Kept()
    refused = (
        f'SELECT record_id FROM {record.schemas.monthly}."{quarantine_of(record).name}" '
        f"WHERE month = {literal(provenance.month)} AND record_id IS NOT NULL"
    )
    month = f'SELECT "{record.owner}" AS id FROM ({rows_of(record, provenance)})'
    there = f"SELECT id FROM ({month}) WHERE id IN ({refused})"
    unread = ids_of(connection, refused) - ids_of(connection, there)
    if not unread:
        return Kept()
    by_month = last_months(connection, loaded, tables, provenance.month, unread)
    imports = {month: loaded[record, month] for month in by_month}
    return Kept(len(unread), by_month, imports)


def last_months(
    connection: Connection,
    loaded: LoadedMonths,
    tables: Sequence[Table],
    before: date,
    ids: BitMap,
) -> dict[date, BitMap]:
    """Return the newest month before another that has each of some records, where one has it."""
    record = tables[0]
    months = [one.month for one in loaded.months(record) if has_history(record, one)]
    ends = connection.execute(
        f'SELECT "{record.owner}", max(coalesce(valid_to, {literal(before)})) '
        f"FROM {record.versions} WHERE valid_from < {literal(before)} "
        f'AND "{record.owner}" IN ({", ".join(map(str, ids))}) GROUP BY 1'
    ).fetchall()
    by_month: dict[date, BitMap] = {}
    for one, end in ends:
        month = max(month for month in months if month < min(end, before))
        if all((table, month) in loaded for table in tables):
            by_month.setdefault(month, BitMap()).add(one)
    return dict(sorted(by_month.items()))


def with_kept(
    rows: MonthRows,
    connection: Connection,
    kept: Kept,
    loaded: LoadedMonths,
    tables: Sequence[Table],
) -> MonthRows:
    """Return a month's rows with those of the records that are kept, copied from the warehouse."""
    sources = dict(rows.sources)
    for table in tables:
        name = f'"kept_{table.name}"'
        columns = ", ".join(f'"{one}" {kind}' for one, kind in table.duckdb_columns.items())
        rows.connection.execute(f"CREATE TABLE {name} ({columns})")
        for _, query in kept.queries(loaded, table):
            copy_rows(connection, query, rows.connection, name)
        sources[table.name] = all_of(table, [sources[table.name], name])
    return replace(rows, sources=sources)


def copy_rows(source: Connection, query: str, target: Connection, name: str) -> None:
    """Copy the rows of a query into a table of another connection."""
    for batch in source.execute(query).to_arrow_reader(ROWS):
        target.register("batch", batch)
        target.execute(f"INSERT INTO {name} FROM batch")
        target.unregister("batch")
