"""The speed of a month of listens: the import of a Spark dump against DuckDB's bare copy of it.

Run by `python -m discogs_assets_tests.benchmarks.listens [ROWS]`: prints seconds and the ratio.
"""

import json
import logging
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import duckdb
import pyarrow.parquet as pq

from discogs_assets.sources.listenbrainz_dumps.synthetic import SPARK
from discogs_assets.sources.listenbrainz_dumps.users import Users
from discogs_assets.warehouse.memory import LEAST, for_duckdb
from discogs_assets_tests.support.listen_imports import folder_imports
from discogs_assets_tests.support.listens import FULL, Mirror

MEMBERS = 4
ROWS = 200_000
RUNS = 5
TARGET = 0.7

SONGS = """CREATE TABLE song AS SELECT
    number,
    md5('r' || number)::UUID::VARCHAR AS recording_mbid,
    md5('m' || number)::UUID::VARCHAR AS recording_msid,
    'Song title number ' || number AS recording_name,
    md5('l' || number // 10)::UUID::VARCHAR AS release_mbid,
    'Album ' || number // 10 AS release_name,
    md5('a' || number // 30)::UUID::VARCHAR AS artist,
    'Artist ' || number // 30 AS artist_name
FROM range({songs}) AS songs(number)"""

LISTENS = """SELECT
    make_timestamp(1769904000000000 + ({first} + place) * (27 * 86400000000 // {all}))
        AS listened_at,
    TIMESTAMP '2026-03-02' AS created,
    (random() * 20000)::BIGINT AS user_id,
    recording_msid,
    artist_name,
    if(number % 4 = 0, NULL, number // 30) AS artist_credit_id,
    release_name,
    if(number % 4 = 0, NULL, release_mbid) AS release_mbid,
    recording_name,
    if(number % 4 = 0, NULL, recording_mbid) AS recording_mbid,
    if(number % 4 = 0, NULL, [artist]) AS artist_credit_mbids
FROM (
    SELECT place, (pow(random(), 2) * ({songs} - 1))::BIGINT AS number
    FROM range({rows}) AS places(place)
)
JOIN song USING (number) ORDER BY listened_at"""


def write_members(folder: Path, rows: int) -> list[Path]:
    """Write members of so many listens of February 2026, of half as many songs."""
    connection = duckdb.connect()
    connection.execute("SELECT setseed(0.4)")
    connection.execute(SONGS.format(songs=rows // 2))
    paths = [folder / f"{number}.parquet" for number in range(MEMBERS)]
    for number, path in enumerate(paths):
        query = LISTENS.format(first=number * rows, all=MEMBERS * rows, rows=rows, songs=rows // 2)
        listens = connection.execute(query).to_arrow_table().cast(SPARK)
        pq.write_table(listens, path, flavor="spark")
    return paths


def copy(paths: list[Path], target: Path) -> None:
    """Do what the import is measured against: read the members and write them again."""
    with duckdb.connect() as connection:
        names = ", ".join(f"'{path}'" for path in paths)
        connection.execute("SET preserve_insertion_order = false")
        connection.execute(f"COPY (FROM read_parquet([{names}])) TO '{target}' (FORMAT parquet)")


def seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def measure(folder: Path, rows: int) -> dict[str, float]:
    """Return the median seconds of both, in turn, and how fast the import is by that."""
    paths = write_members(folder, rows)
    mirror = Mirror(folder / "mirror")
    mirror.spark(FULL, [path.read_bytes() for path in paths])
    imports = folder_imports(folder / "data", mirror.folder)
    imports.users = Users(b"made up for this measurement")
    imports.memory = for_duckdb(LEAST)
    bare, ours = [], []
    for _ in range(RUNS):
        bare.append(seconds(lambda: copy(paths, folder / "copy.parquet")))
        ours.append(seconds(imports.of(is_forced=True).replace))
    return {
        "copy_s": statistics.median(bare),
        "import_s": statistics.median(ours),
        "copy_to_import": statistics.median(bare) / statistics.median(ours),
        "target": TARGET,
    }


def main() -> None:
    logging.disable()
    rows = int(sys.argv[1]) if sys.argv[1:] else ROWS
    with tempfile.TemporaryDirectory() as folder:
        print(json.dumps(measure(Path(folder), rows)))


if __name__ == "__main__":
    main()
