"""Views that unite what stands in several dump types, each made where any of them is loaded.

A recording stands in the dump of recordings when it is on no release, else in that of releases,
once for each track: the views have it once.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from discogs_assets.sources.musicbrainz_dumps.columns import SOURCE
from discogs_assets.sources.musicbrainz_dumps.tables import TABLES, iter_tables
from discogs_assets.tables.names import schemas_of
from discogs_assets.warehouse.ddl import comment
from discogs_assets.warehouse.loaded import loaded_months
from discogs_assets.warehouse.sql import Connection

BY_NAME = {table.name: table for table in iter_tables()}
STANDALONE, RELEASED = "standalone_recording", "release_recording"


@dataclass(frozen=True)
class Union:
    """A view of the same columns of several tables; with an `id` it has each once."""

    name: str
    description: str
    tables: tuple[str, ...]
    columns: tuple[str, ...]

    def query(self, schema: str, month: str, there: Collection[str]) -> str:
        """Return the query of the tables that are there; `month` is a column and a comma, or ""."""
        columns = ", ".join(f'"{name}"' for name in self.columns)
        parts = [
            f'SELECT {month}{columns} FROM {schema}."{name}"'
            for name in self.tables
            if name in there
        ]
        united = " UNION ALL ".join(parts)
        if self.columns[0] != "id":
            return f"SELECT DISTINCT * FROM ({united})" if len(self.tables) > 1 else united
        values = ", ".join(f'any_value("{name}") AS "{name}"' for name in self.columns[1:])
        return f"SELECT {month}id, {values} FROM ({united}) GROUP BY {month}id"


def of_recordings(child: str, what: str) -> Union:
    """Return the view of a list of recordings."""
    tables = (f"{STANDALONE}_{child}", f"{RELEASED}_{child}")
    columns = tuple(column.name for column in BY_NAME[tables[0]].columns)
    name = "isrc" if child == "isrc" else f"recording_{child}"
    return Union(name, f"{what} of every recording, whatever dump it stands in.", tables, columns)


RECORDING = Union(
    "recording",
    "Every recording, on a release or not.",
    (STANDALONE, RELEASED),
    ("id", "title", "length_ms", "is_video", "first_release_date", "disambiguation"),
)
UNIONS = (
    RECORDING,
    of_recordings("isrc", "The ISRCs"),
    of_recordings("artist", "The artists"),
    of_recordings("alias", "Other names"),
    of_recordings("relation", "Relations"),
    of_recordings("url", "Web addresses"),
)
OF_KIND = ("url", "type_id", "is_ended")
URLS = {
    f"{table.name}_url": table.name
    for tables in TABLES.values()
    for table in tables[:1]
    if table.name != STANDALONE
} | {"recording_url": "recording"}
"""The tables of web addresses, and what they are of."""


def iter_urls(schema: str, month: str, there: Collection[str]) -> Iterator[str]:
    """Yield the queries of the web addresses of each kind of record."""
    for table, kind in URLS.items():
        if table in there:
            yield (
                f"SELECT {month}'{kind}' AS kind, {kind}_id AS id, {', '.join(OF_KIND)} "
                f'FROM {schema}."{table}"'
            )


def show_views(connection: Connection) -> None:
    """Make the views of every dump, in the schema of the tables, and of the newest."""
    there = {*loaded_months(connection).names(SOURCE)}
    schemas = schemas_of(SOURCE)
    for schema, month in ((schemas.every, "month, "), (schemas.newest, "")):
        for union in UNIONS:
            if there & {*union.tables}:
                make(connection, schema, union.name, union.query(schema, month, there))
                comment(connection, f'VIEW {schema}."{union.name}"', union.description)
        urls = " UNION ALL ".join(iter_urls(schema, month, there | made_of(there)))
        if urls:
            make(connection, schema, "url_relation", urls)
            text = "The web addresses of all kinds of records: `kind` says of which."
            comment(connection, f"VIEW {schema}.url_relation", text)


def made_of(there: Collection[str]) -> set[str]:
    return {union.name for union in UNIONS if {*there} & {*union.tables}}


def make(connection: Connection, schema: str, name: str, query: str) -> None:
    connection.execute(f'CREATE OR REPLACE VIEW {schema}."{name}" AS {query}')
