"""The settings, read from the environment here only, and the parts that they give."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date
from pathlib import Path
from typing import Any

from discogs_assets.derived.tables import DERIVED
from discogs_assets.display.characters import refuse_unnameable
from discogs_assets.display.progress import Progress
from discogs_assets.errors import SettingError
from discogs_assets.exports.registry import Sinks
from discogs_assets.exports.settings import ExportSettings
from discogs_assets.orchestration.months import FIRST_DUMP, FIRST_SHOWN
from discogs_assets.sources.discogs_dumps.source import DISCOGS
from discogs_assets.sources.discogs_dumps.tables import DUMP_TYPES
from discogs_assets.sources.dumps.publisher import PublishedDumps
from discogs_assets.sources.dumps.resources import resource_key
from discogs_assets.sources.dumps.retention.policy import RetentionPolicy, read_keep
from discogs_assets.sources.dumps.sensor.published import PollSettings
from discogs_assets.sources.dumps.source import DumpSource
from discogs_assets.sources.listenbrainz_dumps.source import URL as LISTENBRAINZ_URL
from discogs_assets.sources.listenbrainz_dumps.source import ListenBrainz, ListenBrainzSettings
from discogs_assets.sources.musicbrainz_dumps.publication import DEFAULT_TYPES
from discogs_assets.sources.musicbrainz_dumps.source import musicbrainz
from discogs_assets.sources.musicbrainz_dumps.tables import DUMP_TYPES as MUSICBRAINZ_TYPES
from discogs_assets.storage.factory import open_store
from discogs_assets.storage.lake import Lake
from discogs_assets.storage.s3_clients import checked_client
from discogs_assets.storage.store import Store
from discogs_assets.warehouse.database import Warehouse
from discogs_assets.warehouse.memory import LEAST, for_duckdb, read_memory

SOURCES = (DISCOGS.name, "musicbrainz")
"""The names of the sources; the first is meant where none is named."""

AUTOMATION = ("off", "sensor", "schedule")

KEEP = {"DISCOGS_KEEP_RAW": "1", "DISCOGS_KEEP_LAKE": "all", "DISCOGS_KEEP_WAREHOUSE": "2"}
"""How many months each stage keeps by default, in the order of `Keep`."""

RENAMED = {
    "DISCOGS_LOOK_EVERY_HOURS": "DISCOGS_POLL_HOURS",
    "DISCOGS_LOOK_MONTHS": "DISCOGS_POLL_MONTHS",
}
"""Variables before 0.1.0, and what they are called now."""

TABLES = {
    table.name: table
    for table in (*DISCOGS.iter_tables(), *(one.table for one in DERIVED.values()))
}
"""Every table of the warehouse by name, whatever it comes from."""

DUMP_TABLES = {
    name: {table.name: table for table in dump_type.tables}
    for name, dump_type in DUMP_TYPES.items()
}


@dataclass(frozen=True)
class MusicBrainzSettings:
    """Where the dumps of MusicBrainz are, which types of them are wanted, and what is kept."""

    dumps_url: str = "https://data.metabrainz.org/pub/musicbrainz/data/json-dumps/"
    types: tuple[str, ...] = DEFAULT_TYPES
    automation: str = "off"
    poll: PollSettings = field(default_factory=lambda: PollSettings(3 * 3600))
    keep: RetentionPolicy = field(default_factory=RetentionPolicy)


@dataclass(frozen=True)
class Settings:
    """Where things are, and what is done without being asked; see docs/settings.md.

    Without a `webhook_url`, a secret, nobody is told of failures. `ui_url` is where people find
    the Dagster UI, `code_url` where they read the code, both for links. `memory` is how many
    bytes a process may take; `first_month` is where the months in the Dagster UI begin.
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
    keep: RetentionPolicy = field(default_factory=RetentionPolicy)
    exports: ExportSettings = field(default_factory=ExportSettings)
    memory: int = LEAST
    first_month: date = FIRST_SHOWN
    musicbrainz: MusicBrainzSettings = field(default_factory=MusicBrainzSettings)
    listenbrainz: ListenBrainzSettings = field(default_factory=ListenBrainzSettings)

    @property
    def duckdb_memory(self) -> int:
        """How many bytes DuckDB may take."""
        return for_duckdb(self.memory)

    @property
    def scratch(self) -> Path:
        """Where unfinished files lie when the store is a bucket."""
        return self.warehouse.parent / ".scratch"


