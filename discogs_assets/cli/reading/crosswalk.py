"""The output of `crosswalk`: how good candidates are, and links for editors."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from pathlib import Path

from discogs_assets.cli.reading.changes import redirected
from discogs_assets.derived.crosswalk.compute import WORK
from discogs_assets.derived.crosswalk.evaluate import Evaluation, evaluate
from discogs_assets.derived.crosswalk.export import ready_links
from discogs_assets.derived.crosswalk.fields import READY_POINTS
from discogs_assets.derived.crosswalk.inputs import Inputs
from discogs_assets.derived.crosswalk.scratch import scratch_beside
from discogs_assets.derived.crosswalk.tables import LINK_CANDIDATE
from discogs_assets.display.progress import Progress
from discogs_assets.display.rows import print_tsv
from discogs_assets.display.terminal import print_table
from discogs_assets.errors import WarehouseError
from discogs_assets.warehouse.database import Warehouse
from discogs_assets.warehouse.loaded import loaded_months
from discogs_assets.warehouse.query_progress import Statements


def print_evaluation(
    warehouse: Warehouse, progress: Progress, between: Sequence[date], form: str
) -> None:
    """Print how good the candidates of the earlier of two dumps are."""
    earlier, later = between
    with (
        warehouse.reader() as connection,
        scratch_beside(connection) as scratch,
        progress.step("evaluating candidates", WORK, is_bytes=False) as step,
    ):
        parts = Statements(connection, step)
        inputs, found = evaluate(connection, scratch, earlier, later, parts)
    if form == "json":
        print(json.dumps(as_dict(inputs, later, found)))
    else:
        print_people(inputs, later, found)


def as_dict(inputs: Inputs, later: date, found: Evaluation) -> dict[str, object]:
    """Return an evaluation for programs."""
    return {
        "musicbrainz": str(inputs.musicbrainz),
        "musicbrainz_later": str(later),
        "discogs": str(inputs.discogs),
        **asdict(found),
        "coverage": found.coverage,
        "recall_at_1": found.recall,
        "precision": found.precision,
        "recall_of_sets": found.recall_of_sets,
    }


def print_people(inputs: Inputs, later: date, found: Evaluation) -> None:
    """Print an evaluation as a table."""
    rows = [
        ("coverage", percent(found.coverage), "the link is among the candidates"),
        ("recall@1", percent(found.recall), "one candidate is best, and it is the link"),
        ("precision", percent(found.precision), "of the ones that are best, so many are links"),
        ("recall@1 of sets", percent(found.recall_of_sets), "as recall@1, for sets of equals"),
        ("candidates", f"{found.candidates_each:.1f}", "for a release"),
    ]
    title = f"{found.releases:,} links that are new in {later}; candidates of {inputs}"
    print_table(title, ("Measure", " Value", "What it says"), rows)


def percent(share: float) -> str:
    return f"{share:.1%}"


def print_links(warehouse: Warehouse, output: Path | None, least_score: int | None) -> None:
    """Print the ready links, or write them into a file."""
    with warehouse.reader() as connection:
        if loaded_months(connection).newest(LINK_CANDIDATE) is None:
            raise WarehouseError(
                f"{LINK_CANDIDATE.id}: expected candidates in the warehouse, found none; run "
                "discogs-assets crosswalk compute"
            )
        relation = connection.sql(ready_links(least_score or READY_POINTS))
        with redirected(output, "--out"):
            print_tsv(relation)
