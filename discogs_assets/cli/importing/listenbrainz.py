"""`discogs-assets import --source listenbrainz`: a month of listens, as a Dagster run."""

import argparse
from collections.abc import Mapping
from typing import Any

import dagster as dg

from discogs_assets.cli.runs.in_process import metadata_of, runs_of
from discogs_assets.display.progress import Progress
from discogs_assets.display.text import size
from discogs_assets.errors import SettingError
from discogs_assets.orchestration.partitions import refuse_unknown
from discogs_assets.platform import Platform
from discogs_assets.sources.listenbrainz_dumps.keys import (
    ALL_KEYS,
    IMPORT_JOB,
    listen_asset_key,
)
from discogs_assets.sources.listenbrainz_dumps.tables import LISTEN

OPTIONS = ("incremental", "json_dump", "whole", "force", "with_user_ids")
"""The options of the command that are those of the step, by the same names."""

OTHERS = ("types", "limit", "skip_download", "full", "accept", "repair", "verify", "sqlite")
"""Options of the command that mean something for the dumps of records only."""


def run(
    arguments: argparse.Namespace,
    platform: Platform,
    instance: dg.DagsterInstance,
    progress: Progress,
) -> int:
    """Import the month that is asked for, count its listens, and print what came."""
    refuse_others(arguments)
    month = arguments.year_month
    if month is None:
        raise SettingError(
            "--source listenbrainz: expected a month, found none: a month is some gigabytes; say "
            "which with --year-month, such as 2025/06"
        )
    refuse_unknown(month)
    key = listen_asset_key(LISTEN.name)
    config = {name: bool(getattr(arguments, name, False)) for name in OPTIONS}
    steps = {key.to_python_identifier(): {"config": config}}
    with runs_of(platform, instance, progress, "import") as runs:
        result = runs.execute(IMPORT_JOB, ALL_KEYS, str(month), config=steps)
        counts = {one: metadata_of(result, one) for one in ALL_KEYS if one != key}
        print_month(f"{month:%Y-%m}", metadata_of(result, key), counts)
    return 0


def refuse_others(arguments: argparse.Namespace) -> None:
    for name in OTHERS:
        if getattr(arguments, name, None):
            option = f"--{name.replace('_', '-')}"
            raise SettingError(f"--source listenbrainz: listens have no {option}; leave it out")


def print_month(
    month: str, listens: Mapping[str, Any], counts: Mapping[dg.AssetKey, Mapping[str, Any]]
) -> None:
    """Print how many rows each table has of the month, and what they come from."""
    rows = "dagster/partition_row_count"
    print(f"{month}: {listens[rows]:,} listens of {listens['dumps'].replace(' ', ', ')}")
    print(f"  {size(listens['parquet_bytes'])} in {listens['dagster/uri']}")
    if listens["in_quarantine"]:
        print(f"  {listens['in_quarantine']:,} rows in quarantine: listenbrainz.listen_quarantine")
    for key, metadata in counts.items():
        print(f"  {key.path[-1]}: {metadata[rows]:,} rows")
