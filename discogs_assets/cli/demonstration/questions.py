"""What the demo shows of its months: how much there is, questions and answers."""

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from datetime import date
from pathlib import Path

from rich.console import Console

from discogs_assets.derived.tables import DERIVED
from discogs_assets.display.rows import print_table
from discogs_assets.display.terminal import print_table as print_rows
from discogs_assets.sources.discogs_dumps.source import CHANGE_TABLES
from discogs_assets.sources.discogs_dumps.tables import DUMP_TYPES
from discogs_assets.warehouse.database import query
from discogs_assets.warehouse.loaded import loaded_months
from discogs_assets.warehouse.sql import Connection, scalar

MONTHS = (date(2026, 1, 1), date(2026, 2, 1))

QUESTIONS = {
    "An artist's releases": (
        "SELECT artist_id FROM release_artist JOIN artist ON artist.id = artist_id "
        "WHERE NOT is_extra GROUP BY ALL ORDER BY count(*) DESC, 1 LIMIT 1",
        """\
SELECT release.id, title, artist_name, released, country
FROM release JOIN release_artist ON release_id = release.id
WHERE artist_id = {0} AND NOT is_extra
ORDER BY released_year, release.id LIMIT 5""",
    ),
    "A label's catalogue": (
        "SELECT label_id FROM release_label JOIN label ON label.id = label_id "
        "GROUP BY ALL ORDER BY count(*) DESC, 1 LIMIT 1",
        """\
SELECT catno, label_name, title, released_year
FROM release_label JOIN release ON release.id = release_id
WHERE label_id = {0}
ORDER BY catno LIMIT 5""",
    ),
    "The most used styles": (
        "SELECT 5",
        """\
SELECT tag, masters FROM tag_count
WHERE kind = 'style'
ORDER BY masters DESC, tag LIMIT {0}""",
    ),
    "A master's versions": (
        "SELECT master_id FROM master_id ORDER BY releases DESC, 1 LIMIT 1",
        """\
SELECT release.id, title, country, released, name AS format
FROM release LEFT JOIN release_format ON release_id = release.id AND sequence = 1
WHERE master_id = {0}
ORDER BY released_year, release.id LIMIT 5""",
    ),
    "A search among tracks": (
        "SELECT split_part(title, ' ', 1) FROM release_track WHERE length(title) > 12 "
        "GROUP BY ALL ORDER BY count(*) DESC, 1 LIMIT 1",
        """\
SELECT release.title AS release, position, track.title, duration
FROM release_track AS track JOIN release ON release.id = release_id
WHERE track.title ILIKE '%{0}%'
ORDER BY release.id, sequence LIMIT 5""",
    ),
}
"""A question, a query that finds something to ask it about, and the query that answers it."""

FLAT = """\
SELECT id, title, artists, catno, genres FROM cached_releases
WHERE catno LIKE '%,%' ORDER BY id LIMIT 5"""


def show(console: Console, connection: Connection) -> None:
    """Print how many rows each dump type has, then questions and answers."""
    console.rule("What there is")
    print_rows(
        "", ("", " tables", *(f" {month:%Y-%m}" for month in MONTHS)), count_rows(connection)
    )
    for question, (about, answer) in QUESTIONS.items():
        console.rule(question)
        sql = answer.format(scalar(connection, about))
        print(sql)
        print_table(query(connection, sql))


def count_rows(connection: Connection) -> list[Sequence[str]]:
    """Return the number of tables and rows of each dump type, and of the computed tables."""
    loaded = loaded_months(connection)
    groups = {name: [table.id for table in one.tables] for name, one in DUMP_TYPES.items()}
    groups["computed"] = [derived.table.id for derived in DERIVED.values()]
    groups["changes"] = [table.id for table in CHANGE_TABLES.values()]
    return [
        (
            group,
            f"{len(tables)}",
            *(f"{sum(loaded[table, month].rows for table in tables):,}" for month in MONTHS),
        )
        for group, tables in groups.items()
    ]


def show_sqlite(console: Console, file: Path) -> None:
    """Print some rows of the SQLite file, where lists are CSV."""
    console.rule("Releases with several numbers, from the SQLite file")
    print(FLAT)
    with closing(sqlite3.connect(file)) as connection:
        found = connection.execute(FLAT)
        heads = [column[0] for column in found.description]
        print_rows("", heads, [[str(value) for value in row] for row in found.fetchall()])
