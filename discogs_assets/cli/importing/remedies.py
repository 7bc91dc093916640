"""The ways to restore damaged data of a month: from the dump file, the lake or the warehouse.

Which data is damaged, and in which order it is restored, is decided in `repair`.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date

import dagster as dg

from discogs_assets.cli.importing.month_import import MonthImport
from discogs_assets.cli.importing.steps import Request
from discogs_assets.cli.runs.in_process import Runs
from discogs_assets.display.progress import Progress
from discogs_assets.errors import DamageError, StoreError
from discogs_assets.orchestration.run_tags import month_tags
from discogs_assets.platform import Platform
from discogs_assets.sources.dumps.keys import dump_key
from discogs_assets.sources.dumps.publication import Publication
from discogs_assets.sources.dumps.raw_files import (
    SIDECAR,
    file_sha256,
    find_stored,
    note_damaged,
    note_whole,
    stored_name,
)
from discogs_assets.sources.dumps.rebuild import rebuild
from discogs_assets.tables.names import TableId
from discogs_assets.warehouse.loaded import LoadedMonths

Remedy = Callable[[], None]


class Remedies:
    """Remedies for one kind of data each, the best first, by what the output says of them."""

    def __init__(
        self, platform: Platform, instance: dg.DagsterInstance, progress: Progress, runs: Runs
    ) -> None:
        self.platform = platform
        self.instance = instance
        self.progress = progress
        self.runs = runs

    @property
    def publication(self) -> Publication:
        return self.platform.source.publication

    def for_dump_file(self, group: str, month: date, keys: Sequence[str]) -> Mapping[str, Remedy]:
        def download() -> None:
            store = self.platform.store
            for key in keys:
                note_damaged(store, key, self.sha256_of(key))
            self.download(group, month)

        return {"downloaded again": download}

    def for_sidecars(
        self, group: str, month: date, sidecars: Sequence[str]
    ) -> Mapping[str, Remedy]:
        def note() -> None:
            lake = self.platform.lake
            imported = lake.find(group, month) or lake.retired(group, month)
            for sidecar in sidecars:
                note_whole(self.platform.store, sidecar.removesuffix(SIDECAR), imported.sha256)

        return {"noted again": note}

    def for_parquet(self, group: str, month: date, files: Sequence[str]) -> Mapping[str, Remedy]:
        def from_warehouse() -> None:
            with self.platform.warehouse.reader() as connection:
                rebuild(connection, self.platform.lake, group, month, files)

        return {
            "read again from the dump file": self.reading(group, month),
            "rebuilt from the warehouse (compared by numbers of rows and of NULLs only)": (
                from_warehouse
            ),
            "downloaded and read again": self.downloading(group, month),
        }

    def for_tables(self, group: str, month: date) -> Mapping[str, Remedy]:
        accept = self.is_accepted(group, month)
        return {
            "loaded again from the lake": self.loading(group, month, accept=accept),
            "read again from the dump file": self.reading(group, month),
            "downloaded and read again": self.downloading(group, month),
        }

    def for_missing_tables(self, group: str, month: date) -> Mapping[str, Remedy]:
        return {"loaded from the lake": self.loading(group, month, accept=False)}

    def for_computed_tables(self, month: date) -> Mapping[str, Remedy]:
        return {"computed again": self.importing(Request((), month, full=True)).compute}

    def loading(self, group: str, month: date, *, accept: bool) -> Remedy:
        """Return a remedy that loads a month from the lake."""

        def load() -> None:
            self.importing(Request([group], month, full=True, accept=accept)).load(group)

        return load

    def reading(self, group: str, month: date) -> Remedy:
        """Return a remedy that reads the stored dump file; DamageError if it is another one."""

        def read() -> None:
            is_same = self.is_imported_dump(group, month)
            if self.platform.lake.find(group, month) and not is_same:
                name = stored_name(self.publication, self.platform.store, group, month)
                raise DamageError(f"{name}: it is not the dump file that was imported")
            self.read_dump(group, month, is_same=is_same)

        return read

    def downloading(self, group: str, month: date) -> Remedy:
        """Return a remedy that downloads and reads the dump file, even if it is another one."""

        def download() -> None:
            self.download(group, month)
            self.read_dump(group, month, is_same=self.is_imported_dump(group, month))

        return download

    def download(self, group: str, month: date) -> None:
        """Download a dump file, unless the store has it."""
        key, tags = dump_key(self.platform.source.dump_types[group]), month_tags(month, [group])
        partition = self.partition_key(group, month)
        self.runs.execute(self.platform.source.import_job, [key], partition, tags=tags)

    def partition_key(self, group: str, month: date) -> str:
        """Return what Dagster calls a month that was imported; its date where nobody knows."""
        manifest = self.platform.lake.find(group, month)
        return self.publication.partition_key(manifest.dump) if manifest else str(month)

    def read_dump(self, group: str, month: date, *, is_same: bool) -> None:
        """Read a dump file again and load it; if it `is_same`, what was accepted stays so."""
        accept = is_same and self.is_accepted(group, month)
        request = Request([group], month, skip_download=True, force=True, full=True, accept=accept)
        self.importing(request).do()

    def sha256_of(self, key: str) -> str:
        """Return the SHA-256 of a dump file; "" if it cannot be read."""
        try:
            return file_sha256(self.platform.store, key)
        except StoreError:
            return ""

    def is_imported_dump(self, group: str, month: date) -> bool:
        """Whether the lake was made from the dump file in the store."""
        manifest = self.platform.lake.find(group, month)
        stored = find_stored(self.publication, self.platform.store, group, month, self.progress)
        return manifest is not None and manifest.sha256 == stored.sha256

    def is_accepted(self, group: str, month: date) -> bool:
        """Whether the warehouse has loaded what the lake has: it then passed, or was accepted."""
        manifest = self.platform.lake.find(group, month)
        records = self.loaded(group, month).get(
            self.platform.source.dump_types[group].record_table, month
        )
        return bool(manifest and records and records.import_id == manifest.import_id)

    def is_missing(self, group: str, month: date) -> bool:
        """Whether the warehouse has another import of a month, or none.

        Not missing is a month that retention hides: its empty tables are gone.
        """
        manifest = self.platform.lake.find(group, month)
        if manifest is None:
            return False
        loaded = self.loaded(group, month)
        tables = [
            loaded.get(TableId(self.platform.source.name, name), month) for name in manifest.tables
        ]
        current = [table for table in tables if table and table.import_id == manifest.import_id]
        return all(table.is_shown for table in current) and len(current) < len(tables)

    def loaded(self, group: str, month: date) -> LoadedMonths:
        return self.importing(Request([group], month)).steps.loaded()

    def importing(self, request: Request) -> MonthImport:
        month_import = MonthImport(self.platform, self.instance, request, self.progress)
        month_import.runs = self.runs
        return month_import
