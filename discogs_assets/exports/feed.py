"""Feed a sink that has records by id: find out what it lacks, and have it written."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from typing import TypeGuard

import pyarrow as pa
from pyroaring import BitMap

from discogs_assets.errors import DiscogsAssetsError
from discogs_assets.exports.differences import Delta
from discogs_assets.exports.kept import Kept
from discogs_assets.exports.month import Month
from discogs_assets.exports.month_rows import MonthRows, ids_of
from discogs_assets.exports.sink import (
    Counts,
    MonthSink,
    RecordSink,
    Session,
    Sink,
    Tell,
    WritePlan,
)
from discogs_assets.exports.sink_state import SinkState, Status
from discogs_assets.warehouse.differing import HASH

THERE = "sink_record"


def feed(
    sink: Sink, month: Month, types: Sequence[str], tell: Tell, *, is_full: bool = False
) -> dict[str, Counts]:
    """Bring the dump types of a sink to a month, whatever it holds; return what that took.

    The next call completes one that was interrupted. With `is_full` every record is written.
    """
    if isinstance(sink, MonthSink):
        return sink.feed(month, types, tell, is_full=is_full)
    wanted = {one: month.to_hold(one, sink.shapes[one]) for one in types}
    with opened(sink) as session:
        held = {} if is_full else session.read_state()
        behind = [one for one in types if held.get(one) != wanted[one]]
        plans: list[WritePlan] = []
        if behind:
            with month.rows(types) as rows:
                plans = [
                    plan_of(session, month, rows, held.get(one), wanted[one], one) for one in behind
                ]
                session.write(plans, rows, tell)
        deltas = dict.fromkeys(types, Delta()) | {plan.dump_type: plan.delta for plan in plans}
        return {
            one: counted(deltas[one], records, session.count(one, records), month.kept(one))
            for one in types
            for records in [month.records(one)]
        }


def read_state(sink: Sink) -> dict[str, SinkState]:
    """Return the states that a sink has noted, by dump type."""
    if isinstance(sink, MonthSink):
        return sink.read_state()
    with opened(sink) as session:
        return {**session.read_state()}


@contextmanager
def opened(sink: RecordSink) -> Iterator[Session]:
    """Connect to a sink; errors of its driver become those of the export."""

    def translate(_kind: object, error: BaseException | None, _trace: object) -> None:
        if isinstance(error, Exception) and not isinstance(error, DiscogsAssetsError):
            sink.translate(error)

    with ExitStack() as stack:
        stack.push(translate)
        yield stack.enter_context(sink.open())


def counted(delta: Delta, records: int, there: int, kept: Kept) -> Counts:
    inserted, updated, deleted = (len(ids) for ids in (delta.added, delta.changed, delta.removed))
    return Counts(inserted, updated, deleted, records, there, kept.unread, len(kept.ids))


def plan_of(
    session: Session,
    month: Month,
    rows: MonthRows,
    held: SinkState | None,
    wanted: SinkState,
    dump_type: str,
) -> WritePlan:
    """Return what is to do for a dump type, found the quickest way that is certain."""
    record = month.record(dump_type).name
    ids = rows.ids(record)
    is_alike = held is not None and held.status is not Status.INCONSISTENT and wanted.is_alike(held)
    if is_known(held, wanted, month, dump_type):
        delta = month.changes(dump_type, held.provenance, wanted.provenance)
    else:
        delta = compare(session.iter_records(dump_type), rows, record, ids, by_hash=is_alike)
    is_certain = is_alike or not (delta.changed or delta.removed)
    in_progress = replace(wanted, status=Status.INCOMPLETE if is_certain else Status.INCONSISTENT)
    return WritePlan(dump_type, in_progress, wanted, delta, is_everything=delta.upserts == ids)


def is_known(
    held: SinkState | None, wanted: SinkState, month: Month, dump_type: str
) -> TypeGuard[SinkState]:
    """Whether the warehouse knows what differs between what a sink holds and what it should."""
    return (
        held is not None
        and held.status is Status.DONE
        and held.shape == wanted.shape
        and held.kept == month.kept(dump_type, held.provenance).note
        and month.is_comparable(dump_type, held.provenance, wanted.provenance)
    )


def compare(
    in_sink: Iterable[pa.RecordBatch], rows: MonthRows, record: str, ids: BitMap, *, by_hash: bool
) -> Delta:
    """Return how a month differs from the records that a sink has.

    Without `by_hash` a record that both have counts as changed.
    """
    connection = rows.connection.cursor()
    try:
        connection.execute(f"CREATE OR REPLACE TABLE {THERE} (id INTEGER, hash UBIGINT)")
        held = BitMap()
        for batch in in_sink:
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
        return Delta(ids - held, (ids & held) - alike, held - ids)
    finally:
        connection.close()
