"""The settings, read from the environment here only, and the parts that they give."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from discogs_assets.derived.tables import DERIVED
from discogs_assets.display.characters import refuse_unnameable
from discogs_assets.display.progress import Progress
from discogs_assets.errors import SettingError
from discogs_assets.exports.registry import Sinks
from discogs_assets.exports.settings import LADYBUG, NEO4J_IMPORT, SQLITE, ExportSettings
from discogs_assets.orchestration.months import FIRST_DUMP, FIRST_SHOWN
from discogs_assets.sources.discogs_dumps.source import CHANGE_TABLES, DISCOGS
from discogs_assets.sources.discogs_dumps.tables import DUMP_TYPES, iter_tables
from discogs_assets.sources.dumps.publisher import PublishedDumps
from discogs_assets.sources.dumps.retention.policy import Keep, read_keep
from discogs_assets.sources.dumps.sensor.published import PollSettings
from discogs_assets.storage.factory import open_store
from discogs_assets.storage.lake import Lake
from discogs_assets.storage.s3_clients import writing_client
from discogs_assets.storage.store import Store
from discogs_assets.warehouse.database import Warehouse
from discogs_assets.warehouse.memory import LEAST, for_duckdb, read_memory

AUTOMATION = ("off", "sensor", "schedule")

TABLES = {
    table.name: table
    for table in (
        *iter_tables(),
        *CHANGE_TABLES.values(),
        *(derived.table for derived in DERIVED.values()),
    )
}
"""Every table of the warehouse by name, whatever it comes from."""

DUMP_TABLES = {
    name: {table.name: table for table in dump_type.tables}
    for name, dump_type in DUMP_TYPES.items()
}


@dataclass(frozen=True)
class Settings:
    """Where things are, and what is done without being asked; see docs/settings.md.

    `automation` is one of `AUTOMATION`. Without a `webhook_url` nobody is told of failures; it is
    a secret. `ui_url` is where people find the Dagster UI, for links to runs; `code_url` where
    they read the code, such as https://github.com/somebody/discogs-assets/blob/main. `keep` is
    how many months stay. `exports` is where sinks are. `memory` is how many bytes a process may
    take. `first_month` is where the months in the Dagster UI begin.
    """

    dumps_url: str
    store: str
    warehouse: Path
    dagster_home: Path
    automation: str = "off"
    poll: PollSettings = field(default_factory=PollSettings)
    webhook_url: str = field(default="", repr=False)
    ui_url: str = ""
    code_url: str = ""
    keep: Keep = field(default_factory=Keep)
    exports: ExportSettings = field(default_factory=ExportSettings)
    memory: int = LEAST
    first_month: date = FIRST_SHOWN

    @property
    def duckdb_memory(self) -> int:
        """How many bytes DuckDB may take."""
        return for_duckdb(self.memory)

    @property
    def scratch(self) -> Path:
        """Where unfinished files lie when the store is a bucket."""
        return self.warehouse.parent / ".scratch"


def read_settings(environment: Mapping[str, str]) -> Settings:
    """Return the settings that environment variables give."""
    dumps_url = environment.get("DISCOGS_DUMPS_URL") or "https://data.discogs.com/"
    return Settings(
        dumps_url=dumps_url,
        store=read_store(environment.get("DISCOGS_STORE") or "data"),
        warehouse=read_warehouse(environment),
        dagster_home=read_path("DAGSTER_HOME", environment.get("DAGSTER_HOME") or ".dagster"),
        automation=read_automation(environment.get("DISCOGS_AUTOMATION") or "off"),
        poll=read_poll(
            # A folder may be looked at each minute.
            environment.get("DISCOGS_POLL_HOURS") or ("6" if "://" in dumps_url else "0.02"),
            environment.get("DISCOGS_POLL_MONTHS") or "2",
        ),
        webhook_url=environment.get("DISCOGS_WEBHOOK_URL") or "",
        ui_url=environment.get("DISCOGS_UI_URL") or "",
        code_url=environment.get("DISCOGS_CODE_URL") or "",
        keep=Keep(
            **{
                stage: read_keep(name, environment.get(name) or default)
                for stage, name, default in (
                    ("raw", "DISCOGS_KEEP_RAW", "1"),
                    ("lake", "DISCOGS_KEEP_LAKE", "all"),
                    ("warehouse", "DISCOGS_KEEP_WAREHOUSE", "2"),
                )
            }
        ),
        exports=read_exports(environment),
        memory=read_memory(environment.get("DISCOGS_MEMORY") or ""),
        first_month=read_first_month(environment.get("DISCOGS_FIRST_MONTH") or ""),
    )


def read_first_month(value: str) -> date:
    """Return where the months begin; SettingError for what is no month, or before any dump."""
    try:
        first = date.fromisoformat(f"{value}-01") if value else FIRST_SHOWN
    except ValueError:
        first = date.min
    if first < FIRST_DUMP:
        raise SettingError(
            f"DISCOGS_FIRST_MONTH: expected a month from {FIRST_DUMP:%Y-%m} on such as 2019-03, "
            f"found {value!r}"
        )
    return first


def read_warehouse(environment: Mapping[str, str]) -> Path:
    value = environment.get("DISCOGS_WAREHOUSE") or "data/warehouse.duckdb"
    path = read_path("DISCOGS_WAREHOUSE", value)
    if "?" in str(path):
        raise SettingError(
            f"DISCOGS_WAREHOUSE: expected a path without ?, found {path}: DuckDB (1.5) would put "
            "its log beside another file; choose another"
        )
    return path


def read_path(name: str, value: str) -> Path:
    """Return the path that a setting says; `~` is the home folder, as no shell may have seen it."""
    try:
        path = Path(value).expanduser().absolute()
    except RuntimeError as error:
        raise SettingError(
            f"{name}: expected a path, found {value!r}: {error}; write the folder in full"
        ) from None
    refuse_unnameable(name, path)
    return path


def read_store(value: str) -> str:
    """Return the folder or bucket of the store as it is written."""
    if "://" not in value:
        read_path("DISCOGS_STORE", value)
    return value


def read_exports(environment: Mapping[str, str]) -> ExportSettings:
    """Return where sinks are."""
    folder = read_warehouse(environment).parent
    names = {
        "sqlite_path": "SQLITE_PATH",
        "postgres_url": "POSTGRES_URL",
        "neo4j_uri": "NEO4J_URI",
        "neo4j_username": "NEO4J_USERNAME",
        "neo4j_password": "NEO4J_PASSWORD",
        "mongodb_url": "MONGODB_URL",
        "redis_url": "REDIS_URL",
        "ladybug_path": "LADYBUG_PATH",
        "neo4j_import_path": "NEO4J_IMPORT_PATH",
    }
    found = {field: environment.get(name) or "" for field, name in names.items()}
    given: dict[str, Any] = {
        field: read_path(names[field], value) if field.endswith("_path") else value
        for field, value in found.items()
        if value
    }
    # Files have their place beside the DuckDB file.
    places = {
        "sqlite_path": folder / SQLITE,
        "ladybug_path": folder / LADYBUG,
        "neo4j_import_path": folder / NEO4J_IMPORT,
    }
    are_set = frozenset(names[field] for field in given)
    memory = for_duckdb(read_memory(environment.get("DISCOGS_MEMORY") or ""))
    return ExportSettings(**{**places, **given}, memory=memory, are_set=are_set)


def read_automation(value: str) -> str:
    if value not in AUTOMATION:
        raise SettingError(f"DISCOGS_AUTOMATION: expected {', '.join(AUTOMATION)}, found {value!r}")
    return value


def read_poll(hours: str, months: str) -> PollSettings:
    """Return how often and how far back the sensor looks; SettingError when it cannot."""
    try:
        return PollSettings(round(float(hours) * 3600), int(months))
    except (ValueError, OverflowError, SettingError):
        raise SettingError(
            "DISCOGS_POLL_HOURS, DISCOGS_POLL_MONTHS: expected a number of hours such as 6 "
            f"and a whole number of months such as 2, found {hours!r} and {months!r}"
        ) from None


@dataclass(frozen=True)
class Platform:
    """The parts that the settings give, for Dagster and for the command line alike."""

    settings: Settings
    dumps: PublishedDumps
    store: Store
    lake: Lake
    warehouse: Warehouse

    @property
    def sinks(self) -> Sinks:
        return Sinks(self.settings.exports, DUMP_TABLES)

    def resources(self, progress: Progress) -> dict[str, Any]:
        return {
            "dumps": self.dumps,
            "store": self.store,
            "lake": self.lake,
            "warehouse": self.warehouse,
            "progress": progress,
            "keep": self.settings.keep,
            "sinks": self.sinks,
            "memory": self.settings.memory,
        }


def build_platform(settings: Settings, lock_timeout_s: float = 600.0) -> Platform:
    """Return the parts; the DuckDB file is waited for as long when another process has it."""
    store = open_store(settings.store, scratch=settings.scratch, s3_client=writing_client)
    return Platform(
        settings,
        PublishedDumps(settings.dumps_url, DISCOGS.open_catalogue),
        store,
        Lake(store, "discogs", {name: t.tables for name, t in DUMP_TYPES.items()}),
        Warehouse(settings.warehouse, lock_timeout_s, settings.duckdb_memory),
    )


def current_settings() -> Settings:
    """Return the settings of the environment."""
    return read_settings(os.environ)


def name_home(home: Path) -> None:
    """Let Dagster's own commands, which take no relative path, use this folder."""
    os.environ["DAGSTER_HOME"] = str(home.absolute())


def current_platform(dumps_url: str | None = None) -> Platform:
    """Return the platform that the environment asks for, perhaps with dumps from elsewhere."""
    settings = current_settings()
    return build_platform(replace(settings, dumps_url=dumps_url or settings.dumps_url))
