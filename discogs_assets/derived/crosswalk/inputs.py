"""Which dumps the crosswalk is computed from, and how queries name them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from discogs_assets.derived.crosswalk.tables import DISCOGS_READS, MUSICBRAINZ_READS
from discogs_assets.display.text import dump_day
from discogs_assets.errors import WarehouseError
from discogs_assets.tables.names import DISCOGS, TableId
from discogs_assets.warehouse.loaded import LoadedMonths
from discogs_assets.warehouse.sql import literal

MUSICBRAINZ = "musicbrainz"

READS: Mapping[str, Sequence[str]] = {MUSICBRAINZ: MUSICBRAINZ_READS, DISCOGS: DISCOGS_READS}
"""The tables that are read, by schema."""

HOW = {
    MUSICBRAINZ: "discogs-assets import --source musicbrainz",
    DISCOGS: "discogs-assets import",
}


@dataclass(frozen=True)
class Inputs:
    """The date of the MusicBrainz dump, and the month of Discogs."""

    musicbrainz: date
    discogs: date

    def fill(self, query: str, **values: object) -> str:
        """Return a query with dates, and other values, in the place of `$name`."""
        dates = {"musicbrainz": literal(self.musicbrainz), "discogs": literal(self.discogs)}
        # The longest first: $first begins like $f.
        for name, value in sorted({**dates, **values}.items(), key=lambda one: -len(one[0])):
            query = query.replace(f"${name}", str(value))
        return query

    def __str__(self) -> str:
        return f"MusicBrainz {self.musicbrainz} and Discogs {dump_day(self.discogs)}"


def newest_inputs(loaded: LoadedMonths) -> Inputs:
    """Return the newest dump of each that has every table; WarehouseError when there is none."""
    return Inputs(newest(loaded, MUSICBRAINZ), newest(loaded, DISCOGS))


def inputs_of(loaded: LoadedMonths, musicbrainz: date) -> Inputs:
    """Return a dump of MusicBrainz, and the newest month of Discogs that is no later.

    The oldest month where all are later. WarehouseError when a table is missing.
    """
    there = complete_dumps(loaded, MUSICBRAINZ)
    if musicbrainz not in there:
        raise missing(loaded, MUSICBRAINZ, str(musicbrainz))
    months = complete_dumps(loaded, DISCOGS) or [newest(loaded, DISCOGS)]
    return Inputs(
        musicbrainz, max((one for one in months if one <= musicbrainz), default=months[0])
    )


def newest(loaded: LoadedMonths, schema: str) -> date:
    """Return the newest dump of a schema that has every table that is read."""
    there = complete_dumps(loaded, schema)
    if not there:
        raise missing(loaded, schema, "a dump")
    return there[-1]


def complete_dumps(loaded: LoadedMonths, schema: str) -> list[date]:
    """Return the dumps of which every table that is read is shown, in order; full ones alone."""
    return sorted(set.intersection(*(shown(loaded, schema, name) for name in READS[schema])))


def shown(loaded: LoadedMonths, schema: str, table: str) -> set[date]:
    months = loaded.months(TableId(schema, table))
    return {one.month for one in months if one.is_shown and one.is_full}


def missing(loaded: LoadedMonths, schema: str, what: str) -> WarehouseError:
    """Return the error of a dump that is not there, with what there is of each table."""
    dumps = {name: shown(loaded, schema, name) for name in READS[schema]}
    every = sorted(set[date]().union(*dumps.values()))
    lacking = [name for name, there in dumps.items() if not there]
    found = ", ".join(map(dump_day, every)) or "none"
    more = f"; not loaded at all: {', '.join(lacking)}" if every and lacking else ""
    return WarehouseError(
        f"crosswalk: expected {what} with every table of {schema} in the warehouse, in full; found "
        f"{found}{more}; run {HOW[schema]}"
    )
