"""How Dagster notices a new dump by itself: a sensor that looks, and schedules for a clock.

What is new stands in `news`, what is asked for again in `attempts`.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import dagster as dg
from dagster_shared.error import SerializableErrorInfo

from discogs_assets.discogs_dumps.assets import RAW_DUMP, RECORDS
from discogs_assets.discogs_dumps.attempts import Chain, Failure
from discogs_assets.discogs_dumps.catalogue_asset import (
    evaluation,
    observation,
    places_in,
    utc_now,
)
from discogs_assets.discogs_dumps.deadline import within
from discogs_assets.discogs_dumps.news import (
    Look,
    MonthNews,
    check_freshness,
    describe_waits,
    read_news,
)
from discogs_assets.discogs_dumps.news_cursor import Memory
from discogs_assets.discogs_dumps.partitions import partition_key
from discogs_assets.discogs_dumps.published_dumps import PublishedDumps
from discogs_assets.discogs_dumps.tables import DUMP_TYPES
from discogs_assets.discogs_dumps.wishes import Wish, minute, wishes
from discogs_assets.errors import SettingError, SourceError
from discogs_assets.lake import Lake

DEADLINE_S = 45.0
"""Dagster gives up a tick after 60 s; what it found would be lost."""

Event = dg.AssetObservation | dg.AssetMaterialization | dg.AssetCheckEvaluation
ENDED = (dg.DagsterRunStatus.SUCCESS, dg.DagsterRunStatus.FAILURE, dg.DagsterRunStatus.CANCELED)
NOT_ENDED = [status for status in dg.DagsterRunStatus if status not in ENDED]

IMPORT = dg.AssetSelection.assets(RAW_DUMP, RECORDS)
MONTHLY_IMPORT = dg.define_asset_job(
    "monthly_import",
    selection=IMPORT,
    description="Downloads a month's dump file of a type and brings its records into the lake.",
)
RUN_KEY = "dagster/run_key"
PARTITION = "dagster/partition"
"""Tags that Dagster gives to runs."""
UNKNOWN = "unknown error"


def partition_of(wish: Wish) -> dg.MultiPartitionKey:
    return partition_key(wish.news.dump_type, wish.news.month)


def request(wish: Wish, attempt: int) -> dg.RunRequest:
    return dg.RunRequest(
        partition_key=partition_of(wish),
        run_key=wish.run_keys[attempt - 1],
        tags=priority(wish.news.dump_type),
    )


def priority(dump_type: str) -> dict[str, str]:
    """Return the tag that keeps the order of import in the queue, behind what loads tables."""
    return {"dagster/priority": str(-[*DUMP_TYPES].index(dump_type))}


def build_sensor(
    look: Look, *, is_running: bool, now: Callable[[], datetime] = utc_now
) -> dg.SensorDefinition:
    """Return the sensor that requests what is published, complete and not imported."""

    @dg.sensor(
        name="new_dump",
        target=IMPORT,
        minimum_interval_seconds=look.every_s,
        default_status=dg.DefaultSensorStatus.RUNNING
        if is_running
        else dg.DefaultSensorStatus.STOPPED,
        description=f"Looks at the newest {look.months} months that Discogs has published, and "
        "imports each dump type of a complete month that is not imported with that checksum; "
        "what failed by an outage again later. Older months are for a backfill.",
    )
    def new_dump(
        context: dg.SensorEvaluationContext,
        dumps: dg.ResourceParam[PublishedDumps],
        lake: dg.ResourceParam[Lake],
    ) -> dg.SensorResult:
        return tick(context, dumps, lake, look.months, now())

    return new_dump


def tick(
    context: dg.SensorEvaluationContext,
    dumps: PublishedDumps,
    lake: Lake,
    months: int,
    now: datetime,
) -> dg.SensorResult:
    """Look at the publisher once; an error of its becomes a reason, and nothing is forgotten."""
    memory = recall(context, dumps.url)
    if now < memory.not_before:
        return dg.SensorResult(
            skip_reason=f"{dumps.url} asked to wait: not asked before {minute(memory.not_before)}",
            cursor=memory.to_json(),
        )
    try:
        found = within(
            DEADLINE_S,
            dumps.url,
            lambda: read_news(dumps.prompt_catalogue, lake, memory, now, months),
        )
    except SourceError as error:
        memory.heed(error, now)
        wait = f"; not asked before {minute(memory.not_before)}" if memory.not_before > now else ""
        return dg.SensorResult(skip_reason=f"{error}{wait}", cursor=memory.to_json())
    return answer(
        context, dumps.url, plan(context.instance, wishes(lake, found), now), found, memory
    )


def recall(context: dg.SensorEvaluationContext, url: str) -> Memory:
    """Return what the last tick remembered; nothing when somebody changed the cursor."""
    if not context.cursor:
        return Memory(url)
    try:
        return Memory.from_json(context.cursor, url)
    except SettingError as error:
        context.log.warning(f"sensor new_dump: {error}")
        return Memory(url)


@dataclass(frozen=True)
class Plan:
    """The runs to request now, and why others are not."""

    requests: list[dg.RunRequest]
    waiting: list[str]


def plan(instance: dg.DagsterInstance, wanted: Sequence[Wish], now: datetime) -> Plan:
    answers = [next_run(instance, wish, now) for wish in wanted]
    return Plan(
        [one for one in answers if isinstance(one, dg.RunRequest)],
        [one for one in answers if isinstance(one, str)],
    )


def next_run(instance: dg.DagsterInstance, wish: Wish, now: datetime) -> dg.RunRequest | str:
    """Return the run to request for a dump file, or why there is none now."""
    of_partition = dg.RunsFilter(tags={PARTITION: partition_of(wish)}, statuses=NOT_ENDED)
    for run in instance.get_runs(of_partition):
        if run.asset_selection is None or RECORDS in run.asset_selection:
            return f"{wish.name}: run {run.run_id} is under way ({run.status.value})"
    earlier = instance.get_run_records(dg.RunsFilter(tags={RUN_KEY: wish.run_keys}))
    if not earlier:
        return request(wish, 1)
    newest = earlier[0].dagster_run
    if any(record.dagster_run.is_complete_and_waiting_to_retry for record in earlier):
        return f"{wish.name}: run {newest.run_id} failed and is about to be tried again"
    if newest.status != dg.DagsterRunStatus.FAILURE:
        return wish.ended_for_good(newest.run_id, newest.status.value)
    attempt = max(wish.run_keys.index(record.dagster_run.tags[RUN_KEY]) for record in earlier) + 1
    failure = Failure(attempt, end_of(earlier[0]), error_chains(instance, newest.run_id))
    if failure.is_final:
        return wish.ended_for_good(newest.run_id, f"{newest.status.value} ({failure.text})")
    if now < failure.next_at:
        return (
            f"{wish.name}: run {newest.run_id} failed ({failure.text}); it is tried again at the "
            f"first look after {minute(failure.next_at)}"
        )
    return request(wish, attempt + 1)


def end_of(record: dg.RunRecord) -> datetime:
    """Return when a run ended; Dagster notes no end where it only sets the status."""
    if record.end_time is None:
        return record.update_timestamp.astimezone(UTC)
    return datetime.fromtimestamp(record.end_time, UTC)


def error_chains(instance: dg.DagsterInstance, run_id: str) -> tuple[Chain, ...]:
    """Return the error of each step of a run that failed, as names of classes."""
    events = instance.all_logs(run_id, of_type=dg.DagsterEventType.STEP_FAILURE)
    return tuple(
        tuple(iter_names(log.dagster_event.step_failure_data.error)) or (UNKNOWN,)
        for log in events
        if log.dagster_event is not None
    )


def iter_names(error: SerializableErrorInfo | None) -> Iterator[str]:
    """Yield the class of an error, then those of its causes."""
    while error is not None:
        yield error.cls_name or UNKNOWN
        error = error.cause


def answer(
    context: dg.SensorEvaluationContext,
    url: str,
    planned: Plan,
    months: Sequence[MonthNews],
    memory: Memory,
) -> dg.SensorResult:
    """Return the runs to request and what is told of the rest."""
    waiting = describe_waits(months) + planned.waiting
    found = check_freshness(months, places_in(context.instance))
    events: list[Event] = [observation(url, months, waiting, found), evaluation(months, found)]
    if planned.requests:
        for line in waiting:
            context.log.info(line)
        return dg.SensorResult(planned.requests, cursor=memory.to_json(), asset_events=events)
    names = ", ".join(month.name for month in months)
    nothing = f"nothing new: {names} are imported" if months else f"{url}: nothing is published"
    reason = "; ".join(waiting) or nothing
    return dg.SensorResult(skip_reason=reason, cursor=memory.to_json(), asset_events=events)


def build_schedule(*, is_running: bool) -> dg.ScheduleDefinition:
    """Return the schedule that imports the month before, on the 1st at 03:00 UTC."""

    # Dagster's own schedule of a partitioned job asks for the month that has just begun, whose
    # dump comes days later, and by a deprecated method.
    @dg.schedule(
        name="monthly_import",
        job=MONTHLY_IMPORT,
        cron_schedule="0 3 1 * *",
        execution_timezone="UTC",
        default_status=dg.DefaultScheduleStatus.RUNNING
        if is_running
        else dg.DefaultScheduleStatus.STOPPED,
        description="Imports last month's dump, a run a dump type; what is imported stays as it "
        "is. For those who prefer a clock to the sensor new_dump.",
    )
    def monthly_import(context: dg.ScheduleEvaluationContext) -> list[dg.RunRequest]:
        month = month_before(context.scheduled_execution_time.astimezone(UTC).date())
        keys = {dump_type: partition_key(dump_type, month) for dump_type in DUMP_TYPES}
        return [
            dg.RunRequest(partition_key=key, run_key=key, tags=priority(dump_type))
            for dump_type, key in keys.items()
        ]

    return monthly_import


def month_before(day: date) -> date:
    return (day.replace(day=1) - timedelta(days=1)).replace(day=1)
