"""How Dagster notices a new dump by itself: a sensor that looks, and schedules for a clock.

What is new stands in `published`, which runs follow from it in `run_requests`.
"""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta

import dagster as dg

from discogs_assets.display.text import dump_day
from discogs_assets.errors import SettingError, SourceError
from discogs_assets.orchestration.run_tags import month_tags
from discogs_assets.orchestration.schedules import schedule_status
from discogs_assets.sources.dumps.publisher import PublishedDumps
from discogs_assets.sources.dumps.resources import Resources, resource_keys
from discogs_assets.sources.dumps.sensor.catalogue_asset import (
    evaluation,
    observation,
    places_in,
    utc_now,
)
from discogs_assets.sources.dumps.sensor.cursor import SensorCursor
from discogs_assets.sources.dumps.sensor.deadline import run_with_timeout
from discogs_assets.sources.dumps.sensor.freshness import check_freshness
from discogs_assets.sources.dumps.sensor.import_requests import minute
from discogs_assets.sources.dumps.sensor.published import (
    PublishedMonth,
    describe_waits,
    read_published,
)
from discogs_assets.sources.dumps.sensor.run_requests import ImportScope, Plan, plan
from discogs_assets.sources.dumps.source import DumpSource
from discogs_assets.storage.lake import Lake

DEADLINE_S = 45.0
"""Dagster gives up a tick after 60 s; what it found would be lost."""

Event = dg.AssetObservation | dg.AssetMaterialization | dg.AssetCheckEvaluation


def build_sensor(
    source: DumpSource,
    wanted: ImportScope,
    *,
    is_running: bool,
    now: Callable[[], datetime] = utc_now,
) -> dg.SensorDefinition:
    """Return the sensor that requests what is published, complete and not imported."""

    @dg.sensor(
        name=f"{source.prefix}new_dump",
        job_name=source.import_job,
        required_resource_keys=resource_keys(source, "dumps", "lake"),
        minimum_interval_seconds=wanted.poll.every_s,
        default_status=dg.DefaultSensorStatus.RUNNING
        if is_running
        else dg.DefaultSensorStatus.STOPPED,
        description=f"Looks at the newest {wanted.poll.months} months that {source.title} has "
        "published, and imports what is not imported with that checksum of a complete month, one "
        "run a month; what failed by an outage again later. Older months are for a backfill. To "
        "look now: Preview tick result, then Apply requests & commit.",
    )
    def new_dump(context: dg.SensorEvaluationContext) -> dg.SensorResult:
        given = Resources(source, context.resources)
        return tick(context, source, given.dumps, given.lake, wanted, now())

    return new_dump


def tick(
    context: dg.SensorEvaluationContext,
    source: DumpSource,
    dumps: PublishedDumps,
    lake: Lake,
    wanted: ImportScope,
    now: datetime,
) -> dg.SensorResult:
    """Ask the publisher once; an error of its becomes a reason, and nothing is forgotten."""
    memory = load_cursor(context, dumps.url)
    if now < memory.not_before:
        return dg.SensorResult(
            skip_reason=f"{dumps.url} asked to wait: not asked before {minute(memory.not_before)}",
            cursor=memory.to_json(),
        )
    try:
        published = run_with_timeout(
            DEADLINE_S,
            dumps.url,
            lambda: read_published(dumps.prompt_catalogue, lake, memory, now, wanted.poll.months),
        )
    except SourceError as error:
        memory.note_retry_after(error, now)
        wait = f"; not asked before {minute(memory.not_before)}" if memory.not_before > now else ""
        return dg.SensorResult(skip_reason=f"{error}{wait}", cursor=memory.to_json())
    planned = plan(context.instance, source, lake, published, wanted, now)
    return answer(context, source, dumps.url, planned, wanted, published, memory)


def load_cursor(context: dg.SensorEvaluationContext, url: str) -> SensorCursor:
    """Return what the last tick remembered; nothing when somebody changed the cursor."""
    if not context.cursor:
        return SensorCursor(url)
    try:
        return SensorCursor.from_json(context.cursor, url)
    except SettingError as error:
        context.log.warning(f"sensor new_dump: {error}")
        return SensorCursor(url)


def answer(
    context: dg.SensorEvaluationContext,
    source: DumpSource,
    url: str,
    planned: Plan,
    wanted: ImportScope,
    months: Sequence[PublishedMonth],
    memory: SensorCursor,
) -> dg.SensorResult:
    """Return the runs to request and what is told of the rest."""
    waiting = describe_waits(months) + planned.waiting
    if lost := describe_missed(source, Resources(source, context.resources).lake, months):
        waiting.append(lost)
    found = check_freshness(source, months, places_in(source, context.instance))
    events: list[Event] = [
        observation(source, url, months, waiting, found),
        evaluation(source, months, found),
    ]
    if planned.requests:
        for line in waiting:
            context.log.info(line)
        return dg.SensorResult(
            planned.requests,
            cursor=memory.to_json(),
            asset_events=events,
            dynamic_partitions_requests=planned.new_partitions(wanted),
        )
    names = ", ".join(month.name for month in months)
    nothing = f"nothing new: {names} are imported" if months else f"{url}: nothing is published"
    reason = "; ".join(waiting) or nothing
    return dg.SensorResult(skip_reason=reason, cursor=memory.to_json(), asset_events=events)


def describe_missed(source: DumpSource, lake: Lake, months: Sequence[PublishedMonth]) -> str:
    """Return a sentence about dumps that were never imported and are gone; "" for none."""
    of_each = [{*lake.months(name), *lake.retired_months(name)} for name in source.dump_types]
    imported = max(set[date]().union(*of_each), default=None)
    return source.missed(imported, [month.dump.month for month in months])


def build_schedule(
    source: DumpSource, first_month: date, *, is_running: bool
) -> dg.ScheduleDefinition:
    """Return the schedule that imports the month before, on the 1st at 03:00 UTC."""

    # Dagster's own schedule of a partitioned job asks for the month that has just begun, whose
    # dump comes days later, and by a deprecated method.
    @dg.schedule(
        name="import_last_month",
        job_name=source.import_job,
        cron_schedule="0 3 1 * *",
        execution_timezone="UTC",
        default_status=schedule_status(is_running=is_running),
        description="Imports last month's dumps; what is imported stays as it is. For those who "
        "prefer a clock to the sensor new_dump.",
    )
    def import_last_month(
        context: dg.ScheduleEvaluationContext,
    ) -> dg.RunRequest | dg.SkipReason:
        month = month_before(context.scheduled_execution_time.astimezone(UTC).date())
        if month < first_month:
            return dg.SkipReason(
                f"{dump_day(month)} is before DISCOGS_FIRST_MONTH, {dump_day(first_month)}"
            )
        tags = month_tags(month, source.dump_types)
        return dg.RunRequest(partition_key=str(month), run_key=dump_day(month), tags=tags)

    return import_last_month


def month_before(day: date) -> date:
    return (day.replace(day=1) - timedelta(days=1)).replace(day=1)
