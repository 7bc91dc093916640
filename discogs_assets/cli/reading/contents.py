"""The loaded months of the warehouse and the numbers of changes in them, for `status`."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from discogs_assets.errors import WarehouseLockedError
from discogs_assets.platform import Platform
from discogs_assets.sources.dumps.change_tables import KINDS
from discogs_assets.sources.dumps.changes.compare import NOTHING
from discogs_assets.sources.dumps.source import DumpSource
from discogs_assets.warehouse.database import Warehouse
from discogs_assets.warehouse.loaded import LoadedMonths, loaded_months
from discogs_assets.warehouse.sql import Connection

Counts = Mapping[str, int]
Changes = Mapping[tuple[str, date], Counts]


@dataclass(frozen=True)
class Contents:
    """The contents of the warehouse; nothing but `is_locked` while another process has it open."""

    loaded: LoadedMonths
    changes: Changes
    is_locked: bool = False


def read_warehouse(platform: Platform) -> Contents:
    """Return the loaded months and their numbers of changes, without waiting for a lock."""
    path = platform.settings.warehouse
    if not path.exists():
        return Contents(LoadedMonths(), {})
    try:
        with Warehouse(path, lock_timeout_s=0).reader() as connection:
            loaded = loaded_months(connection)
            return Contents(loaded, count_changes(connection, platform.source, loaded))
    except WarehouseLockedError:
        return Contents(LoadedMonths(), {}, is_locked=True)


def count_changes(connection: Connection, source: DumpSource, loaded: LoadedMonths) -> Changes:
    """Return the number of records of each kind, by dump type and month that were compared."""
    changes = {
        (name, table_month.month): dict.fromkeys(KINDS, 0)
        for name, table in source.change_tables.items()
        for table_month in loaded.months(table)
        if not table_month.import_id.endswith(f" {NOTHING}")
    }
    for name in {name for name, _ in changes}:
        table = source.change_tables[name].every
        query = f"SELECT month, kind, count(*) FROM {table} GROUP BY ALL"
        for month, kind, count in connection.execute(query).fetchall():
            changes[name, month][kind] = count
    return changes
