"""The export of a month to a sink: its Dagster run and what it prints."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import dagster as dg

from discogs_assets.cli.runs.in_process import metadata_of, runs_of
from discogs_assets.display.progress import Progress
from discogs_assets.errors import LakeError
from discogs_assets.exports.assets import EXPORT_JOB
from discogs_assets.exports.registry import BY_NAME
from discogs_assets.exports.sink import Counts
from discogs_assets.orchestration.asset_keys import table_key
from discogs_assets.orchestration.partitions import refuse_unknown
from discogs_assets.orchestration.run_tags import month_tags
from discogs_assets.platform import Platform


@dataclass(frozen=True)
class ExportRequest:
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
    request: ExportRequest,
) -> tuple[date, dict[str, Counts]]:
    """Write a month to a sink; return the month and the counts of each dump type."""
    sink = BY_NAME[name]
    platform.sinks.open(sink)
    types = sink.chosen(request.types)
    month = request.month or newest_month(platform, types, has_all=bool(request.types))
    refuse_unknown(month)
    key = table_key(name)
    config = {"types": [*request.types], "limit": request.limit, "full": request.is_full}
    ops = {key.to_python_identifier(): {"config": config}}
    tags = month_tags(month, request.types)
    with runs_of(platform, instance, progress, "export") as runs:
        result = runs.execute(EXPORT_JOB.name, [key], str(month), config=ops, tags=tags)
    counts = metadata_of(result, key)["counts"]
    return month, {dump_type: Counts(**values) for dump_type, values in counts.items()}


def newest_month(platform: Platform, types: Sequence[str], *, has_all: bool) -> date:
    """Return the newest month that the lake has of all types, preferably a full one.

    Without `has_all`, a month with some of the types is second best. Unreadable months are left
    out, with a warning.
    """
    lake = platform.lake
    manifests = {
        name: {month: found for month in lake.months(name) if (found := lake.find(name, month))}
        for name in types
    }
    months = set.intersection(*map(set, manifests.values()))
    if not months and not has_all:
        months = set.union(*map(set, manifests.values()))
    if not months:
        raise LakeError(
            f"{lake.store.url}: expected a month of {', '.join(types)}, found none; "
            "run discogs-assets import first"
        )
    full = {
        month
        for month in months
        if all(by_month[month].is_full for by_month in manifests.values() if month in by_month)
    }
    return max(full or months)


def print_export(
    platform: Platform,
    instance: dg.DagsterInstance,
    progress: Progress,
    name: str,
    request: ExportRequest,
) -> None:
    """Export, and print a line for each dump type."""
    sink = BY_NAME[name]
    month, counts_by_type = export(platform, instance, progress, name, request)
    print(f"{sink.title} has {month:%Y-%m}: {platform.sinks.open(sink).where}", flush=True)
    for dump_type, counts in counts_by_type.items():
        print(f"[{dump_type.upper()}] {summary(counts)}", flush=True)
        if counts.unread:
            print(f"  {in_quarantine(counts)}", flush=True)
    if (
        left_out := []
        if request.types
        else [dump_type for dump_type in sink.types if dump_type not in counts_by_type]
    ):
        print(f"Left out: {', '.join(left_out)} (not imported for {month:%Y-%m})", flush=True)


def in_quarantine(counts: Counts) -> str:
    """Say what the sink has of records that could not be read."""
    gone = counts.unread - counts.kept
    left_out = f"; {gone:,} left out: no earlier month has them" if gone else ""
    return f"in quarantine: {counts.unread:,}; kept as last read: {counts.kept:,}{left_out}"


def summary(counts: Counts) -> str:
    """Return the counts of a dump type, and a warning if the sink holds another number."""
    kinds = ("inserted", "updated", "deleted", "unchanged")
    line = ", ".join(f"{getattr(counts, kind):,} {kind}" for kind in kinds)
    if counts.there == counts.records:
        return line
    return (
        f"{line}; expected {counts.records:,} records there, found {counts.there:,}: "
        "run again with --full"
    )
