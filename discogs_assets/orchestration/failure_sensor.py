"""The sensor that tells a webhook of failed runs. How it is told is for `webhook`."""

import dagster as dg
from dagster._core.execution.backfill import BULK_ACTION_TERMINAL_STATUSES

from discogs_assets.orchestration.webhook import Message, check_url, post

RETRY_NUMBER = "dagster/retry_number"
WILL_RETRY = "dagster/will_retry"
BACKFILL = "dagster/backfill"
PARTITION = "dagster/partition"
PARTITION_RANGE = ("dagster/asset_partition_range_start", "dagster/asset_partition_range_end")
"""Tags that Dagster gives to runs."""


def build_failure_sensor(webhook_url: str, ui_url: str = "") -> dg.SensorDefinition:
    """Return the sensor that posts one message for each run that failed and is not tried again.

    `ui_url` is where people reach the Dagster UI; with it the message has a link to the run.
    """
    check_url(webhook_url)

    @dg.run_failure_sensor(
        name="notify_failure",
        description="Tells the webhook of DISCOGS_WEBHOOK_URL of each run that failed for good.",
        # Whoever sets the URL wants to be told.
        default_status=dg.DefaultSensorStatus.RUNNING,
    )
    def notify_failure(context: dg.RunFailureSensorContext) -> dg.SkipReason | None:
        run = context.dagster_run
        if is_tried_again(context.instance, run):
            return dg.SkipReason(f"run {run.run_id} failed, and Dagster tries it again")
        message = message_of(context, ui_url)
        if post(webhook_url, message):
            context.log.info(f"the webhook was told of run {run.run_id}")
        else:
            context.log.warning(f"the webhook could not be told of run {run.run_id}")
        return None

    return notify_failure


def is_tried_again(instance: dg.DagsterInstance, run: dg.DagsterRun) -> bool:
    """Whether Dagster starts a failed run again: not when its backfill has ended or is gone."""
    if run.tags.get(WILL_RETRY) != "true":
        return False
    if BACKFILL not in run.tags:
        return True
    backfill = instance.get_backfill(run.tags[BACKFILL])
    return backfill is not None and backfill.status not in BULK_ACTION_TERMINAL_STATUSES


def message_of(context: dg.RunFailureSensorContext, ui_url: str) -> Message:
    """Return what is told of a failed run."""
    run = context.dagster_run
    assets = sorted(key.to_user_string() for key in run.asset_selection or ())
    return Message(
        job=run.job_name,
        run_id=run.run_id,
        partition=partition_of(run),
        assets=assets,
        error=error_of(context),
        attempts=int(run.tags.get(RETRY_NUMBER, "0")) + 1,
        link=f"{ui_url.rstrip('/')}/runs/{run.run_id}" if ui_url else "",
    )


def partition_of(run: dg.DagsterRun) -> str:
    """Return the run's partition, or the first and last of several; empty when it has none."""
    if PARTITION in run.tags:
        return run.tags[PARTITION]
    return " … ".join(run.tags[name] for name in PARTITION_RANGE if name in run.tags)


def error_of(context: dg.RunFailureSensorContext) -> str:
    """Return what each failed step said and, where no step failed, what the run did."""
    lines = []
    for event in context.get_step_failure_events():
        error = event.step_failure_data.error
        cause = error.cause if error is not None and error.cause is not None else error
        text = cause.message.strip() if cause is not None else event.message or ""
        lines.append(f"{event.step_key}: {text}")
    return "\n".join(lines) or context.failure_event.message or ""
