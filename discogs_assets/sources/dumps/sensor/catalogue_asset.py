"""What Discogs has published, as Dagster shows it: an external asset, observed and checked."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import dagster as dg
from dagster._core.definitions.unresolved_asset_job_definition import UnresolvedAssetJobDefinition

from discogs_assets.orchestration.asset_keys import OWNERS
from discogs_assets.orchestration.code_references import code_of
from discogs_assets.orchestration.schedules import job_schedule
from discogs_assets.sources.dumps.keys import catalogue_key, records_key, table_key
from discogs_assets.sources.dumps.resources import Resources, resource_keys
from discogs_assets.sources.dumps.sensor.cursor import SensorCursor
from discogs_assets.sources.dumps.sensor.freshness import (
    Freshness,
    Place,
    check_freshness,
    month_table,
)
from discogs_assets.sources.dumps.sensor.published import (
    PollSettings,
    PublishedFile,
    PublishedMonth,
    read_published,
)
from discogs_assets.sources.dumps.source import DumpSource

FRESHNESS = "freshness"
CHECK = "newest_month_is_imported"


def check_text(source: DumpSource) -> str:
    return (
        f"The newest complete month that {source.title} has published is imported, and loaded "
        "unless another Dagster imported it. It looks at the month itself: an asset that was "
        "written lately may still lack it."
    )


def build_catalogue(source: DumpSource) -> dg.AssetSpec:
    return dg.AssetSpec(
        key=catalogue_key(source),
        group_name=f"{source.name}_catalogue",
        kinds={"web"},
        owners=OWNERS,
        metadata=code_of(Path(__file__), PublishedMonth),
        description=f"What {source.title} has published: its newest months, when each dump file "
        f"came, what is still missing and what is imported.\n\nIt belongs to {source.title}, so "
        f"it is never materialized: the sensor {source.prefix}new_dump observes it each time it "
        "looks, and the check of its freshness may run daily.",
    )


def utc_now() -> datetime:
    return datetime.now(UTC)


def places_in(source: DumpSource, instance: dg.DagsterInstance) -> Callable[[PublishedFile], Place]:
    """Return what tells how far a Dagster brought a dump file, without opening the warehouse."""

    def place_of(news: PublishedFile) -> Place:
        dump_type = source.dump_types[news.dump_type]
        if has_written(instance, table_key(dump_type, dump_type.record), news):
            return "warehouse"
        return "lake" if has_written(instance, records_key(dump_type), news) else "elsewhere"

    return place_of


def has_written(instance: dg.DagsterInstance, asset: dg.AssetKey, news: PublishedFile) -> bool:
    """Whether a Dagster wrote an asset's partition last from the whole of that dump file."""
    of_month = dg.AssetRecordsFilter(asset, asset_partitions=[news.partition_key])
    events = instance.fetch_materializations(of_month, limit=1)
    for record in events.records:
        if record.asset_materialization is not None:
            metadata = record.asset_materialization.metadata
            is_part = "limited" in metadata and metadata["limited"].value
            return metadata["sha256"].value == news.imported and not is_part
    return False


def observation(
    source: DumpSource,
    url: str,
    months: Sequence[PublishedMonth],
    waiting: Sequence[str],
    found: Freshness,
) -> dg.AssetObservation:
    """Return what a look at the publisher found."""
    return dg.AssetObservation(
        catalogue_key(source),
        description=found.text,
        metadata={
            "source": url,
            "published": dg.MetadataValue.md(month_table(months)),
            "waiting": dg.MetadataValue.md("\n".join(f"- {line}" for line in waiting) or "nothing"),
        },
    )


def evaluation(
    source: DumpSource, months: Sequence[PublishedMonth], found: Freshness
) -> dg.AssetCheckEvaluation:
    """Return the check's verdict for an event outside a run."""
    return dg.AssetCheckEvaluation(
        asset_key=catalogue_key(source),
        check_name=CHECK,
        passed=found.is_fresh,
        severity=dg.AssetCheckSeverity.WARN,
        description=found.text,
        metadata=numbers(months),
    )


def numbers(months: Sequence[PublishedMonth]) -> dict[str, dg.MetadataValue]:
    """Return what the UI draws over time: the files that are published and not imported."""
    return {"files_not_imported": dg.MetadataValue.int(sum(len(m.not_imported) for m in months))}


def build_check(source: DumpSource, poll: PollSettings) -> dg.AssetChecksDefinition:
    """Return the same check, to be run by a person in the UI or by a schedule."""

    @dg.asset_check(
        asset=catalogue_key(source),
        name=CHECK,
        description=check_text(source),
        required_resource_keys=resource_keys(source, "dumps", "lake"),
    )
    def newest_month_is_imported(context: dg.AssetCheckExecutionContext) -> dg.AssetCheckResult:
        given = Resources(source, context.resources)
        dumps, lake = given.dumps, given.lake
        months = read_published(
            dumps.prompt_catalogue, lake, SensorCursor(dumps.url), utc_now(), poll.months
        )
        found = check_freshness(source, months, places_in(source, context.instance))
        return dg.AssetCheckResult(
            passed=found.is_fresh,
            severity=dg.AssetCheckSeverity.WARN,
            description=found.text,
            metadata={
                "published": dg.MetadataValue.md(month_table(months)),
                **numbers(months),
            },
        )

    return newest_month_is_imported


@cache
def build_freshness_job(source: DumpSource) -> UnresolvedAssetJobDefinition:
    """Return the job that checks whether the newest month is imported."""
    return dg.define_asset_job(
        f"{source.prefix}{FRESHNESS}",
        selection=dg.AssetSelection.checks(dg.AssetCheckKey(catalogue_key(source), CHECK)),
        description=f"Checks whether the newest month that {source.title} has published is "
        "imported.",
    )


def build_freshness_schedule(source: DumpSource, *, is_running: bool) -> dg.ScheduleDefinition:
    """Return the schedule that checks daily whether the newest month is imported."""
    return job_schedule(
        build_freshness_job(source),
        "0 6 * * *",
        f"Checks daily at 06:00 UTC whether the newest month that {source.title} has published is "
        "imported, beside import_last_month; the sensor new_dump does so at each look.",
        is_running=is_running,
    )
