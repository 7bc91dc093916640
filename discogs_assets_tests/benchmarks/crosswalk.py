"""Time and memory of the crosswalk on made-up tables of any share of the real size.

`python -m discogs_assets_tests.benchmarks.crosswalk all FOLDER [SHARE]` prints both, and the rows;
the steps `make` and `run` are processes of their own, so that the one does not weigh on the other.
The rows are made by DuckDB; those of MusicBrainz are releases of Discogs with fields left out.
"""

import json
import resource
import subprocess
import sys
import time
from pathlib import Path

from discogs_assets.derived.crosswalk.compute import compute_crosswalk
from discogs_assets.derived.crosswalk.links import KINDS
from discogs_assets.derived.crosswalk.macros import create_macros
from discogs_assets.warehouse.database import Warehouse
from discogs_assets.warehouse.sql import Connection
from discogs_assets_tests.support.crosswalk_rows import LATER, MONTH, create_tables

MEMORY = 1_500_000_000
DISCOGS, MUSICBRAINZ, LINKED = 19_400_000, 5_800_000, 0.324
"""Releases in September 2026, and the share of those of MusicBrainz that were linked."""

MADE = """
CREATE TEMP MACRO mixed(x) AS (hash(x) >> 1)::BIGINT;
CREATE TEMP MACRO word(x) AS (['night', 'river', 'stone', 'light', 'shadow', 'summer', 'winter',
    'fire', 'rain', 'ocean', 'silver', 'golden', 'broken', 'lonely', 'secret', 'morning',
    'midnight', 'city', 'street', 'garden', 'heart', 'dream', 'dance', 'corazón', 'été', 'straße',
    '夜', 'ночь', 'любовь', 'snow', 'paper', 'velvet'])[1 + mixed(x) % 32];
CREATE TEMP MACRO title(x) AS word(x) || ' ' || word(x + 1) || ' ' || word(x * 7) || ' '
    || mixed(x) % 5000;
CREATE TEMP MACRO mbid(x) AS (printf('%08x', x) || '-0000-4000-8000-' || printf('%012x', x));
CREATE TEMP MACRO work(x) AS x // 4;
CREATE TEMP MACRO barcode(x) AS with_check_digit(400000000000 + mixed(x // 2) % 90000000000);
CREATE TEMP MACRO tracks(x) AS 3 + (mixed(work(x)) % 12)::INTEGER;
CREATE TEMP MACRO lasts(x) AS 90 + (mixed(x) % 300)::INTEGER;
"""

DISCOGS_ROWS = {
    "artist": "SELECT i AS id, title(i) AS name FROM range($discogs // 2) AS t(i)",
    "label": "SELECT i AS id, title(i) AS name FROM range($discogs // 8) AS t(i)",
    "master": "SELECT i AS id FROM range($discogs // 8) AS t(i)",
    "release": """SELECT i AS id, title(work(i)) AS title,
        (1960 + mixed(i) % 65)::VARCHAR || if(i % 2 = 0, '-03-1' || i % 10, '') AS released,
        ['US', 'UK', 'Germany', 'Japan', 'Europe', 'France'][1 + mixed(i) % 6] AS country
        FROM range($discogs) AS t(i)""",
    "release_artist": """SELECT i // 5 AS release_id, i % 5 + 1 AS sequence, i % 5 > 0 AS is_extra,
        work(i // 5) % ($discogs // 2) AS artist_id,
        title(work(i // 5) % ($discogs // 2)) AS artist_name
        FROM range($discogs * 5) AS t(i)""",
    "release_label": """SELECT i AS release_id, 1 AS sequence,
        work(i) % ($discogs // 8) AS label_id,
        title(work(i) % ($discogs // 8)) AS label_name,
        if(i % 20 = 0, 'none', upper(word(i))[1:3] || '-' || mixed(i // 3) % 100000) AS catno
        FROM range($discogs) AS t(i)""",
    "release_format": """SELECT i AS release_id, 1 AS sequence, '1' AS qty,
        ['CD', 'Vinyl', 'Cassette', 'File'][1 + mixed(i) % 4] AS name,
        ['LP', 'Album', 'Reissue'] AS descriptions FROM range($discogs) AS t(i)""",
    "release_identifier": """SELECT i // 2 AS release_id, i % 2 + 1 AS sequence,
        if(i % 2 = 0, 'Barcode', 'Matrix / Runout') AS type,
        if(i % 2 = 0, barcode(i // 2)::VARCHAR, 'AB-' || i) AS value
        FROM range($discogs) AS t(i)""",
    "release_track": """SELECT r AS release_id, s AS sequence, s::VARCHAR AS position,
        title(work(r) * 31 + s) AS title, printf('%d:%02d', lasts(work(r) + s) // 60,
        lasts(work(r) + s) % 60) AS duration
        FROM (SELECT r, unnest(range(1, tracks(r) + 1)) AS s FROM range($discogs) AS t(r))""",
}
"""Queries by table; `$discogs` stands for the number of releases."""

