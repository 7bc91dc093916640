"""The resources that a step or a look of a source is given: some its own, some shared by all.

Dagster (1.13) takes their keys from the names of parameters, or from a set: those of a source begin
with its name, so it is a set.
"""

from typing import Any

from discogs_assets.display.progress import Progress
from discogs_assets.sources.dumps.publisher import PublishedDumps
from discogs_assets.sources.dumps.source import DumpSource
from discogs_assets.storage.lake import Lake
from discogs_assets.storage.store import Store
from discogs_assets.warehouse.database import Warehouse

OWN = ("dumps", "lake", "keep")
"""What each source has for itself."""


def resource_key(source: DumpSource, name: str) -> str:
    return f"{source.prefix}{name}" if name in OWN else name


def resource_keys(source: DumpSource, *names: str) -> set[str]:
    """Return the keys of some resources of a source."""
    return {resource_key(source, name) for name in names}


class Resources:
    """The resources of a source out of those that Dagster has: only those that were asked for."""

    def __init__(self, source: DumpSource, resources: Any) -> None:
        self.source, self.resources = source, resources

    def get(self, name: str) -> Any:
        return getattr(self.resources, resource_key(self.source, name))

    @property
    def dumps(self) -> PublishedDumps:
        found: PublishedDumps = self.get("dumps")
        return found

    @property
    def lake(self) -> Lake:
        found: Lake = self.get("lake")
        return found

    @property
    def store(self) -> Store:
        found: Store = self.get("store")
        return found

    @property
    def warehouse(self) -> Warehouse:
        found: Warehouse = self.get("warehouse")
        return found

    @property
    def progress(self) -> Progress:
        found: Progress = self.get("progress")
        return found

    @property
    def memory(self) -> int:
        """How many bytes of memory a process may take."""
        found: int = self.get("memory")
        return found
