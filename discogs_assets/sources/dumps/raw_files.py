"""Find the dump file of a month, at its publisher or in the store."""

import hashlib
import json
import logging
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path, PurePosixPath

from discogs_assets.display.progress import Progress
from discogs_assets.display.text import dump_day
from discogs_assets.errors import (
    DamageError,
    DownloadError,
    DumpNotFoundError,
)
from discogs_assets.sources.dumps.files import DumpFile
from discogs_assets.sources.dumps.gzip import iter_chunks
from discogs_assets.sources.dumps.publication import Publication
from discogs_assets.storage.disk import disk_errors
from discogs_assets.storage.store import Store
from discogs_assets.tables.names import source_option

RETIRED = ".retired"
"""What is added to the name of a dump file for the note of what it was."""

SIDECAR = ".sha256"
"""What is added to the name of a dump file for its SHA-256, as sha256sum writes it."""

DAMAGED = ".damaged"
"""What is added to the name of a dump file for the note that it is not what came."""


@dataclass(frozen=True, slots=True)
class Downloaded:
    """A dump file in the store; `is_verified` means that a published checksum was compared.

    `fetched` is how many bytes came now: fewer than all when an earlier download was continued.
    """

    key: str
    sha256: str
    bytes: int
    is_new: bool
    is_verified: bool
    fetched: int = 0


logger = logging.getLogger(__name__)


def iter_stored(publication: Publication, store: Store, dump_type: str) -> list[tuple[date, str]]:
    """Return the date and name of each dump file of a type in the store, oldest first."""
    names = [PurePosixPath(key).name for key in store.keys(publication.raw_folder)]
    dumps = [
        (*publication.parse_name(name), name) for name in names if publication.is_dump_file(name)
    ]
    return sorted((day, name) for day, kind, name in dumps if kind == dump_type)


def stored_name(publication: Publication, store: Store, dump_type: str, month: date) -> str:
    """Return the name of a month's dump file in the store; DumpNotFoundError when it is not."""
    stored = iter_stored(publication, store, dump_type)
    names = [name for day, name in stored if publication.partition(day) == month]
    if not names:
        raise DumpNotFoundError(
            f"{store.url}: expected {publication.name_of(month, dump_type)} in "
            f"{publication.raw_folder}/{month.year}/, found none; get it with discogs-assets "
            f"import{source_option(publication.source)} --types {dump_type} --year-month "
            f"{dump_day(month)}, and --force when it was imported before"
        )
    return names[-1]


def find_stored(
    publication: Publication, store: Store, dump_type: str, month: date, progress: Progress
) -> Downloaded:
    """Return a month's dump file in the store; DumpNotFoundError when it is not there.

    One that was put there by hand is hashed first: half a minute for a whole month's releases.
    """
    key = publication.raw_key(stored_name(publication, store, dump_type, month))
    with progress.step(f"looking at {dump_type} {dump_day(month)}", store.size(key)) as step:
        return stored(store, key, None, step.advance)


def retire(store: Store, dump: Downloaded) -> None:
    """Remove a dump file from the store, and note what it was; again after a kill if need be."""
    note = json.dumps({"sha256": dump.sha256, "bytes": dump.bytes})
    store.write(dump.key + RETIRED, note.encode())
    store.delete([dump.key, f"{dump.key}.sha256", dump.key + DAMAGED])


def is_retired(store: Store, key: str) -> bool:
    """Whether a dump file was in the store once."""
    return store.exists(key + RETIRED)


def find_retired(store: Store, key: str) -> Downloaded | None:
    """Return what a dump file was that is in the store no more.

    None when no note says so, or one that cannot be read: that is told.
    """
    if not is_retired(store, key):
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
    return is_size and PurePosixPath(found.key).name == file.name


