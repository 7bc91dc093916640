"""Export a month: the Dagster run for it, and what it says."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import dagster as dg

from discogs_assets.cli.runs.in_process import runs_of
from discogs_assets.display.progress import Progress
from discogs_assets.errors import LakeError
from discogs_assets.exports.assets import EXPORT_JOB
from discogs_assets.exports.registry import BY_NAME, Export
from discogs_assets.exports.sink import Counts
from discogs_assets.orchestration.asset_keys import table_key
from discogs_assets.orchestration.partitions import refuse_unknown
from discogs_assets.orchestration.run_tags import month_tags
from discogs_assets.platform import Platform


@dataclass(frozen=True)
class Wanted:
    """What to export: no types are all that the month has, no month is the newest imported."""

    types: Sequence[str] = ()
    month: date | None = None
    limit: int | None = None
    is_full: bool = False


def export(
    platform: Platform,
    instance: dg.DagsterInstance,
    progress: Progress,
    name: str,
    wanted: Wanted,
) -> tuple[date, dict[str, Counts]]:
    """Bring a sink to a month; return which, and what became of the records."""
    sink = BY_NAME[name]
    platform.sinks.open(sink)
    types = sink.chosen(wanted.types)
    month = wanted.month or newest_month(platform, types, has_all=bool(wanted.types))
    refuse_unknown(month)
    key = table_key(name)
    config = {"types": [*wanted.types], "limit": wanted.limit, "full": wanted.is_full}
    with runs_of(platform, instance, progress, "export") as runs:
        step = key.to_python_identifier()
        tags = month_tags(month, wanted.types)
        ops = {step: {"config": config}}
        result = runs.execute(EXPORT_JOB.name, [key], str(month), config=ops, tags=tags)
    [event] = result.asset_materializations_for_node(step)
    counts = event.metadata["counts"].value
    assert isinstance(counts, dict)
    return month, {dump_type: Counts(**one) for dump_type, one in counts.items()}


def newest_month(platform: Platform, types: Sequence[str], *, has_all: bool) -> date:
    """Return the newest month that the lake has of all types, in full if there is such a one.

    Without `has_all` one that has only some will do where none has all. Months that cannot be
    read are told, and left out.
    """
    lake = platform.lake
    there = {
        one: {month: found for month in lake.months(one) if (found := lake.find(one, month))}
        for one in types
    }
    months = set.intersection(*map(set, there.values()))
    if not months and not has_all:
        months = set.union(*map(set, there.values()))
    if not months:
        raise LakeError(
            f"{lake.store.url}: expected a month of {', '.join(types)}, found none; "
            "run discogs-assets import first"
        )
    full = {
        month
        for month in months
        if all(found[month].is_full for found in there.values() if month in found)
    }
    return max(full or months)


def print_export(
    platform: Platform,
    instance: dg.DagsterInstance,
    progress: Progress,
    name: str,
    wanted: Wanted,
) -> None:
    """Export, and print a line for each dump type."""
    sink = BY_NAME[name]
    month, found = export(platform, instance, progress, name, wanted)
    print(f"{sink.title} has {month:%Y-%m}: {where(platform, sink)}", flush=True)
    for dump_type, counts in found.items():
        print(f"[{dump_type.upper()}] {summary(counts)}", flush=True)
        if counts.unread:
            print(f"  {in_quarantine(counts)}", flush=True)
    if left_out := [] if wanted.types else [one for one in sink.types if one not in found]:
        print(f"Left out: {', '.join(left_out)} (not imported for {month:%Y-%m})", flush=True)


def where(platform: Platform, sink: Export) -> str:
    """Return where a sink is, as it may be shown."""
    return platform.sinks.open(sink).where


def in_quarantine(counts: Counts) -> str:
    """Return what became of the records of a month that could not be read."""
    gone = counts.unread - counts.kept
    left_out = f"; {gone:,} left out: no earlier month has them" if gone else ""
    return f"in quarantine: {counts.unread:,}; kept as last read: {counts.kept:,}{left_out}"


def summary(counts: Counts) -> str:
    """Return what became of the records of a dump type."""
    kinds = ("inserted", "updated", "deleted", "unchanged")
    line = ", ".join(f"{getattr(counts, kind):,} {kind}" for kind in kinds)
    if counts.there == counts.records:
        return line
    return (
        f"{line}; expected {counts.records:,} records there, found {counts.there:,}: "
        "run again with --full"
    )
