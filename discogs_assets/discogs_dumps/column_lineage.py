"""Which XML path each column of the tables of the dumps comes from."""

from collections.abc import Iterator
from functools import cache

from discogs_assets.column_lineage import Lineage
from discogs_assets.discogs_dumps.release_tables import SUB_TRACK, TRACK
from discogs_assets.discogs_dumps.tables import DUMP_TYPES, DumpType
from discogs_assets.tables import Column, Rows, Table

RECORDS, RAW_DUMP = "records", "raw_dump"

FROM_ITS_ELEMENT = {"sequence", "parent_sequence", "is_extra"}
"""Computed from which element a row is, and where it stands."""

FROM_THE_RECORD = {"record_hash", "byte_offset", "error", "raw"}
"""Computed from the bytes of a whole record."""

FROM_THE_FILE = {"dump"}
FROM_THE_ID = {"record_id"}
FROM_ANOTHER_PATH = {"released_year": ("released",), "track_sequence": (TRACK, SUB_TRACK)}


def table_lineage(table: Table) -> Lineage:
    """Return what the columns of a warehouse table come from: the same ones in the lake."""
    return {name: [(RECORDS, f"{table.name}.{name}")] for name in table.duckdb_columns}


def change_lineage(dump_type: DumpType) -> Lineage:
    """Return what the columns of a dump type's table of changes come from."""
    record = dump_type.record
    content = [
        (RECORDS, f"{table.name}.{column.name}")
        for table in dump_type.xml_tables
        for column in table.columns
        if not column.not_content
    ]
    hashes = [(RECORDS, f"{record}.record_hash")]
    return {
        "id": [(RECORDS, f"{record}.id")],
        "kind": [*hashes, *content],
        "hash_before": hashes,
        "hash_after": hashes,
        "tables": content,
        "month_before": [],
    }


@cache
def records_lineage() -> Lineage:
    """Return what the columns of the lake, called `<table>.<column>`, come from: XML paths."""
    return {
        f"{table.name}.{column.name}": [
            (RAW_DUMP, path) for path in xml_paths(dump_type, table, column)
        ]
        for dump_type, table, column in iter_columns()
    }


def xml_lineage(table: Table) -> Lineage:
    """Return the XML paths that the columns of a warehouse table come from."""
    lake = records_lineage()
    return {name: lake[f"{table.name}.{name}"] for name in table.duckdb_columns}


def iter_columns() -> Iterator[tuple[DumpType, Table, Column]]:
    for dump_type in DUMP_TYPES.values():
        for table in dump_type.tables:
            for column in table.columns:
                yield dump_type, table, column


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


def described_paths() -> dict[str, str]:
    """Return every XML path that is read, and what becomes of it; then those left out, and why."""
    becomes: dict[str, list[str]] = {}
    for dump_type, table, column in iter_columns():
        for path in xml_paths(dump_type, table, column):
            name = f"{table.name}.{column.name}"
            becomes.setdefault(path, []).append(f"{name}: {column.description}")
    described = {path: " ".join(columns) for path, columns in sorted(becomes.items())}
    for dump_type in DUMP_TYPES.values():
        for path, reason in dump_type.ignored.items():
            described[dump_type.xml_path(Rows(""), path)] = f"Left out: {reason}."
    return described
