"""Parquet of a partition: write, publish, scan.

A partition is one dump of one group of tables: of a month, or of any day. Its files are written
where no reader looks; one small manifest, written last, makes them the month. What the rows mean
does not belong here.
"""

import hashlib
import json
import logging
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import PurePosixPath

import polars as pl

from discogs_assets.display.text import dump_day
from discogs_assets.errors import LakeError, ManifestError, StoreError, StoreLockedError
from discogs_assets.storage.advice import Command, import_command
from discogs_assets.storage.manifest import Manifest, manifest_from_json
from discogs_assets.storage.store import Store
from discogs_assets.tables.table import Table

logger = logging.getLogger(__name__)

MANIFEST = re.compile(r"(?:.*/)?([1-9]\d{3}-\d\d-\d\d)\.json")
IMPORT_ID = "%Y%m%dT%H%M%S%f"
LEFT_OVER_AFTER = timedelta(days=2)
"""In a bucket, which cannot be locked, younger unpublished files may be another run's work."""


class Lake:
    """The Parquet files of a source in a store, by table and month.

    `command` is what messages tell people to run to publish a month of a group again.
    """

    def __init__(
        self,
        store: Store,
        source: str,
        groups: Mapping[str, Sequence[Table]],
        command: Command = import_command,
    ) -> None:
        self.command = command
        self.store = store
        self.source = source
        self.groups = groups
        self.told: set[str] = set()

    def schema(self, group: str) -> str:
        """Return a short hash that changes when a table of the group does."""
        tables = [(t.name, t.duckdb_columns) for t in self.groups[group]]
        return hashlib.sha256(json.dumps(tables).encode()).hexdigest()[:12]

    def manifest_key(self, group: str, month: date) -> str:
        return f"lake/{self.source}/_published/{group}/{month}.json"

    def retired_key(self, group: str, month: date) -> str:
        """Return where it is noted what a month was that was taken out of the lake."""
        return f"lake/{self.source}/_retired/{group}/{month}.json"

    def folder(self, table: str, month: date) -> str:
        return f"lake/{self.source}/{table}/month={month}"

    def changes_folder(self, table: str, month: date) -> str:
        """Return where the rows lie of those records that differ from the month before."""
        return f"lake/{self.source}/_changes/{table}/month={month}"

    def is_published(self, group: str, month: date) -> bool:
        return self.store.exists(self.manifest_key(group, month))

    def manifest(self, group: str, month: date) -> Manifest:
        """Return what was published; LakeError when nothing was."""
        key = self.manifest_key(group, month)
        if not self.store.exists(key):
            months = ", ".join(map(dump_day, self.months(group))) or "none"
            raise LakeError(
                f"lake {self.store.url}: {group} of {dump_day(month)} are not in it "
                f"(there: {months}); run {self.command(group, month)}"
            )
        return self.read(key, group, month)

    def read(self, key: str, group: str, month: date) -> Manifest:
        """Return the manifest of a month in a file; ManifestError when it has none."""
        where = self.store.uri(key)
        command = self.command(group, month)
        manifest = manifest_from_json(self.store.read(key), where, command)
        if (manifest.group, manifest.month) != (group, str(month)):
            raise ManifestError(
                f"{where}: expected {group} of {month}, found {manifest.group} of "
                f"{manifest.month}; make it again with {command}"
            )
        return manifest

    def find(self, group: str, month: date) -> Manifest | None:
        """Return what was published; None for nothing, and for what cannot be read: it is told."""
        return self.find_in(self.manifest_key(group, month), group, month)

    def find_retired(self, group: str, month: date) -> Manifest | None:
        """Return what a month was that was taken out; None as in `find`."""
        return self.find_in(self.retired_key(group, month), group, month)

    def find_in(self, key: str, group: str, month: date) -> Manifest | None:
        if not self.store.exists(key):
            return None
        try:
            return self.read(key, group, month)
        except ManifestError as error:
            if key not in self.told:
                logger.warning("%s", error)
            self.told.add(key)
            return None

    def readable_manifest(self, group: str, month: date) -> Manifest:
        """Return what was published; LakeError when its tables are not those of today."""
        manifest = self.manifest(group, month)
        if manifest.schema != self.schema(group):
            raise LakeError(
                f"lake {self.store.url}: {group} of {dump_day(month)} have the columns of another "
                f"version; run {self.command(group, month)}"
            )
        return manifest

    def iter_before(self, group: str, month: date) -> Iterator[Manifest]:
        """Yield the earlier months that were published in full, the newest first.

        Those that cannot be read are told, and left out.
        """
        for earlier in reversed(self.months(group)):
            manifest = self.find(group, earlier) if earlier < month else None
            if manifest is not None and manifest.is_full:
                yield manifest

    def months(self, group: str) -> list[date]:
        """Return the published months of a group, oldest first."""
        return months_of(self.store.keys(f"lake/{self.source}/_published/{group}"))

    def retired_months(self, group: str) -> list[date]:
        """Return the months that were taken out and are not published again, oldest first."""
        published = self.months(group)
        noted = months_of(self.store.keys(f"lake/{self.source}/_retired/{group}"))
        return [month for month in noted if month not in published]

    def is_retired(self, group: str, month: date) -> bool:
        """Whether a month was taken out, and is not published again."""
        is_noted = self.store.exists(self.retired_key(group, month))
        return is_noted and not self.is_published(group, month)

    def retired(self, group: str, month: date) -> Manifest:
        """Return what a month was that was taken out."""
        return self.read(self.retired_key(group, month), group, month)

    def group_of(self, table: str) -> str:
        for group, tables in self.groups.items():
            if table in (t.name for t in tables):
                return group
        raise LakeError(f"lake {self.store.url}: expected the name of a table, found {table!r}")

    def table(self, name: str) -> Table:
        return next(t for t in self.groups[self.group_of(name)] if t.name == name)

    def scan(self, table: str, months: Sequence[date] | None = None) -> pl.LazyFrame:
        """Return a table's rows of some months, of all when None, with a `month` column.

        Raises LakeError when a month was not published, or with other columns.
        """
        group = self.group_of(table)
        frames = [
            self.scan_month(table, self.readable_manifest(group, month))
            for month in (self.months(group) if months is None else months)
        ]
        empty = pl.LazyFrame(schema=self.table(table).polars_schema | {"month": pl.Date()})
        return pl.concat([empty, *frames])

    def scan_month(self, table: str, manifest: Manifest) -> pl.LazyFrame:
        month = pl.lit(date.fromisoformat(manifest.month)).alias("month")
        schema = self.table(table).polars_schema
        files = [self.store.uri(file) for file in manifest.tables[table].files]
        if not files:
            return pl.LazyFrame(schema=schema | {"month": pl.Date()})
        options = self.store.polars_options()
        # With glob, brackets in the name of a folder would be a pattern that no file matches.
        frame = pl.scan_parquet(files, schema=schema, storage_options=options, glob=False)
        return frame.with_columns(month)

    def types(self, table: str, manifest: Manifest) -> dict[str, pl.DataType]:
        """Return the types of the columns in a month's files; of the first that differs if any."""
        wanted = self.table(table).polars_schema
        for file in manifest.tables[table].files:
            path, options = self.store.uri(file), self.store.polars_options()
            with parquet_errors(path):
                frame = pl.scan_parquet(path, storage_options=options, glob=False)
                found = dict(frame.collect_schema())
            if found != wanted:
                return found
        return wanted

    def lock(
        self, group: str, month: date, timeout_s: float | None = None
    ) -> AbstractContextManager[None]:
        """Keep other processes from publishing a month; waits for one that does."""
        return self.store.lock(f"records {group} {dump_day(month)}", timeout_s)

    def publish(self, manifest: Manifest) -> None:
        """Make a month what the manifest says, then remove what it was before."""
        month = date.fromisoformat(manifest.month)
        self.store.write(self.manifest_key(manifest.group, month), manifest.to_json())
        self.clear(manifest.group, month)
        self.store.delete([self.retired_key(manifest.group, month)])

    def unpublish(
        self, group: str, month: date, row_digests: Mapping[str, str] | None = None
    ) -> None:
        """Note what a month is, take it out of sight, then remove its files.

        `row_digests`, by table, are of the rows that the warehouse has of it. After a kill in
        between, `clear` removes what is left.
        """
        manifest = replace(self.manifest(group, month), row_digests=row_digests or {})
        self.store.write(self.retired_key(group, month), manifest.to_json())
        self.store.delete([self.manifest_key(group, month)])
        self.clear(group, month)

    def clear(self, group: str, month: date) -> None:
        """Remove the files of a month that no reader sees: left by killed runs, or replaced.

        Nothing, as long as it cannot be read which files are the month's.
        """
        is_published = self.is_published(group, month)
        manifest = (self.find if is_published else self.find_retired)(group, month)
        if manifest is None and (is_published or self.is_retired(group, month)):
            return
        seen = {*manifest.files} if manifest and is_published else set()
        if manifest and not is_published:
            self.store.delete(manifest.files)
        oldest = "" if self.store.is_exclusive else new_import_id(LEFT_OVER_AFTER)
        for folder in self.folders(group, month):
            files = set(self.store.keys(folder)) - seen
            self.store.delete(
                file for file in files if not oldest or PurePosixPath(file).name < oldest
            )

    def clear_unless_locked(self, group: str, month: date) -> None:
        """Clear a month, unless another process is at work on it: that one clears it.

        Not in a bucket, where it takes a request a folder: `retain` does it there.
        """
        if not self.store.is_exclusive:
            return
        with suppress(StoreLockedError), self.lock(group, month, timeout_s=0):
            self.clear(group, month)

    def folders(self, group: str, month: date) -> Iterator[str]:
        """Yield every folder that files of a month lie in."""
        for table in self.groups[group]:
            yield self.folder(table.name, month)
            yield self.changes_folder(table.name, month)
        yield self.changes_folder(differences(group), month)


def differences(group: str) -> str:
    """Return the name of the table of the records that differ from the month before."""
    return f"{group}_difference"


@contextmanager
def parquet_errors(where: str) -> Iterator[None]:
    """Raise StoreError instead of what Polars and the disk say of a file that cannot be read."""
    try:
        yield
    except (pl.exceptions.PolarsError, OSError) as error:
        raise StoreError(
            f"{where}: cannot be read: {error}; if it is damaged, make it again with "
            "discogs-assets import --repair"
        ) from error


def months_of(keys: Sequence[str]) -> list[date]:
    """Return the months that manifests are called by; other files are none."""
    found = map(MANIFEST.fullmatch, keys)
    return [day for name in found if name and (day := day_of(name[1]))]


def day_of(text: str) -> date | None:
    """Return the day that a text is; None for one that no calendar has."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def new_import_id(ago: timedelta = timedelta(0)) -> str:
    """Return a name for the files of one run that sorts by time."""
    return f"{datetime.now(UTC) - ago:{IMPORT_ID}}"


def time_of(import_id: str) -> datetime:
    """Return when a run began that has that name, in UTC."""
    return datetime.strptime(import_id, IMPORT_ID).replace(tzinfo=UTC)
