"""Import a listen month into the lake: whole from a full dump, more from incremental ones."""

import logging
import shutil
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

from discogs_assets.errors import LakeError
from discogs_assets.sources.listenbrainz_dumps.lake import (
    JSON,
    SPARK,
    Noted,
    new_manifest,
    noted,
    put_files,
    with_more,
)
from discogs_assets.sources.listenbrainz_dumps.listing import Dump, dump_of, dumps_of, newest_full
from discogs_assets.sources.listenbrainz_dumps.members import DumpFiles, Files
from discogs_assets.sources.listenbrainz_dumps.rows import MonthRows, Written, working_connection
from discogs_assets.sources.listenbrainz_dumps.tables import GROUP, LISTEN
from discogs_assets.sources.listenbrainz_dumps.users import Users
from discogs_assets.storage.lake import Lake, new_import_id
from discogs_assets.storage.manifest import Manifest

DAYS_APART = timedelta(days=2)
"""Incremental dumps are made each day; between two that are farther apart, one is gone."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Wanted:
    """What of a dump is imported, and how.

    `is_whole` fetches the whole archive and verifies its SHA-256; `is_json` does so too, with the
    JSON dump. `is_forced` imports again what is there.
    """

    month: date
    is_whole: bool = False
    is_json: bool = False
    is_forced: bool = False

    @property
    def archive(self) -> str:
        return JSON if self.is_json else SPARK


@dataclass(frozen=True)
class MonthImport:
    """Imports one listen month, while no other process does; DuckDB gets `memory` bytes.

    `show` is called once a month is published, before the files of what it was are removed.
    """

    files: DumpFiles
    lake: Lake
    users: Users
    memory: int
    wanted: Wanted
    show: Callable[[Lake], None]

    @property
    def month(self) -> date:
        return self.wanted.month

    def replace(self) -> Manifest:
        """Publish the month of the newest full dump in the place of what it was."""
        with self.lake.lock(GROUP, self.month):
            dump = newest_full(self.files.place)
            manifest = self.lake.find(GROUP, self.month)
            if manifest and self.is_of(manifest, dump) and not self.wanted.is_forced:
                self.finish()
                return manifest
            with self.of_full(dump) as files:
                written = self.write(files, dump, ())
                tables = put_files(self.lake, self.month, written, new_import_id())
                of = Noted((dump.name,), self.users.fingerprint, self.wanted.archive)
                self.publish(new_manifest(self.lake, self.month, tables, of, files.sha256))
            return self.lake.manifest(GROUP, self.month)

    def is_of(self, manifest: Manifest, dump: Dump) -> bool:
        """Whether a month is what an import of the dump would make it, or has more."""
        of = noted(manifest)
        wanted = (self.lake.schema(GROUP), self.users.fingerprint, self.wanted.archive)
        return (manifest.schema, of.users, of.archive) == wanted and dump.name in of.dumps

    def of_full(self, dump: Dump) -> AbstractContextManager[Files]:
        if self.wanted.is_json:
            return self.files.of_json(dump, self.month)
        way = self.files.of_whole if self.wanted.is_whole else self.files.of_month
        return way(dump, self.month)

    def add(self) -> Manifest:
        """Publish the month with the listens of those incremental dumps that it has not."""
        with self.lake.lock(GROUP, self.month):
            manifest = self.lake.readable_manifest(GROUP, self.month)
            self.refuse_other_users(manifest)
            self.finish()
            for dump in self.missing(manifest):
                with self.files.of_incremental(dump, is_json=self.wanted.is_json) as files:
                    manifest = self.add_dump(manifest, dump, files)
            return manifest

    def add_dump(self, manifest: Manifest, dump: Dump, files: Files) -> Manifest:
        known = manifest.tables[LISTEN.name].files
        written = self.write(files, dump, known)
        tables = put_files(self.lake, self.month, written, new_import_id())
        more = with_more(manifest, tables, dump.name)
        self.publish(more)
        return more

    def refuse_other_users(self, manifest: Manifest) -> None:
        if noted(manifest).users != self.users.fingerprint:
            raise LakeError(
                f"lake {self.lake.store.url}: listens of {self.month:%Y-%m} number their users by "
                "another salt, or by the publisher's numbers: listens added now would be of other "
                "users; use that salt (LISTENBRAINZ_SALT, --with-user-ids), or run "
                f"{self.lake.command(GROUP, self.month)} --force"
            )

    def missing(self, manifest: Manifest) -> list[Dump]:
        """Return the incremental dumps after those that a month has; a gap is told of."""
        has = sorted(dump for name in noted(manifest).dumps if (dump := dump_of(name)))
        last = has[-1]
        dumps = [one for one in dumps_of(self.files.place, "incremental") if one.made > last.made]
        for before, after in pairwise([last, *dumps]):
            if after.made - before.made > DAYS_APART:
                logger.warning(
                    "%s: no incremental dump is listed between %s and %s: what was submitted then "
                    "comes with the next full dump",
                    self.files.place.url, before.name, after.name,
                )  # fmt: skip
        return dumps

    def write(self, files: Files, dump: Dump, known: Sequence[str]) -> dict[str, Written]:
        """Write the rows of the month into the scratch folder; `known` are keys in the store."""
        store = self.lake.store
        folder = store.scratch / f"listenbrainz-{self.month}"
        step = self.files.progress.step(f"writing listens of {self.month:%Y-%m}", None)
        with working_connection(folder, self.memory) as connection, step, ExitStack() as stack:
            there: list[Path] = [stack.enter_context(store.local(key)) for key in known]
            rows = MonthRows(connection, self.month, dump.name, self.users, folder)
            return rows.write(files.paths, there)

    def publish(self, manifest: Manifest) -> None:
        """Make the month what the manifest says; a kill before that leaves what it was."""
        store = self.lake.store
        store.write(self.lake.manifest_key(GROUP, self.month), manifest.to_json())
        self.finish()
        shutil.rmtree(store.scratch / f"listenbrainz-{self.month}", ignore_errors=True)

    def finish(self) -> None:
        """Let queries see the month as it is, then remove what it was, or a killed import left."""
        self.show(self.lake)
        self.lake.clear(GROUP, self.month)
