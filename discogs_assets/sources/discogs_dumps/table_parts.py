"""What the declarations of several tables share."""

from discogs_assets.tables.table import Column, Rows, Table, Type

INTEGER, TEXT, BOOLEAN = Type.INTEGER, Type.TEXT, Type.BOOLEAN


def id_(name: str, what: str, path: str | None, may_be_missing: str = "") -> Column:
    return Column(name, INTEGER, what, path, zero_is_null=True, may_be_missing=may_be_missing)


def text(name: str, what: str, path: str) -> Column:
    return Column(name, TEXT, what, path)


def term(name: str, what: str, path: str) -> Column:
    """Return a text column whose values come from a short list."""
    return Column(name, TEXT, what, path, is_repetitive=True)


def sparse(name: str, what: str, path: str) -> Column:
    """Return a text column that has no value in most rows."""
    return Column(name, TEXT, what, path, is_sparse=True)


SEQUENCE = Column("sequence", INTEGER, "Position in the list, from 1, in file order.")
RECORD_HASH = Column(
    "record_hash",
    TEXT,
    "xxh3-128 of the record's bytes in the dump, in hexadecimal.",
    not_content="it is of the bytes, however they write the record",
)
DATA_QUALITY = term("data_quality", "Discogs' own rating of the entry.", "data_quality")


def with_article(record: str) -> str:
    """Return a word with the article that fits it."""
    return f"{'an' if record[0] in 'aeiou' else 'a'} {record}"


def quarantine(record: str) -> Table:
    """Return the table of what could not be read as a `record`."""
    return Table(
        f"{record}_quarantine",
        f"Parts of the dump that could not be read as {with_article(record)}, kept as they are.",
        ("byte_offset",),
        (
            Column("byte_offset", Type.BIGINT, "Where it starts in the decompressed dump."),
            Column("dump", TEXT, "File name of the dump.", is_repetitive=True),
            Column("record_id", INTEGER, "Discogs id, where it could be made out."),
            Column("error", TEXT, "Why it was refused."),
            Column("raw", Type.BLOB, "The bytes themselves; `decode(raw)` where they are text."),
        ),
        is_monthly=True,
        is_quarantine=True,
    )


def images(record: str) -> Table:
    """Return the table of a record's images."""
    return Table(
        f"{record}_image",
        f"Images of {with_article(record)}: sizes only; Discogs left out the addresses in 2015 and "
        "the images in December 2024.",
        (f"{record}_id", "sequence"),
        (
            owner(record),
            SEQUENCE,
            term("type", "primary or secondary.", "@type"),
            Column("width", INTEGER, "Width in pixels.", "@width"),
            Column("height", INTEGER, "Height in pixels.", "@height"),
            Column(
                "uri",
                TEXT,
                "Address of the image; empty in dumps since 2015.",
                "@uri",
                may_be_missing="dumps have no addresses of images since 2015",
            ),
        ),
        (Rows("images/image"),),
        may_be_empty="Discogs left out the images in December 2024",
        may_vanish="Discogs left out the images in December 2024: the record may have them still",
    )


NOT_IN_2017 = "missing in dumps of 2017"
"""Of ids that stand beside a name."""


def owner(record: str) -> Column:
    """Return the column that names the record a row belongs to."""
    return id_(f"{record}_id", f"The {record}.", f"/{RECORD_ID[record]}")


def values(record: str, child: str, path: str, what: str, column: str = "") -> Table:
    """Return a table of single text values of a record."""
    column = column or child
    make = term if child in ("genre", "style") else text
    return Table(
        f"{record}_{child}",
        f"{what} of {with_article(record)}.",
        (f"{record}_id", "sequence"),
        (owner(record), SEQUENCE, make(column, f"{what}.", ".")),
        (Rows(path),),
    )


def links(name: str, what: str, owner_: Column, rows: Rows, other: Column, label: str) -> Table:
    """Return a table of links to other records by id and name."""
    columns = (owner_, SEQUENCE, other, text(label, "Its name.", "."))
    return Table(name, what, (owner_.name, "sequence"), columns, (rows,))


def videos(record: str) -> Table:
    return Table(
        f"{record}_video",
        f"Videos linked from {with_article(record)}.",
        (f"{record}_id", "sequence"),
        (
            owner(record),
            SEQUENCE,
            text("uri", "Address of the video.", "@src"),
            Column("duration_s", INTEGER, "Length in seconds.", "@duration"),
            Column("is_embeddable", BOOLEAN, "Whether other sites may show it.", "@embed"),
            text("title", "Title of the video.", "title"),
            text("description", "Description of the video.", "description"),
        ),
        (Rows("videos/video"),),
    )


CREDIT = (
    id_("artist_id", "The artist; NULL for a credit that is not linked to one.", "id"),
    text("artist_name", "Name of the artist.", "name"),
    text("anv", "Name variation as printed on the release, where it differs.", "anv"),
    term("join_string", "Text between this artist and the next, such as `&`.", "join"),
    term("role", "What the artist did, as text: commas and brackets occur in it.", "role"),
    sparse("tracks", "The tracks the credit is for, as free text.", "tracks"),
)
IS_EXTRA = Column("is_extra", BOOLEAN, "True for a credit, false for a main artist.")
MAIN, EXTRA = {"is_extra": False}, {"is_extra": True}
RECORD_ID = {"artist": "id", "label": "id", "master": "@id", "release": "@id"}
