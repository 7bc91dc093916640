"""Counts made of the listens of a month, for recommendations: `processed/features/`.

A month of a table is one Parquet file, which takes the place of the one before whole.
"""

import shutil
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date
from pathlib import Path, PurePosixPath

import pyarrow.parquet as pq

from discogs_assets.sources.listenbrainz_dumps.columns import read_files
from discogs_assets.sources.listenbrainz_dumps.rows import working_connection
from discogs_assets.sources.listenbrainz_dumps.tables import (
    GROUP,
    LISTEN,
    LISTENS_BY_ARTIST,
    LISTENS_BY_RECORDING,
    SCHEMA,
    USER_ARTIST,
)
from discogs_assets.storage.disk import disk_errors
from discogs_assets.storage.lake import Lake, day_of
from discogs_assets.storage.store import Store
from discogs_assets.tables.table import Table
from discogs_assets.warehouse.sql import Connection, quoted

FOLDER = f"processed/features/{SCHEMA}"
FILE = "part-00000.parquet"


@dataclass(frozen=True)
class Minimum:
    """What is left out of `user_artist`; each is counted over the whole month."""

    listens_of_user: int = 1
    listens_of_artist: int = 1
    listens_of_pair: int = 1


VIEWS = """CREATE TEMP VIEW listen AS FROM {rows};
CREATE TEMP VIEW artist_listen AS
SELECT artist_mbid, user_id, listened_at
FROM (SELECT unnest(artist_credit_mbids) AS artist_mbid, user_id, listened_at FROM listen)
WHERE artist_mbid IS NOT NULL"""

COUNTS = """SELECT {id}, sum(listens)::BIGINT AS listens, count(*) AS listeners
FROM (SELECT {id}, user_id, count(*) AS listens FROM {source} GROUP BY ALL)
WHERE {id} IS NOT NULL GROUP BY {id}"""
"""Two steps, so that no set of users has to be kept in memory for each id."""

PAIRS = """CREATE TABLE pair AS
SELECT user_id, artist_mbid, count(*) AS listens,
    min(listened_at) AS first_listened_at, max(listened_at) AS last_listened_at
FROM artist_listen GROUP BY ALL"""

KEPT = """SELECT {names} FROM pair
SEMI JOIN (SELECT user_id FROM listen GROUP BY user_id HAVING count(*) >= {listens_of_user})
    USING (user_id)
SEMI JOIN (
    SELECT artist_mbid FROM pair GROUP BY artist_mbid HAVING sum(listens) >= {listens_of_artist}
) USING (artist_mbid)
WHERE listens >= {listens_of_pair}"""


def query_of(connection: Connection, table: Table, minimum: Minimum) -> str:
    """Return the query of a table of counts; it reads `listen`, and `pair`, which is made here."""
    if table is LISTENS_BY_RECORDING:
        return COUNTS.format(id="recording_mbid", source="listen")
    if table is LISTENS_BY_ARTIST:
        return COUNTS.format(id="artist_mbid", source="artist_listen")
    connection.execute(PAIRS)
    return KEPT.format(names=USER_ARTIST.names, **vars(minimum))


def compute_feature(
    lake: Lake, table: Table, month: date, memory: int, minimum: Minimum | None = None
) -> int:
    """Write a month of a table of counts; return how many rows it has.

    Raises LakeError when the listens of the month are not in the lake.
    """
    store = lake.store
    manifest = lake.readable_manifest(GROUP, month)
    folder = store.scratch / f"{table.name}-{month}"
    with disk_errors(folder), store.lock(f"{table.name} {month}"), ExitStack() as stack:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        paths = [stack.enter_context(store.local(f)) for f in manifest.tables[LISTEN.name].files]
        target = folder / FILE
        write_counts(table, paths, target, memory, minimum or Minimum())
        rows: int = pq.read_metadata(target).num_rows
        store.put(target, feature_key(table, month))
    return rows


def write_counts(
    table: Table, paths: Sequence[Path], target: Path, memory: int, minimum: Minimum
) -> None:
    """Write a table of counts; what does not fit into memory lies beside the file meanwhile."""
    with working_connection(target.parent, memory) as connection:
        # The pairs of users and artists lie on the disk, not in memory.
        connection.execute(f"ATTACH {quoted(str(target.parent / 'pairs.duckdb'))} AS pairs")
        connection.execute("USE pairs")
        rows = read_files(paths) if paths else f"({LISTEN.select_nothing})"
        connection.execute(VIEWS.format(rows=rows))
        query = query_of(connection, table, minimum)
        connection.execute(
            f"COPY (SELECT {table.names} FROM ({query})) TO {quoted(str(target))} "
            "(FORMAT parquet, COMPRESSION zstd)"
        )


def feature_key(table: Table, month: date) -> str:
    return f"{FOLDER}/{table.name}/month={month}/{FILE}"


def feature_months(store: Store, table: Table) -> dict[date, list[str]]:
    """Return the file of each month of a table of counts, as DuckDB and Polars name it."""
    found: dict[date, list[str]] = {}
    for key in store.keys(f"{FOLDER}/{table.name}"):
        month = day_of(PurePosixPath(key).parent.name.removeprefix("month="))
        if month:
            found[month] = [store.uri(key)]
    return found
