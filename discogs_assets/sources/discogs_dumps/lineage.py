"""Which XML path each column of the tables of the dumps comes from."""

from discogs_assets.sources.discogs_dumps.release_tables import SUB_TRACK, TRACK
from discogs_assets.sources.discogs_dumps.tables import XmlDumpType
from discogs_assets.sources.dumps.dump_type import DumpType
from discogs_assets.sources.dumps.lineage import iter_columns
from discogs_assets.tables.table import Column, Rows, Table
from discogs_assets.warehouse.lineage import Lineage

FROM_ITS_ELEMENT = {"sequence", "parent_sequence", "is_extra"}
"""Computed from which element a row is, and where it stands."""

FROM_THE_RECORD = {"record_hash", "byte_offset", "error", "raw"}
"""Computed from the bytes of a whole record."""

FROM_THE_FILE = {"dump"}
FROM_THE_ID = {"record_id"}
FROM_ANOTHER_PATH = {"released_year": ("released",), "track_sequence": (TRACK, SUB_TRACK)}


def records_lineage(dump_type: DumpType) -> Lineage:
    """Return what the columns of the lake, called `<table>.<column>`, come from: XML paths."""
    assert isinstance(dump_type, XmlDumpType)
    return {
        f"{table.name}.{column.name}": [
            (dump_type.dump, path) for path in xml_paths(dump_type, table, column)
        ]
        for table, column in iter_columns(dump_type)
    }


def xml_paths(dump_type: XmlDumpType, table: Table, column: Column) -> list[str]:
    """Return the absolute XML paths that a column's values come from, in file order."""
    rows = table.rows or (Rows(""),)
    if column.path is None:
        paths = [path for one in rows for path in computed_from(dump_type, one, column.name)]
    else:
        paths = [dump_type.xml_path(one, column.path) for one in rows]
    paths += [
        f"{dump_type.xml_path(one).rpartition('/')[0]}/{one.id_before}"
        for one in rows
        if one.id_before and column.path == "@id"
    ]
    return [*dict.fromkeys(paths)]


def computed_from(dump_type: XmlDumpType, rows: Rows, column: str) -> list[str]:
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


def ignored_paths(dump_type: DumpType) -> dict[str, str]:
    """Return the XML paths that are left out, and why."""
    assert isinstance(dump_type, XmlDumpType)
    return {dump_type.xml_path(Rows(""), path): why for path, why in dump_type.ignored.items()}
