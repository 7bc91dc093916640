"""The one Definitions: every asset, check, job, sensor and schedule."""

from datetime import date

import dagster as dg

from discogs_assets.derived.assets import build_assets
from discogs_assets.derived.crosswalk.assets import build_crosswalk, build_crosswalk_job
from discogs_assets.derived.tables import DERIVED
from discogs_assets.display.progress import LoggedProgress, Progress
from discogs_assets.exports.assets import EXPORT_JOB, build_exports
from discogs_assets.exports.import_files_asset import build_import_files
from discogs_assets.orchestration.asset_keys import OWNERS, table_key
from discogs_assets.orchestration.code_references import link_code
from discogs_assets.orchestration.event_storage import keep_engines
from discogs_assets.orchestration.failure_sensor import build_failure_sensor
from discogs_assets.orchestration.freshness import expect_monthly
from discogs_assets.orchestration.partitions import months_from
from discogs_assets.orchestration.pools import patch_pools
from discogs_assets.platform import Platform, Settings, build_platform, current_settings
from discogs_assets.sources.discogs_dumps.assets import build_dump_assets
from discogs_assets.sources.discogs_dumps.source import DISCOGS
from discogs_assets.sources.dumps.import_job import build_import_job
from discogs_assets.sources.dumps.retention.assets import build_job as build_retention_job
from discogs_assets.sources.dumps.retention.assets import build_retention
from discogs_assets.sources.dumps.retention.assets import build_schedule as build_retention_schedule
from discogs_assets.sources.dumps.sensor.catalogue_asset import (
    build_check,
    build_freshness_schedule,
)
from discogs_assets.sources.dumps.sensor.run_requests import ImportScope
from discogs_assets.sources.dumps.sensor.sensor import build_schedule, build_sensor
from discogs_assets.sources.dumps.source import DumpSource
from discogs_assets.sources.dumps.verification.assets import build_job as build_verify_job
from discogs_assets.sources.dumps.verification.assets import build_schedule as build_verify_schedule
from discogs_assets.sources.dumps.verification.assets import build_verification
from discogs_assets.sources.dumps.verification.key_checks_asset import build_key_checks
from discogs_assets.sources.listenbrainz_dumps.assets import build_listen_assets, build_listens_job
from discogs_assets.sources.listenbrainz_dumps.sensor import build_listens_sensor
from discogs_assets.sources.musicbrainz_dumps.assets import PARTITIONS
from discogs_assets.sources.musicbrainz_dumps.assets import (
    build_dump_assets as build_musicbrainz_assets,
)

LOADS_WAIT_S = 6 * 3600.0
"""How long a run of the daemon waits for another process to close the DuckDB file."""

COMPUTED_TABLES = [derived.table for derived in DERIVED.values()]
RETENTION_ASSET = build_retention(DISCOGS, COMPUTED_TABLES)
VERIFICATION_ASSET = build_verification(DISCOGS, COMPUTED_TABLES)
TYPE_OF = {table.name: name for name, of in DISCOGS.dump_types.items() for table in of.tables}
JOBS = [
    build_import_job(DISCOGS, map(table_key, DERIVED)),
    EXPORT_JOB,
    build_retention_job(DISCOGS),
    build_verify_job(DISCOGS),
    build_listens_job(),
    build_crosswalk_job(),
]


def build_other(source: DumpSource, of: Platform) -> dg.Definitions:
    """Return what a source beside Discogs has, but for its resources."""
    wanted = ImportScope(of.poll, date.min, {}, PARTITIONS)
    is_looking = of.automation == "sensor"
    return dg.Definitions(
        assets=[
            *build_musicbrainz_assets(source),
            build_retention(source, ()),
            build_verification(source, ()),
        ],
        asset_checks=[build_check(source, of.poll), build_key_checks(source)],
        jobs=[build_import_job(source), build_retention_job(source), build_verify_job(source)],
        schedules=[
            build_retention_schedule(source, is_running=is_looking),
            build_verify_schedule(source, is_running=is_looking),
        ],
        sensors=[build_sensor(source, wanted, is_running=is_looking)],
    )


def dump_types_of(computed: str) -> frozenset[str]:
    """Return the dump types that a computed table is made of, also by way of another."""
    types = (
        {TYPE_OF[one]} if one in TYPE_OF else dump_types_of(one) for one in DERIVED[computed].reads
    )
    return frozenset[str]().union(*types)


def all_assets(settings: Settings) -> list[dg.AssetsDefinition | dg.AssetSpec]:
    """Return the whole graph; its first month and the sinks that feed themselves are settings."""
    months = months_from(settings.first_month)
    return [
        *build_dump_assets(months),
        *build_assets(months),
        build_crosswalk(),
        RETENTION_ASSET,
        VERIFICATION_ASSET,
        *build_exports(settings.exports, months),
        build_import_files(months),
    ]


AUTOMATION_SENSOR = dg.AutomationConditionSensorDefinition(
    "automation",
    target=dg.AssetSelection.owner(*OWNERS),
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Feeds the sinks that are set once a month is imported. Where records are made "
    "anew by themselves, it loads their tables, and computes what reads them.",
)
"""Harmless by itself: it does nothing until someone, or the sensor, imports a month."""


def build_definitions(
    platform: Platform,
    progress: Progress | None = None,
    executor: dg.ExecutorDefinition | None = dg.in_process_executor,
) -> dg.Definitions:
    """Return the graph and what runs by itself; its steps show `progress`, or log it.

    All steps run in the process of the run: when that is killed, Dagster tries the run again; a
    step that is killed in a process of its own would count as failed for good. Without an
    `executor` this holds for the jobs alone, and others decide for what is run without one.
    """
    patch_pools()
    keep_engines()
    settings = platform.settings
    wanted = ImportScope(
        settings.poll,
        settings.first_month,
        {table_key(name): dump_types_of(name) for name in DERIVED},
    )
    others = [build_other(other.source, other) for other in platform.others]
    is_looking = settings.automation == "sensor"
    sensors = [AUTOMATION_SENSOR, build_sensor(DISCOGS, wanted, is_running=is_looking)]
    months = months_from(settings.first_month)
    sensors.append(build_listens_sensor(months))
    sensors += [sensor for other in others for sensor in other.sensors or ()]
    if settings.webhook_url:
        sensors.append(build_failure_sensor(settings.webhook_url, settings.ui_url))
    found = [*all_assets(settings), *(one for other in others for one in other.assets or ())]
    assets = dg.map_asset_specs(expect_monthly, found)  # type: ignore[arg-type]
    return dg.Definitions(
        assets=link_code([*assets, *build_listen_assets(months)], settings.code_url),
        asset_checks=[
            build_check(DISCOGS, settings.poll),
            build_key_checks(DISCOGS),
            *(check for other in others for check in other.asset_checks or ()),
        ],
        jobs=[*JOBS, *(job for other in others for job in other.jobs or ())],
        schedules=[
            *(schedule for other in others for schedule in other.schedules or ()),
            build_schedule(
                DISCOGS, settings.first_month, is_running=settings.automation == "schedule"
            ),
            build_freshness_schedule(DISCOGS, is_running=settings.automation == "schedule"),
            build_retention_schedule(DISCOGS, is_running=settings.automation != "off"),
            build_verify_schedule(DISCOGS, is_running=settings.automation != "off"),
        ],
        sensors=sensors,
        resources=platform.resources(progress or LoggedProgress()),
        executor=executor,
    )


@dg.definitions
def defs() -> dg.Definitions:
    return build_definitions(build_platform(current_settings(), LOADS_WAIT_S))
