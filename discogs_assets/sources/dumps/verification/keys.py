"""What the verification and its checks of keys are called."""

import dagster as dg

from discogs_assets.orchestration.asset_keys import table_key

VERIFICATION = table_key("verification")


def key_check(dump_type: str) -> dg.AssetCheckKey:
    """Return the check that compares every key of a dump type."""
    return dg.AssetCheckKey(VERIFICATION, f"every_key_of_{dump_type}_is_unique")
