"""The demo: two made-up months from an S3 server of its own, what changed, and queries.

Run by `make demo`. Everything is kept in `demo-data`, which is made anew each time.
"""

import os
import shlex
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from datetime import date
from pathlib import Path

from rich.console import Console
from rich.text import Text

from discogs_assets.derived.tables import DERIVED
from discogs_assets.display.rows import print_table
from discogs_assets.display.terminal import print_table as print_rows
from discogs_assets.display.terminal import terminal_progress
from discogs_assets.sources.discogs_dumps.source import CHANGE_TABLES
from discogs_assets.sources.discogs_dumps.synthetic import Sizes, write_dump
from discogs_assets.sources.discogs_dumps.tables import DUMP_TYPES
from discogs_assets.warehouse.database import Warehouse, query
from discogs_assets.warehouse.loaded import loaded_months
from discogs_assets.warehouse.sql import Connection, scalar
from discogs_assets_tests.support.s3_server import CREDENTIALS, s3_server, upload

HOME = Path("demo-data")
WAREHOUSE = HOME / "warehouse.duckdb"
CACHE = HOME / "discogs_cache.db"
PLACES = {
    "DISCOGS_STORE": HOME / "store",
    "DISCOGS_WAREHOUSE": WAREHOUSE,
    "SQLITE_PATH": CACHE,
    "DAGSTER_HOME": HOME / "dagster",
}
"""Where the demo keeps everything, its Dagster runs too: none of it is among the user's own."""
MONTHS = (date(2026, 1, 1), date(2026, 2, 1))
SIZES = Sizes(artists=2_000, labels=600, masters=1_200, releases=4_000)

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


CHANGED = "SELECT min(id) FROM release_change WHERE kind = 'changed'"
FLAT = """\
SELECT id, title, artists, catno, genres FROM cached_releases
WHERE catno LIKE '%,%' ORDER BY id LIMIT 5"""
AS_OF = "SELECT title, released, country, left(notes, 30) AS notes\nFROM release WHERE id = {}"


def main() -> None:
    console = Console()
    shutil.rmtree(HOME, ignore_errors=True)
    HOME.mkdir()
    console.rule("Two made-up months, published on an S3 server of our own")
    with published(console) as address:
        environment = settings(address)
        discogs_assets(console, environment, "dumps", "--source", "s3://discogs-dumps")
        for month in MONTHS:
            name = f"{month:%Y/%m}"
            discogs_assets(
                console, environment,
                "import", "--source", "s3://discogs-dumps", "--year-month", name, "--sqlite",
            )  # fmt: skip
    for what in ("labels", "releases"):
        discogs_assets(console, environment, "changes", "--type", what, "--year-month", "2026/02")
    with Warehouse(WAREHOUSE).reader() as connection:
        changed = scalar(connection, CHANGED)
    discogs_assets(console, environment, "changes", "--type", "releases", "--id", f"{changed}")
    for month in MONTHS:
        sql = AS_OF.format(changed)
        discogs_assets(console, environment, "sql", "--as-of", f"{month:%Y-%m}", sql)
    with Warehouse(WAREHOUSE).reader() as connection:
        show(console, connection)
    show_sqlite(console)
    console.rule("Where it is")
    print(f"The DuckDB file: {WAREHOUSE}")
    print(f"The SQLite file: {CACHE}")
    print("So that the commands of README.md ask these data, and the UI shows these runs:\n")
    for name, value in PLACES.items():
        print(f'    export {name}="$PWD/{value}"')
    print('    .venv/bin/discogs-assets sql "FROM master_id LIMIT 3"')
    print("    make ui")


@contextmanager
def published(console: Console) -> Iterator[str]:
    """Make up the months and publish them; gives the address of the server."""
    with ExitStack() as stack:
        with terminal_progress(console, every_s=2).step("making up two months", None):
            address = stack.enter_context(s3_server())
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            for number, month in enumerate(MONTHS):
                write_dump(folder, month, SIZES, month=number)
            upload(address, "discogs-dumps", folder)
        yield address


def settings(address: str) -> dict[str, str]:
    """Return the environment that the commands run in."""
    places = {name: str(path.absolute()) for name, path in PLACES.items()}
    return {**os.environ, **CREDENTIALS, "AWS_ENDPOINT_URL": address, **places}


def discogs_assets(console: Console, environment: dict[str, str], *arguments: str) -> None:
    """Run the command as a person would, below the line that a person would type."""
    console.rule()
    console.print(shell_lines(["discogs-assets", *arguments], console.width), style="bold")
    command = [sys.executable, "-m", "discogs_assets.cli", *arguments]
    subprocess.run(command, env=environment, check=True)


def shell_lines(arguments: Sequence[str], width: int) -> Text:
    """Return a command as a shell takes it, broken where it is too long for one line."""
    lines = ["$"]
    for argument in map(shlex.quote, arguments):
        longest = max(map(len, argument.splitlines()))
        if len(lines[-1]) + longest + len("  \\") > width and lines[-1].strip():
            lines[-1] += " \\"
            lines.append("   ")
        lines[-1] += f" {argument}"
    return Text("\n".join(lines))


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
    groups = {name: [table.name for table in one.tables] for name, one in DUMP_TYPES.items()}
    groups["computed"] = [*DERIVED]
    groups["changes"] = [table.name for table in CHANGE_TABLES.values()]
    return [
        (
            group,
            f"{len(tables)}",
            *(f"{sum(loaded[table, month].rows for table in tables):,}" for month in MONTHS),
        )
        for group, tables in groups.items()
    ]


def show_sqlite(console: Console) -> None:
    """Print some rows of the SQLite file, where lists are CSV."""
    console.rule("Releases with several numbers, from the SQLite file")
    print(FLAT)
    with closing(sqlite3.connect(CACHE)) as connection:
        found = connection.execute(FLAT)
        heads = [column[0] for column in found.description]
        print_rows("", heads, [[str(value) for value in row] for row in found.fetchall()])


if __name__ == "__main__":
    main()
