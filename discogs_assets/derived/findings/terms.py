"""What is known of genres, formats and years, and the rules that masters and releases share."""

from discogs_assets.derived.findings.rule import Rule
from discogs_assets.warehouse.sql import quoted

FIRST_YEAR = 1877
"""Edison's phonograph: there was no record to play before."""

GENRES = (
    "Blues",
    "Brass & Military",
    "Children's",
    "Classical",
    "Electronic",
    "Folk, World, & Country",
    "Funk / Soul",
    "Hip Hop",
    "Jazz",
    "Latin",
    "Non-Music",
    "Pop",
    "Reggae",
    "Rock",
    "Stage & Screen",
)
"""All that Discogs has; styles are many, and grow."""

FORMAT_SINCE = {
    "Cassette": 1962,
    "8-Track Cartridge": 1964,
    "VHS": 1976,
    "Laserdisc": 1978,
    "CD": 1982,
    "CDr": 1988,
    "Minidisc": 1992,
    "DVD": 1996,
    "SACD": 1999,
    "Blu-ray": 2006,
}
"""The year in which one could first buy it."""


def unknown_genre(record: str) -> Rule:
    known = ", ".join(map(quoted, GENRES))
    return Rule(
        f"{record}_genre_unknown",
        f"{record}_genre",
        f"genre IS NULL OR genre NOT IN ({known})",
        "genre",
        "Discogs has fifteen genres to choose from: a number or another word is damage, or a "
        "genre that is new.",
        0.0,
    )


def wordless_style(record: str) -> Rule:
    return Rule(
        f"{record}_style_wordless",
        f"{record}_style",
        r"style IS NULL OR NOT regexp_matches(style, '\pL')",
        "style",
        "Every style is a word: a number alone is the id of one.",
        0.0,
    )
