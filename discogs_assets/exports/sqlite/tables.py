"""What the SQLite file has: a flat table a dump type, each list of a record in one column."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from discogs_assets.exports.documents.document import DOCUMENTS, SEQUENCE, Document, Tables
from discogs_assets.tables.table import Table
from discogs_assets.warehouse.differing import HASH

NUMBERS = {"id", "main_release", "year"}
PAGE = "https://www.discogs.com/release/"


@dataclass(frozen=True)
class Cached:
    """A table; `columns` give the field of the document that each has.

    A field such as `artists.artist_name` is of the members of a list. `PAGE`, the last one if any,
    stands for the address of the record's page. `whole` is the document with all its lists; one
    that is not `is_searched` is read by id.
    """

    name: str
    whole: Document
    columns: Mapping[str, str]
    is_searched: bool = True

    @cached_property
    def document(self) -> Document:
        """The document with the lists that have a column, in their order."""
        lists = {listed.name for listed in self.whole.lists}
        fields = (path.partition(".")[0] for path in self.columns.values())
        return self.whole.with_lists(dict.fromkeys(name for name in fields if name in lists))

    def narrowed(self, tables: Tables) -> dict[str, Table]:
        """Return the tables it is made of, with the columns that it needs alone."""
        columns = {self.document.table: {"id", HASH, *self.columns.values()}}
        for listed in self.document.lists:
            inner = {path.partition(".")[2] for path in self.columns.values()}
            plain = {one.name for one in listed.columns(tables[listed.table])}
            values = plain if listed.is_plain(tables[listed.table]) else plain & inner
            columns[listed.table] = {tables[listed.table].owner, SEQUENCE, *listed.only, *values}
        return {
            name: replace(
                tables[name],
                columns=tuple(one for one in tables[name].columns if one.name in kept),
            )
            for name, kept in columns.items()
        }

    def shape(self, tables: Tables) -> str:
        """Return a short hash that changes when the same rows make other ones here."""
        text = f"{self.document.shape(tables)} {self.create} {self.columns}"
        return hashlib.sha256(text.encode()).hexdigest()[:12]

    @property
    def create(self) -> str:
        """The statement that makes it."""
        kinds = {name: "INTEGER" if name in NUMBERS else "TEXT" for name in self.columns}
        kinds["id"] = "INTEGER PRIMARY KEY"
        columns = ", ".join(f"{name} {kind}" for name, kind in kinds.items())
        return f"CREATE TABLE {self.name} ({columns})"

    @property
    def create_indexes(self) -> list[str]:
        fields = (self.whole.searched, *self.whole.numbers) if self.is_searched else ()
        names = [name for name, path in self.columns.items() if path in fields]
        return [
            f"CREATE INDEX IF NOT EXISTS {self.name}_{name} ON {self.name} ({name})"
            for name in names
        ]

    @property
    def values(self) -> list[str]:
        """The fields that `insert` takes, in their order: all but the page, which follows."""
        return [path for path in self.columns.values() if path != PAGE]

    @property
    def insert(self) -> str:
        places = [f"?{place}" for place in range(1, len(self.values) + 1)]
        if PAGE in self.columns.values():
            places.append(f"'{PAGE}' || ?1")
        return (
            f"INSERT OR REPLACE INTO {self.name} ({', '.join(self.columns)}) "
            f"VALUES ({', '.join(places)})"
        )


CACHED = {
    "artists": Cached(
        "cached_artists",
        DOCUMENTS["artists"],
        {
            "id": "id",
            "name": "name",
            "real_name": "real_name",
            "profile": "profile",
            "urls": "urls",
            "name_variations": "name_variations",
            "aliases": "aliases.alias_name",
        },
    ),
    "labels": Cached(
        "cached_labels",
        DOCUMENTS["labels"],
        {
            "id": "id",
            "name": "name",
            "contact_info": "contact_info",
            "profile": "profile",
            "urls": "urls",
            "parent_label": "parent_name",
            "sublabels": "sublabels.sublabel_name",
        },
    ),
    "masters": Cached(
        "cached_masters",
        DOCUMENTS["masters"],
        {
            "id": "id",
            "title": "title",
            "artists": "artists.artist_name",
            "main_release": "main_release",
            "year": "year",
            "genres": "genres",
            "styles": "styles",
        },
        is_searched=False,
    ),
    "releases": Cached(
        "cached_releases",
        DOCUMENTS["releases"],
        {
            "id": "id",
            "title": "title",
            "artists": "artists.artist_name",
            "labels": "labels.label_name",
            "catno": "labels.catno",
            "country": "country",
            "year": "released_year",
            "genres": "genres",
            "styles": "styles",
            "url": PAGE,
        },
    ),
}
"""By dump type."""
