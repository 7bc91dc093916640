"""Plausibility rules for the tables of artists."""

from discogs_assets.derived.findings.one_sided import one_sided
from discogs_assets.derived.findings.rule import (
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
from discogs_assets.derived.parts import ids_of

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
    one_sided(
        "Aliases are mutual: when A has the alias B, then B has A, or half of a catalogue is "
        "not found from the other side.",
        "artist_alias",
        "artist_id",
        "alias_id",
        "artist_alias",
        "artist_id",
        "alias_id",
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
    one_sided(
        "An artist is in a group when the group lists him as member; here it does not.",
        "artist_group",
        "artist_id",
        "group_id",
        "group_member",
        "group_artist_id",
        "member_artist_id",
    ),
    one_sided(
        "A group has a member when the artist lists it among his groups; here he does not.",
        "group_member",
        "group_artist_id",
        "member_artist_id",
        "artist_group",
        "artist_id",
        "group_id",
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
