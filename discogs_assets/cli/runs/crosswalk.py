"""The crosswalk as a Dagster run, and what it prints."""

import dagster as dg

from discogs_assets.cli.runs.in_process import runs_of
from discogs_assets.derived.crosswalk.assets import COMPUTE, CROSSWALK, crosswalk_key
from discogs_assets.derived.crosswalk.tables import TABLES
from discogs_assets.display.progress import Progress
from discogs_assets.platform import Platform


def print_crosswalk(platform: Platform, instance: dg.DagsterInstance, progress: Progress) -> None:
    """Compute the tables, and print a line for each."""
    with runs_of(platform, instance, progress, CROSSWALK) as runs:
        result = runs.execute(COMPUTE)
    rows = {
        event.asset_key: event.metadata["dagster/row_count"].value
        for event in result.asset_materializations_for_node(CROSSWALK)
    }
    for table in TABLES:
        print(f"{table.id}: {rows[crosswalk_key(table.name)]:,} rows", flush=True)
