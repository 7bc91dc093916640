"""Measure the candidates on links that MusicBrainz got between two dumps.

What is new in the later dump is the truth; candidates are computed from the earlier one, and from
Discogs of then, so that nothing that was copied when the link was made can help.
"""

from dataclasses import dataclass
from datetime import date

from discogs_assets.derived.crosswalk.candidates import Candidates
from discogs_assets.derived.crosswalk.inputs import Inputs, inputs_of
from discogs_assets.derived.crosswalk.links import find_links
from discogs_assets.derived.crosswalk.scratch import Scratch
from discogs_assets.display.progress import UNSEEN, Parts
from discogs_assets.errors import SettingError
from discogs_assets.warehouse.loaded import loaded_months
from discogs_assets.warehouse.sql import Connection

TRUTH = """
SELECT mbid, discogs_id
FROM temp.later_link
WHERE kind = 'release' AND NOT is_ended
    AND mbid IN (SELECT id FROM musicbrainz.release WHERE month = $musicbrainz)
    AND discogs_id IN (SELECT id FROM discogs.release WHERE month = $discogs)
    AND mbid NOT IN (SELECT mbid FROM temp.link WHERE kind = 'release' AND NOT is_ended)
"""
"""The links that are new, between releases that both sides had before."""

ASKED = "SELECT DISTINCT mbid FROM temp.truth"

RESULT = """
WITH
    judged AS (
        SELECT mbid, rank, set_id, truth.discogs_id IS NOT NULL AS is_right
        FROM temp.link_candidate LEFT JOIN temp.truth USING (mbid, discogs_id)
    ),
    release AS (
        SELECT
            mbid,
            count(*) AS candidates,
            bool_or(is_right) AS is_covered,
            count(*) FILTER (rank = 1) = 1 AS has_one,
            count(DISTINCT set_id) FILTER (rank = 1) = 1 AS has_one_set,
            bool_or(is_right AND rank = 1) AS is_first
        FROM judged GROUP BY mbid
    )
SELECT
    (SELECT count(*) FROM ($asked)) AS releases,
    count(*) FILTER (is_covered) AS covered,
    count(*) FILTER (has_one) AS answered,
    count(*) FILTER (has_one AND is_first) AS correct,
    count(*) FILTER (has_one_set AND is_first) AS in_first_set,
    coalesce(sum(candidates), 0)::BIGINT AS candidates
FROM release
"""


@dataclass(frozen=True)
class Evaluation:
    """What was found of releases whose links are known since.

    `covered` have their link among the candidates, `answered` have one best candidate, `correct`
    of those have the right one, `in_first_set` have it in the one best set of pressings that are
    equal in every field.
    """

    releases: int
    covered: int
    answered: int
    correct: int
    in_first_set: int
    candidates: int

    @property
    def coverage(self) -> float:
        return self.covered / self.releases

    @property
    def recall(self) -> float:
        """The share of releases whose one best candidate is right (recall@1, a unique top)."""
        return self.correct / self.releases

    @property
    def precision(self) -> float:
        """The share of best candidates, where there is one, that are right."""
        return self.correct / self.answered if self.answered else 0.0

    @property
    def recall_of_sets(self) -> float:
        return self.in_first_set / self.releases

    @property
    def candidates_each(self) -> float:
        return self.candidates / self.releases


def evaluate(
    connection: Connection, scratch: Scratch, earlier: date, later: date, parts: Parts = UNSEEN
) -> tuple[Inputs, Evaluation]:
    """Return how good candidates of an earlier dump are, by the links that a later one has more.

    Nothing is written but to `scratch`. Raises SettingError when no link is new, and WarehouseError
    when a dump is not loaded.
    """
    if not earlier < later:
        raise SettingError(
            f"--between: expected an earlier dump, then a later; found {earlier} {later}"
        )
    loaded = loaded_months(connection)
    before, after = inputs_of(loaded, earlier), inputs_of(loaded, later)
    find_links(scratch, before, "link", parts=parts)
    find_links(scratch, after, "later_link", parts=parts)
    if not scratch.add("truth", before.fill(TRUTH)):
        raise SettingError(
            f"--between {earlier} {later}: expected links of releases that are new, found none; "
            "choose dumps that lie farther apart"
        )
    Candidates(scratch, before, parts).find(ASKED)
    return before, measure(connection)


def measure(connection: Connection) -> Evaluation:
    """Return how good `temp.link_candidate` is, by `temp.truth`."""
    found = connection.execute(RESULT.replace("$asked", ASKED)).fetchall()[0]
    return Evaluation(*found)
