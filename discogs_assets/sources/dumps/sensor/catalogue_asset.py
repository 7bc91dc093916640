"""What Discogs has published, as Dagster shows it: an external asset, observed and checked."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import dagster as dg

from discogs_assets.orchestration.asset_keys import OWNERS, table_key
from discogs_assets.orchestration.code_references import code_of
from discogs_assets.sources.discogs_dumps.tables import DUMP_TYPES
from discogs_assets.sources.dumps.publisher import PublishedDumps
from discogs_assets.sources.dumps.sensor.cursor import Memory
from discogs_assets.sources.dumps.sensor.freshness import (
    Freshness,
    Place,
    check_freshness,
    month_table,
)
from discogs_assets.sources.dumps.sensor.published import FileNews, Look, MonthNews, read_news
from discogs_assets.storage.lake import Lake

CATALOGUE = dg.AssetKey(["discogs", "catalogue"])
CHECK = "newest_month_is_imported"
CHECK_TEXT = (
    "The newest complete month that Discogs has published is imported, and loaded unless another "
    "Dagster imported it. It looks at the month itself: an asset that was written lately may still "
    "lack it."
)

CATALOGUE_SPEC = dg.AssetSpec(
    key=CATALOGUE,
    group_name="discogs_catalogue",
    kinds={"web"},
    owners=OWNERS,
    metadata=code_of(Path(__file__), MonthNews),
    description="What Discogs has published: its newest months, when each dump file came, what is "
    "still missing and what is imported.\n\nIt is Discogs' own, so it is never materialized: the "
    "sensor import_new_dumps observes it each time it looks, and the schedule check_newest_month "
    "runs its check daily.",
)


def utc_now() -> datetime:
    return datetime.now(UTC)


def places_in(instance: dg.DagsterInstance) -> Callable[[FileNews], Place]:
    """Return what tells how far a Dagster brought a dump file, without opening the warehouse."""

    def place_of(news: FileNews) -> Place:
        if has_written(instance, DUMP_TYPES[news.dump_type].record, news):
            return "warehouse"
        records = DUMP_TYPES[news.dump_type].records
        return "lake" if has_written(instance, records, news) else "elsewhere"

    return place_of


def has_written(instance: dg.DagsterInstance, asset: str, news: FileNews) -> bool:
    """Whether a Dagster wrote an asset's partition last from the whole of that dump file."""
    of_month = dg.AssetRecordsFilter(table_key(asset), asset_partitions=[str(news.month)])
    events = instance.fetch_materializations(of_month, limit=1)
    for record in events.records:
        if record.asset_materialization is not None:
            metadata = record.asset_materialization.metadata
            is_part = "limited" in metadata and metadata["limited"].value
            return metadata["sha256"].value == news.imported and not is_part
    return False


def observation(
    url: str, months: Sequence[MonthNews], waiting: Sequence[str], found: Freshness
) -> dg.AssetObservation:
    """Return what a look at the publisher found."""
    return dg.AssetObservation(
        CATALOGUE,
        description=found.text,
        metadata={
            "source": url,
            "published": dg.MetadataValue.md(month_table(months)),
            "waiting": dg.MetadataValue.md("\n".join(f"- {line}" for line in waiting) or "nothing"),
        },
    )


def evaluation(months: Sequence[MonthNews], found: Freshness) -> dg.AssetCheckEvaluation:
    """Return the check's verdict for an event outside a run."""
    return dg.AssetCheckEvaluation(
        asset_key=CATALOGUE,
        check_name=CHECK,
        passed=found.is_fresh,
        severity=dg.AssetCheckSeverity.WARN,
        description=found.text,
        metadata=numbers(months),
    )


def numbers(months: Sequence[MonthNews]) -> dict[str, dg.MetadataValue]:
    """Return what the UI draws over time: the files that are published and not imported."""
    return {"files_not_imported": dg.MetadataValue.int(sum(len(m.not_imported) for m in months))}


def build_check(look: Look) -> dg.AssetChecksDefinition:
    """Return the same check, to be run by a person in the UI or by a schedule."""

    @dg.asset_check(asset=CATALOGUE, name=CHECK, description=CHECK_TEXT)
    def newest_month_is_imported(
        context: dg.AssetCheckExecutionContext,
        dumps: dg.ResourceParam[PublishedDumps],
        lake: dg.ResourceParam[Lake],
    ) -> dg.AssetCheckResult:
        months = read_news(dumps.prompt_catalogue, lake, Memory(dumps.url), utc_now(), look.months)
        found = check_freshness(months, places_in(context.instance))
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


LOOK_JOB = dg.define_asset_job(
    "check_newest_month",
    selection=dg.AssetSelection.checks(dg.AssetCheckKey(CATALOGUE, CHECK)),
    description="Checks whether the newest month that Discogs has published is imported.",
)


def build_look(*, is_running: bool) -> dg.ScheduleDefinition:
    """Return the schedule that checks daily whether the newest month is imported."""
    return dg.ScheduleDefinition(
        name="check_newest_month",
        job=LOOK_JOB,
        cron_schedule="0 6 * * *",
        execution_timezone="UTC",
        default_status=dg.DefaultScheduleStatus.RUNNING
        if is_running
        else dg.DefaultScheduleStatus.STOPPED,
        description="Checks daily at 06:00 UTC whether the newest month that Discogs has published "
        "is imported, beside import_last_month; the sensor import_new_dumps does so at each look.",
    )