def read_settings(environment: Mapping[str, str]) -> Settings:
    """Return the settings that environment variables give; an empty one counts as not set."""
    refuse_renamed(environment)

    def value(name: str, default: str = "") -> str:
        return environment.get(name) or default

    dumps_url = value("DISCOGS_DUMPS_URL", "https://data.discogs.com/")
    warehouse = read_warehouse(value("DISCOGS_WAREHOUSE", "data/warehouse.duckdb"))
    memory = read_memory(value("DISCOGS_MEMORY"))
    # A folder may be looked at each minute.
    hours = "6" if "://" in dumps_url else "0.02"
    return Settings(
        dumps_url=dumps_url,
        store=read_store(value("DISCOGS_STORE", "data")),
        warehouse=warehouse,
        dagster_home=read_path("DAGSTER_HOME", value("DAGSTER_HOME", ".dagster")),
        automation=read_automation(value("DISCOGS_AUTOMATION", "off")),
        poll=read_poll(value("DISCOGS_POLL_HOURS", hours), value("DISCOGS_POLL_MONTHS", "2")),
        webhook_url=value("DISCOGS_WEBHOOK_URL"),
        ui_url=value("DISCOGS_UI_URL"),
        code_url=value("DISCOGS_CODE_URL"),
        keep=RetentionPolicy(
            *(read_keep(name, value(name, default)) for name, default in KEEP.items())
        ),
        exports=read_exports(environment, warehouse.parent, memory),
        memory=memory,
        first_month=read_first_month(value("DISCOGS_FIRST_MONTH")),
        musicbrainz=read_musicbrainz(environment),
        listenbrainz=ListenBrainzSettings(
            value("LISTENBRAINZ_URL", LISTENBRAINZ_URL), value("LISTENBRAINZ_SALT")
        ),
    )


def read_musicbrainz(environment: Mapping[str, str]) -> MusicBrainzSettings:
    """Return the settings of MusicBrainz; an empty variable counts as not set."""
    found = MusicBrainzSettings()

    def value(name: str, default: str) -> str:
        return environment.get(f"MUSICBRAINZ_{name}") or default

    keep = (
        read_keep(f"MUSICBRAINZ_{name}", value(name, default))
        for name, default in (("KEEP_RAW", "1"), ("KEEP_LAKE", "all"), ("KEEP_WAREHOUSE", "2"))
    )
    return MusicBrainzSettings(
        value("DUMPS_URL", found.dumps_url),
        read_types(value("TYPES", " ".join(found.types))),
        read_automation(value("AUTOMATION", "off"), "MUSICBRAINZ_AUTOMATION", ("off", "sensor")),
        read_poll(value("POLL_HOURS", "3"), "2", "MUSICBRAINZ"),
        RetentionPolicy(*keep),
    )


def read_types(value: str) -> tuple[str, ...]:
    """Return the dump types of MusicBrainz that a setting names, in the order of import."""
    wanted = value.replace(",", " ").split()
    if unknown := [name for name in wanted if name not in MUSICBRAINZ_TYPES]:
        raise SettingError(
            f"MUSICBRAINZ_TYPES: expected some of {', '.join(MUSICBRAINZ_TYPES)}, found "
            f"{', '.join(unknown)}"
        )
    return tuple(name for name in MUSICBRAINZ_TYPES if name in wanted)


def refuse_renamed(environment: Mapping[str, str]) -> None:
    for old, new in RENAMED.items():
        if environment.get(old):
            raise SettingError(f"{old}: this setting is called {new} now; set that one instead")


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


def read_warehouse(value: str) -> Path:
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
    if "://" not in value:
        read_path("DISCOGS_STORE", value)
    return value


def read_exports(environment: Mapping[str, str], folder: Path, memory: int) -> ExportSettings:
    """Return where sinks are: the variable of a field has its name; files are in `folder`."""
    sinks = [sink for sink in fields(ExportSettings) if sink.name not in ("are_set", "memory")]
    texts = {sink.name: text for sink in sinks if (text := environment.get(sink.name.upper()))}
    values: dict[str, Any] = {**texts}
    for sink in sinks:
        if isinstance(sink.default, Path):
            text = texts.get(sink.name) or str(folder / sink.default.name)
            values[sink.name] = read_path(sink.name.upper(), text)
    are_set = frozenset(name.upper() for name in texts)
    return ExportSettings(**values, memory=for_duckdb(memory), are_set=are_set)


