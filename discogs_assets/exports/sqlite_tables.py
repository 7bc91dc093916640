"""What the SQLite file has: a flat table a dump type, each list of a record in one column."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from discogs_assets.exports.document import MAIN, Document, Listed, Tables

NUMBERS = {"id", "main_release", "year"}
PAGE = "https://www.discogs.com/release/"


@dataclass(frozen=True)
class Cached:
    """A table; `columns` give the field of the document that each has.

    A field such as `artists.artist_name` is of the members of a list. `{PAGE}` stands for the
    address of the record's page. `indexed` are the columns that people search.
    """

    name: str
    document: Document
    columns: dict[str, str]
    indexed: Sequence[str]

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
        return [
            f"CREATE INDEX IF NOT EXISTS {self.name}_{one} ON {self.name} ({one})"
            for one in self.indexed
        ]

    @property
    def insert(self) -> str:
        places = ", ".join("?" * len(self.columns))
        return f"INSERT OR REPLACE INTO {self.name} ({', '.join(self.columns)}) VALUES ({places})"


CACHED = {
    "artists": Cached(
        "cached_artists",
        Document(
            "artist",
            (
                Listed("urls", "artist_url"),
                Listed("name_variations", "artist_namevariation"),
                Listed("aliases", "artist_alias"),
            ),
        ),
        {
            "id": "id",
            "name": "name",
            "real_name": "real_name",
            "profile": "profile",
            "urls": "urls",
            "name_variations": "name_variations",
            "aliases": "aliases.alias_name",
        },
        ("name",),
    ),
    "labels": Cached(
        "cached_labels",
        Document("label", (Listed("urls", "label_url"), Listed("sublabels", "label_sublabel"))),
        {
            "id": "id",
            "name": "name",
            "contact_info": "contact_info",
            "profile": "profile",
            "urls": "urls",
            "parent_label": "parent_name",
            "sublabels": "sublabels.sublabel_name",
        },
        ("name",),
    ),
    "masters": Cached(
        "cached_masters",
        Document(
            "master",
            (
                Listed("artists", "master_artist"),
                Listed("genres", "master_genre"),
                Listed("styles", "master_style"),
            ),
        ),
        {
            "id": "id",
            "title": "title",
            "artists": "artists.artist_name",
            "main_release": "main_release",
            "year": "year",
            "genres": "genres",
            "styles": "styles",
        },
        (),
    ),
    "releases": Cached(
        "cached_releases",
        Document(
            "release",
            (
                Listed("artists", "release_artist", MAIN),
                Listed("labels", "release_label"),
                Listed("genres", "release_genre"),
                Listed("styles", "release_style"),
            ),
        ),
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
        ("title", "year"),
    ),
}
"""By dump type."""
