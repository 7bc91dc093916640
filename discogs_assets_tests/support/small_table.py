"""A table of two columns, to try the warehouse with."""

from datetime import date

from discogs_assets.tables.table import Column, Table, Type
from discogs_assets.warehouse.loaded import Provenance
from discogs_assets.warehouse.replace import replace_from_query
from discogs_assets.warehouse.sql import Connection

JANUARY, FEBRUARY, MARCH = (date(2026, month, 1) for month in (1, 2, 3))

THING = Table(
    "thing",
    "Things that somebody's tests count.",
    ("id",),
    (
        Column("id", Type.INTEGER, "The thing."),
        Column("name", Type.TEXT, "What it's called."),
    ),
)


def load(
    connection: Connection, month: date, names: str, table: Table = THING, is_full: bool = True
) -> int:
    """Load a month of things, one for each letter of `names`."""
    values = ", ".join(f"({number}, '{name}')" for number, name in enumerate(names, 1))
    query = f"SELECT * FROM (VALUES {values}) AS things (id, name)"
    return replace_from_query(connection, Provenance(month, names, is_full), table, query)


def shown(connection: Connection) -> str:
    """Return the names that the view of the newest month shows."""
    rows = connection.execute("SELECT name FROM main.thing ORDER BY id").fetchall()
    return "".join(name for (name,) in rows)


def kept(connection: Connection) -> dict[date, str]:
    """Return the names of each month."""
    rows = connection.execute(
        "SELECT month, string_agg(name, '' ORDER BY id) FROM discogs.thing GROUP BY month"
    ).fetchall()
    return dict(rows)
