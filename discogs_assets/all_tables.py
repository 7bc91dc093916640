"""Every table of the warehouse, whatever it comes from."""

from discogs_assets.derived.tables import DERIVED
from discogs_assets.discogs_dumps.change_tables import CHANGE_TABLES
from discogs_assets.discogs_dumps.tables import iter_tables

TABLES = {
    table.name: table
    for table in (
        *iter_tables(),
        *CHANGE_TABLES.values(),
        *(derived.table for derived in DERIVED.values()),
    )
}
"""By name."""
