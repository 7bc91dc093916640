"""Schedules of jobs without partitions; whether they run at first is a setting."""

import dagster as dg
from dagster._core.definitions.unresolved_asset_job_definition import UnresolvedAssetJobDefinition


def schedule_status(*, is_running: bool) -> dg.DefaultScheduleStatus:
    return dg.DefaultScheduleStatus.RUNNING if is_running else dg.DefaultScheduleStatus.STOPPED


def job_schedule(
    job: UnresolvedAssetJobDefinition, cron: str, description: str, *, is_running: bool
) -> dg.ScheduleDefinition:
    """Return the schedule of a job, which has the name of the job; its times are UTC."""
    return dg.ScheduleDefinition(
        name=job.name,
        job=job,
        cron_schedule=cron,
        execution_timezone="UTC",
        default_status=schedule_status(is_running=is_running),
        description=description,
    )
