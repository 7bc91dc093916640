"""Which JSON path each column of the tables comes from."""

from collections.abc import Mapping

from discogs_assets.sources.dumps.dump_type import DumpType
from discogs_assets.sources.dumps.lineage import iter_columns
from discogs_assets.sources.musicbrainz_dumps.json.paths import column_paths
from discogs_assets.sources.musicbrainz_dumps.tables import JsonDumpType
from discogs_assets.tables.table import Column, Rows, Table
from discogs_assets.warehouse.lineage import Lineage

FROM_THE_FILE = {"dump"}
FROM_THE_ID = {"record_id"}


def records_lineage(dump_type: DumpType) -> Lineage:
    """Return what the columns of the lake, called `<table>.<column>`, come from: JSON paths."""
    return {
        f"{table.name}.{column.name}": [
            (dump_type.dump, path) for path in json_paths(dump_type, table, column)
        ]
        for table, column in iter_columns(dump_type)
    }


def json_paths(dump_type: DumpType, table: Table, column: Column) -> list[str]:
    """Return the JSON paths of a column's values; a number in a list comes from the list."""
    rows = table.rows[0] if table.rows else Rows("")
    record = f"{dump_type.name}:"
    if column.path is None:
        if column.name in FROM_THE_FILE:
            return [dump_type.name]
        return [f"{record}id"] if column.name in FROM_THE_ID else [record]
    found = column_paths(rows, column) or [lists_of(rows, column.path)]
    return [f"{record}{path}" for path in found]


def lists_of(rows: Rows, path: str) -> str:
    """Return the path of the list that a number counts."""
    return path[1:].removesuffix("/#") if path.startswith("/") else rows.path


def left_out(dump_type: DumpType) -> Mapping[str, str]:
    """Return the JSON paths that are left out, and why."""
    assert isinstance(dump_type, JsonDumpType)
    return {f"{dump_type.name}:{path}": why for path, why in dump_type.left_out.items()}
