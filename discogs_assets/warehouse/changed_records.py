"""Which records have other bytes in the months next to one: of the others no row is compared."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from discogs_assets.tables.table import Table
from discogs_assets.warehouse.history import is_valid, iter_parts
from discogs_assets.warehouse.loaded import LoadedMonths, Provenance
from discogs_assets.warehouse.sql import Connection

CHANGED = "temp.changed"
HASH = "record_hash"
"""The column of a table of records with the hash of a record's bytes."""


@dataclass(frozen=True)
class ChangedFiles:
    """Files of what differs from the import `since`: which records, and their rows by table."""

    since: str
    records: Sequence[str]
    rows: Mapping[str, Sequence[str]]

    def is_of(self, loaded: LoadedMonths, what: Provenance, record: Table) -> bool:
        """Whether that import is the month before, and there is no later one to compare with."""
        near = loaded.neighbours(record, what.month)
        if near.before is None or near.after is not None:
            return False
        return loaded[record, near.before].source == self.since


def is_alike(loaded: LoadedMonths, what: Provenance, record: Table, table: Table) -> bool:
    """Whether the rows of a table follow from bytes as they did in the months next to a new one.

    So they do when the same release of this package made them, of the same dumps that the table
    of records has; one that is loaded by itself may stem from others.
    """
    near = loaded.neighbours(record, what.month)
    return near == loaded.neighbours(table, what.month) and all(
        loaded[table, month].source == loaded[record, month].source
        and loaded[table, month].made_with == what.made_with != ""
        for month in near.months
    )


@contextmanager
def changed_records(
    connection: Connection, loaded: LoadedMonths, what: Provenance, record: Table, source: str
) -> Iterator[None]:
    """Have `CHANGED`, the ids of records that are other, new or gone in the months next to one.

    `source` is what the records of the new month are selected from.
    """
    owner = record.column(record.owner)
    connection.execute(f"CREATE OR REPLACE TEMP TABLE changed (id {owner.type.duckdb})")
    selected = f'SELECT "{owner.name}" AS id, {HASH} FROM'
    for part in iter_parts(connection, record, source):
        for month in loaded.neighbours(record, what.month).months:
            was = f"{record.versions} WHERE {is_valid(month)} AND {part}"
            connection.execute(
                f"""INSERT INTO {CHANGED} SELECT id
                FROM ({selected} {was}) AS old
                FULL JOIN ({selected} {source} WHERE {part}) AS new USING (id)
                WHERE old.{HASH} IS DISTINCT FROM new.{HASH}"""
            )
    yield
    connection.execute(f"DROP TABLE {CHANGED}")