# The release of Discogs that a release of MusicBrainz is.
SAME = "(j * $discogs // $musicbrainz)"
MUSICBRAINZ_ROWS = {
    "release": f"""SELECT mbid(j) AS id, title(work({SAME})) AS title, 'Official' AS status,
        if(j % 3 = 0, barcode({SAME})::VARCHAR, NULL) AS barcode,
        (1960 + mixed({SAME}) % 65)::VARCHAR AS date FROM range($musicbrainz) AS t(j)""",
    "release_event": f"""SELECT mbid(j) AS release_id, 1 AS sequence,
        ['US', 'GB', 'DE', 'JP', 'XE', 'FR'][1 + mixed({SAME}) % 6] AS country
        FROM range($musicbrainz) AS t(j) WHERE j % 5 > 0""",
    "release_artist": f"""SELECT mbid(j) AS release_id, 1 AS sequence,
        mbid(work({SAME}) % ($discogs // 2)) AS artist_id,
        title(work({SAME}) % ($discogs // 2)) AS name FROM range($musicbrainz) AS t(j)""",
    "release_label": f"""SELECT mbid(j) AS release_id, 1 AS sequence,
        mbid(work({SAME}) % ($discogs // 8)) AS label_id,
        title(work({SAME}) % ($discogs // 8)) AS label_name,
        upper(word({SAME}))[1:3] || ' ' || mixed({SAME} // 3) % 100000 AS catalog_number
        FROM range($musicbrainz) AS t(j) WHERE j % 3 > 0""",
    "medium": f"""SELECT mbid(j) AS release_id, 1 AS position,
        ['CD', '12" Vinyl', 'Cassette', 'Digital Media'][1 + mixed({SAME}) % 4] AS format
        FROM range($musicbrainz) AS t(j)""",
    "track": f"""SELECT mbid(j) AS release_id, 1 AS medium, s AS sequence,
        title(work({SAME}) * 31 + s) AS title, lasts(work({SAME}) + s) * 1000 + 900 AS length_ms
        FROM (SELECT j, unnest(range(1, tracks({SAME}) + 1)) AS s
            FROM range($musicbrainz) AS t(j))""",
    "artist_url": """SELECT mbid(i) AS artist_id, 'artist' AS kind, i
        FROM range($discogs // 20) AS t(i)""",
    "label_url": """SELECT mbid(i) AS label_id, 'label' AS kind, i
        FROM range($discogs // 40) AS t(i)""",
    "release_url": f"""SELECT mbid(j) AS release_id, 'release' AS kind, {SAME} AS i
        FROM range($musicbrainz) AS t(j) WHERE mixed(j) % 1000 < {LINKED * 1000:.0f}""",
    "release_group_url": """SELECT mbid(i) AS release_group_id, 'master' AS kind, i
        FROM range($discogs // 80) AS t(i)""",
}


def make(folder: Path, share: float) -> None:
    """Make the warehouse."""
    numbers = {"$discogs": int(DISCOGS * share), "$musicbrainz": int(MUSICBRAINZ * share)}
    with Warehouse(folder / "warehouse.duckdb", memory=MEMORY).writer() as connection:
        create_tables(connection, [LATER])
        create_macros(connection)
        connection.execute(MADE)
        for table, query in DISCOGS_ROWS.items():
            insert(connection, f"discogs.{table}", query, numbers, f"DATE '{MONTH}'")
        for table, query in MUSICBRAINZ_ROWS.items():
            query = as_relation(table, query) if table.endswith("_url") else query
            insert(connection, f"musicbrainz.{table}", query, numbers, f"DATE '{LATER}'")


def as_relation(table: str, query: str) -> str:
    [kind] = [kind for kind in KINDS if f"{kind.name}_url" == table]
    return (
        f"SELECT {kind.name}_id, 'https://www.discogs.com/' || kind || '/' || i AS url, "
        f"'{kind.type_id}' AS type_id, false AS is_ended FROM ({query})"
    )


def insert(
    connection: Connection, table: str, query: str, numbers: dict[str, int], month: str
) -> None:
    """Insert made-up rows."""
    for name, number in numbers.items():
        query = query.replace(name, str(number))
    connection.execute(f"INSERT INTO {table} BY NAME SELECT *, {month} AS month FROM ({query})")
    print(table, connection.execute(f"SELECT count(*) FROM {table}").fetchone(), flush=True)


def run(folder: Path) -> None:
    """Compute the crosswalk, and print how long it took and what it took."""
    started, worked = time.monotonic(), time.process_time()
    with Warehouse(folder / "warehouse.duckdb", memory=MEMORY).writer() as connection:
        outcomes = compute_crosswalk(connection)
        seconds = time.monotonic() - started
        rows = {
            name: connection.execute(f"SELECT count(*) FROM crosswalk.{name}").fetchall()[0][0]
            for name in outcomes
        }
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    cpu = time.process_time() - worked
    measured = {"seconds": round(seconds, 1), "cpu_seconds": round(cpu, 1), "peak_bytes": peak}
    print(json.dumps({**measured, "rows": rows}))


def main() -> None:
    step, folder = sys.argv[1], Path(sys.argv[2])
    share = float(sys.argv[3]) if len(sys.argv) > 3 else 0.1
    folder.mkdir(parents=True, exist_ok=True)
    if step == "make":
        make(folder, share)
    elif step == "run":
        run(folder)
    else:
        for one in ("make", "run"):
            command = [sys.executable, "-m", __spec__.name, one, str(folder), str(share)]
            subprocess.run(command, check=True)


if __name__ == "__main__":
    main()
