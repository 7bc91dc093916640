"""The document: a whole record as one nested object, by table; one definition serves all sinks.

How rows become documents is for `nesting`.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from discogs_assets.tables.table import Column, Table
from discogs_assets.warehouse.differing import HASH

SEQUENCE = "sequence"

Tables = Mapping[str, Table]
"""The tables of a dump type, by name."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A list in a document: under `name`, the rows of a table that belong to one object.

    `only` says which rows those are, where several lists share a table. `place` is the column
    that names the `sequence` of the object a row belongs to, empty where that is the record.
    `lists` are the lists within each object. Rows whose `part_of` names the `sequence` of another
    row stand in that one's list `parts`.
    """

    name: str
    table: str
    only: Mapping[str, bool] = field(default_factory=lambda: MappingProxyType({}))
    place: str = ""
    lists: tuple["Listed", ...] = ()
    part_of: str = ""
    parts: str = ""

    def columns(self, table: Table) -> list[Column]:
        """Return the columns that are values; the place in the document says the others."""
        implied = {table.owner, SEQUENCE, self.place, self.part_of, *self.only}
        return [column for column in table.columns if column.name not in implied]

    def is_plain(self, table: Table) -> bool:
        """Whether the list has the bare values of one column, not objects."""
        return len(self.columns(table)) == 1 and not (self.lists or self.parts)


@dataclass(frozen=True, slots=True)
class Document:
    """What a record of a dump type looks like: its own columns, then its lists.

    The hash of its bytes stands beside it: sinks keep it to tell what changed. Sinks have indexes
    on what people search for: the name or title `searched`, `numbers`, and the lists `listed`,
    each with the fields of its members that are searched for; bare values have none.
    """

    table: str
    lists: tuple[Listed, ...]
    searched: str
    listed: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))
    numbers: tuple[str, ...] = ()

    @property
    def searched_members(self) -> list[str]:
        """The searched fields of the members of lists, such as `labels.catno`."""
        return [f"{name}.{member}" for name, members in self.listed.items() for member in members]

    def with_lists(self, names: Iterable[str]) -> "Document":
        """Return the document with these of its lists, in this order."""
        lists = {listed.name: listed for listed in self.lists}
        return replace(self, lists=tuple(lists[name] for name in names))

    def columns(self, table: Table) -> list[Column]:
        return [column for column in table.columns if column.name != HASH]

    def shape(self, tables: Tables) -> str:
        """Return a short hash that changes when the same rows make other documents."""
        fields = self.iter_fields(tables)
        text = "\n".join(f"{path} {column.type.duckdb}" for path, _, column in fields)
        return hashlib.sha256(text.encode()).hexdigest()[:12]

    def iter_fields(self, tables: Tables) -> Iterator[tuple[str, Table, Column]]:
        """Yield the path of each value, such as `tracks[].title`, and its table and column."""
        table = tables[self.table]
        for column in self.columns(table):
            yield column.name, table, column
        yield from iter_fields("", self.lists, tables)

    def iter_tables(self) -> Iterator[str]:
        """Yield the names of the tables it is made of, its own first, each once."""
        found = [self.table, *(one.table for one in iter_lists(self.lists))]
        yield from dict.fromkeys(found)


def iter_lists(lists: Sequence[Listed]) -> Iterator[Listed]:
    for one in lists:
        yield one
        yield from iter_lists(one.lists)


def iter_fields(
    above: str, lists: Sequence[Listed], tables: Tables
) -> Iterator[tuple[str, Table, Column]]:
    """Yield the path of each value in some lists, and its table and column."""
    for nested in lists:
        table = tables[nested.table]
        paths = [f"{above}{nested.name}[]"]
        if nested.parts:
            paths.append(f"{paths[0]}.{nested.parts}[]")
        for path in paths:
            for column in nested.columns(table):
                yield path if nested.is_plain(table) else f"{path}.{column.name}", table, column
            yield from iter_fields(f"{path}.", nested.lists, tables)


MAIN, EXTRA = MappingProxyType({"is_extra": False}), MappingProxyType({"is_extra": True})

DOCUMENTS = {
    "artists": Document(
        "artist",
        (
            Listed("aliases", "artist_alias"),
            Listed("groups", "artist_group"),
            Listed("members", "group_member"),
            Listed("name_variations", "artist_namevariation"),
            Listed("urls", "artist_url"),
            Listed("images", "artist_image"),
        ),
        searched="name",
    ),
    "labels": Document(
        "label",
        (
            Listed("sublabels", "label_sublabel"),
            Listed("urls", "label_url"),
            Listed("images", "label_image"),
        ),
        searched="name",
        numbers=("parent_id",),
    ),
    "masters": Document(
        "master",
        (
            Listed("artists", "master_artist"),
            Listed("genres", "master_genre"),
            Listed("styles", "master_style"),
            Listed("videos", "master_video"),
            Listed("images", "master_image"),
        ),
        searched="title",
        listed={"artists": ("artist_id",), "genres": (), "styles": ()},
        numbers=("year",),
    ),
    "releases": Document(
        "release",
        (
            Listed("artists", "release_artist", MAIN),
            Listed("extra_artists", "release_artist", EXTRA),
            Listed("labels", "release_label"),
            Listed("series", "release_series"),
            Listed("formats", "release_format"),
            Listed("genres", "release_genre"),
            Listed("styles", "release_style"),
            Listed("identifiers", "release_identifier"),
            Listed("videos", "release_video"),
            Listed("companies", "release_company"),
            Listed(
                "tracks",
                "release_track",
                lists=(
                    Listed("artists", "release_track_artist", MAIN, "track_sequence"),
                    Listed("extra_artists", "release_track_artist", EXTRA, "track_sequence"),
                ),
                part_of="parent_sequence",
                parts="sub_tracks",
            ),
            Listed("images", "release_image"),
        ),
        searched="title",
        listed={
            "artists": ("artist_id",),
            "labels": ("label_id", "catno"),
            "genres": (),
            "styles": (),
            "identifiers": ("value",),  # Barcodes are among them.
        },
        numbers=("released_year", "master_id"),
    ),
}
"""By dump type; a test holds that every table of records is in one."""
