"""Which records differ between the month that a sink holds and the month it is to hold.

What a sink holds it says itself: the `Import` it was last fed from.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from pyroaring import BitMap

from discogs_assets.errors import WarehouseError
from discogs_assets.exports.kept import Kept
from discogs_assets.exports.month_rows import ids_of
from discogs_assets.tables.table import Table
from discogs_assets.warehouse.changed_records import HASH
from discogs_assets.warehouse.history import is_valid
from discogs_assets.warehouse.loaded import LoadedMonths, Provenance, has_history, loaded_months
from discogs_assets.warehouse.sql import Connection, quoted
from discogs_assets.warehouse.views import rows_of

RECORDS = 500_000
"""About how many records of each month are compared at once."""


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
        held == wanted or held.made_with == wanted.made_with != ""
    )


def is_loaded(loaded: LoadedMonths, record: Table, what: Provenance) -> bool:
    found = loaded.get(record, what.month)
    return found is not None and found.source == what.source


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
            f"{record.name}: expected import {held.source} of {held.month:%Y-%m} and import "
            f"{wanted.source} of {wanted.month:%Y-%m} in the warehouse, made alike, found others; "
            "compare all records with what the sink holds"
        )
    if held == wanted:
        return Delta()
    months = sides_of(record, held, wanted)
    sides = [
        with_kept(loaded, record, side, one, wanted) for side, one in zip(months, kept, strict=True)
    ]
    gone, came = BitMap(), BitMap()
    for low, high in iter_ranges(connection, sides):
        old, new = (f"SELECT * FROM {side} WHERE id BETWEEN {low} AND {high}" for side in sides)
        gone.update(ids_of(connection, f"{old} EXCEPT {new}"))
        came.update(ids_of(connection, f"{new} EXCEPT {old}"))
    return Delta(came - gone, came & gone, gone - came)


def sides_of(record: Table, held: Provenance, wanted: Provenance) -> tuple[str, str]:
    """Return what ids and hashes of two months are selected from.

    Of row versions those are enough that one of the months has and the other has not.
    """
    names = f'"{record.owner}" AS id, {HASH}'
    if has_history(record, held) and has_history(record, wanted):
        old, new = is_valid(held.month), is_valid(wanted.month)
        rows = f"SELECT {names} FROM {record.versions} WHERE"
        return f"({rows} {old} AND NOT ({new}))", f"({rows} {new} AND NOT ({old}))"
    old, new = (f"(SELECT {names} FROM ({rows_of(record, one)}))" for one in (held, wanted))
    return old, new


def with_kept(
    loaded: LoadedMonths, record: Table, side: str, kept: Kept, wanted: Provenance
) -> str:
    """Return what ids and hashes of a month and of the records kept in it are selected from.

    A record that another release of this package made is never the same as one of the months'.
    """
    selects = [f"SELECT id, {HASH} FROM {side}"]
    for month, rows in kept.queries(loaded, record):
        stamp = "" if month.made_with == wanted.made_with else f" || {quoted(month.made_with)}"
        selects.append(f'SELECT "{record.owner}" AS id, {HASH}{stamp} FROM ({rows})')
    return f"({' UNION ALL '.join(selects)})"


def iter_ranges(connection: Connection, sides: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Yield ranges of ids with about as many records each as are compared at once."""
    ids = BitMap()
    for side in sides:
        ids |= ids_of(connection, f"SELECT id FROM {side}")
    for start in range(0, len(ids), RECORDS):
        part = ids[start : start + RECORDS]
        yield part[0], part[-1]
