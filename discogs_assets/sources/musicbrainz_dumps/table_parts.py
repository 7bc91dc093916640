"""The tables that several kinds of records have, and what they belong to."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from discogs_assets.sources.musicbrainz_dumps.columns import (
    RECORD_HASH,
    SEQUENCE,
    SOURCE,
    TEXT,
    mbid,
    term,
    text,
)
from discogs_assets.tables.table import Column, Rows, Table, Type


@dataclass(frozen=True, slots=True)
class JsonRows(Rows):
    """Rows of the objects in which each key of `where` has one of the texts, or has none of them.

    The texts and whether they are wanted, by key. Numbering counts the rows that are left.
    """

    where: Mapping[str, tuple[str, bool]] = field(default_factory=lambda: MappingProxyType({}))


def table(
    name: str,
    what: str,
    key: tuple[str, ...],
    columns: tuple[Column, ...],
    *rows: Rows,
    **more: Any,
) -> Table:
    return Table(name, what, key, columns, rows, schema=SOURCE, **more)


def with_article(word: str) -> str:
    return f"{'an' if word[0] in 'aeiou' else 'a'} {word}"


def spoken(record: str) -> str:
    return record.replace("_", " ")


@dataclass(frozen=True)
class Owner:
    """What the rows of a child table belong to: the name of the record, and the columns of its key.

    `path` leads from the record to the object that has the lists; "" is the record itself. `more`
    are columns of each child beside the key.
    """

    record: str
    columns: tuple[Column, ...]
    path: str = ""
    more: tuple[Column, ...] = ()

    @property
    def what(self) -> str:
        return with_article(spoken(self.record))

    def rows(self, path: str) -> str:
        return f"{self.path}/{path}" if self.path else path

    def list_table(
        self, child: str, what: str, path: str, *columns: Column, rows: Rows | None = None
    ) -> Table:
        """Return the table of a list; its key is that of the owner and the position."""
        key = (*(column.name for column in self.columns), SEQUENCE.name)
        found = rows or Rows(self.rows(path))
        return table(
            f"{self.record}_{child}" if child else self.record,
            what,
            key,
            (*self.columns, SEQUENCE, *self.more, *columns),
            found,
            may_be_empty=f"a dump may have no {spoken(child)} of {self.what}",
        )


def owner_of(record: str) -> Owner:
    return Owner(record, (mbid(f"{record}_id", f"The {spoken(record)}.", "/id"),))


def names(owner: Owner, child: str, what: str, path: str, column: str) -> Table:
    """Return the table of a list of texts."""
    return owner.list_table(child, what, path, text(column, what, "."))


def artist_credits(owner: Owner, child: str = "artist") -> Table:
    """Return the table of an artist credit: who is named, and how."""
    return owner.list_table(
        child,
        f"The artists {owner.what} is credited to, in order.",
        "artist-credit[]",
        mbid("artist_id", "The artist.", "artist/id"),
        text("name", "The name as credited.", "name"),
        term("join_phrase", "Text between this artist and the next, such as ` & `.", "joinphrase"),
    )


def record_table(record: str, what: str, *columns: Column, name: str = "") -> Table:
    """Return the table with a row for each record."""
    id_column = mbid("id", f"MusicBrainz id of the {spoken(record)}.", "id")
    return table(name or record, what, ("id",), (id_column, *columns, RECORD_HASH), Rows(""))


def quarantine(record: str) -> Table:
    """Return the table of the lines that could not be read as a record."""
    return Table(
        f"{record}_quarantine",
        f"Lines of the dump that could not be read as {with_article(spoken(record))}, as they are.",
        ("byte_offset",),
        (
            Column("byte_offset", Type.BIGINT, "Where it starts in the unpacked `mbdump` file."),
            Column("dump", TEXT, "File name of the dump.", is_repetitive=True),
            Column("record_id", Type.UUID, "MusicBrainz id, where it could be made out."),
            Column("error", TEXT, "Why it was refused."),
            Column("raw", Type.BLOB, "The line itself; `decode(raw)` where it is text."),
        ),
        is_monthly=True,
        is_quarantine=True,
        schema=SOURCE,
    )
