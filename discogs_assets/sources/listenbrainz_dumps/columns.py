"""How the columns of a dump's Parquet files become those of `listen`."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import duckdb

from discogs_assets.errors import DumpError
from discogs_assets.sources.listenbrainz_dumps.tables import LISTEN, TIMES
from discogs_assets.warehouse.sql import Connection, quoted

NEEDED = ("user_id", "recording_msid", "recording_name", "artist_name")
INTEGERS = {"BIGINT", "INTEGER", "UBIGINT", "UINTEGER"}
TIMESTAMPS = ("TIMESTAMP",)


def columns_of(connection: Connection, path: Path) -> dict[str, str]:
    """Return the DuckDB types of the columns of a file; DumpError when it is no Parquet."""
    try:
        rows = connection.execute(f"DESCRIBE FROM {read_files([path])}").fetchall()
    except duckdb.Error as error:
        raise DumpError(
            f"{path.name}: expected a Parquet file, it cannot be read: {error}; get it again"
        ) from error
    return {name: kind for name, kind, *_ in rows}


def read_files(paths: Sequence[Path], more: str = "") -> str:
    """Return the SQL that reads files; with `more` options such as the number of each row."""
    files = ", ".join(quoted(str(path)) for path in paths)
    return f"read_parquet([{files}], hive_partitioning = false{more})"


def time_column(columns: Mapping[str, str], where: str) -> str:
    """Return the SQL of the time of a listen, of UTC without a zone; DumpError without one.

    A number that is no time a calendar has becomes NULL.
    """
    for name in TIMES:
        kind = columns.get(name, "")
        if kind in INTEGERS:
            return f"TRY(make_timestamp({name} * 1000000))"
        if kind.startswith(TIMESTAMPS):
            return f"{name}::TIMESTAMP"
    raise DumpError(f"{where}: expected a time in listened_at or timestamp, found {said(columns)}")


def selected(columns: Mapping[str, str], where: str) -> dict[str, str]:
    """Return the SQL of each column of `listen` but the user; what a dump leaves out is NULL.

    Raises DumpError when a column is missing that every dump has.
    """
    if missing := [name for name in NEEDED if name not in columns]:
        raise DumpError(f"{where}: expected columns {', '.join(missing)}, found {said(columns)}")
    types = {name: kind for name, kind in LISTEN.duckdb_columns.items() if name != "user_id"}
    found = {
        name: f'"{name}"' if columns.get(name) == kind else f'"{name}"::{kind}'
        for name, kind in types.items()
        if name in columns
    }
    nulls = {name: f"NULL::{kind}" for name, kind in types.items() if name not in columns}
    return {**found, **nulls, "listened_at": time_column(columns, where)}


def said(columns: Mapping[str, str]) -> str:
    return ", ".join(f"{name} {kind}" for name, kind in columns.items())
