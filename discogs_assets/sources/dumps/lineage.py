"""Which columns the tables of a source come from, as its lake and its dump files have them."""

from collections.abc import Iterator

from discogs_assets.sources.dumps.dump_type import DumpType
from discogs_assets.sources.dumps.source import DumpSource
from discogs_assets.tables.table import Column, Table
from discogs_assets.warehouse.lineage import Lineage


def table_lineage(dump_type: DumpType, table: Table) -> Lineage:
    """Return what the columns of a warehouse table come from: the same ones in the lake."""
    return {name: [(dump_type.records, f"{table.name}.{name}")] for name in table.duckdb_columns}


def change_lineage(dump_type: DumpType) -> Lineage:
    """Return what the columns of a dump type's table of changes come from."""
    record, records = dump_type.record, dump_type.records
    content = [
        (records, f"{table.name}.{column.name}")
        for table in dump_type.content_tables
        for column in table.columns
        if not column.not_content
    ]
    hashes = [(records, f"{record}.record_hash")]
    return {
        "id": [(records, f"{record}.id")],
        "kind": [*hashes, *content],
        "hash_before": hashes,
        "hash_after": hashes,
        "tables": content,
        "month_before": [],
    }


def file_lineage(source: DumpSource, dump_type: DumpType, table: Table) -> Lineage:
    """Return the places in a dump file that the columns of a warehouse table come from."""
    places = source.lineage(dump_type)
    return {name: places[f"{table.name}.{name}"] for name in table.duckdb_columns}


def iter_columns(dump_type: DumpType) -> Iterator[tuple[Table, Column]]:
    for table in dump_type.tables:
        for column in table.columns:
            yield table, column


def described_places(source: DumpSource, dump_type: DumpType) -> dict[str, str]:
    """Return every place that is read, and what becomes of it; then those left out, and why."""
    becomes: dict[str, list[str]] = {}
    places = source.lineage(dump_type)
    for table, column in iter_columns(dump_type):
        name = f"{table.name}.{column.name}"
        for _, place in places[name]:
            becomes.setdefault(place, []).append(f"{name}: {column.description}")
    described = {place: " ".join(columns) for place, columns in sorted(becomes.items())}
    left_out = source.left_out(dump_type)
    return described | {place: f"Left out: {why}." for place, why in left_out.items()}
