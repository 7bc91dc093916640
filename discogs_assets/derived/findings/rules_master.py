"""Plausibility rules for masters, and for what they and their releases say of each other."""

from discogs_assets.derived.findings.rule import (
    Rule,
    credit_without_name,
    damaged_text,
    html_link,
    image_size,
    no_name,
    unknown_quality,
    video_address,
    video_length,
)
from discogs_assets.derived.findings.terms import FIRST_YEAR, unknown_genre, wordless_style
from discogs_assets.derived.incremental import came_or_went, linked_to
from discogs_assets.derived.parts import ids_of

MAIN_RELEASE = """
        SELECT master.id, master.year, master.main_release, release.released_year,
            release.master_id, release.is_main_release
        FROM discogs.release AS release
        JOIN discogs.master AS master ON master.main_release = release.id AND master.month = $month
        WHERE release.month = $month AND release.id BETWEEN $first AND $last
        AND master.main_release BETWEEN $first AND $last"""
OF_MAIN_RELEASE = (
    MAIN_RELEASE,
    (ids_of("master", "main_release"), ids_of("release", "id")),
    ("master.id",),
    (linked_to("master.main_release", came_or_went("release.id")),),
)
"""The last values of the rules that compare a master with its main release."""
IS_MARKED = "is_main_release AND master_id IS NOT NULL"

MASTER_RULES = (
    no_name("master", "title"),
    damaged_text("master", "title"),
    html_link("master", "notes"),
    unknown_quality("master"),
    Rule(
        "master_year_too_early",
        "master",
        f"year < {FIRST_YEAR}",
        "year",
        f"The phonograph is of {FIRST_YEAR}: nothing was released before.",
        0.0,
    ),
    Rule(
        "master_year_after_dump",
        "master",
        "year > year($month)",
        "year",
        "What is first released in a later year than the dump's is announced, or mistyped.",
        0.0005,
    ),
    Rule(
        "master_year_after_main_release",
        "master",
        "year > released_year",
        "year || ' after ' || released_year || ' of ' || main_release",
        "A master is as old as its earliest release: it cannot be younger than the one that "
        "stands for it.",
        0.001,
        *OF_MAIN_RELEASE,
    ),
    Rule(
        "main_release_of_another_master",
        "master",
        "master_id IS DISTINCT FROM id",
        "main_release || ' of ' || coalesce(master_id::VARCHAR, 'none')",
        "The release that stands for a master says that it belongs to another, or to none: the "
        "two files were written hours apart.",
        0.001,
        *OF_MAIN_RELEASE,
    ),
    Rule(
        "main_release_twice",
        "master",
        "true",
        "one || ' ' || other",
        "Only one release can stand for a master.",
        0.0001,
        f"""
        SELECT master_id AS id, min(id) AS one, max(id) AS other
        FROM discogs.release
        WHERE month = $month AND {IS_MARKED} AND master_id BETWEEN $first AND $last
        GROUP BY master_id HAVING count(*) > 1""",
        (ids_of("release", "master_id", IS_MARKED),),
        ("release.master_id",),
    ),
    Rule(
        "main_release_unmarked",
        "master",
        "master_id = id AND NOT is_main_release",
        "main_release",
        "The release that a master names as its main one belongs to it, but is not marked as such.",
        0.001,
        *OF_MAIN_RELEASE,
    ),
    Rule(
        "main_release_differs",
        "release",
        "main_release IS DISTINCT FROM id",
        "'master ' || master_id || ' has ' || coalesce(main_release::VARCHAR, 'none')",
        "A release is marked as the one that stands for its master, but the master names another.",
        0.001,
        """
        SELECT release.id, release.master_id, master.main_release
        FROM discogs.release AS release
        JOIN discogs.master AS master ON master.id = release.master_id AND master.month = $month
        WHERE release.month = $month AND release.is_main_release
        AND release.master_id BETWEEN $first AND $last AND master.id BETWEEN $first AND $last""",
        (ids_of("release", "master_id", IS_MARKED), ids_of("master", "id")),
        ("release.id",),
        (linked_to("release.master_id", came_or_went("master.id")),),
    ),
    credit_without_name("master_artist"),
    unknown_genre("master"),
    wordless_style("master"),
    video_length("master"),
    video_address("master"),
    image_size("master"),
)
"""Every rule for what the dump of masters holds."""
