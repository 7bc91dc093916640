"""Links that are ready for MusicBrainz' editors: where one candidate is better than all others."""

from discogs_assets.derived.crosswalk.fields import ALL_FIELDS, evidence_text

DISCOGS_URL = "'https://www.discogs.com/release/' || discogs_id"

LINK_TYPE = 76
"""The number that MusicBrainz' release editor has for a link to Discogs."""

EDIT_URL = (
    "'https://musicbrainz.org/release/' || mbid || '/edit?urls.0.link_type="
    f"{LINK_TYPE}&urls.0.url=' || replace(replace({DISCOGS_URL}, ':', '%3A'), '/', '%2F')"
)

READY = f"""
SELECT
    mbid,
    {DISCOGS_URL} AS discogs_url,
    score,
    {evidence_text(ALL_FIELDS)} AS evidence,
    {EDIT_URL} AS edit_url
FROM crosswalk_newest.link_candidate
WHERE rank = 1 AND score >= $least
QUALIFY count(*) OVER (PARTITION BY mbid) = 1
    AND count(*) OVER (PARTITION BY discogs_id) = 1
ORDER BY score DESC, mbid
"""
"""The query of ready links: no release of either side is in two of them."""


def ready_links(least_score: int) -> str:
    return READY.replace("$least", str(least_score))
