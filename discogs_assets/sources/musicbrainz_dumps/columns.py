"""Columns as the tables of MusicBrainz declare them; paths are those of `json.paths`."""

from typing import Any

from discogs_assets.tables.table import Column, Type

SOURCE = "musicbrainz"
"""The schema of the tables."""

TEXT, INTEGER, BOOLEAN, DOUBLE = Type.TEXT, Type.INTEGER, Type.BOOLEAN, Type.DOUBLE

TARGETS = (
    "area", "artist", "event", "genre", "instrument", "label", "place", "recording", "release",
    "release_group", "release-group", "series", "work",
)  # fmt: skip
"""The keys of a relation that hold its target; that of release groups has had both spellings."""


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


def place(what: str, prefix: str = "") -> tuple[Column, Column]:
    """Return the id and the name of an area; `prefix` as in `begin-area`."""
    column = prefix.replace("-", "_")
    return (
        mbid(f"{column}area_id", f"The area {what}.", f"{prefix}area/id"),
        text(f"{column}area_name", "Its name.", f"{prefix}area/name"),
    )


NAME = text("name", "Name.", "name")
SORT_NAME = text("sort_name", "Name to sort by: `Beatles, The`.", "sort-name")
LIFE = dates("life-span/")
