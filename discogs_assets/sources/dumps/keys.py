"""What the assets of a dump type are called, and which come first in a run."""

from collections.abc import Iterator, Mapping
from functools import cache

import dagster as dg

from discogs_assets.orchestration.asset_keys import table_key
from discogs_assets.sources.discogs_dumps.tables import DUMP_TYPES, DumpType
from discogs_assets.sources.dumps.changes.tables import CHANGE_TABLES


def dump_key(dump_type: str) -> dg.AssetKey:
    return table_key(DUMP_TYPES[dump_type].dump)


def records_key(dump_type: str) -> dg.AssetKey:
    return table_key(DUMP_TYPES[dump_type].records)


def change_key(dump_type: str) -> dg.AssetKey:
    return table_key(CHANGE_TABLES[dump_type].name)


STORED = [key(name) for name in DUMP_TYPES for key in (dump_key, records_key)]
"""The assets whose files the store has: every dump file, and every record."""


def iter_keys(dump_type: str) -> Iterator[dg.AssetKey]:
    """Yield the assets of a dump type, from its file to what changed."""
    yield dump_key(dump_type)
    yield records_key(dump_type)
    yield from (table_key(table.name) for table in DUMP_TYPES[dump_type].tables)
    yield change_key(dump_type)


@cache
def types_of_steps() -> Mapping[str, str]:
    """Return the dump type of each step that brings one in."""
    steps = {f"load_{name}": name for name in DUMP_TYPES}
    of = (dump_key, records_key, change_key)
    return steps | {key(name).to_python_identifier(): name for name in DUMP_TYPES for key in of}


def dump_type_of(step: str) -> str | None:
    """Return the dump type that a step brings in; None for a step of no type."""
    return types_of_steps().get(step)


def group_of(dump_type: str) -> str:
    """Return the group of assets that a dump type has in the Dagster UI."""
    return f"discogs_{dump_type}"


def step_tags(dump_type: DumpType) -> dict[str, str]:
    """Return the tag that has a run do all of a dump type before it begins with the next."""
    return {"dagster/priority": str(-[*DUMP_TYPES].index(dump_type.name))}
