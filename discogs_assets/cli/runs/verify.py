"""Verify what is stored, as a Dagster run that a person at the command line starts."""

from collections.abc import Sequence
from datetime import date

import dagster as dg

from discogs_assets.cli.runs.in_process import Runs, runs_of
from discogs_assets.display.progress import Progress
from discogs_assets.platform import Platform
from discogs_assets.sources.discogs_dumps.source import DISCOGS
from discogs_assets.sources.dumps.keys import verification_key
from discogs_assets.sources.dumps.retention.inventory import COMPUTED
from discogs_assets.sources.dumps.verification.assets import NAME
from discogs_assets.sources.dumps.verification.flaws import Flaw, flaw_from_json


def verify(
    platform: Platform,
    instance: dg.DagsterInstance,
    progress: Progress,
    month: date | None,
    types: Sequence[str],
) -> tuple[list[Flaw], str]:
    """Read a month, or all when None; return the flaws, and how much was read."""
    with runs_of(platform, instance, progress, "verify") as runs:
        return verify_run(runs, month, types)


def verify_run(runs: Runs, month: date | None, types: Sequence[str]) -> tuple[list[Flaw], str]:
    """Verify as one of several runs."""
    name = verification_key(DISCOGS).to_python_identifier()
    config = {"month": f"{month:%Y-%m}" if month else "", "groups": [*types, COMPUTED]}
    result = runs.execute(NAME, config={name: {"config": config}})
    [event] = result.asset_materializations_for_node(name)
    flaws = event.metadata["flaws"].value
    assert isinstance(flaws, list)
    return [flaw_from_json(one) for one in flaws], str(event.metadata["read"].value)


def print_flaws(flaws: Sequence[Flaw], read: str) -> None:
    """Print what is damaged, what nobody can tell of, and what to do; or that all is well."""
    damaged = [one for one in flaws if one.is_damage]
    print_some("Damaged:", damaged)
    print_some("Unknown:", [one for one in flaws if not one.is_damage])
    if not damaged:
        print("Nothing is damaged.")
    print(f"Read: {read}.")


def print_some(title: str, flaws: Sequence[Flaw]) -> None:
    """Print flaws, then each command that mends some of them once."""
    if not flaws:
        return
    print(title)
    for one in flaws:
        print(f"  {one}\n    {one.what}")
    print("To do:")
    for advice in dict.fromkeys(one.advice for one in flaws):
        print(f"  {advice}")
