"""The tables that every kind of record has: names, relations, addresses, and what is not CC0."""

from discogs_assets.sources.musicbrainz_dumps.columns import (
    DISAMBIGUATION,
    DOUBLE,
    TARGETS,
    TYPE_ID,
    dates,
    flag,
    mbid,
    number,
    sparse,
    term,
    text,
)
from discogs_assets.sources.musicbrainz_dumps.table_parts import JsonRows, Owner, quarantine, table
from discogs_assets.tables.table import Column, Rows, Table, Type

SUPPLEMENTARY = "Supplementary data, CC BY-NC-SA 3.0: no export takes it."
"""What the description of a table says whose rows are not CC0."""


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


def ending(owner: Owner, *more: Table, is_rated: bool = True) -> tuple[Table, ...]:
    """Return the tables that every dump type has, after those of its own."""
    return (
        *more,
        aliases(owner),
        relations(owner),
        urls(owner),
        *supplements(owner, is_rated=is_rated),
        quarantine(owner.record),
    )
