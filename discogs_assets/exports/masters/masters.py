"""Titles, tags and videos of a month's masters, from the warehouse."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from pyroaring import BitMap

from discogs_assets.derived.compute import import_ids
from discogs_assets.derived.tables import TAG, VIDEO
from discogs_assets.errors import WarehouseError
from discogs_assets.exports.kept import Kept, find_kept
from discogs_assets.exports.month_rows import ids_of
from discogs_assets.tables.names import discogs
from discogs_assets.tables.table import Table
from discogs_assets.warehouse.history import all_of
from discogs_assets.warehouse.loaded import Loaded, LoadedMonths, Provenance, loaded_months
from discogs_assets.warehouse.sql import Connection, scalar
from discogs_assets.warehouse.views import rows_of

MASTERS, RELEASES = "masters", "releases"
KINDS = ("genre", "style", "year")
"""The kinds of tags. A year is one as well, though the table `tag` has it not."""

Tables = tuple[Table, Table, Table]
"""With a row a master, a tag of one, and a video of one."""

OWNERS = ("id", "master_id", "master_id")
"""The column of each of these that has the id of the master."""

RELEASE = "release_id"
"""The column of the last that has the id of a release; NULL for a video of the master itself."""

Among = Callable[[str], str]
"""Returns the condition that a column of ids of masters meets."""


@dataclass(frozen=True)
class Masters:
    """The masters of a month that is loaded.

    `what` is another whenever one of the three tables was loaded or computed anew; `master`,
    `tag` and `video` are what their rows are selected from, with those of the masters `kept`, and
    the videos of the releases that are. `release` is the table with a row a release.
    """

    connection: Connection
    tables: Tables
    release: Table
    provenance: Provenance
    master: str
    tag: str
    video: str
    kept: Kept
    kept_releases: Kept

    @property
    def note(self) -> str:
        """What is another when other records are kept."""
        return " ".join(filter(None, (self.kept.note, self.kept_releases.note)))

    @property
    def kept_ids(self) -> BitMap:
        """The masters that are kept, and those of the releases that are."""
        queries = self.kept_releases.queries(loaded_months(self.connection), VIDEO.table, RELEASE)
        of_masters = "SELECT master_id FROM ({}) WHERE master_id IS NOT NULL"
        found = [ids_of(self.connection, of_masters.format(query)) for _, query in queries]
        return BitMap.union(self.kept.ids, *found)

    def titles(self, among: Among) -> str:
        """Return the query of `id` and `title`: empty for a master that has none."""
        return f"SELECT id, coalesce(title, '') AS title FROM {self.master} WHERE {among('id')}"

    def tags(self, among: Among) -> str:
        """Return the query of `kind`, `tag` and `id`: each pair once."""
        return (
            f"SELECT kind, tag, master_id AS id FROM {self.tag} WHERE {among('master_id')} "
            "UNION ALL SELECT 'year' AS kind, year::VARCHAR AS tag, id "
            f"FROM {self.master} WHERE year IS NOT NULL AND {among('id')}"
        )

    def videos(self, among: Among) -> str:
        """Return the query of `id` and `uris`: sorted, each once, of a master that has any."""
        return (
            "SELECT master_id AS id, list_sort(list(DISTINCT uri)) AS uris "
            f"FROM {self.video} WHERE uri IS NOT NULL AND {among('master_id')} "
            f"AND master_id IN (SELECT id FROM {self.master} WHERE {among('id')}) "
            "GROUP BY master_id"
        )

    def count(self) -> int:
        """Return how many masters there are."""
        return int(scalar(self.connection, f"SELECT count(DISTINCT id) FROM {self.master}"))

    def iter_ranges(self, size: int) -> Iterator[tuple[int, Among]]:
        """Yield how many masters are in a range of ids, and the condition of those."""
        ids = ids_of(self.connection, f"SELECT id FROM {self.master}")
        for start in range(0, len(ids), size):
            part = ids[start : start + size]
            yield len(part), between(part[0], part[-1])


def between(low: int, high: int) -> Among:
    return lambda column: f"{column} BETWEEN {low} AND {high}"


def masters_of(
    connection: Connection, master: Table, release: Table, month: date, limit: int | None = None
) -> Masters:
    """Return the masters of a month, or its first; WarehouseError when a table lacks it.

    `master` and `release` are the tables with a row a record.
    """
    loaded = loaded_months(connection)
    if why := lacks(loaded, master, month):
        raise WarehouseError(
            f"{why}; run discogs-assets import --types masters releases --year-month {month:%Y/%m}"
        )
    found = as_loaded(connection, (master, TAG.table, VIDEO.table), release, month)
    return found if limit is None else first_of(found, limit)


def as_loaded(connection: Connection, tables: Tables, release: Table, month: date) -> Masters:
    """Return the masters of a month that all three tables have, whatever they were made from."""
    loaded = loaded_months(connection)
    months = [loaded[table, month] for table in tables]
    kept = kept_of(connection, loaded, tables, month)
    releases = kept_of(connection, loaded, (release, VIDEO.table), month)
    queries = {
        table.name: [rows_of(table, one), *(q for _, q in kept.queries(loaded, table, owner))]
        for table, one, owner in zip(tables, months, OWNERS, strict=True)
    }
    queries[VIDEO.name] += [q for _, q in releases.queries(loaded, VIDEO.table, RELEASE)]
    master, tag, video = (
        all_of(table, [f"({query})" for query in queries[table.name]]) for table in tables
    )
    provenance = import_of(months)
    return Masters(connection, tables, release, provenance, master, tag, video, kept, releases)


def kept_of(
    connection: Connection, loaded: LoadedMonths, tables: Sequence[Table], month: date
) -> Kept:
    """Return the records of the first of the tables that are kept in a month."""
    found = loaded.get(tables[0], month)
    if found is None:
        return Kept()
    return find_kept(connection, loaded, tables, found.provenance)


def import_of(found: Sequence[Loaded]) -> Provenance:
    """Return what several tables of a month are together."""
    return Provenance(
        found[0].month,
        ", ".join(f"{one.table} {one.import_id}" for one in found),
        all(one.is_full for one in found),
        ", ".join(one.provenance.code_version for one in found),
    )


def lacks(loaded: LoadedMonths, master: Table, month: date) -> str:
    """Return what a month lacks in the warehouse; nothing when its tables are whole."""
    for table in (master, TAG.table, VIDEO.table):
        if (table, month) not in loaded:
            return (
                f"{table.name} of {month:%Y-%m}: expected it in the warehouse, found it not loaded"
            )
    for derived in (TAG, VIDEO):
        computed_from = loaded[derived.table, month].import_id
        read = [loaded.get(discogs(name), month) for name in derived.reads]
        expected = import_ids(one for one in read if one is not None)
        if expected != computed_from:
            return (
                f"{derived.name} of {month:%Y-%m}: expected it computed from {expected}, "
                f"found it computed from {computed_from}"
            )
    return ""


def first_of(masters: Masters, limit: int) -> Masters:
    """Return the first so many masters."""
    first = f"SELECT DISTINCT id FROM {masters.master} ORDER BY id LIMIT {limit}"
    last = scalar(masters.connection, f"SELECT coalesce(max(id), 0) FROM ({first})")
    return replace(
        masters,
        provenance=masters.provenance.first(limit),
        master=f"(SELECT * FROM {masters.master} WHERE id <= {last})",
        tag=f"(SELECT * FROM {masters.tag} WHERE master_id <= {last})",
        video=f"(SELECT * FROM {masters.video} WHERE master_id <= {last})",
    )


def newest(connection: Connection, master: Table, release: Table) -> Masters:
    """Return the masters of the newest month that is whole; WarehouseError when there is none."""
    loaded = loaded_months(connection)
    months = [
        (one.is_full, one.month)
        for one in loaded.months(master)
        if one.is_shown and not lacks(loaded, master, one.month)
    ]
    if not months:
        raise WarehouseError(
            f"expected a month of {master.name}, {TAG.name} and {VIDEO.name} in the warehouse, "
            "found none; run discogs-assets import --types masters releases"
        )
    return masters_of(connection, master, release, max(months)[1])
