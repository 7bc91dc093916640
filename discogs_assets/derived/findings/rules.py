"""All plausibility rules: what no good row of a table would say, and why."""

from discogs_assets.derived.findings.rules_artist import ARTIST_RULES
from discogs_assets.derived.findings.rules_identifier import IDENTIFIER_RULES
from discogs_assets.derived.findings.rules_label import LABEL_RULES
from discogs_assets.derived.findings.rules_master import MASTER_RULES
from discogs_assets.derived.findings.rules_release import RELEASE_RULES
from discogs_assets.derived.findings.rules_track import TRACK_RULES

RULES = (
    *ARTIST_RULES,
    *LABEL_RULES,
    *MASTER_RULES,
    *RELEASE_RULES,
    *TRACK_RULES,
    *IDENTIFIER_RULES,
)
"""Every rule, in the order of the dump types."""
