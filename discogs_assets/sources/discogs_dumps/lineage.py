"""Which XML path each column of the tables of the dumps comes from."""

from collections.abc import Iterator

from discogs_assets.sources.discogs_dumps.release_tables import SUB_TRACK, TRACK
from discogs_assets.sources.discogs_dumps.tables import DumpType
from discogs_assets.tables.table import Column, Rows, Table
from discogs_assets.warehouse.lineage import Lineage

FROM_ITS_ELEMENT = {"sequence", "parent_sequence", "is_extra"}
"""Computed from which element a row is, and where it stands."""

FROM_THE_RECORD = {"record_hash", "byte_offset", "error", "raw"}
"""Computed from the bytes of a whole record."""

FROM_THE_FILE = {"dump"}
FROM_THE_ID = {"record_id"}
FROM_ANOTHER_PATH = {"released_year": ("released",), "track_sequence": (TRACK, SUB_TRACK)}


def table_lineage(dump_type: DumpType, table: Table) -> Lineage:
    """Return what the columns of a warehouse table come from: the same ones in the lake."""
    return {name: [(dump_type.records, f"{table.name}.{name}")] for name in table.duckdb_columns}


def change_lineage(dump_type: DumpType) -> Lineage:
    """Return what the columns of a dump type's table of changes come from."""
    record, records = dump_type.record, dump_type.records
    content = [
        (records, f"{table.name}.{column.name}")
        for table in dump_type.xml_tables
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


def records_lineage(dump_type: DumpType) -> Lineage:
    """Return what the columns of the lake, called `<table>.<column>`, come from: XML paths."""
    return {
        f"{table.name}.{column.name}": [
            (dump_type.dump, path) for path in xml_paths(dump_type, table, column)
        ]
        for table, column in iter_columns(dump_type)
    }


def xml_lineage(dump_type: DumpType, table: Table) -> Lineage:
    """Return the XML paths that the columns of a warehouse table come from."""
    columns = {column.name: column for column in table.columns}
    return {
        name: [(dump_type.dump, path) for path in xml_paths(dump_type, table, columns[name])]
        for name in table.duckdb_columns
    }


def iter_columns(dump_type: DumpType) -> Iterator[tuple[Table, Column]]:
    for table in dump_type.tables:
        for column in table.columns:
            yield table, column


def xml_paths(dump_type: DumpType, table: Table, column: Column) -> list[str]:
    """Return the absolute XML paths that a column's values come from, in file order."""
    rows = table.rows or (Rows(""),)
    if column.path is None:
        found = [path for one in rows for path in computed_from(dump_type, one, column.name)]
    else:
        found = [dump_type.xml_path(one, column.path) for one in rows]
    found += [
        f"{dump_type.xml_path(one).rpartition('/')[0]}/{one.id_before}"
        for one in rows
        if one.id_before and column.path == "@id"
    ]
    return [*dict.fromkeys(found)]


def computed_from(dump_type: DumpType, rows: Rows, column: str) -> list[str]:
    """Return what a column without a path of its own is computed from; KeyError if unknown."""
    if column in FROM_ITS_ELEMENT:
        return [dump_type.xml_path(rows)]
    if column in FROM_THE_FILE:
        return [f"/{dump_type.name}"]
    record = Rows("")
    if column in FROM_THE_RECORD:
        return [dump_type.xml_path(record)]
    if column in FROM_THE_ID:
        return [dump_type.xml_path(record, dump_type.id_path)]
    return [dump_type.xml_path(record, path) for path in FROM_ANOTHER_PATH[column]]


def described_paths(dump_type: DumpType) -> dict[str, str]:
    """Return every XML path that is read, and what becomes of it; then those left out, and why."""
    becomes: dict[str, list[str]] = {}
    for table, column in iter_columns(dump_type):
        for path in xml_paths(dump_type, table, column):
            name = f"{table.name}.{column.name}"
            becomes.setdefault(path, []).append(f"{name}: {column.description}")
    described = {path: " ".join(columns) for path, columns in sorted(becomes.items())}
    for path, reason in dump_type.ignored.items():
        described[dump_type.xml_path(Rows(""), path)] = f"Left out: {reason}."
    return described
