"""The tables of areas, events, instruments, places and series."""

from collections.abc import Iterator

from discogs_assets.sources.musicbrainz_dumps.columns import (
    DISAMBIGUATION,
    DOUBLE,
    LIFE,
    NAME,
    SORT_NAME,
    flag,
    kind,
    place,
    sparse,
    term,
    text,
)
from discogs_assets.sources.musicbrainz_dumps.shared_tables import ending
from discogs_assets.sources.musicbrainz_dumps.table_parts import names, owner_of, record_table
from discogs_assets.tables.table import Column, Table

AREA, EVENT, INSTRUMENT = owner_of("area"), owner_of("event"), owner_of("instrument")
PLACE, SERIES = owner_of("place"), owner_of("series")


def iso_codes(part: int) -> Table:
    path = f"iso-3166-{part}-codes[]"
    return names(AREA, f"iso_3166_{part}", f"Codes of ISO 3166-{part}.", path, "code")


AREA_TABLES = (
    record_table(
        "area", "Areas: countries, cities, districts.", NAME, SORT_NAME, *kind("area"), *LIFE,
        DISAMBIGUATION,
    ),
    *ending(
        AREA,
        *map(iso_codes, (1, 2, 3)),
        is_rated=False,
    ),
)  # fmt: skip

EVENT_TABLES = (
    record_table(
        "event",
        "Events: concerts, festivals.",
        NAME,
        *kind("event"),
        term("time", "The time of day it began.", "time"),
        sparse("setlist", "What was played, with MusicBrainz' own markup.", "setlist"),
        flag("is_cancelled", "Whether it did not take place.", "cancelled"),
        *LIFE,
        DISAMBIGUATION,
    ),
    *ending(EVENT),
)

INSTRUMENT_TABLES = (
    record_table(
        "instrument",
        "Instruments.",
        NAME,
        *kind("instrument"),
        text("description", "What it is.", "description"),
        DISAMBIGUATION,
    ),
    *ending(INSTRUMENT, is_rated=False),
)

PLACE_TABLES = (
    record_table(
        "place",
        "Places: venues, studios.",
        NAME,
        *kind("place"),
        text("address", "The address.", "address"),
        *place("it is in"),
        Column("latitude", DOUBLE, "Degrees north.", "coordinates/latitude"),
        Column("longitude", DOUBLE, "Degrees east.", "coordinates/longitude"),
        *LIFE,
        DISAMBIGUATION,
    ),
    *ending(PLACE),
)

SERIES_TABLES = (
    record_table(
        "series", "Series: of releases, tours, works.", NAME, *kind("series"), DISAMBIGUATION
    ),
    *ending(SERIES, is_rated=False),
)


def iter_tables() -> Iterator[Table]:
    """Yield every table that is declared here."""
    for tables in (AREA_TABLES, EVENT_TABLES, INSTRUMENT_TABLES, PLACE_TABLES, SERIES_TABLES):
        yield from tables
