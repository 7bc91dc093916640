"""The definitions as a Dagster component, for a project of somebody else."""

from collections.abc import Mapping
from pathlib import Path
from typing import Literal

import dagster as dg
from pydantic import Field

from discogs_assets.definitions import LOADS_WAIT_S, build_definitions
from discogs_assets.errors import SettingError
from discogs_assets.platform import build_platform, read_settings

PLACES = {
    "url",
    "dumps_url",
    "store",
    "warehouse",
    "sqlite_path",
    "ladybug_path",
    "neo4j_import_path",
}
"""Fields with a folder or file: one that is not written in full is below the project's root."""

PARTS = {"exports", "musicbrainz", "listenbrainz"}
"""Fields that have fields of their own."""

SPEC = dg.ComponentTypeSpec(
    description="The monthly Discogs dumps as tables, and exports of them.",
    produces=["asset", "asset_check", "job", "schedule", "sensor", "resource"],
)


class Exports(dg.Model, dg.Resolvable):
    """Where sinks are; one that is set is fed by itself once a month is imported."""

    sqlite_path: str = Field(
        default="", description="SQLite file; discogs_cache.db by the warehouse"
    )
    postgres_url: str = Field(
        default="", repr=False, description="postgresql://user:password@host/database"
    )
    neo4j_uri: str = Field(default="", description="neo4j://host:7687 or bolt://host:7687")
    neo4j_username: str = Field(default="", description="neo4j when not set")
    neo4j_password: str = Field(default="", repr=False, description="Password of Neo4j")
    mongodb_url: str = Field(
        default="", repr=False, description="mongodb://user:password@host/database"
    )
    redis_url: str = Field(default="", repr=False, description="redis://:password@host:6379/0")
    ladybug_path: str = Field(
        default="", description="Graph file; discogs_graph.lbug by the warehouse"
    )
    neo4j_import_path: str = Field(default="", description="Folder of CSV files for neo4j-admin")

    def environment(self, root: Path) -> dict[str, str]:
        """Return the variables that say the same."""
        return variables(dict(self), root)


class MusicBrainz(dg.Model, dg.Resolvable):
    """MusicBrainz beside Discogs; a field is the setting `MUSICBRAINZ_…` of its name."""

    dumps_url: str = Field(default="", description="Where the dumps are: URL or folder")
    types: str = Field(default="", description="Dump types that are wanted: artist release …")
    automation: Literal["off", "sensor"] = Field(
        default="off", description="What imports new dumps by itself"
    )
    poll_hours: float | None = Field(default=None, description="How often the sensor looks")
    keep_raw: int | Literal["all"] = Field(default=1, description="Dump files that stay")
    keep_lake: int | Literal["all"] = Field(default="all", description="Dumps of Parquet that stay")
    keep_warehouse: int | Literal["all"] = Field(default=2, description="Dumps of DuckDB that stay")

    def environment(self, root: Path) -> dict[str, str]:
        """Return the variables that say the same."""
        found = variables(dict(self), root)
        return {f"MUSICBRAINZ_{name}": value for name, value in found.items()}


class ListenBrainz(dg.Model, dg.Resolvable):
    """ListenBrainz beside Discogs; a field is the setting `LISTENBRAINZ_…` of its name."""

    url: str = Field(default="", description="Where the dumps are: URL or folder")
    salt: str = Field(default="", repr=False, description="What keys numbers of users; a secret")

    def environment(self, root: Path) -> dict[str, str]:
        """Return the variables that say the same."""
        found = variables(dict(self), root)
        return {f"LISTENBRAINZ_{name}": value for name, value in found.items()}


class DiscogsDumps(dg.Component, dg.Model, dg.Resolvable):
    """The monthly Discogs dumps as Parquet files and DuckDB tables, and exports of them.

    A field is the setting of its name, `DISCOGS_WAREHOUSE` for `warehouse`. The variable itself is
    not read; YAML may take it: `"{{ env.POSTGRES_URL }}"`.
    """

    store: str = Field(description="Folder or s3:// URL of dump files and Parquet files")
    warehouse: str = Field(description="DuckDB file")
    dumps_url: str = Field(
        default="https://data.discogs.com/",
        description="Where the dumps are published: URL or folder",
    )
    exports: Exports = Field(default=Exports(), description="Where sinks are")
    musicbrainz: MusicBrainz = Field(default=MusicBrainz(), description="MusicBrainz beside it")
    listenbrainz: ListenBrainz = Field(default=ListenBrainz(), description="ListenBrainz beside it")
    automation: Literal["off", "sensor", "schedule"] = Field(
        default="off", description="What imports new months by itself"
    )
    poll_hours: float | None = Field(
        default=None, description="How often the sensor asks what is published"
    )
    poll_months: int | None = Field(
        default=None, description="How many of the newest months it asks about"
    )
    keep_raw: int | Literal["all"] = Field(default=1, description="Months of dump files that stay")
    keep_lake: int | Literal["all"] = Field(
        default="all", description="Months of Parquet that stay"
    )
    keep_warehouse: int | Literal["all"] = Field(
        default=2, description="Months of DuckDB that stay"
    )
    first_month: str = Field(
        default="", description="Where the months in the UI begin, such as 2026-01"
    )
    memory: str = Field(default="", description="What a process may take, such as 4GB")
    webhook_url: str = Field(
        default="", repr=False, description="What is told of failed runs; a secret"
    )
    ui_url: str = Field(default="", description="Address of the Dagster UI, for links")
    code_url: str = Field(default="", description="Address of this package's code, for links")

    @classmethod
    def get_spec(cls) -> dg.ComponentTypeSpec:
        return SPEC

    def environment(self, root: Path) -> dict[str, str]:
        """Return the variables that say the same, with what is below the project's root."""
        own = {name: value for name, value in self if name not in PARTS}
        settings = variables(own, root)
        return {
            **{f"DISCOGS_{name}": value for name, value in settings.items()},
            **self.exports.environment(root),
            **self.musicbrainz.environment(root),
            **self.listenbrainz.environment(root),
        }

    def build_defs(self, context: dg.ComponentLoadContext) -> dg.Definitions:
        try:
            settings = read_settings(self.environment(context.project_root))
        except SettingError as error:
            raise SettingError(f"{context.component_path.file_path}: {error}") from None
        return build_definitions(build_platform(settings, LOADS_WAIT_S), executor=None)


def variables(fields: Mapping[str, object], root: Path) -> dict[str, str]:
    """Return fields by their names in capitals; those that are not set are left out."""
    return {
        name.upper(): in_full(str(value), root) if name in PLACES else str(value)
        for name, value in fields.items()
        if value not in (None, "")
    }


def in_full(place: str, root: Path) -> str:
    """Return a folder or file below the root in full; a URL, and one of the home folder, stay."""
    return place if "://" in place or place.startswith("~") else str(root / place)
