"""The lake of listens, and what its months note: their dumps, and how users are numbered."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from importlib.metadata import version
from pathlib import Path

from discogs_assets.sources.listenbrainz_dumps.rows import Written
from discogs_assets.sources.listenbrainz_dumps.tables import GROUP, LISTEN, QUARANTINE
from discogs_assets.storage.disk import disk_errors
from discogs_assets.storage.lake import Lake, new_import_id
from discogs_assets.storage.lake_damage import digest_of_file
from discogs_assets.storage.manifest import Manifest, TableFiles
from discogs_assets.storage.store import Store

VERSION = version("discogs-assets")
DUMPS, USERS, ARCHIVE = "dumps", "users", "archive"
"""Notes of a month: names of its dumps with spaces between, fingerprint of its numbering, and which
archive the first of them was read from."""

SPARK, JSON = "spark", "json"


@dataclass(frozen=True)
class Noted:
    """What a month is made of."""

    dumps: tuple[str, ...]
    users: str
    archive: str

    def notes(self) -> dict[str, str]:
        return {DUMPS: " ".join(self.dumps), USERS: self.users, ARCHIVE: self.archive}


def noted(manifest: Manifest) -> Noted:
    notes = manifest.notes
    return Noted(tuple(notes[DUMPS].split()), notes[USERS], notes[ARCHIVE])


def open_lake(store: Store) -> Lake:
    return Lake(store, "listenbrainz", {GROUP: (LISTEN, QUARANTINE)}, import_command)


def import_command(_group: str, month: date) -> str:
    return f"discogs-assets import --source listenbrainz --year-month {month:%Y/%m}"


def put_files(
    lake: Lake, month: date, written: Mapping[str, Written], import_id: str
) -> dict[str, TableFiles]:
    """Move finished files into the lake, where no reader looks for them yet."""
    return {
        table: put_table(lake, lake.folder(table, month), one, f"{import_id}-{table}")
        for table, one in written.items()
    }


def put_table(lake: Lake, folder: str, written: Written, prefix: str) -> TableFiles:
    keys, sizes, digests = [], [], []
    for number, path in enumerate(written.files):
        with disk_errors(path):
            sizes.append(path.stat().st_size)
            digests.append(digest_of_file(path))
        keys.append(f"{folder}/{prefix}-{number:05}.parquet")
        lake.store.put(Path(path), keys[-1])
    return TableFiles(written.rows, sum(sizes), tuple(keys), {}, tuple(sizes), tuple(digests))


def new_manifest(
    lake: Lake, month: date, tables: Mapping[str, TableFiles], of: Noted, sha256: str
) -> Manifest:
    """Return what a month becomes by files that are in the lake already."""
    rows, refused = tables[LISTEN.name].rows, tables[QUARANTINE.name].rows
    return Manifest(
        GROUP,
        str(month),
        lake.schema(GROUP),
        of.dumps[0],
        sha256,
        new_import_id(),
        rows,
        rows + refused,
        refused,
        None,
        version=VERSION,
        tables=tables,
        notes=of.notes(),
    )


def with_more(manifest: Manifest, more: Mapping[str, TableFiles], dump: str) -> Manifest:
    """Return what a month becomes when the listens of an incremental dump are added."""
    tables = {name: both(files, more[name]) for name, files in manifest.tables.items()}
    rows, refused = tables[LISTEN.name].rows, tables[QUARANTINE.name].rows
    before = noted(manifest)
    return replace(
        manifest,
        import_id=new_import_id(),
        records=rows,
        started=rows + refused,
        refused=refused,
        tables=tables,
        notes=replace(before, dumps=(*before.dumps, dump)).notes(),
    )


def both(one: TableFiles, other: TableFiles) -> TableFiles:
    return TableFiles(
        one.rows + other.rows,
        one.bytes + other.bytes,
        (*one.files, *other.files),
        {},
        (*one.sizes, *other.sizes),
        (*one.digests, *other.digests),
    )
