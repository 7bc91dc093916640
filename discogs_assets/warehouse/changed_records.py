"""Which records have other bytes in the months next to one: of the others no row is compared."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from discogs_assets.tables.table import Table
from discogs_assets.warehouse.differing import differing_records, side_of
from discogs_assets.warehouse.history import is_valid
from discogs_assets.warehouse.loaded import LoadedMonths, Provenance
from discogs_assets.warehouse.sql import Connection

CHANGED = "temp.changed"


@dataclass(frozen=True)
class ChangedFiles:
    """Files of what differs from the import `since`: which records, and their rows by table."""

    since: str
    records: Sequence[str]
    rows: Mapping[str, Sequence[str]]

    def is_of(self, loaded: LoadedMonths, provenance: Provenance, record: Table) -> bool:
        """Whether that import is the month before, and there is no later one to compare with."""
        near = loaded.neighbours(record, provenance.month)
        if near.before is None or near.after is not None:
            return False
        return loaded[record, near.before].import_id == self.since


def is_alike(loaded: LoadedMonths, provenance: Provenance, record: Table, table: Table) -> bool:
    """Whether the rows of a table follow from bytes as they did in the months next to a new one.

    So they do when the same release of this package made them, of the same dumps that the table
    of records has; one that is loaded by itself may stem from others.
    """
    near = loaded.neighbours(record, provenance.month)
    return near == loaded.neighbours(table, provenance.month) and all(
        loaded[table, month].provenance.same_rows(loaded[record, month].provenance)
        and loaded[table, month].provenance.same_code(provenance)
        for month in near.months
    )


@contextmanager
def changed_records(
    connection: Connection, loaded: LoadedMonths, provenance: Provenance, record: Table, source: str
) -> Iterator[None]:
    """Have `CHANGED`, the ids of records that are other, new or gone in the months next to one.

    `source` is what the records of the new month are selected from.
    """
    kind = record.column(record.owner).type.duckdb
    connection.execute(f"CREATE OR REPLACE TEMP TABLE changed (id {kind})")
    new = side_of(record, source)
    for month in loaded.neighbours(record, provenance.month).months:
        old = side_of(record, f"{record.versions} WHERE {is_valid(month)}")
        for query in differing_records(connection, record, old, new):
            connection.execute(f"INSERT INTO {CHANGED} SELECT id FROM ({query})")
    yield
    connection.execute(f"DROP TABLE {CHANGED}")
