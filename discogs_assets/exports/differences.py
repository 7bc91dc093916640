"""Which records differ between the month that a sink holds and the month it is to hold.

What a sink holds it says itself: the `Provenance` it was last fed.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from pyroaring import BitMap

from discogs_assets.errors import WarehouseError
from discogs_assets.exports.kept import Kept
from discogs_assets.tables.table import Table
from discogs_assets.warehouse.differing import HASH, differing_records, side_of
from discogs_assets.warehouse.history import is_valid
from discogs_assets.warehouse.loaded import LoadedMonths, Provenance, has_history, loaded_months
from discogs_assets.warehouse.sql import Connection, quoted
from discogs_assets.warehouse.views import rows_of


@dataclass(frozen=True)
class Delta:
    """The ids of records that differ between two months; a few bits each, however many."""

    added: BitMap = field(default_factory=BitMap)
    changed: BitMap = field(default_factory=BitMap)
    removed: BitMap = field(default_factory=BitMap)

    @property
    def upserts(self) -> BitMap:
        """The records whose documents a sink has to write."""
        return self.added | self.changed


def is_comparable(
    loaded: LoadedMonths, record: Table, held: Provenance, wanted: Provenance
) -> bool:
    """Whether equal hashes mean equal documents, and both months are known still.

    A month that was imported anew since, or whose rows another release of this package made, says
    nothing of what the sink holds: that has to be compared with the sink's own hashes or replaced.
    """
    return all(is_loaded(loaded, record, one) for one in (held, wanted)) and (
        held == wanted or held.same_code(wanted)
    )


def is_loaded(loaded: LoadedMonths, record: Table, provenance: Provenance) -> bool:
    found = loaded.get(record, provenance.month)
    return found is not None and found.provenance.same_rows(provenance)


NOTHING = Kept()


def changes(
    connection: Connection,
    record: Table,
    held: Provenance,
    wanted: Provenance,
    kept: tuple[Kept, Kept] = (NOTHING, NOTHING),
) -> Delta:
    """Return what differs between two months, whichever is the earlier.

    `record` is the table with a row and a hash for each record, `kept` what each of the months has
    from earlier ones. Raises WarehouseError when the months are not comparable.
    """
    loaded = loaded_months(connection)
    if not is_comparable(loaded, record, held, wanted):
        raise WarehouseError(
            f"{record.name}: expected import {held.import_id} of {held.month:%Y-%m} and import "
            f"{wanted.import_id} of {wanted.month:%Y-%m} in the warehouse, made alike, found "
            "others; compare all records with what the sink holds"
        )
    if held == wanted:
        return Delta()
    months = sides_of(record, held, wanted)
    old, new = (
        with_kept(loaded, record, side, one, wanted) for side, one in zip(months, kept, strict=True)
    )
    return delta_of(connection, differing_records(connection, record, old, new))


def delta_of(connection: Connection, queries: Iterable[str]) -> Delta:
    """Return what queries of records that differ give."""
    added, changed, removed = BitMap(), BitMap(), BitMap()
    for query in queries:
        rows = connection.execute(
            f"SELECT id, hash_before IS NULL AS came, hash_after IS NULL AS went FROM ({query})"
        ).fetchnumpy()
        ids, came, went = rows["id"], rows["came"], rows["went"]
        added |= BitMap(ids[came])
        removed |= BitMap(ids[went])
        changed |= BitMap(ids[~(came | went)])
    return Delta(added, changed, removed)


def sides_of(record: Table, held: Provenance, wanted: Provenance) -> tuple[str, str]:
    """Return what ids and hashes of two months are selected from.

    Of row versions those are enough that one of the months has and the other has not.
    """
    if has_history(record, held) and has_history(record, wanted):
        old, new = is_valid(held.month), is_valid(wanted.month)
        rows = f"{record.versions} WHERE"
        ended, begun = f"{rows} {old} AND NOT ({new})", f"{rows} {new} AND NOT ({old})"
        return side_of(record, ended), side_of(record, begun)
    before, now = (side_of(record, f"({rows_of(record, one)})") for one in (held, wanted))
    return before, now


def with_kept(
    loaded: LoadedMonths, record: Table, side: str, kept: Kept, wanted: Provenance
) -> str:
    """Return what ids and hashes of a month and of the records kept in it are selected from.

    A record that another release of this package made is never the same as one of the months'.
    """
    selects = [f"SELECT id, {HASH} FROM {side}"]
    for month, rows in kept.queries(loaded, record):
        code = month.provenance.code_version
        stamp = "" if code == wanted.code_version else f" || {quoted(code)}"
        selects.append(f'SELECT "{record.owner}" AS id, {HASH}{stamp} FROM ({rows})')
    return f"({' UNION ALL '.join(selects)})"
