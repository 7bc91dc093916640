"""Which months of which tables the warehouse has: `discogs.loaded_month`."""

from dataclasses import astuple, dataclass
from datetime import date

import duckdb

from discogs_assets.tables.table import Table
from discogs_assets.warehouse.history import Around, around
from discogs_assets.warehouse.sql import SCHEMA, Connection

LOADED = f"{SCHEMA}.loaded_month"


@dataclass(frozen=True)
class Import:
    """A month that is loaded; `source` tells one import of it from another.

    `made_with` names what made its rows of the dump: where that is the same, so are the rows of a
    record whose bytes are the same. Empty means that nothing is known of that.
    """

    month: date
    source: str
    is_full: bool
    made_with: str = ""


@dataclass(frozen=True)
class Loaded:
    """A month of a table in the warehouse; `discogs.<table>` has those that are shown."""

    table: str
    month: date
    source: str
    is_full: bool
    rows: int
    made_with: str = ""
    is_shown: bool = True

    def is_source(self, source: str) -> bool:
        """Whether this is that import of the month, and shown."""
        return self.is_shown and self.source == source


LoadedMonths = dict[tuple[str, date], Loaded]


def loaded_months(connection: Connection) -> LoadedMonths:
    """Return what is loaded, by table and month; nothing of a file that is not ours, or new."""
    try:
        found = connection.execute(
            f'SELECT "table", month, source, is_full, rows, made_with, is_shown FROM {LOADED}'
        ).fetchall()
    except duckdb.CatalogException:
        return {}
    return {row[:2]: Loaded(*row) for row in found}


def newest(loaded: LoadedMonths, table: str) -> Loaded | None:
    """Return the newest month of a table that is shown, a full one before others; None for none."""
    shown = [one for one in loaded.values() if one.table == table and one.is_shown]
    return max(shown, key=lambda one: (one.is_full, one.month), default=None)


def note_loaded(connection: Connection, loaded: Loaded) -> None:
    """Write down that a month of a table is loaded."""
    forget_loaded(connection, loaded.table, loaded.month)
    connection.execute(
        f'INSERT INTO {LOADED} ("table", month, source, is_full, rows, made_with, is_shown) '
        "VALUES (?, ?, ?, ?, ?, ?, ?)",
        [*astuple(loaded)],
    )


def forget_loaded(connection: Connection, table: str, month: date) -> None:
    connection.execute(f'DELETE FROM {LOADED} WHERE "table" = ? AND month = ?', [table, month])


def has_history(table: Table, month: Loaded | Import) -> bool:
    """Whether the rows of a month are kept as versions, not by themselves."""
    return month.is_full and not table.is_monthly


def near_in_history(loaded: LoadedMonths, table: str, month: date) -> Around:
    """Return the months next to one that the history of a table has."""
    months = [
        one.month
        for one in loaded.values()
        if one.table == table and one.month != month and one.is_full
    ]
    return around(month, months)
