"""The one Definitions, and the only place that reads the environment."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import dagster as dg

from discogs_assets.derived.assets import ASSETS as DERIVED_ASSETS
from discogs_assets.discogs_dumps.assets import ASSETS as DUMP_ASSETS
from discogs_assets.discogs_dumps.tables import DUMP_TYPES
from discogs_assets.lake import Lake
from discogs_assets.progress import LoggedProgress, Progress
from discogs_assets.resources import PublishedDumps, WarehouseResource, writing_client
from discogs_assets.store import Store, open_store


@dataclass(frozen=True)
class Settings:
    """Where things are; README, section Settings."""

    dumps_url: str
    store: str
    warehouse: Path
    dagster_home: Path

    @property
    def scratch(self) -> Path:
        """Where unfinished files lie when the store is a bucket."""
        return self.warehouse.parent / ".scratch"


def read_settings(environment: Mapping[str, str]) -> Settings:
    """Return the settings that environment variables give."""
    return Settings(
        dumps_url=environment.get("DISCOGS_DUMPS_URL") or "https://data.discogs.com/",
        store=environment.get("DISCOGS_STORE") or "data",
        warehouse=Path(environment.get("DISCOGS_WAREHOUSE") or "data/warehouse.duckdb").absolute(),
        dagster_home=Path(environment.get("DAGSTER_HOME") or ".dagster").absolute(),
    )


@dataclass(frozen=True)
class Platform:
    """The parts that the settings give, for Dagster and for the command line alike."""

    settings: Settings
    dumps: PublishedDumps
    store: Store
    lake: Lake
    warehouse: WarehouseResource

    def resources(self, progress: Progress) -> dict[str, Any]:
        return {
            "dumps": self.dumps,
            "store": self.store,
            "lake": self.lake,
            "warehouse": self.warehouse,
            "progress": progress,
        }


def build_platform(settings: Settings) -> Platform:
    store = open_store(settings.store, scratch=settings.scratch, s3_client=writing_client)
    return Platform(
        settings,
        PublishedDumps(settings.dumps_url),
        store,
        Lake(store, "discogs", {name: t.tables for name, t in DUMP_TYPES.items()}),
        WarehouseResource(database=str(settings.warehouse)),
    )


def current_platform(dumps_url: str | None = None) -> Platform:
    """Return the platform that the environment asks for, perhaps with dumps from elsewhere."""
    settings = read_settings(os.environ)
    return build_platform(replace(settings, dumps_url=dumps_url or settings.dumps_url))


ASSETS = [*DUMP_ASSETS, *DERIVED_ASSETS]


def build_definitions(platform: Platform) -> dg.Definitions:
    return dg.Definitions(assets=ASSETS, resources=platform.resources(LoggedProgress()))


@dg.definitions
def defs() -> dg.Definitions:
    return build_definitions(current_platform())
