"""Bring one dump file into the store, whole and verified.

What is published and how it is read stands in `catalogue`, the unfinished file in `part`.
"""

import hashlib
import logging
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NoReturn

from discogs_assets.discogs_dumps.catalogue import Catalogue
from discogs_assets.discogs_dumps.dump_files import DumpFile, parse_file_name
from discogs_assets.discogs_dumps.part import Part, iter_chunks
from discogs_assets.discogs_dumps.patience import Patience
from discogs_assets.disk import disk_errors
from discogs_assets.errors import (
    DamageError,
    DownloadError,
    DumpNotFoundError,
    SpaceError,
    TransientError,
)
from discogs_assets.store import Store

SPARE_BYTES = 64 << 20
SPARE_FACTOR = 1.05

SIDECAR = ".sha256"
"""What is added to the name of a dump file for its SHA-256, as sha256sum writes it."""
DAMAGED = ".damaged"
"""What is added to the name of a dump file for the note that it is not what came."""

logger = logging.getLogger(__name__)


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


def raw_key(name: str) -> str:
    """Return where a dump file lies in the store, or raise ListingError for another name."""
    return f"raw/discogs/{parse_file_name(name)[0].year}/{name}"


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
    key, published = raw_key(file.name), sha256 and sha256.lower()
    with store.lock(file.name):
        part = Part(store.scratch / f"{file.name}.part", file, published, progress)
        if store.exists(key) and _is_current(catalogue, file, published, store):
            part.clear()
            return _describe(store, key, published, is_new=False)
        part.resume()
        kept = part.size
        _fetch(catalogue, part, store, sleep)
        fetched = part.size - kept if part.is_resumed else part.size
        _publish(store, key, part)
        return replace(_describe(store, key, published, is_new=True), fetched=fetched)


def stored(
    store: Store, name: str, sha256: str | None, tell: Callable[[int], None] = lambda _bytes: None
) -> Downloaded:
    """Return the dump file that is in the store already, without asking the publisher.

    `tell` hears of the bytes that are read, when it has to be hashed. Raises DumpNotFoundError
    when there is none, DownloadError when it is not the published one.
    """
    key, published = raw_key(name), sha256 and sha256.lower()
    if not store.exists(key):
        raise DumpNotFoundError(
            f"{name}: expected it in the store, looked for {store.uri(key)}; put it there or run"
            " without --skip-download"
        )
    with store.lock(name):
        _refuse_damaged(store, key, tell)
        found = _describe(store, key, published, is_new=False, tell=tell)
    if published is not None and found.sha256 != published:
        raise DownloadError(
            f"{store.uri(key)}: expected the published sha256 {published}, found {found.sha256};"
            " run without --skip-download to replace it"
        )
    return found


def _refuse_damaged(store: Store, key: str, tell: Callable[[int], None]) -> None:
    """Raise DamageError for a file that was found damaged, unless it was replaced since."""
    if not store.exists(key + DAMAGED):
        return
    found, noted = file_sha256(store, key, tell), store.read(key + DAMAGED).decode()
    is_recorded = store.exists(key + SIDECAR) and found == recorded_sha256(store, key)
    if not noted and is_recorded:
        store.delete([key + DAMAGED])
        return
    if found == noted or not noted:
        raise DamageError(
            f"{store.uri(key)}: it was damaged or replaced since it came; import without "
            "--skip-download to have the published file"
        )
    store.delete([key + DAMAGED, key + SIDECAR])


def _is_current(catalogue: Catalogue, file: DumpFile, published: str | None, store: Store) -> bool:
    key = raw_key(file.name)
    if store.exists(key + DAMAGED):
        return False
    if published is None:
        size = store.size(key)
        return size == _published_size(catalogue, file, size)
    found = _stored_sha256(store, key, lambda _bytes: None)
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


def _fetch(catalogue: Catalogue, part: Part, store: Store, sleep: Callable[[float], None]) -> None:
    """Fill `part`; once more from the start when it is wrong and was not read in one go."""

    def fill() -> str:
        Patience(part, sleep).call(lambda: _transfer(catalogue, part, store))
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


def _transfer(catalogue: Catalogue, part: Part, store: Store) -> None:
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


def _raise_cut(part: Part, cut: str, *, is_nearer: bool) -> NoReturn:
    # When only the listing or the gzip tells of a cut, there may be none: asking once is enough.
    if is_nearer or part.total is not None:
        raise TransientError(cut)
    raise DownloadError(
        f"{part.name}: {cut}; asked for the rest, the publisher sent nothing more;"
        f" {part.size} bytes are in {part.path}: run again later to continue"
    )


def _check_space(size: int, part: Part, store: Store) -> None:
    needed = int(max(size - part.size, 0) * SPARE_FACTOR) + SPARE_BYTES
    free = store.free_bytes()
    if free < needed:
        raise SpaceError(
            f"{store.scratch}: {part.name} needs {needed / 1e6:,.0f} MB, {free / 1e6:,.0f} MB are"
            " free; make room there, or put the data elsewhere"
        )


def _publish(store: Store, key: str, part: Part) -> None:
    # Without its sidecar a file is hashed, so that a kill at any line here is harmless.
    store.delete([key + SIDECAR])
    digest = part.sha256.hexdigest()
    store.put(part.path, key)
    part.forget_origin()
    note_whole(store, key, digest)


def _describe(
    store: Store,
    key: str,
    published: str | None,
    *,
    is_new: bool,
    tell: Callable[[int], None] = lambda _bytes: None,
) -> Downloaded:
    digest = _stored_sha256(store, key, tell)
    return Downloaded(key, digest, store.size(key), is_new, published is not None)


def _stored_sha256(store: Store, key: str, tell: Callable[[int], None]) -> str:
    """Return the sha256 in the file's sidecar; without one, hash the file and write it."""
    if store.exists(key + SIDECAR):
        if recorded := recorded_sha256(store, key):
            return recorded
        logger.warning("%s.sha256: not as sha256sum writes it; hashing the file", store.uri(key))
    digest = file_sha256(store, key, tell)
    _write_sidecar(store, key, digest)
    return digest


def recorded_sha256(store: Store, key: str) -> str:
    """Return the sha256 in the sidecar of a file; "" when it is not as sha256sum writes it."""
    line = store.read(key + SIDECAR).decode(errors="replace")
    match = re.fullmatch(rf"([0-9a-f]{{64}})  {re.escape(_name(key))}\n", line)
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


def refuse_other_bytes(store: Store, dump: Downloaded, found: str) -> None:
    """Raise DamageError when a dump file that was read has not the SHA-256 that was noted of it.

    That is noted too: such a file is refused until it is downloaded or replaced.
    """
    if found != dump.sha256:
        note_damaged(store, dump.key, found)
        raise DamageError(
            f"{store.uri(dump.key)}: expected sha256 {dump.sha256}, as when it came, found {found};"
            " it was damaged or replaced since; import again without --skip-download to have the "
            "published file"
        )


def note_damaged(store: Store, key: str, found: str) -> None:
    """Note that a dump file is not what came: `found` is its SHA-256 now, "" for unreadable."""
    store.write(key + DAMAGED, found.encode())


def note_whole(store: Store, key: str, sha256: str) -> None:
    """Note the SHA-256 of a dump file anew, and that it is what came."""
    _write_sidecar(store, key, sha256)
    store.delete([key + DAMAGED])


def _write_sidecar(store: Store, key: str, digest: str) -> None:
    store.write(key + SIDECAR, f"{digest}  {_name(key)}\n".encode())


def _name(key: str) -> str:
    return key.rpartition("/")[2]
