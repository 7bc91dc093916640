"""Which runs to ask Dagster for: one a month, of the dump files that are new; and why not more.

When a dump file is asked for again stands in `backoff`.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

import dagster as dg
from dagster_shared.error import SerializableErrorInfo

from discogs_assets.orchestration.run_tags import month_tags
from discogs_assets.sources.dumps.keys import iter_keys, records_key, types_of_steps
from discogs_assets.sources.dumps.sensor.backoff import Chain, FailedAttempt
from discogs_assets.sources.dumps.sensor.import_requests import (
    ImportRequest,
    minute,
    pending_imports,
)
from discogs_assets.sources.dumps.sensor.published import PollSettings, PublishedMonth
from discogs_assets.sources.dumps.source import DumpSource
from discogs_assets.storage.lake import Lake

ENDED = (dg.DagsterRunStatus.SUCCESS, dg.DagsterRunStatus.FAILURE, dg.DagsterRunStatus.CANCELED)
NOT_ENDED = [status for status in dg.DagsterRunStatus if status not in ENDED]
RUN_KEY = "dagster/run_key"
PARTITION = "dagster/partition"
"""Tags that Dagster gives to runs."""
UNKNOWN = "unknown error"

Computed = Mapping[dg.AssetKey, AbstractSet[str]]
"""The computed tables, and the dump types that each is made of."""


@dataclass(frozen=True)
class ImportScope:
    """Which months are wanted: how many of the newest, none before the first.

    `partitions` are those of dated dumps, which are added as dumps come; None for months.
    """

    poll: PollSettings
    first_month: date
    computed: Computed
    partitions: dg.DynamicPartitionsDefinition | None = None


@dataclass
class Plan:
    """The runs to request now, and why others are not."""

    requests: list[dg.RunRequest] = field(default_factory=list)
    waiting: list[str] = field(default_factory=list)

    def new_partitions(self, wanted: ImportScope) -> list[dg.AddDynamicPartitionsRequest]:
        """Return what adds the partitions of the runs, where dumps are dated."""
        keys = [str(one.partition_key) for one in self.requests]
        partitions = wanted.partitions
        return [partitions.build_add_request(keys)] if partitions is not None and keys else []


def plan(
    instance: dg.DagsterInstance,
    source: DumpSource,
    lake: Lake,
    months: Sequence[PublishedMonth],
    wanted: ImportScope,
    now: datetime,
) -> Plan:
    """Return what to ask for of some published months: the oldest first."""
    planned = Plan()
    for month in sorted(months, key=lambda one: one.dump.month):
        if month.dump.month < wanted.first_month:
            continue
        answers = {
            wish: next_attempt(instance, source, wish, now) for wish in pending_imports(lake, month)
        }
        planned.waiting += [why for why in answers.values() if isinstance(why, str)]
        attempts = {wish: n for wish, n in answers.items() if isinstance(n, int)}
        if attempts:
            planned.requests.append(request(source, month, attempts, wanted.computed))
    return planned


def request(
    source: DumpSource,
    month: PublishedMonth,
    attempts: Mapping[ImportRequest, int],
    computed: Computed,
) -> dg.RunRequest:
    """Return the request of a run for some dump files of a month; `attempts` count from 1."""
    types = [wish.dump_type for wish in attempts]
    there = {*types, *(news.dump_type for news in month.files if news.is_imported)}
    follow = [key for key, of in computed.items() if of <= there and of & {*types}]
    fingerprints = {wish.tag: wish.fingerprint for wish in attempts}
    digest = hashlib.sha256(" ".join(fingerprints.values()).encode()).hexdigest()[:8]
    attempt = max(attempts.values())
    return dg.RunRequest(
        partition_key=month.dump.partition_key,
        run_key=f"{month.name} {', '.join(types)} ({digest}), attempt {attempt}",
        asset_selection=[
            *(key for one in types for key in iter_keys(source.dump_types[one])),
            *follow,
        ],
        tags={**month_tags(month.dump.month, types), **fingerprints},
    )


def next_attempt(
    instance: dg.DagsterInstance, source: DumpSource, wish: ImportRequest, now: datetime
) -> int | str:
    """Return the number of the attempt to make now at a dump file, or why there is none."""
    of_month = dg.RunsFilter(tags={PARTITION: wish.partition_key}, statuses=NOT_ENDED)
    for run in instance.get_runs(of_month):
        if imports(source, run, wish):
            return f"{wish.name}: run {run.run_id} is under way ({run.status.value})"
    of_file = {PARTITION: wish.partition_key, wish.tag: wish.fingerprint}
    earlier = instance.get_run_records(dg.RunsFilter(tags=of_file))
    if not earlier:
        return 1
    newest = earlier[0].dagster_run
    if any(record.dagster_run.is_complete_and_waiting_to_retry for record in earlier):
        return f"{wish.name}: run {newest.run_id} failed and is about to be tried again"
    if newest.status != dg.DagsterRunStatus.FAILURE:
        return wish.gave_up_message(newest.run_id, newest.status.value)
    # Dagster's own second try of a run has the key of the first.
    attempt = len({record.dagster_run.tags.get(RUN_KEY) for record in earlier})
    failure = FailedAttempt(
        attempt, end_of(earlier[0]), error_chains(instance, source, newest.run_id, wish)
    )
    if failure.is_final:
        return wish.gave_up_message(newest.run_id, f"{newest.status.value} ({failure.text})")
    if now < failure.next_at:
        return (
            f"{wish.name}: run {newest.run_id} failed ({failure.text}); it is tried again at the "
            f"first look after {minute(failure.next_at)}"
        )
    return attempt + 1


def imports(source: DumpSource, run: dg.DagsterRun, wish: ImportRequest) -> bool:
    """Whether a run of the month imports the dump file."""
    if run.tags.get(wish.tag) == wish.fingerprint:
        return True
    if run.asset_selection is None:
        return run.job_name == source.import_job
    return records_key(source.dump_types[wish.dump_type]) in run.asset_selection


def end_of(record: dg.RunRecord) -> datetime:
    """Return when a run ended; Dagster notes no end where it only sets the status."""
    if record.end_time is None:
        return record.update_timestamp.astimezone(UTC)
    return datetime.fromtimestamp(record.end_time, UTC)


def error_chains(
    instance: dg.DagsterInstance, source: DumpSource, run_id: str, wish: ImportRequest
) -> tuple[Chain, ...]:
    """Return the error of each step of a dump type that failed, as names of classes."""
    types = types_of_steps(source)
    events = instance.all_logs(run_id, of_type=dg.DagsterEventType.STEP_FAILURE)
    return tuple(
        tuple(iter_names(event.step_failure_data.error)) or (UNKNOWN,)
        for event in (log.dagster_event for log in events)
        if event is not None and types.get(str(event.step_key)) == wish.dump_type
    )


def iter_names(error: SerializableErrorInfo | None) -> Iterator[str]:
    """Yield the class of an error, then those of its causes."""
    while error is not None:
        yield error.cls_name or UNKNOWN
        error = error.cause
