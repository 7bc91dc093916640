"""The table of what changed in the records of a dump type from dump to dump."""

from dataclasses import dataclass
from functools import cache

from discogs_assets.sources.dumps.dump_type import DumpType
from discogs_assets.tables.table import Column, Table, Type

KINDS = {
    "added": "it was not in the month before",
    "changed": "its content differs",
    "reformatted": "its bytes differ, its content does not",
    "removed": "it is not in the month any more",
}
"""What can have become of a record, and what that means."""

HASH = "`record_hash` of the record"


@cache
def change_table(dump_type: DumpType) -> Table:
    """Return the table of the changes of a dump type's records."""
    record, record_id = dump_type.record, dump_type.record_table.column("id")
    return Table(
        f"{record}_change",
        f"The {dump_type.name} that were added, changed or removed since the newest earlier month "
        "that was imported in full.",
        ("id",),
        (
            dump_type.id_column(record_id.description),
            Column("kind", Type.TEXT, f"{', '.join(KINDS)}.", is_repetitive=True),
            Column("hash_before", Type.TEXT, f"{HASH} in the month before; NULL when added."),
            Column("hash_after", Type.TEXT, f"{HASH} in the month; NULL when removed."),
            Column("tables", Type.TEXT_LIST, "The tables that differ, of a changed record."),
            Column("month_before", Type.DATE, "The month it is compared with, its first day."),
        ),
        is_monthly=True,
        may_be_empty="two months may be the same, and the first one is compared with none",
        schema=dump_type.source,
    )


@dataclass(frozen=True, slots=True)
class Usual:
    """The share of the records of a dump type that is usually of a kind, in a month."""

    kind: str
    at_least: float
    at_most: float
    too_few: str
    too_many: str


USUAL = (
    Usual(
        "changed",
        0.001,
        0.1,
        "It may be an old dump under a new name.",
        "A column may have other values than before: see which tables differ.",
    ),
    Usual("reformatted", 0.0, 0.1, "", "Discogs has changed the form of its dumps."),
)
"""About 3 % of the records are edited in a month."""
