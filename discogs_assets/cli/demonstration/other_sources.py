"""The part of the demo with MusicBrainz and ListenBrainz: dumps, and questions to two sources."""

import random
from datetime import date, datetime, timedelta
from pathlib import Path

import pyarrow as pa
from rich.console import Console

from discogs_assets.display.rows import print_table
from discogs_assets.display.terminal import terminal_progress
from discogs_assets.sources.listenbrainz_dumps import synthetic as listens
from discogs_assets.sources.musicbrainz_dumps.synthetic.files import write_dump
from discogs_assets.sources.musicbrainz_dumps.synthetic.records import iter_lines
from discogs_assets.sources.musicbrainz_dumps.synthetic.relations import mbid
from discogs_assets.warehouse.database import query
from discogs_assets.warehouse.sql import Connection

STAMP, FULL = "20260221-001001", "3-20260301-000003-full"
LISTENED = date(2026, 2, 1)
RECORDS = {
    "artist": 600, "label": 200, "release-group": 600, "release": 1_200, "recording": 100,
    "work": 100,
}  # fmt: skip
LISTENS = 5_000

QUESTIONS = {
    "Artists of Discogs, with what MusicBrainz knows of them": """\
SELECT artist.name AS discogs, other.name AS musicbrainz, other.country, other.begin_date
FROM artist JOIN crosswalk_newest.link ON kind = 'artist' AND discogs_id = artist.id
JOIN musicbrainz_newest.artist AS other ON other.id = mbid
WHERE country IS NOT NULL AND begin_date IS NOT NULL
ORDER BY artist.id LIMIT 5""",
    "Masters of Discogs, by how often people listened to them": """\
SELECT master.title, master.year, sum(played.listens)::INTEGER AS listens
FROM listenbrainz.listens_by_recording AS played
JOIN musicbrainz_newest.track ON recording_id = recording_mbid
JOIN musicbrainz_newest.release AS other ON other.id = release_id
JOIN crosswalk_newest.link ON kind = 'release_group' AND mbid = release_group_id
JOIN master ON master.id = discogs_id
GROUP BY ALL ORDER BY listens DESC, master.title LIMIT 5""",
    "Genres of Discogs, by listens": """\
SELECT tag, sum(played.listens)::INTEGER AS listens
FROM listenbrainz.listens_by_recording AS played
JOIN musicbrainz_newest.track ON recording_id = recording_mbid
JOIN musicbrainz_newest.release AS other ON other.id = release_id
JOIN crosswalk_newest.link ON link.kind = 'release_group' AND mbid = release_group_id
JOIN tag ON master_id = discogs_id AND tag.kind = 'genre'
GROUP BY ALL ORDER BY listens DESC, tag LIMIT 5""",
}
"""Each needs two sources at least."""


def write_others(console: Console, folder: Path) -> None:
    """Make up a dump of MusicBrainz and one of listens to its recordings."""
    with terminal_progress(console, every_s=2).step("making up MusicBrainz and listens", None):
        lines = {name: iter_lines(name, range(1, count + 1)) for name, count in RECORDS.items()}
        write_dump(folder / "musicbrainz", STAMP, lines)
        members = [listens.parquet(rows) for rows in (some_listens(1), some_listens(2))]
        listens.write_spark_dump(folder / "listenbrainz", FULL, members)


def some_listens(half: int) -> pa.Table:
    """Return the listens of half a month, in the order of time; few releases have most of them."""
    draw, start = random.Random(half), datetime(2026, 2, 14 * half - 13)  # noqa: S311, DTZ001
    apart = timedelta(days=13) / LISTENS
    rows = []
    for number in range(LISTENS):
        release = 1 + int(draw.random() ** 3 * (RECORDS["release"] - 1))
        recording = release * 40 + 1
        rows.append(
            {
                "listened_at": start + number * apart,
                "created": start + number * apart,
                "user_id": draw.randint(1, 300),
                "recording_msid": mbid("msid", recording),
                "artist_name": "Somebody",
                "artist_credit_id": 1,
                "release_name": "Something",
                "release_mbid": mbid("release", release),
                "recording_name": "Some song",
                "recording_mbid": mbid("recording", recording),
                "artist_credit_mbids": [mbid("artist", release % RECORDS["artist"] + 1)],
            }
        )
    return pa.Table.from_pylist(rows, schema=listens.SPARK)


def ask_others(console: Console, connection: Connection) -> None:
    """Print the questions that need two sources, and their answers."""
    for question, sql in QUESTIONS.items():
        console.rule(question)
        print(sql)
        print_table(query(connection, sql))
