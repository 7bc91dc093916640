"""Plausibility rules for the tables of artists."""

from discogs_assets.derived.parts import ids_of
from discogs_assets.derived.rule import (
    Rule,
    damaged_text,
    do_not_use,
    html_link,
    image_size,
    no_name,
    number_one,
    unknown_quality,
    url_form,
)

ARTIST_IDS = ids_of("artist", "id")


def one_sided(table: str, owner: str, other: str, back: str, back_owner: str, to: str) -> str:
    """Return a query for the links of a table that the other artist's list does not give back.

    The range is of the other artist's ids. A link to an artist that is not in the dump is not one
    of them, nor is any in a month whose other list has no ids, as in 2017.
    """
    return f"""
        WITH lonely AS MATERIALIZED (
            SELECT {owner}, {other} AS other
            FROM discogs.{table} AS link
            WHERE month = $month AND {other} BETWEEN $first AND $last
            AND {other} <> {owner} AND NOT EXISTS (
                SELECT 1 FROM discogs.{back} AS back
                WHERE back.month = $month AND back.{back_owner} BETWEEN $first AND $last
                AND back.{back_owner} = link.{other} AND back.{to} = link.{owner}
            ) AND (
                SELECT count({to}) > 0 FROM discogs.{back} WHERE month = $month
            )
        ), there AS (
            SELECT id FROM discogs.artist
            WHERE month = $month AND id BETWEEN $first AND $last
            AND id IN (SELECT other FROM lonely)
        )
        SELECT {owner}, other FROM lonely WHERE other IN (SELECT id FROM there)"""


ARTIST_RULES = (
    no_name("artist"),
    number_one("artist"),
    do_not_use("artist"),
    damaged_text("artist", "name"),
    html_link("artist", "profile"),
    unknown_quality("artist"),
    Rule(
        "artist_alias_itself",
        "artist_alias",
        "alias_id = artist_id",
        "alias_id",
        "Nobody is an alias of himself: the link was meant for another of the same name.",
        0.0001,
    ),
    Rule(
        "artist_alias_one_sided",
        "artist_alias",
        "true",
        "other",
        "Aliases are mutual: when A has the alias B, then B has A, or half of a catalogue is "
        "not found from the other side.",
        0.001,
        one_sided("artist_alias", "artist_id", "alias_id", "artist_alias", "artist_id", "alias_id"),
        (ids_of("artist_alias", "alias_id"), ids_of("artist_alias", "artist_id"), ARTIST_IDS),
    ),
    Rule(
        "artist_group_itself",
        "artist_group",
        "group_id = artist_id",
        "group_name",
        "A group is no member of itself: mostly its founder has the same name, and an entry "
        "of his own.",
        0.005,
    ),
    Rule(
        "artist_group_one_sided",
        "artist_group",
        "true",
        "other",
        "An artist is in a group when the group lists him as member; here it does not.",
        0.001,
        one_sided(
            "artist_group",
            "artist_id",
            "group_id",
            "group_member",
            "group_artist_id",
            "member_artist_id",
        ),
        (ids_of("artist_group", "group_id"), ids_of("group_member", "group_artist_id"), ARTIST_IDS),
    ),
    Rule(
        "group_member_one_sided",
        "group_member",
        "true",
        "other",
        "A group has a member when the artist lists it among his groups; here he does not.",
        0.001,
        one_sided(
            "group_member",
            "group_artist_id",
            "member_artist_id",
            "artist_group",
            "artist_id",
            "group_id",
        ),
        (
            ids_of("group_member", "member_artist_id"),
            ids_of("artist_group", "artist_id"),
            ARTIST_IDS,
        ),
    ),
    Rule(
        "artist_namevariation_same",
        "artist_namevariation",
        "name = artist_name",
        "name",
        "A variation spelt as the name itself is none.",
        0.001,
        """
        SELECT spelling.artist_id, spelling.name, artist.name AS artist_name
        FROM discogs.artist_namevariation AS spelling
        JOIN discogs.artist AS artist ON artist.id = spelling.artist_id AND artist.month = $month
        WHERE spelling.month = $month AND spelling.artist_id BETWEEN $first AND $last""",
        (ids_of("artist_namevariation", "artist_id"), ids_of("artist", "id")),
        ("artist_namevariation.artist_id", "artist.id"),
    ),
    url_form("artist"),
    image_size("artist"),
)
"""Every rule for what the dump of artists holds."""
