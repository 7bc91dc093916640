"""Bring one dump file into the store, whole and verified.

What is published and how it is read stands in `catalogue`, the unfinished file in `partial_file`.
"""

import logging
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import NoReturn

from discogs_assets.display.progress import Progress
from discogs_assets.display.text import dump_day
from discogs_assets.errors import (
    DownloadError,
    DumpNotFoundError,
    SpaceError,
    TransientError,
)
from discogs_assets.sources.dumps.catalogue import Catalogue, Dump, find_month
from discogs_assets.sources.dumps.files import DumpFile
from discogs_assets.sources.dumps.partial_file import PartialFile
from discogs_assets.sources.dumps.raw_files import (
    DAMAGED,
    SIDECAR,
    Downloaded,
    describe_stored,
    note_whole,
    sha256_of_stored,
)
from discogs_assets.sources.dumps.retry import DownloadRetry
from discogs_assets.storage.store import Store

SPARE_BYTES = 64 << 20
SPARE_FACTOR = 1.05

logger = logging.getLogger(__name__)


def download(
    catalogue: Catalogue,
    file: DumpFile,
    sha256: str | None,
    store: Store,
    progress: Callable[[int], None],
    sleep: Callable[[float], None] = time.sleep,
) -> Downloaded:
    """Return the dump file in the store, downloaded unless the published one is there already.

    `sha256` is the published checksum, None where there is none. `progress` is told of the bytes
    that are added, and of a negative number when they are dropped to start over. An interrupted
    download leaves `<name>.part` in the store's scratch folder, and the next call goes on there.
    Raises DownloadError, SpaceError, StoreError and what `catalogue` raises.
    """
    key, published = file.raw_key, sha256 and sha256.lower()
    with store.lock(file.name):
        part = PartialFile(store.scratch / f"{file.name}.part", file, published, progress)
        if store.exists(key) and _is_current(catalogue, file, published, store):
            part.clear()
            return describe_stored(store, key, published, is_new=False)
        part.resume()
        kept = part.size
        _fetch(catalogue, part, store, sleep)
        fetched = part.size - kept if part.is_resumed else part.size
        _publish(store, key, part)
        return replace(describe_stored(store, key, published, is_new=True), fetched=fetched)


def _is_current(catalogue: Catalogue, file: DumpFile, published: str | None, store: Store) -> bool:
    key = file.raw_key
    if store.exists(key + DAMAGED):
        return False
    if published is None:
        size = store.size(key)
        return size == _published_size(catalogue, file, size)
    found = sha256_of_stored(store, key, lambda _bytes: None)
    if found == published:
        return True
    logger.warning("%s: published is sha256 %s, stored is %s", file.name, published, found)
    return False


def _published_size(catalogue: Catalogue, file: DumpFile, stored_size: int) -> int | None:
    """Return the exact size; None when the publisher does not tell it."""
    if file.exact_size is not None:
        return file.exact_size
    # A web page's listing rounds sizes; asking for what follows costs less than the file.
    with catalogue.read(file, stored_size) as reading:
        return stored_size if reading.is_whole and reading.total is None else reading.total


def _fetch(
    catalogue: Catalogue, part: PartialFile, store: Store, sleep: Callable[[float], None]
) -> None:
    """Fill `part`; once more from the start when it is wrong and was not read in one go."""

    def fill() -> str:
        DownloadRetry(part, sleep).call(lambda: _transfer(catalogue, part, store))
        return part.fault()

    fault = fill()
    if fault and part.is_resumed:
        logger.warning("%s: %s; downloading it from the start", part.name, fault)
        part.is_wrong = True
        fault = fill()
    if fault:
        part.clear()
        raise DownloadError(
            f"{part.name} from {catalogue.url}: {fault}; it may be about to be replaced: try later"
        )


def _transfer(catalogue: Catalogue, part: PartialFile, store: Store) -> None:
    """Append what is missing; TransientError when the publisher has more than it sent."""
    start, file = part.next_byte, part.file
    if file.size is not None:
        _check_space(file.size, part, store)
    with catalogue.read(file, start) as reading:
        part.total = file.exact_size if reading.total is None else reading.total
        if file.size is None and reading.total is not None:
            _check_space(reading.total, part, store)
        is_other = part.is_of_other(reading)
        if not is_other:
            if reading.is_whole:
                return
            part.extend(reading)
    if is_other:
        logger.warning("%s: published again meanwhile; downloading it from the start", part.name)
        part.is_wrong = True
        _transfer(catalogue, part, store)
        return
    if cut := part.cut():
        _raise_cut(part, cut, is_nearer=part.size > start)


def _raise_cut(part: PartialFile, cut: str, *, is_nearer: bool) -> NoReturn:
    # When only the listing or the gzip tells of a cut, there may be none: asking once is enough.
    if is_nearer or part.total is not None:
        raise TransientError(cut)
    raise DownloadError(
        f"{part.name}: {cut}; asked for the rest, the publisher sent nothing more;"
        f" {part.size} bytes are in {part.path}: run again later to continue"
    )


def _check_space(size: int, part: PartialFile, store: Store) -> None:
    needed = int(max(size - part.size, 0) * SPARE_FACTOR) + SPARE_BYTES
    free = store.free_bytes()
    if free < needed:
        raise SpaceError(
            f"{store.scratch}: {part.name} needs {needed / 1e6:,.0f} MB, {free / 1e6:,.0f} MB are"
            " free; make room there, or put the data elsewhere"
        )


def _publish(store: Store, key: str, part: PartialFile) -> None:
    # Without its sidecar a file is hashed, so that a kill at any line here is harmless.
    store.delete([key + SIDECAR])
    digest = part.sha256.hexdigest()
    store.put(part.path, key)
    part.forget_origin()
    note_whole(store, key, digest)


def file_of(dump: Dump, dump_type: str) -> DumpFile:
    """Return a dump's file of a type; DumpNotFoundError when it was not published."""
    if dump_type not in dump.files:
        raise DumpNotFoundError(
            f"{dump_day(dump.month)}: {dump_type} are not published (there: "
            f"{', '.join(dump.types)}); choose another month, or leave them out with --types"
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
    with progress.step(f"downloading {dump_type} {dump_day(month)}", file.size) as step:
        return file, download(catalogue, file, sha256, store, step.advance)
