"""The tables of what changed from month to month, one a dump type, and the view over them."""

from dataclasses import dataclass

from discogs_assets.sources.discogs_dumps.table_parts import INTEGER, TEXT
from discogs_assets.sources.discogs_dumps.tables import DUMP_TYPES, DumpType
from discogs_assets.tables.table import Column, Table, Type
from discogs_assets.warehouse.ddl import comment
from discogs_assets.warehouse.loaded import loaded_months
from discogs_assets.warehouse.sql import SCHEMA, Connection

KINDS = {
    "added": "it was not in the month before",
    "changed": "its content differs",
    "reformatted": "its bytes differ, its content does not",
    "removed": "it is not in the month any more",
}
"""What can have become of a record, and what that means."""

HASH = "`record_hash` of the record"


def change_table(dump_type: DumpType) -> Table:
    """Return the table of the changes of a dump type's records."""
    record = dump_type.record
    return Table(
        f"{record}_change",
        f"The {dump_type.name} that were added, changed or removed since the newest earlier month "
        "that was imported in full.",
        ("id",),
        (
            Column("id", INTEGER, f"Discogs id of the {record}."),
            Column("kind", TEXT, f"{', '.join(KINDS)}.", is_repetitive=True),
            Column("hash_before", TEXT, f"{HASH} in the month before; NULL when added."),
            Column("hash_after", TEXT, f"{HASH} in the month; NULL when removed."),
            Column("tables", Type.TEXT_LIST, "The tables that differ, of a changed record."),
            Column("month_before", Type.DATE, "The month it is compared with, its first day."),
        ),
        is_monthly=True,
        may_be_empty="two months may be the same, and the first one is compared with none",
    )


CHANGE_TABLES = {name: change_table(dump_type) for name, dump_type in DUMP_TYPES.items()}
"""By dump type."""


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


def show_changes(connection: Connection) -> None:
    """Make the views `change`: those tables in one that have a month loaded."""
    loaded = {table for table, _ in loaded_months(connection)}
    shown = {name: table for name, table in CHANGE_TABLES.items() if table.name in loaded}
    for schema, what in ((SCHEMA, "of every month"), ("main", "of the newest month of each type")):
        query = " UNION ALL BY NAME ".join(
            f"SELECT '{name}' AS dump_type, * FROM {schema}.\"{table.name}\""
            for name, table in shown.items()
        )
        connection.execute(f"CREATE OR REPLACE VIEW {schema}.change AS {query}")
        comment(connection, f"VIEW {schema}.change", f"The changes of all dump types, {what}.")
