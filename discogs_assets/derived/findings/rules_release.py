"""Plausibility rules for releases: dates, titles, credits, labels and formats."""

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
from discogs_assets.derived.findings.terms import (
    FIRST_YEAR,
    FORMAT_SINCE,
    unknown_genre,
    wordless_style,
)
from discogs_assets.derived.parts import ids_of

HAS_DAY = r"regexp_full_match(released, '\d{4}-\d{2}-\d{2}')"
MONTH, DAY = "substr(released, 6, 2)", "substr(released, 9, 2)"
OF_YEARS_BEFORE = (
    "released_year < year($month) AND (released LIKE '____-%' OR length(released) = 4)"
)
NO_NUMBER = r"(?i)[^\pL\pN]*(none|n[^\pL\pN]?a|unknown|no|no cat.*|no number|nn)?[^\pL\pN]*"
FORMATS = ", ".join(f"('{name}', {year})" for name, year in FORMAT_SINCE.items())

DATES = (
    Rule(
        "release_date_form",
        "release",
        r"NOT regexp_full_match(released, '\d{4}(-\d{2}-\d{2})?')",
        "released",
        "A date is YYYY or YYYY-MM-DD, with 00 for what is unknown; nothing else sorts.",
        0.001,
    ),
    Rule(
        "release_date_month",
        "release",
        f"{HAS_DAY} AND {MONTH} > '12'",
        "released",
        "A year has twelve months: day and month were exchanged.",
        0.0001,
    ),
    Rule(
        "release_date_day_without_month",
        "release",
        f"{HAS_DAY} AND {MONTH} = '00' AND {DAY} <> '00'",
        "released",
        "Month 00 means unknown, and then the day cannot be known.",
        0.0001,
    ),
    Rule(
        "release_date_day",
        "release",
        f"{HAS_DAY} AND {MONTH} BETWEEN '01' AND '12' AND {DAY} <> '00' "
        "AND try_cast(released AS DATE) IS NULL",
        "released",
        "The month has no such day, such as 30 February.",
        0.0001,
    ),
    Rule(
        "release_date_too_early",
        "release",
        f"released_year < {FIRST_YEAR} OR released LIKE '0000%'",
        "released",
        f"The phonograph is of {FIRST_YEAR}: an earlier date is that of the composition, or 0000.",
        0.001,
    ),
    Rule(
        "release_date_after_dump",
        "release",
        f"released_year > year($month) OR ({OF_YEARS_BEFORE}) IS NOT TRUE "
        "AND try_cast(released AS DATE) > last_day($month)",
        "released",
        "A release of after the dump's month is announced, or mistyped.",
        0.001,
    ),
    Rule(
        "release_format_before_its_time",
        "release_format",
        "released_year < since",
        "name || ' of ' || released_year",
        "A carrier cannot be older than its invention: the date is that of the recording, not of "
        "this edition.",
        0.005,
        f"""
        SELECT release_id, format.name, released_year, since
        FROM discogs.release_format AS format
        JOIN (VALUES {FORMATS}) AS first (name, since) ON first.name = format.name
        JOIN discogs.release AS release
            ON release.id = release_id AND release.month = $month
            AND released_year BETWEEN {FIRST_YEAR} AND {max(FORMAT_SINCE.values())}
        WHERE format.month = $month AND release_id BETWEEN $first AND $last""",
        (ids_of("release_format", "release_id"), ids_of("release", "id")),
        ("release_format.release_id", "release.id"),
    ),
)

LABELS_AND_FORMATS = (
    Rule(
        "release_label_catno_missing",
        "release_label",
        "catno IS NULL",
        "label_name",
        "Where a release has no catalogue number Discogs asks for the word none: nothing at all "
        "may have been forgotten.",
        0.001,
    ),
    Rule(
        "release_label_catno_none",
        "release_label",
        f"catno <> 'none' AND regexp_full_match(catno, '{NO_NUMBER}')",
        "catno",
        "Discogs asks for none, in small letters, where there is no catalogue number: other "
        "spellings are counted as numbers.",
        0.01,
    ),
    Rule(
        "release_label_repeated",
        "release_label",
        "true",
        "concat_ws(' ', label_name, catno)",
        "The same label with the same number is linked twice: who counts the label's releases "
        "counts this one twice.",
        0.002,
        """
        SELECT release_id, label_id, label_name, catno
        FROM discogs.release_label
        WHERE month = $month AND release_id BETWEEN $first AND $last AND release_id IN (
            SELECT release_id FROM discogs.release_label
            WHERE month = $month AND release_id BETWEEN $first AND $last AND sequence = 2
        )
        GROUP BY ALL HAVING count(*) > 1""",
        (ids_of("release_label", "release_id"),),
        ("release_label.release_id",),
    ),
    Rule(
        "release_format_quantity_form",
        "release_format",
        r"qty IS NULL OR NOT regexp_full_match(qty, '\d+')",
        "qty",
        "How many discs there are is a number.",
        0.0001,
    ),
    Rule(
        "release_format_quantity",
        "release_format",
        r"regexp_full_match(qty, '\d+') AND coalesce(try_cast(qty AS BIGINT), 1000) "
        "NOT BETWEEN 1 AND 500",
        "qty",
        "The largest boxes hold a few hundred discs: 0 is none, and one release has a number "
        "of 64 digits.",
        0.001,
    ),
)

RELEASE_RULES = (
    *DATES,
    no_name("release", "title"),
    damaged_text("release", "title"),
    html_link("release", "notes"),
    unknown_quality("release"),
    Rule(
        "release_country",
        "release",
        r"regexp_matches(country, '\d') OR NOT regexp_matches(country, '\pL\pL') "
        r"OR regexp_full_match(country, '(?i)[^\pL]*(unknown|none|n/a|various)[^\pL]*')",
        "country",
        "A country is chosen from a list of names: where it is unknown nothing is chosen.",
        0.001,
    ),
    Rule(
        "release_status",
        "release",
        "status <> 'Accepted'",
        "status",
        "A draft or a deleted release is not for the public, and comes by mistake.",
        0.0001,
    ),
    credit_without_name("release_artist"),
    Rule(
        "release_artist_without_role",
        "release_artist",
        "is_extra AND role IS NULL",
        "artist_name",
        "A credit says what the artist did.",
        0.001,
    ),
    *LABELS_AND_FORMATS,
    unknown_genre("release"),
    wordless_style("release"),
    video_length("release"),
    video_address("release"),
    image_size("release"),
)
"""Every rule for a release but those for its tracks and its identifiers."""
