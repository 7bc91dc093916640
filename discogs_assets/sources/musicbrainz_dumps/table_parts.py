"""What the declarations of several tables share; paths are those of `json.paths`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from discogs_assets.tables.table import Column, Rows, Table, Type

SOURCE = "musicbrainz"
"""The schema of the tables."""

TEXT, INTEGER, BOOLEAN, DOUBLE = Type.TEXT, Type.INTEGER, Type.BOOLEAN, Type.DOUBLE

SUPPLEMENTARY = "Supplementary data, CC BY-NC-SA 3.0: no export takes it."
"""What the description of a table says whose rows are not CC0."""

TARGETS = (
    "area", "artist", "event", "genre", "instrument", "label", "place", "recording", "release",
    "release_group", "release-group", "series", "work",
)  # fmt: skip
"""The keys of a relation that hold its target; that of release groups has had both spellings."""


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


def mbid(name: str, what: str, path: str) -> Column:
    """Return a column of ids, which are UUIDs."""
    return Column(name, Type.UUID, what, path)


def text(name: str, what: str, path: str, **more: Any) -> Column:
    return Column(name, TEXT, what, path, **more)


def term(name: str, what: str, path: str) -> Column:
    """Return a text column whose values come from a short list."""
    return Column(name, TEXT, what, path, is_repetitive=True)


def sparse(name: str, what: str, path: str) -> Column:
    """Return a text column that has no value in most rows."""
    return Column(name, TEXT, what, path, is_sparse=True)


def number(name: str, what: str, path: str, **more: Any) -> Column:
    return Column(name, INTEGER, what, path, **more)


def flag(name: str, what: str, path: str) -> Column:
    return Column(name, BOOLEAN, what, path)


PARTIAL = "as far as known: 1979, 1979-10 or 1979-10-03"
SEQUENCE = number("sequence", "Position in the list, from 1, in file order.", "#")
RECORD_HASH = Column(
    "record_hash",
    TEXT,
    "xxh3-128 of what is read of the record, in a form with sorted keys, in hexadecimal.",
    not_content="it is of the whole record",
)
DISAMBIGUATION = text("disambiguation", "What tells it from others of its name.", "disambiguation")
TYPE_ID = mbid("type_id", "Id of the type.", "type-id")


def kind(what: str) -> tuple[Column, Column]:
    """Return the columns of what type a record is of."""
    return term("type", f"The type of the {what}.", "type"), TYPE_ID


def dates(prefix: str = "") -> tuple[Column, ...]:
    """Return begin, end and whether it has ended."""
    return (
        text("begin_date", f"When it began, {PARTIAL}.", f"{prefix}begin"),
        text("end_date", f"When it ended, {PARTIAL}.", f"{prefix}end"),
        flag(
            "is_ended", "Whether it has ended, also where the date is not known.", f"{prefix}ended"
        ),
    )


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


def aliases(owner: Owner) -> Table:
    return owner.list_table(
        "alias",
        f"Other names of {owner.what}.",
        "aliases[]",
        text("name", "The name.", "name"),
        text("sort_name", "The name to sort by.", "sort-name"),
        term("type", "What kind of name it is.", "type"),
        TYPE_ID,
        term("locale", "The language or region it is used in.", "locale"),
        flag("is_primary", "Whether it is the main one of its locale.", "primary"),
        *dates(),
    )


ATTRIBUTES = (
    Column("attributes", Type.TEXT_LIST, "Names of its attributes, such as `guest`.", "attributes"),
    sparse(
        "attribute_values",
        "JSON: the values of its attributes by name, such as the number in a series.",
        "attribute-values{}",
    ),
    sparse(
        "attribute_credits",
        "JSON: how its attributes are credited, by name, such as an instrument.",
        "attribute-credits{}",
    ),
)
RELATION_TYPE = (term("type", "What kind of relation it is.", "type"), TYPE_ID)


def relations(owner: Owner) -> Table:
    """Return the table of what a record has to do with others, but for web addresses."""
    return owner.list_table(
        "relation",
        f"Relations of {owner.what} to other records; those to URLs are in `{owner.record}_url`.",
        "relations[]",
        *RELATION_TYPE,
        term(
            "direction", "forward, or backward where the other is what it begins with.", "direction"
        ),
        term("target_type", "What the other is: artist, work, …", "target-type"),
        mbid("target_id", "Id of the other.", "|".join(f"{target}/id" for target in TARGETS)),
        *dates(),
        *ATTRIBUTES,
        sparse("source_credit", "How this one is named in it, where otherwise.", "source-credit"),
        sparse("target_credit", "How the other is named in it, where otherwise.", "target-credit"),
        number("ordering_key", "Its place among relations that are in order.", "ordering-key"),
        rows=JsonRows(owner.rows("relations[]"), where={"target-type": ("url", False)}),
    )


def urls(owner: Owner) -> Table:
    return owner.list_table(
        "url",
        f"Web addresses of {owner.what}, such as its page at Discogs.",
        "relations[]",
        text("url", "The address.", "url/resource"),
        mbid("url_id", "Id of the address.", "url/id"),
        *RELATION_TYPE,
        *dates(),
        *ATTRIBUTES,
        rows=JsonRows(owner.rows("relations[]"), where={"target-type": ("url", True)}),
    )


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


def votes(owner: Owner, child: str, path: str) -> Table:
    """Return the table of tags, or of the tags that are genres."""
    is_genre = child == "genre"
    ids = (mbid("genre_id", "The genre.", "id"), DISAMBIGUATION) if is_genre else ()
    return owner.list_table(
        child,
        f"The {child}s that people gave {owner.what}. {SUPPLEMENTARY}",
        path,
        text("name", f"The {child}.", "name"),
        *ids,
        number("count", "How many gave it, less those who voted against it.", "count"),
    )


def rating(owner: Owner) -> Table:
    return table(
        f"{owner.record}_rating",
        f"How people rate {owner.what}; only what was rated. {SUPPLEMENTARY}",
        tuple(column.name for column in owner.columns),
        (
            *owner.columns,
            Column("rating", DOUBLE, "The mean, from 1 to 5.", "value"),
            number("votes", "How many rated it.", "votes-count", zero_is_null=True),
        ),
        Rows(owner.rows("rating")),
        may_be_empty="nothing may be rated",
    )


def annotation(owner: Owner) -> Table:
    return table(
        f"{owner.record}_annotation",
        f"Notes of editors on {owner.what}. {SUPPLEMENTARY}",
        tuple(column.name for column in owner.columns),
        (*owner.columns, text("annotation", "The text, with MusicBrainz' own markup.", ".")),
        Rows(owner.rows("annotation")),
        may_be_empty="nothing may be annotated",
    )


def supplements(owner: Owner, *, is_rated: bool) -> tuple[Table, ...]:
    """Return the tables of what is not CC0."""
    rated = (rating(owner),) if is_rated else ()
    return (
        votes(owner, "tag", "tags[]"), votes(owner, "genre", "genres[]"), *rated, annotation(owner)
    )  # fmt: skip


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
