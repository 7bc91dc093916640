"""Rules for links between artists that should be given back."""

from discogs_assets.derived.findings.rule import Rule
from discogs_assets.derived.incremental import in_one_month, linked_to, unless_alike
from discogs_assets.derived.parts import ids_of


def one_sided(
    reason: str, table: str, owner: str, other: str, back: str, back_owner: str, to: str
) -> Rule:
    """Return the rule that the list of the other artist gives a link back.

    The range is of the other artist's ids. A link to an artist that is not in the dump is not one
    of them, nor is any in a month whose other list has no ids, as in 2017.
    """
    rows = f"""
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
    return Rule(
        f"{table}_one_sided",
        table,
        "true",
        "other",
        reason,
        0.001,
        rows,
        (ids_of(table, other), ids_of(back, back_owner), ids_of("artist", "id")),
        (f"{table}.{owner}", f"{back}.{to}"),
        (
            linked_to(f"{table}.{other}", in_one_month("artist")),
            unless_alike(table, f"{back}.{to}"),
        ),
    )
