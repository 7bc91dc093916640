"""Find the dump file of a month, at its publisher or in the store."""

import json
import logging
from datetime import date

from discogs_assets.discogs_dumps.catalogue import Catalogue, Dump, find_month
from discogs_assets.discogs_dumps.download import DAMAGED, Downloaded, download, raw_key, stored
from discogs_assets.discogs_dumps.dump_files import DumpFile, is_dump_file, parse_file_name
from discogs_assets.errors import DumpNotFoundError
from discogs_assets.progress import Progress
from discogs_assets.store import Store

logger = logging.getLogger(__name__)

RETIRED = ".retired"
"""What is added to the name of a dump file for the note of what it was."""


def file_of(dump: Dump, dump_type: str) -> DumpFile:
    """Return a dump's file of a type; DumpNotFoundError when it was not published."""
    if dump_type not in dump.files:
        raise DumpNotFoundError(
            f"{dump.month:%Y-%m}: {dump_type} are not published (there: {', '.join(dump.types)}); "
            "choose another month, or leave them out with --types"
        )
    return dump.files[dump_type]


def published_checksum(catalogue: Catalogue, dump: Dump, dump_type: str) -> str | None:
    """Return the SHA-256 that was published for a type's file; None where none was.

    A list of checksums that has none for the file is told of.
    """
    name, checksums = file_of(dump, dump_type).name, catalogue.checksums(dump)
    if checksums and name not in checksums:
        logger.warning(
            "%s: its list of checksums has no line for %s, only for %s; the file is not compared",
            catalogue.url,
            name,
            ", ".join(checksums),
        )
    return checksums.get(name)


def fetch(
    catalogue: Catalogue, store: Store, dump_type: str, month: date, progress: Progress
) -> tuple[DumpFile, Downloaded]:
    """Bring a type's dump file of a month into the store, unless it is there already."""
    dump = find_month(catalogue, month)
    file = file_of(dump, dump_type)
    sha256 = published_checksum(catalogue, dump, dump_type)
    with progress.step(f"downloading {dump_type} {month:%Y-%m}", file.size) as step:
        return file, download(catalogue, file, sha256, store, step.advance)


def iter_stored(store: Store, dump_type: str) -> list[tuple[date, str]]:
    """Return the date and name of each dump file of a type in the store, oldest first."""
    names = [key.rpartition("/")[2] for key in store.keys("raw/discogs")]
    dumps = [name for name in names if name.endswith(".xml.gz") and is_dump_file(name)]
    found = [(*parse_file_name(name), name) for name in dumps]
    return sorted((day, name) for day, kind, name in found if kind == dump_type)


def stored_name(store: Store, dump_type: str, month: date) -> str:
    """Return the name of a month's dump file in the store; DumpNotFoundError when it is not."""
    names = [name for day, name in iter_stored(store, dump_type) if day.replace(day=1) == month]
    if not names:
        raise DumpNotFoundError(
            f"{store.url}: expected discogs_{month:%Y%m}01_{dump_type}.xml.gz in "
            f"raw/discogs/{month.year}/, found none; get it with discogs-assets import --types "
            f"{dump_type} --year-month {month:%Y-%m}, and --force when it was imported before"
        )
    return names[-1]


def find_stored(store: Store, dump_type: str, month: date, progress: Progress) -> Downloaded:
    """Return a month's dump file in the store; DumpNotFoundError when it is not there.

    One that was put there by hand is hashed first: half a minute for a whole month's releases.
    """
    name = stored_name(store, dump_type, month)
    with progress.step(f"looking at {dump_type} {month:%Y-%m}", store.size(raw_key(name))) as step:
        return stored(store, name, None, step.advance)


def retire(store: Store, dump: Downloaded) -> None:
    """Remove a dump file from the store, and note what it was; again after a kill if need be."""
    note = json.dumps({"sha256": dump.sha256, "bytes": dump.bytes})
    store.write(dump.key + RETIRED, note.encode())
    store.delete([dump.key, f"{dump.key}.sha256", dump.key + DAMAGED])


def is_retired(store: Store, name: str) -> bool:
    """Whether a dump file of that name was in the store once."""
    return store.exists(raw_key(name) + RETIRED)


def find_retired(store: Store, name: str) -> Downloaded | None:
    """Return what a dump file was that is in the store no more.

    None when no note says so, or one that cannot be read: that is told.
    """
    key = raw_key(name)
    if not is_retired(store, name):
        return None
    try:
        note = json.loads(store.read(key + RETIRED))
        return Downloaded(key, note["sha256"], note["bytes"], is_new=False, is_verified=False)
    except (ValueError, TypeError, KeyError) as error:
        logger.warning(
            "%s: expected what the dump file was, found no such note (%s); it is damaged: delete "
            "it, and the file counts as never downloaded",
            store.uri(key + RETIRED),
            error,
        )
        return None


def may_be(found: Downloaded, file: DumpFile) -> bool:
    """Whether a stored file may be the published one, going by name and listed size."""
    is_size = file.smallest_size <= found.bytes <= file.largest_size
    return is_size and found.key.rpartition("/")[2] == file.name
