"""What the assets of all tables are called, and who owns them."""

import dagster as dg

OWNERS = ["team:discogs-assets"]


def table_key(table: str) -> dg.AssetKey:
    """Return the key of a table's asset, be it of a dump or computed."""
    return dg.AssetKey(["discogs", table])
