"""The one Definitions: every asset, check, job, sensor and schedule."""

import dagster as dg

from discogs_assets.code_links import link_code
from discogs_assets.derived.assets import build_assets
from discogs_assets.derived.tables import DERIVED
from discogs_assets.discogs_dumps.assets import ASSETS as DUMP_ASSETS
from discogs_assets.discogs_dumps.automation import MONTHLY_IMPORT, build_schedule, build_sensor
from discogs_assets.discogs_dumps.catalogue_asset import build_check, build_look
from discogs_assets.discogs_dumps.change_assets import CHANGE_ASSETS
from discogs_assets.discogs_dumps.retention_asset import JOB as RETENTION_JOB
from discogs_assets.discogs_dumps.retention_asset import build_retention
from discogs_assets.discogs_dumps.retention_asset import build_schedule as build_retention_schedule
from discogs_assets.discogs_dumps.table_assets import TABLE_ASSETS
from discogs_assets.discogs_dumps.verification_asset import JOB as VERIFICATION_JOB
from discogs_assets.discogs_dumps.verification_asset import build_schedule as build_verify_schedule
from discogs_assets.discogs_dumps.verification_asset import build_verification
from discogs_assets.discogs_dumps.verify_assets import VERIFY_CHECKS
from discogs_assets.exports.assets import build_exports
from discogs_assets.exports.neo4j_files_asset import build_import_files
from discogs_assets.failure_sensor import build_failure_sensor
from discogs_assets.platform import Platform, Settings, build_platform, current_settings
from discogs_assets.pools import mend_pools
from discogs_assets.progress import LoggedProgress

LOADS_WAIT_S = 6 * 3600.0
"""How long a run of the daemon waits for another process to close the DuckDB file."""

COMPUTED_TABLES = [derived.table for derived in DERIVED.values()]
RETENTION_ASSET = build_retention(COMPUTED_TABLES)
VERIFICATION_ASSET = build_verification(COMPUTED_TABLES)
ASSETS = [
    *DUMP_ASSETS,
    *TABLE_ASSETS,
    *CHANGE_ASSETS,
    *build_assets(),
    RETENTION_ASSET,
    VERIFICATION_ASSET,
]


def all_assets(settings: Settings) -> list[dg.AssetsDefinition | dg.AssetSpec]:
    """Return the whole graph; which sinks are fed by themselves is a setting."""
    return [*ASSETS, *build_exports(settings.exports), build_import_files()]


FOLLOW = dg.AutomationConditionSensorDefinition(
    "follow",
    target=dg.AssetSelection.all(),
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Loads tables once their records are in the lake, and computes what reads them.",
)
"""Harmless by itself: it does nothing until someone, or the sensor, imports a month."""


def build_definitions(platform: Platform) -> dg.Definitions:
    """Return the graph and what runs by itself, for a platform."""
    mend_pools()
    settings = platform.settings
    sensors = [FOLLOW, build_sensor(settings.look, is_running=settings.automation == "sensor")]
    if settings.webhook_url:
        sensors.append(build_failure_sensor(settings.webhook_url, settings.ui_url))
    return dg.Definitions(
        assets=link_code(all_assets(settings), settings.code_url),
        asset_checks=[build_check(settings.look), *VERIFY_CHECKS],
        jobs=[MONTHLY_IMPORT, RETENTION_JOB, VERIFICATION_JOB],
        schedules=[
            *(
                build(is_running=settings.automation == "schedule")
                for build in (build_schedule, build_look)
            ),
            build_retention_schedule(is_running=settings.automation != "off"),
            build_verify_schedule(is_running=settings.automation != "off"),
        ],
        sensors=sensors,
        resources=platform.resources(LoggedProgress()),
        # All steps in the process of the run: when that is killed, Dagster tries the run again;
        # a step that is killed in a process of its own would count as failed for good.
        executor=dg.in_process_executor,
    )


@dg.definitions
def defs() -> dg.Definitions:
    return build_definitions(build_platform(current_settings(), LOADS_WAIT_S))
