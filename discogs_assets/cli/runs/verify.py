"""Verification as a Dagster run of `discogs-assets verify`, and what it prints."""

from collections.abc import Sequence
from datetime import date

import dagster as dg

from discogs_assets.cli.runs.in_process import Runs, metadata_of, runs_of
from discogs_assets.display.progress import Progress
from discogs_assets.display.text import dump_day
from discogs_assets.platform import Platform
from discogs_assets.sources.dumps.keys import verification_key
from discogs_assets.sources.dumps.retention.inventory import COMPUTED
from discogs_assets.sources.dumps.source import DumpSource
from discogs_assets.sources.dumps.verification.assets import verification_job
from discogs_assets.sources.dumps.verification.flaws import Flaw, flaw_from_json


def verify(
    platform: Platform,
    instance: dg.DagsterInstance,
    progress: Progress,
    month: date | None,
    types: Sequence[str],
) -> tuple[list[Flaw], str]:
    """Read a month, or all if None; return the flaws, and how much was read."""
    with runs_of(platform, instance, progress, "verify") as runs:
        return verify_run(platform.source, runs, month, types)


def verify_run(
    source: DumpSource, runs: Runs, month: date | None, types: Sequence[str]
) -> tuple[list[Flaw], str]:
    """Do the same as one of several runs."""
    config = {"month": dump_day(month) if month else "", "groups": [*types, COMPUTED]}
    key = verification_key(source)
    result = runs.execute(
        verification_job(source), config={key.to_python_identifier(): {"config": config}}
    )
    metadata = metadata_of(result, key)
    return [*map(flaw_from_json, metadata["flaws"])], metadata["read"]


def print_flaws(flaws: Sequence[Flaw], read: str) -> None:
    """Print what is damaged, what cannot be verified, and what to do about each."""
    print_section("Damaged:", [flaw for flaw in flaws if flaw.is_damage])
    print_section("Unknown:", [flaw for flaw in flaws if not flaw.is_damage])
    if not is_damaged(flaws):
        print("Nothing is damaged.")
    print(f"Read: {read}.")


def is_damaged(flaws: Sequence[Flaw]) -> bool:
    return any(flaw.is_damage for flaw in flaws)


def print_section(title: str, flaws: Sequence[Flaw]) -> None:
    """Print flaws, then once each command that repairs some of them."""
    if not flaws:
        return
    print(title)
    for flaw in flaws:
        print(f"  {flaw}\n    {flaw.what}")
    print("To do:")
    for advice in dict.fromkeys(flaw.advice for flaw in flaws):
        print(f"  {advice}")
