"""Each table is computed in a memory that does not grow with the number of records.

The limit is 100 MB with two threads, and as much on disk. All pass in 64 MB, three fail in 48:
each thread begins the hash table of a grouping with tens of partitions of 256 KB blocks, and
holds a block a column of what it reads and of what it writes, however few rows there are. Here
are millions: a hash table or a DISTINCT of all of them takes several times the limit.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from discogs_assets.derived.tables import DERIVED
from discogs_assets.warehouse.sql import Connection
from discogs_assets_tests.support.derived_rows import JANUARY, compute, iter_warehouse

pytestmark = pytest.mark.slow

MEMORY, SPILLED = "100MB", "100MB"


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[Connection]:
    for connection in iter_warehouse(tmp_path):
        connection.execute("SET threads = 2")
        yield connection


def fill(connection: Connection, table: str, rows: int, **columns: str) -> None:
    """Insert rows; columns are SQL of `i`, which counts from 0."""
    connection.execute(
        f"INSERT INTO discogs.{table} ({', '.join(columns)}, month) "
        f"SELECT {', '.join(columns.values())}, DATE '{JANUARY}' FROM range({rows}) AS t(i)"
    )


def computed(connection: Connection, name: str) -> int:
    connection.execute("CHECKPOINT")
    connection.execute(f"SET memory_limit = '{MEMORY}'")
    connection.execute(f"SET max_temp_directory_size = '{SPILLED}'")
    return compute(connection, DERIVED[name])


def test_master_id(connection: Connection) -> None:
    fill(connection, "master", 3_000_000, id="i", title="'A master called ' || i", main_release="i")
    fill(connection, "release", 4_000_000, id="i", master_id="i * 7 % 3_000_000")
    assert computed(connection, "master_id") == 3_000_000


def test_tag(connection: Connection) -> None:
    fill(
        connection, "master_genre", 4_000_000, master_id="i // 2", genre="'a genre, no. ' || i % 2"
    )
    fill(
        connection, "master_style", 4_000_000, master_id="i // 2", style="'a style, no. ' || i % 3"
    )
    assert computed(connection, "tag") == 8_000_000


def test_tag_count(connection: Connection) -> None:
    fill(
        connection, "tag", 8_000_000, kind="'style'", tag="'style ' || i % 700", master_id="i // 2"
    )
    assert computed(connection, "tag_count") == 700


def test_video(connection: Connection) -> None:
    uri = "'https://www.youtube.com/watch?v=' || (10_000_000_000 + i)"
    fill(connection, "release", 5_000_000, id="i", master_id="i")
    fill(connection, "release_video", 2_000_000, release_id="i // 2", sequence="i % 2", uri=uri)
    assert computed(connection, "video") == 2_000_000


def test_rows_that_all_meet_a_rule(connection: Connection) -> None:
    """Each row is found by itself: nothing of what a DISTINCT knows is small."""
    fill(
        connection,
        "release_identifier",
        3_000_000,
        release_id="i // 2",
        type="'Barcode'",
        value="'barcode no. ' || i",
    )
    assert computed(connection, "finding") == 3_000_000


def test_positions(connection: Connection) -> None:
    fill(
        connection,
        "release_track",
        6_000_000,
        release_id="i // 10",
        sequence="i % 10",
        title="'A'",
        position="'a position ' || i % 9",
    )
    fill(connection, "release_format", 600_000, release_id="i", qty="'1'")
    assert computed(connection, "finding") == 600_000


def test_links_of_which_none_is_there(connection: Connection) -> None:
    fill(connection, "artist", 3_000_000, id="2 * i + 1000", name="'A'", data_quality="'Correct'")
    credit = {"artist_name": "'A'", "is_extra": "false"}
    fill(
        connection, "release_artist", 3_000_000, release_id="i", artist_id="2 * i + 1001", **credit
    )
    assert computed(connection, "finding") == 3_000_000


def test_a_few_very_high_ids(connection: Connection) -> None:
    """Bits from the lowest to the highest id would take 256 MB."""
    fill(connection, "artist", 100, id="i * 21_000_000", name="'A'", data_quality="'Correct'")
    credit = {"artist_name": "'A'", "is_extra": "false"}
    fill(
        connection,
        "release_artist",
        100,
        release_id="i",
        artist_id="i * 21_000_000 + i % 2",
        **credit,
    )
    assert computed(connection, "finding") == 50


def test_links_between_records(connection: Connection) -> None:
    fill(connection, "artist", 600_000, id="i", name="'A'", data_quality="'Correct'")
    fill(connection, "artist_alias", 1_200_000, artist_id="i // 2", alias_id="i * 5 % 600_000")
    fill(
        connection,
        "release",
        2_000_000,
        id="i",
        master_id="i // 2",
        title="'A'",
        is_main_release="true",
        status="'Accepted'",
        data_quality="'Correct'",
    )
    fill(
        connection,
        "master",
        1_000_000,
        id="i",
        main_release="2 * i",
        title="'A'",
        data_quality="'Correct'",
    )
    assert computed(connection, "finding") > 1_000_000