def read_automation(
    value: str, name: str = "DISCOGS_AUTOMATION", known: tuple[str, ...] = AUTOMATION
) -> str:
    if value not in known:
        raise SettingError(f"{name}: expected {', '.join(known)}, found {value!r}")
    return value


def read_poll(hours: str, months: str, prefix: str = "DISCOGS") -> PollSettings:
    """Return how often and how far back the sensor looks; SettingError when it cannot."""
    try:
        return PollSettings(round(float(hours) * 3600), int(months))
    except (ValueError, OverflowError, SettingError):
        raise SettingError(
            f"{prefix}_POLL_HOURS, {prefix}_POLL_MONTHS: expected a number of hours such as 6 "
            f"and a whole number of months such as 2, found {hours!r} and {months!r}"
        ) from None


@dataclass(frozen=True)
class Platform:
    """The parts that the settings give, for Dagster and for the command line alike.

    `dumps` and `lake` are those of the `source`, which is Discogs unless another is asked for.
    """

    settings: Settings
    dumps: PublishedDumps
    store: Store
    lake: Lake
    warehouse: Warehouse
    listenbrainz: ListenBrainz
    source: DumpSource = DISCOGS

    @property
    def keep(self) -> RetentionPolicy:
        """How many dumps of the source are kept."""
        settings = self.settings
        return settings.keep if self.source is DISCOGS else settings.musicbrainz.keep

    @property
    def automation(self) -> str:
        """What imports dumps of the source by itself."""
        settings = self.settings
        return settings.automation if self.source is DISCOGS else settings.musicbrainz.automation

    @property
    def poll(self) -> PollSettings:
        """How often the publisher of the source is looked at."""
        settings = self.settings
        return settings.poll if self.source is DISCOGS else settings.musicbrainz.poll

    def of(self, name: str) -> "Platform":
        """Return the same for a source by its name."""
        if name == self.source.name:
            return self
        settings = self.settings
        if name == DISCOGS.name:
            source, url = DISCOGS, settings.dumps_url
        else:
            source, url = musicbrainz(settings.musicbrainz.types), settings.musicbrainz.dumps_url
        dumps = PublishedDumps(url, source.open_catalogue)
        return replace(self, source=source, dumps=dumps, lake=lake_of(self.store, source))

    @property
    def others(self) -> list["Platform"]:
        """The same for each source but Discogs."""
        return [self.of(name) for name in SOURCES[1:]]

    @property
    def sinks(self) -> Sinks:
        return Sinks(self.settings.exports, DUMP_TABLES)

    def resources(self, progress: Progress) -> dict[str, Any]:
        return {
            **{key: one for name in SOURCES for key, one in self.of(name).own_resources.items()},
            "store": self.store,
            "warehouse": self.warehouse,
            "progress": progress,
            "sinks": self.sinks,
            "memory": self.settings.memory,
            "listenbrainz": self.listenbrainz,
        }

    @property
    def own_resources(self) -> dict[str, Any]:
        """What the source has for itself."""
        own = {"dumps": self.dumps, "lake": self.lake, "keep": self.keep}
        return {resource_key(self.source, name): one for name, one in own.items()}


def build_platform(settings: Settings, lock_timeout_s: float = 600.0) -> Platform:
    """Return the parts; the DuckDB file is waited for as long when another process has it."""
    store = open_store(settings.store, scratch=settings.scratch, s3_client=checked_client)
    warehouse = Warehouse(settings.warehouse, lock_timeout_s, settings.duckdb_memory)
    return Platform(
        settings,
        PublishedDumps(settings.dumps_url, DISCOGS.open_catalogue),
        store,
        lake_of(store, DISCOGS),
        warehouse,
        ListenBrainz(store, warehouse, settings.listenbrainz),
    )


def lake_of(store: Store, source: DumpSource) -> Lake:
    return Lake(store, source.name, {name: t.tables for name, t in source.dump_types.items()})


def current_settings() -> Settings:
    return read_settings(os.environ)


def inherited(variables: Mapping[str, str]) -> dict[str, str]:
    """Return the environment for a process of our own: this one's, with some variables."""
    return {**os.environ, **variables}


def name_home(home: Path) -> None:
    """Let Dagster's own commands, which take no relative path, use this folder."""
    os.environ["DAGSTER_HOME"] = str(home.absolute())


def current_platform(dumps_url: str | None = None) -> Platform:
    """Return the platform that the environment asks for, perhaps with dumps from elsewhere."""
    settings = current_settings()
    return build_platform(replace(settings, dumps_url=dumps_url or settings.dumps_url))
