"""The computed tables, on rows written here."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from discogs_assets.derived.tables import DERIVED
from discogs_assets.warehouse.sql import Connection
from discogs_assets_tests.support.derived_rows import FEBRUARY, compute, iter_warehouse, put


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[Connection]:
    """Open a warehouse in which every table is there, and empty."""
    yield from iter_warehouse(tmp_path)


def computed(connection: Connection, name: str) -> list[tuple[Any, ...]]:
    """Compute a table of January and return its rows."""
    compute(connection, DERIVED[name])
    return connection.execute(f"FROM main.{name} ORDER BY ALL").fetchall()


def test_master_id(connection: Connection) -> None:
    put(
        connection,
        "master",
        {"id": 1, "title": "Two releases", "year": 1990, "main_release": 11},
        {"id": 2, "title": "No release", "year": 1991, "main_release": 21},
        {"id": 3, "title": "An undated release"},
    )
    put(
        connection,
        "release",
        {"id": 11, "master_id": 1, "released_year": 1990},
        {"id": 12, "master_id": 1, "released_year": 2005},
        {"id": 31, "master_id": 3},
        {"id": 41, "released_year": 1970},
        {"id": 51, "master_id": 5, "released_year": 1970},
    )
    put(connection, "release", {"id": 99, "master_id": 1, "released_year": 1900}, month=FEBRUARY)
    put(connection, "master", {"id": 9, "title": "Of another month"}, month=FEBRUARY)
    assert computed(connection, "master_id") == [
        (1, "Two releases", 1990, 11, 2, 1990, 2005),
        (2, "No release", 1991, 21, 0, None, None),
        (3, "An undated release", None, None, 1, None, None),
    ]


def test_tag_and_tag_count(connection: Connection) -> None:
    put(
        connection,
        "master_genre",
        {"master_id": 1, "sequence": 1, "genre": "Folk"},
        {"master_id": 1, "sequence": 2, "genre": "Folk"},
        {"master_id": 1, "sequence": 3, "genre": None},
        {"master_id": 2, "sequence": 1, "genre": "Folk"},
        {"master_id": 2, "sequence": 2, "genre": "Noise"},
    )
    put(connection, "master_style", {"master_id": 2, "sequence": 1, "style": "Noise"})
    put(connection, "master_style", {"master_id": 3, "sequence": 1, "style": "Dub"}, month=FEBRUARY)
    assert computed(connection, "tag") == [
        ("genre", "Folk", 1),
        ("genre", "Folk", 2),
        ("genre", "Noise", 2),
        ("style", "Noise", 2),
    ]
    assert computed(connection, "tag_count") == [
        ("genre", "Folk", 2),
        ("genre", "Noise", 1),
        ("style", "Noise", 1),
    ]


def test_video(connection: Connection) -> None:
    uri = "https://www.youtube.com/watch?v=aaaaaaaaaaa"
    video = {"uri": uri, "title": "Live", "duration_s": 61}
    put(connection, "master_video", {"master_id": 1, "sequence": 1} | video)
    put(
        connection,
        "release",
        {"id": 11, "master_id": 1, "title": "Of a master"},
        {"id": 12, "title": "Of none"},
    )
    put(
        connection,
        "release_video",
        {"release_id": 11, "sequence": 1} | video,
        {"release_id": 11, "sequence": 2} | video,
        {"release_id": 12, "sequence": 1},
    )
    put(connection, "release_video", {"release_id": 11, "sequence": 3} | video, month=FEBRUARY)
    put(connection, "release", {"id": 11, "master_id": 7}, month=FEBRUARY)
    assert computed(connection, "video") == [
        (1, 11, 1, "aaaaaaaaaaa", uri, "Live", 61),
        (1, 11, 2, "aaaaaaaaaaa", uri, "Live", 61),
        (1, None, 1, "aaaaaaaaaaa", uri, "Live", 61),
        (None, 12, 1, None, None, None, None),
    ]


YOUTUBE: dict[str, str | None] = {
    "https://www.youtube.com/watch?v=AbC-_123xyz": "AbC-_123xyz",
    "http://www.youtube.com/watch?v=AbC-_123xyz": "AbC-_123xyz",
    "https://youtube.com/watch?v=AbC-_123xyz": "AbC-_123xyz",
    "https://m.youtube.com/watch?v=AbC-_123xyz": "AbC-_123xyz",
    "https://music.youtube.com/watch?v=AbC-_123xyz": "AbC-_123xyz",
    "HTTPS://WWW.YouTube.com/watch?v=AbC-_123xyz": "AbC-_123xyz",
    "//www.youtube.com/watch?v=AbC-_123xyz": "AbC-_123xyz",
    "www.youtube.com/watch?v=AbC-_123xyz": "AbC-_123xyz",
    "https://www.youtube.com/watch?list=PLaaaaaaaaaaaaaa&v=AbC-_123xyz": "AbC-_123xyz",
    "https://www.youtube.com/watch?v=AbC-_123xyz&list=PLaaaaaaaaa&t=3m": "AbC-_123xyz",
    "https://www.youtube.com/watch?v=AbC-_123xyz#t=42": "AbC-_123xyz",
    "https://www.youtube.com/watch?app=desktop&v=AbC-_123xyz&t=1s": "AbC-_123xyz",
    "https://youtu.be/AbC-_123xyz": "AbC-_123xyz",
    "https://youtu.be/AbC-_123xyz?t=42": "AbC-_123xyz",
    "https://www.youtube.com/embed/AbC-_123xyz": "AbC-_123xyz",
    "https://www.youtube-nocookie.com/embed/AbC-_123xyz?rel=0": "AbC-_123xyz",
    "https://www.youtube.com/v/AbC-_123xyz&hl=en": "AbC-_123xyz",
    "https://www.youtube.com/shorts/AbC-_123xyz": "AbC-_123xyz",
    "https://www.youtube.com/live/AbC-_123xyz?si=x": "AbC-_123xyz",
    # Ids made of the letters of the address: nothing of them may be stripped.
    "https://www.youtube.com/watch?v=watchv=http": None,
    "https://www.youtube.com/watch?v=wwwyoutubec": "wwwyoutubec",
    "https://youtu.be/ehttpsyoutu": "ehttpsyoutu",
    "https://www.youtube.com/watch?v=-----------": "-----------",
    "https://www.youtube.com/watch?v=___________": "___________",
    "https://www.youtube.com/watch?v=short": None,
    "https://www.youtube.com/watch?v=twelve_chars": None,
    "https://www.youtube.com/watch?list=AbC-_123xyz": None,
    "https://www.youtube.com/watch?vv=AbC-_123xyz": None,
    "https://www.youtube.com/watch?list=x#&v=AbC-_123xyz": None,
    "https://www.youtube.com/user/AbC-_123xyz": None,
    "https://www.youtube.com/": None,
    "https://youtu.be/": None,
    "https://vimeo.com/watch?v=AbC-_123xyz": None,
    "https://example.com/?u=https://youtu.be/AbC-_123xyz": None,
    "https://notyoutube.com/watch?v=AbC-_123xyz": None,
    "": None,
}


def test_youtube_id(connection: Connection) -> None:
    rows = [{"master_id": n, "sequence": 1, "uri": uri} for n, uri in enumerate(YOUTUBE)]
    put(connection, "master_video", *rows)
    assert {row[4]: row[3] for row in computed(connection, "video")} == YOUTUBE
