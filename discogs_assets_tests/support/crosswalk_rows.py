"""A warehouse with the tables of both sides that the crosswalk reads, and rows for them."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa

from discogs_assets.derived.crosswalk.inputs import READS
from discogs_assets.derived.crosswalk.links import KINDS
from discogs_assets.sources.discogs_dumps.tables import iter_tables
from discogs_assets.tables.names import DISCOGS, TableId
from discogs_assets.warehouse.database import Warehouse
from discogs_assets.warehouse.loaded import Loaded, Provenance, note_loaded
from discogs_assets.warehouse.sql import Connection, literal
from discogs_assets_tests.support.plain_tables import create_plain

MONTH, EARLIER, LATER = date(2026, 5, 1), date(2026, 5, 20), date(2026, 5, 23)

URL = (
    "sequence INTEGER, url VARCHAR, url_id VARCHAR, type VARCHAR, type_id VARCHAR, "
    "begin_date VARCHAR, end_date VARCHAR, is_ended BOOLEAN"
)
MUSICBRAINZ = {
    "release": "id VARCHAR, title VARCHAR, status VARCHAR, packaging VARCHAR, barcode VARCHAR, "
    "language VARCHAR, script VARCHAR, country VARCHAR, date VARCHAR, release_group_id VARCHAR",
    "release_event": "release_id VARCHAR, sequence INTEGER, date VARCHAR, country VARCHAR, "
    "area_id VARCHAR",
    "release_artist": "release_id VARCHAR, sequence INTEGER, artist_id VARCHAR, name VARCHAR, "
    "join_phrase VARCHAR",
    "release_label": "release_id VARCHAR, sequence INTEGER, label_id VARCHAR, label_name VARCHAR, "
    "catalog_number VARCHAR",
    "medium": "release_id VARCHAR, position INTEGER, format VARCHAR, title VARCHAR, "
    "track_count INTEGER",
    "track": "release_id VARCHAR, medium INTEGER, sequence INTEGER, position INTEGER, "
    "number VARCHAR, id VARCHAR, title VARCHAR, length_ms INTEGER, recording_id VARCHAR, "
    "part VARCHAR",
    **{f"{kind.name}_url": f"{kind.name}_id VARCHAR, {URL}" for kind in KINDS},
}
"""The columns of each table of MusicBrainz, but for the date of the dump."""

Row = Mapping[str, Any]

TYPE_IDS = {kind.name: kind.type_id for kind in KINDS}


def create_tables(connection: Connection, dumps: Iterable[date] = (EARLIER, LATER)) -> None:
    """Create every table, without rows, and note dumps of both sides as loaded."""
    create_plain(connection, (table for table in iter_tables() if table.name in READS[DISCOGS]))
    connection.execute("CREATE SCHEMA musicbrainz")
    for name, columns in MUSICBRAINZ.items():
        connection.execute(f"CREATE TABLE musicbrainz.{name} ({columns}, month DATE)")
    for schema, names in READS.items():
        for day in [MONTH] if schema == DISCOGS else dumps:
            provenance = Provenance(day, f"{schema} of {day}", True)
            for name in names:
                note_loaded(connection, Loaded(TableId(schema, name), provenance, 1))


def iter_crosswalk(folder: Path) -> Iterator[Connection]:
    """Open a warehouse with those tables."""
    with Warehouse(folder / "warehouse.duckdb").writer() as connection:
        create_tables(connection)
        yield connection


def put(connection: Connection, table: str, *rows: Row, month: date | None = None) -> None:
    """Insert rows, many at once; `table` has its schema, columns that no row names are NULL."""
    if not rows:
        return
    day = month or (MONTH if table.startswith("discogs.") else EARLIER)
    names = [*{name: None for row in rows for name in row}]
    arrived = pa.table({name: [row.get(name) for row in rows] for name in names})
    connection.register("arrived", arrived)
    columns = ", ".join(f'"{name}"' for name in names)
    connection.execute(
        f"INSERT INTO {table} ({columns}, month) SELECT {columns}, {literal(day)} FROM arrived"
    )
    connection.unregister("arrived")


def mbid(number: int) -> str:
    """Return an id of MusicBrainz' form."""
    return f"{number:08x}-0000-4000-8000-{number:012x}"


def relation(kind: str, number: int, url: str, *, is_ended: bool = False) -> Row:
    """Return a relation of a record of MusicBrainz to a page of Discogs."""
    return {
        f"{kind}_id": mbid(number),
        "sequence": 1,
        "url": url,
        "type": "discogs",
        "type_id": TYPE_IDS[kind],
        "is_ended": is_ended,
    }


def page(kind: str, number: int) -> str:
    return f"https://www.discogs.com/{kind}/{number}"
