"""Partitions of what comes from the dumps: a month of a dump type."""

from datetime import date

import dagster as dg

from discogs_assets.discogs_dumps.tables import DUMP_TYPES
from discogs_assets.partitions import MONTHS

DUMP_FILES = dg.MultiPartitionsDefinition(
    {"dump_type": dg.StaticPartitionsDefinition([*DUMP_TYPES]), "month": MONTHS}
)

TYPE_MONTHS = {
    name: dg.MultiPartitionsDefinition(
        {"dump_type": dg.StaticPartitionsDefinition([name]), "month": MONTHS}
    )
    for name in DUMP_TYPES
}
"""A dump type's months with the same keys, so that its tables wait for no other type."""


def partition_key(dump_type: str, month: date) -> dg.MultiPartitionKey:
    """Return the key of a partition, such as `artists|2026-01-01`."""
    return dg.MultiPartitionKey({"dump_type": dump_type, "month": str(month)})


def parse_partition(key: str) -> tuple[str, date]:
    """Return the dump type and month of a partition key."""
    dump_type, month = key.split("|")
    return dump_type, date.fromisoformat(month)