def stored(
    store: Store, key: str, sha256: str | None, tell: Callable[[int], None] = lambda _bytes: None
) -> Downloaded:
    """Return the dump file that is in the store already, without asking the publisher.

    `tell` hears of the bytes that are read, when it has to be hashed. Raises DumpNotFoundError
    when there is none, DownloadError when it is not the published one.
    """
    published, name = sha256 and sha256.lower(), file_name_of(key)
    if not store.exists(key):
        raise DumpNotFoundError(
            f"{name}: expected it in the store, looked for {store.uri(key)}; put it there or run"
            " without --skip-download"
        )
    with store.lock(name):
        refuse_damaged(store, key, tell)
        dump = describe_stored(store, key, published, is_new=False, tell=tell)
    if published is not None and dump.sha256 != published:
        raise DownloadError(
            f"{store.uri(key)}: expected the published sha256 {published}, found {dump.sha256};"
            " run without --skip-download to replace it"
        )
    return dump


def refuse_damaged(store: Store, key: str, tell: Callable[[int], None]) -> None:
    """Raise DamageError for a file that was found damaged, unless it was replaced since."""
    if not store.exists(key + DAMAGED):
        return
    sha256, noted = file_sha256(store, key, tell), store.read(key + DAMAGED).decode()
    is_recorded = store.exists(key + SIDECAR) and sha256 == recorded_sha256(store, key)
    if not noted and is_recorded:
        store.delete([key + DAMAGED])
        return
    if sha256 == noted or not noted:
        raise DamageError(
            f"{store.uri(key)}: it was damaged or replaced since it came; import without "
            "--skip-download to have the published file"
        )
    store.delete([key + DAMAGED, key + SIDECAR])


def describe_stored(
    store: Store,
    key: str,
    published: str | None,
    *,
    is_new: bool,
    tell: Callable[[int], None] = lambda _bytes: None,
) -> Downloaded:
    digest = sha256_of_stored(store, key, tell)
    return Downloaded(key, digest, store.size(key), is_new, published is not None)


def sha256_of_stored(store: Store, key: str, tell: Callable[[int], None]) -> str:
    """Return the sha256 in the file's sidecar; without one, hash the file and write it."""
    if store.exists(key + SIDECAR):
        if recorded := recorded_sha256(store, key):
            return recorded
        logger.warning("%s.sha256: not as sha256sum writes it; hashing the file", store.uri(key))
    digest = file_sha256(store, key, tell)
    write_sidecar(store, key, digest)
    return digest


def recorded_sha256(store: Store, key: str) -> str:
    """Return the sha256 in the sidecar of a file; "" when it is not as sha256sum writes it."""
    line = store.read(key + SIDECAR).decode(errors="replace")
    match = re.fullmatch(rf"([0-9a-f]{{64}})  {re.escape(file_name_of(key))}\n", line)
    return match[1] if match else ""


def file_sha256(store: Store, key: str, tell: Callable[[int], None] = lambda _bytes: None) -> str:
    """Return the sha256 of a file, reading it to its end; `tell` hears of the bytes read.

    Raises StoreError when it cannot be read.
    """
    digest = hashlib.sha256()
    with store.open(key) as file, disk_errors(Path(store.uri(key))):
        for chunk in iter_chunks(file):
            digest.update(chunk)
            tell(len(chunk))
    return digest.hexdigest()


def refuse_other_bytes(store: Store, dump: Downloaded, sha256: str) -> None:
    """Raise DamageError when a dump file that was read has not the SHA-256 that was noted of it.

    That is noted too: such a file is refused until it is downloaded or replaced.
    """
    if sha256 != dump.sha256:
        note_damaged(store, dump.key, sha256)
        raise DamageError(
            f"{store.uri(dump.key)}: expected sha256 {dump.sha256}, as when it came, found "
            f"{sha256}; it was damaged or replaced since; import again without --skip-download to "
            "have the published file"
        )


def note_damaged(store: Store, key: str, found: str) -> None:
    """Note that a dump file is not what came: `found` is its SHA-256 now, "" for unreadable."""
    store.write(key + DAMAGED, found.encode())


def note_whole(store: Store, key: str, sha256: str) -> None:
    """Note the SHA-256 of a dump file anew, and that it is what came."""
    write_sidecar(store, key, sha256)
    store.delete([key + DAMAGED])


def write_sidecar(store: Store, key: str, digest: str) -> None:
    store.write(key + SIDECAR, f"{digest}  {file_name_of(key)}\n".encode())


def file_name_of(key: str) -> str:
    return PurePosixPath(key).name
