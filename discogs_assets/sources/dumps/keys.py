"""What the assets of a source and its dump types are called, and which come first in a run."""

from collections.abc import Iterator, Mapping
from functools import cache

import dagster as dg

from discogs_assets.sources.dumps.change_tables import change_table
from discogs_assets.sources.dumps.dump_type import DumpType
from discogs_assets.sources.dumps.source import DumpSource


def catalogue_key(source: DumpSource) -> dg.AssetKey:
    return dg.AssetKey([source.name, "catalogue"])


def retention_key(source: DumpSource) -> dg.AssetKey:
    return dg.AssetKey([source.name, "retention"])


def verification_key(source: DumpSource) -> dg.AssetKey:
    return dg.AssetKey([source.name, "verification"])


def key_check(source: DumpSource, dump_type: str) -> dg.AssetCheckKey:
    """Return the check that compares every key of a dump type."""
    identifier = source.dump_types[dump_type].identifier
    return dg.AssetCheckKey(verification_key(source), f"every_key_of_{identifier}_is_unique")


def dump_key(dump_type: DumpType) -> dg.AssetKey:
    return dg.AssetKey([dump_type.source, dump_type.dump])


def records_key(dump_type: DumpType) -> dg.AssetKey:
    return dg.AssetKey([dump_type.source, dump_type.records])


def change_key(dump_type: DumpType) -> dg.AssetKey:
    return dg.AssetKey([dump_type.source, change_table(dump_type).name])


def table_key(dump_type: DumpType, table: str) -> dg.AssetKey:
    return dg.AssetKey([dump_type.source, table])


def stored_keys(source: DumpSource) -> list[dg.AssetKey]:
    """Return the assets whose files the store has: every dump file, and every record."""
    return [key(one) for one in source.dump_types.values() for key in (dump_key, records_key)]


def iter_keys(dump_type: DumpType) -> Iterator[dg.AssetKey]:
    """Yield the assets of a dump type, from its file to what changed."""
    yield dump_key(dump_type)
    yield records_key(dump_type)
    yield from (table_key(dump_type, table.name) for table in dump_type.tables)
    yield change_key(dump_type)


def load_step(dump_type: DumpType) -> str:
    return f"{dump_type.source}__load_{dump_type.identifier}"


@cache
def types_of_steps(source: DumpSource) -> Mapping[str, str]:
    """Return the dump type of each step that brings one in."""
    types = source.dump_types.values()
    of = (dump_key, records_key, change_key)
    steps = {load_step(one): one.name for one in types}
    return steps | {key(one).to_python_identifier(): one.name for one in types for key in of}


def group_of(dump_type: DumpType) -> str:
    """Return the group of assets that a dump type has in the Dagster UI."""
    return f"{dump_type.source}_{dump_type.identifier}"


def step_tags(source: DumpSource, dump_type: DumpType) -> dict[str, str]:
    """Return the tag that has a run do all of a dump type before it begins with the next."""
    return {"dagster/priority": str(-[*source.dump_types].index(dump_type.name))}
