"""What differs between the masters of two months of the warehouse, for a sink that has the one."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from pyroaring import BitMap

from discogs_assets.exports.differences import Delta
from discogs_assets.exports.masters.masters import OWNERS, Among, Masters, import_of
from discogs_assets.exports.month_rows import ids_of
from discogs_assets.warehouse.history import is_valid
from discogs_assets.warehouse.loaded import Provenance, loaded_months
from discogs_assets.warehouse.sql import Connection

GROUPED = "SELECT kind, tag, list(id ORDER BY id) AS ids FROM ({}) GROUP BY kind, tag"
"""What makes of `kind`, `tag` and `id` a row a tag."""


@dataclass(frozen=True)
class Differ:
    """Rows that came and went: `id` and a title or `uris`, or `kind`, `tag` and `ids`."""

    came: pa.Table
    went: pa.Table

    @property
    def ids(self) -> BitMap:
        """The masters that they are of."""
        return ids_in(self.came) | ids_in(self.went)


@dataclass(frozen=True)
class MasterChanges:
    """What differs between two months of masters; `gone` are tags that no master has any more."""

    records: Delta
    titles: Differ
    videos: Differ
    tags: Differ
    gone: set[tuple[str, str]]


def ids_in(rows: pa.Table) -> BitMap:
    if "ids" in rows.column_names:
        return BitMap(rows["ids"].combine_chunks().flatten().to_numpy())
    return BitMap(rows["id"].to_numpy())


def is_comparable(wanted: Masters, held: Provenance) -> bool:
    """Whether the warehouse still knows the masters that a sink says it holds.

    So it is not where a table was loaded or computed anew since, and for a month that is not whole.
    """
    loaded = loaded_months(wanted.connection)
    there = [one for table in wanted.tables if (one := loaded.get(table, held.month))]
    return (
        len(there) == len(wanted.tables)
        and import_of(there) == held
        and held.is_full
        and wanted.provenance.is_full
    )


def touched(old: Masters, new: Masters) -> BitMap:
    """Return the masters of which a row begins or ends between two months, or that are kept."""
    ids = BitMap()
    was, now = is_valid(old.provenance.month), is_valid(new.provenance.month)
    for table, column in zip(old.tables, OWNERS, strict=True):
        ids |= ids_of(
            old.connection,
            f"SELECT {column} FROM {table.versions} WHERE {column} IS NOT NULL "
            f"AND (({was}) <> ({now}))",
        )
    return ids | old.kept_ids | new.kept_ids


def changes(old: Masters, new: Masters, ids: BitMap) -> MasterChanges:
    """Return what differs of some masters."""
    connection = new.connection
    with among(connection, ids) as these:
        titles = differ(connection, old.titles(these), new.titles(these))
        videos = differ(connection, old.videos(these), new.videos(these))
        tags = differ(connection, old.tags(these), new.tags(these), GROUPED)
        were, are = (
            ids_of(connection, f"SELECT id FROM {one.master} WHERE {these('id')}")
            for one in (old, new)
        )
    differing = titles.ids | videos.ids | tags.ids
    records = Delta(are - were, differing & are & were, were - are)
    return MasterChanges(records, titles, videos, tags, gone_tags(new, tags.went))


def differ(connection: Connection, old: str, new: str, form: str = "{}") -> Differ:
    """Return which rows of two queries differ; `form` is what is made of them."""
    came, went = (
        connection.execute(form.format(f"({one}) EXCEPT ({other})")).to_arrow_table()
        for one, other in ((new, old), (old, new))
    )
    return Differ(came, went)


def any_id(column: str) -> str:
    """Return a condition that every master meets."""
    return f"{column} IS NOT NULL"


def gone_tags(new: Masters, went: pa.Table) -> set[tuple[str, str]]:
    """Return those of some tags that no master of a month has."""
    found = {*zip(went["kind"].to_pylist(), went["tag"].to_pylist(), strict=True)}
    query = f"SELECT DISTINCT kind, tag FROM ({new.tags(any_id)})"
    return found - {*new.connection.execute(query).fetchall()}


@contextmanager
def among(connection: Connection, ids: BitMap) -> Iterator[Among]:
    """Give the condition that an id is one of these, for as long as the context lasts."""
    # Of the type that the tables have, so that theirs is not cast to another.
    these = pa.table({"id": pa.array(np.asarray(ids.to_array(), np.int32))})
    with registered(connection, touched=these):
        yield lambda column: f"{column} IN (SELECT id FROM touched)"


@contextmanager
def registered(connection: Connection, **tables: pa.Table) -> Iterator[None]:
    """Let names mean tables, for as long as the context lasts."""
    for name, table in tables.items():
        connection.register(name, table)
    try:
        yield
    finally:
        for name in tables:
            connection.unregister(name)
