"""Feed a sink that has records by id: find out what it lacks, and have it written."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TypeGuard

import pyarrow as pa
from pyroaring import BitMap

from discogs_assets.exports.differences import Changed
from discogs_assets.exports.kept import Kept
from discogs_assets.exports.month import Month
from discogs_assets.exports.month_rows import MonthRows, ids_of
from discogs_assets.exports.sink import Counts, Opens, Session, Tell, Work
from discogs_assets.exports.sink_state import Held, State
from discogs_assets.warehouse.changed_records import HASH

THERE = "sink_record"


def feed(
    sink: Opens, month: Month, types: Sequence[str], tell: Tell, *, is_full: bool = False
) -> dict[str, Counts]:
    """Bring the dump types of a sink to a month; return what that took."""
    wanted = {one: month.to_hold(one, sink.shapes[one]) for one in types}
    with sink.open() as session:
        held = {} if is_full else session.held()
        behind = [one for one in types if held.get(one) != wanted[one]]
        works: list[Work] = []
        if behind:
            with month.rows(types) as rows:
                works = [
                    work_of(session, month, rows, held.get(one), wanted[one], one) for one in behind
                ]
                session.write(works, rows, tell)
        changed = dict.fromkeys(types, Changed()) | {one.dump_type: one.changed for one in works}
        return {
            one: counted(changed[one], month.records(one), session.count(one), month.kept(one))
            for one in types
        }


def counted(changed: Changed, records: int, there: int, kept: Kept) -> Counts:
    inserted, updated, deleted = (
        len(ids) for ids in (changed.added, changed.changed, changed.removed)
    )
    return Counts(inserted, updated, deleted, records, there, kept.unread, len(kept.ids))


def work_of(
    session: Session,
    month: Month,
    rows: MonthRows,
    held: Held | None,
    wanted: Held,
    dump_type: str,
) -> Work:
    """Return what is to do for a dump type, found the quickest way that is certain."""
    record = month.record(dump_type).name
    ids = rows.ids(record)
    is_alike = held is not None and held.state is not State.MIXED and wanted.is_alike(held)
    if is_known(held, wanted, month, dump_type):
        changed = month.changes(dump_type, held.what, wanted.what)
    else:
        changed = compare(session.iter_records(dump_type), rows, record, ids, by_hash=is_alike)
    is_certain = is_alike or not (changed.changed or changed.removed)
    begun = replace(wanted, state=State.PARTLY if is_certain else State.MIXED)
    return Work(dump_type, begun, wanted, changed, is_everything=changed.written == ids)


def is_known(held: Held | None, wanted: Held, month: Month, dump_type: str) -> TypeGuard[Held]:
    """Whether the warehouse knows what differs between what a sink holds and what it should."""
    return (
        held is not None
        and held.state is State.DONE
        and held.shape == wanted.shape
        and held.kept == month.kept(dump_type, held.what).note
        and month.is_comparable(dump_type, held.what, wanted.what)
    )


def compare(
    there: Iterable[pa.RecordBatch], rows: MonthRows, record: str, ids: BitMap, *, by_hash: bool
) -> Changed:
    """Return how a month differs from the records that a sink has.

    Without `by_hash` a record that both have counts as changed.
    """
    connection = rows.connection.cursor()
    try:
        connection.execute(f"CREATE OR REPLACE TABLE {THERE} (id INTEGER, hash UBIGINT)")
        held = BitMap()
        for batch in there:
            held |= BitMap(batch.column(0).to_numpy())
            connection.register("batch", batch)
            connection.execute(f"INSERT INTO {THERE} SELECT id, hash({HASH}) FROM batch")
            connection.unregister("batch")
        alike = BitMap()
        if by_hash and held:
            owner = rows.tables[record].owner
            month = f'SELECT "{owner}" AS id, hash({HASH}) AS hash FROM {rows.sources[record]}'
            alike = ids_of(connection, f"SELECT id FROM ({month}) JOIN {THERE} USING (id, hash)")
        connection.execute(f"DROP TABLE {THERE}")
        return Changed(ids - held, (ids & held) - alike, held - ids)
    finally:
        connection.close()
