"""Plausibility rules for the tracks of a release and their credits."""

from discogs_assets.derived.findings.rule import Rule, credit_without_name, damaged_text, is_blank
from discogs_assets.derived.parts import ids_of

TRACK_IDS = (ids_of("release_track", "release_id"),)

TRACK_RULES = (
    Rule(
        "track_without_title",
        "release_track",
        is_blank("title"),
        "concat_ws(' ', 'track', sequence, position)",
        "An empty line in the tracklist, or a track whose title was forgotten: untitled ones are "
        "called Untitled.",
        0.005,
    ),
    damaged_text("release_track", "title"),
    Rule(
        "track_duration_form",
        "release_track",
        r"NOT regexp_full_match(duration, '\d{1,3}:[0-5]\d(:[0-5]\d)?')",
        "duration",
        "A duration is m:ss or h:mm:ss: other forms, and 61 seconds, cannot be added up.",
        0.005,
    ),
    Rule(
        "track_position_sign",
        "release_track",
        r"NOT regexp_full_match(position, '[^\x00-\x1F\x7F-\x{9F}]{0,40}')",
        "position",
        "A position such as A1 has no line break in it and is short: a title or a note went into "
        "the wrong field.",
        0.0001,
    ),
    Rule(
        "track_heading_with_duration",
        "release_track",
        "true",
        "concat_ws(' ', duration, title)",
        "A line without a position is a heading, and one with a length is a work whose parts "
        "were entered as tracks: the length is counted twice.",
        0.005,
        """
        SELECT release_id, title, duration
        FROM discogs.release_track AS heading
        WHERE month = $month AND release_id BETWEEN $first AND $last
        AND position IS NULL AND duration IS NOT NULL
        AND parent_sequence IS NULL AND NOT EXISTS (
            SELECT 1 FROM discogs.release_track AS part
            WHERE part.month = $month AND part.release_id BETWEEN $first AND $last
            AND part.parent_sequence IS NOT NULL
            AND part.release_id = heading.release_id AND part.parent_sequence = heading.sequence
        )""",
        TRACK_IDS,
        ("release_track.release_id",),
    ),
    Rule(
        "track_position_repeated",
        "release_track",
        "true",
        "position",
        "On one disc every position occurs once: the second is mistyped, or of another disc.",
        0.001,
        """
        WITH repeated AS MATERIALIZED (
            SELECT release_id, position
            FROM discogs.release_track
            WHERE month = $month AND release_id BETWEEN $first AND $last
            AND position IS NOT NULL
            GROUP BY ALL HAVING count(*) > 1
        ), one_disc AS (
            SELECT release_id
            FROM discogs.release_format
            WHERE month = $month AND release_id BETWEEN $first AND $last
            AND release_id IN (SELECT release_id FROM repeated)
            GROUP BY ALL HAVING count(*) = 1 AND max(qty) = '1'
        )
        SELECT release_id, position
        FROM repeated WHERE release_id IN (SELECT release_id FROM one_disc)""",
        TRACK_IDS,
        ("release_track.release_id", "release_format.release_id"),
    ),
    credit_without_name("release_track_artist"),
)
"""Every rule for tracks."""
