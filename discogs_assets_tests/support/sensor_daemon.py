"""The sensor, ticked as the daemon does, beside a local web site of dumps."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import dagster as dg

from discogs_assets.definitions import JOBS, all_assets
from discogs_assets.display.progress import LoggedProgress
from discogs_assets.orchestration.asset_keys import table_key
from discogs_assets.platform import read_settings
from discogs_assets.sources.discogs_dumps.publisher.site import SiteCatalogue
from discogs_assets.sources.discogs_dumps.source import DISCOGS
from discogs_assets.sources.dumps.keys import catalogue_key
from discogs_assets.sources.dumps.publisher import PublishedDumps
from discogs_assets.sources.dumps.retention.policy import RetentionPolicy
from discogs_assets.sources.dumps.sensor.catalogue_asset import (
    CHECK,
    build_check,
    build_freshness_schedule,
)
from discogs_assets.sources.dumps.sensor.published import PollSettings
from discogs_assets.sources.dumps.sensor.run_requests import ImportScope
from discogs_assets.sources.dumps.sensor.sensor import build_schedule, build_sensor
from discogs_assets.sources.dumps.verification.key_checks_asset import build_key_checks
from discogs_assets.warehouse.database import Warehouse
from discogs_assets.warehouse.memory import LEAST
from discogs_assets_tests.support.small_lake import open_lake
from discogs_assets_tests.support.small_months import sha, whole_month

NOW = datetime(2026, 2, 20, 12, tzinfo=UTC)
POLL = PollSettings()
COMPUTED = {table_key("tag"): {"masters"}, table_key("video"): {"masters", "releases"}}
FIRST = date(2026, 1, 1)
WANTED = ImportScope(POLL, FIRST, COMPUTED)
JANUARY, FEBRUARY = whole_month("20260101"), whole_month("20260201")
ARTISTS = sha(FEBRUARY["data/2026/discogs_20260201_artists.xml.gz"])


class Daemon:
    """Ticks the sensor as Dagster's daemon does: cursor kept, run keys requested once."""

    def __init__(self, url: str, folder: Path, instance: dg.DagsterInstance) -> None:
        self.url = url
        self.lake = open_lake(folder / "store")
        self.instance = instance
        self.cursor: str | None = None
        self.now = NOW

    def resources(self) -> dict[str, Any]:
        dumps = PublishedDumps(self.url, DISCOGS.open_catalogue)
        if isinstance(dumps.prompt_catalogue, SiteCatalogue):
            dumps.prompt_catalogue.site.pace.pause_s = 0
        return {
            "dumps": dumps,
            "lake": self.lake,
            "memory": LEAST,
            "store": self.lake.store,
            "progress": LoggedProgress(),
            "warehouse": Warehouse(Path("none")),
            "keep": RetentionPolicy(),
            "sinks": None,
        }

    def definitions(self) -> dg.Definitions:
        return dg.Definitions(
            assets=all_assets(read_settings({})),
            asset_checks=[build_check(DISCOGS, POLL), build_key_checks(DISCOGS)],
            jobs=JOBS,
            schedules=[
                build_schedule(DISCOGS, FIRST, is_running=False),
                build_freshness_schedule(DISCOGS, is_running=False),
            ],
            sensors=[build_sensor(DISCOGS, WANTED, is_running=False, now=lambda: self.now)],
            resources=self.resources(),
        )

    def tick(self) -> Any:
        definitions = self.definitions()
        context = dg.build_sensor_context(
            instance=self.instance,
            cursor=self.cursor,
            definitions=definitions,
            resources=self.resources(),
        )
        done = definitions.resolve_sensor_def("new_dump").evaluate_tick(context)
        self.cursor = done.cursor
        for event in done.asset_events:
            self.instance.report_runless_asset_event(event)
        return done

    def requested(self) -> list[str]:
        return [str(request.partition_key) for request in self.tick().run_requests]

    def skipped(self) -> str:
        done = self.tick()
        assert done.run_requests == []
        return str(done.skip_message)

    def leave_run(
        self,
        tags: Mapping[str, str],
        status: dg.DagsterRunStatus,
        selection: frozenset[dg.AssetKey] | None = None,
    ) -> str:
        """Leave a run in the instance, as one that was requested earlier."""
        run_id = f"00000000-0000-4000-8000-{self.instance.get_runs_count():012}"
        run = dg.DagsterRun(
            job_name="some", run_id=run_id, status=status, tags=tags, asset_selection=selection
        )
        self.instance.add_run(run)
        return run_id

    def check(self) -> Any:
        """Return the newest evaluation of the catalogue's check."""
        key = dg.AssetCheckKey(catalogue_key(DISCOGS), CHECK)
        storage = self.instance.event_log_storage
        record = storage.get_latest_asset_check_execution_by_key([key])[key]
        assert record.event is not None
        assert record.event.dagster_event is not None
        return record.event.dagster_event.asset_check_evaluation_data

    def observed(self) -> str:
        """Return the table of the newest observation of the catalogue."""
        (record,) = self.instance.fetch_observations(catalogue_key(DISCOGS), limit=1).records
        assert record.asset_observation is not None
        return str(record.asset_observation.metadata["published"].value)
