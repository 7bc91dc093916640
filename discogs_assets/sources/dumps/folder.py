"""A folder of dump files that somebody keeps, directly in it or below it."""

import logging
import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Self
from urllib.parse import urlsplit
from urllib.request import url2pathname

from discogs_assets.errors import (
    DumpNotFoundError,
    ListingError,
    SettingError,
    SourceError,
    TransientError,
)
from discogs_assets.sources.dumps.catalogue import (
    CHUNK_BYTES,
    Dump,
    Reading,
    group_dumps,
    read_checksums,
)
from discogs_assets.sources.dumps.files import CHECKSUM, DumpFile
from discogs_assets.sources.dumps.origin import Origin
from discogs_assets.sources.dumps.publication import Publication
from discogs_assets.storage.urls import redact_url

PACKED = ".gz"

logger = logging.getLogger(__name__)


@dataclass
class FolderCatalogue:
    """Dumps in a folder, or one dump file; taken as settled, whatever the time stamps.

    Of one file, the list of checksums beside it is used too.
    """

    publication: Publication
    url: str
    folder: Path

    @classmethod
    def open(cls, publication: Publication, url: str) -> Self:
        """Return the catalogue of a path or `file://` address, or raise `SettingError`."""
        path = parse_path(url, publication.setting)
        if path.is_file():
            refuse_other_file(publication, path)
        elif not path.is_dir():
            raise SettingError(
                f"{publication.setting}: expected an address, or a folder or dump file that "
                f"exists, found {redact_url(url)!r}"
            )
        return cls(publication, url, path)

    def years(self) -> list[int]:
        return sorted({file.date.year for file in self.iter_files()})

    def dumps(self, year: int) -> list[Dump]:
        files = (file for file in self.iter_files() if file.date.year == year)
        return group_dumps(files, self.publication)

    def checksums(self, dump: Dump) -> dict[str, str]:
        return read_checksums(self, dump)

    def read(self, file: DumpFile, offset: int) -> AbstractContextManager[Reading]:
        return read_file(Path(file.location), offset)

    def address(self, file: DumpFile) -> str:
        return Path(file.location).absolute().as_posix()

    def iter_files(self) -> Iterator[DumpFile]:
        """Yield every dump file in the folder and below it, also below links to folders."""
        publication, folder = self.publication, self.folder
        for path in iter_beside(publication, folder) if folder.is_file() else iter_paths(folder):
            if publication.is_dump_file(path.name) and path.is_file():
                yield publication.describe(path.as_posix(), path.stat().st_size, modified=None)
            elif is_unpacked(publication, path.name):
                logger.warning("%s: left out: it is not packed; run gzip -k on it", path)


@contextmanager
def read_file(path: Path, offset: int) -> Iterator[Reading]:
    """Open a dump file in a folder from a byte on."""
    try:
        stream = path.open("rb")
    except FileNotFoundError as error:
        raise DumpNotFoundError(f"{path}: expected a dump file, it is gone") from error
    except OSError as error:
        raise SourceError(f"{path}: cannot be read: {error.strerror}") from error
    with stream:
        origin = origin_of(stream)
        total = origin.total or 0
        stream.seek(offset)
        is_whole = 0 < offset >= total
        yield Reading(iter_chunks(stream, path), offset, total, is_whole, origin)
        if origin_of(stream) != origin:
            raise TransientError(f"{path}: it was written to while it was read")


def origin_of(stream: BinaryIO) -> Origin:
    """Return which file it is, and when it was written last."""
    found = os.fstat(stream.fileno())
    return Origin(f"{found.st_dev}-{found.st_ino}", str(found.st_mtime_ns), found.st_size)


def is_unpacked(publication: Publication, name: str) -> bool:
    return not name.endswith(PACKED) and publication.is_name(f"{name}{PACKED}")


def refuse_other_file(publication: Publication, path: Path) -> None:
    """Raise SettingError for a file that is no dump file."""
    if is_unpacked(publication, path.name):
        raise SettingError(f"{path}: it is not packed; run gzip -k on it, and give {path.name}.gz")
    try:
        publication.parse_name(path.name)
    except ListingError as error:
        raise SettingError(f"{path}: {error}; rename it, or give another") from None


def iter_beside(publication: Publication, file: Path) -> Iterator[Path]:
    """Yield a dump file, and the list of checksums of its day where one lies beside it."""
    yield file
    day, kind = publication.parse_name(file.name)
    checksums = file.with_name(publication.name_of(day, CHECKSUM))
    if kind != CHECKSUM and checksums.is_file():
        yield checksums


def iter_paths(folder: Path) -> Iterator[Path]:
    """Yield the files of a folder and of those below it, each folder once: links may go round."""
    seen: set[str] = set()
    for root, folders, files in os.walk(folder, onerror=refuse, followlinks=True):
        folders.sort()
        if (real := os.path.realpath(root)) in seen:
            folders.clear()
            continue
        seen.add(real)
        yield from (Path(root, name) for name in files)


def refuse(error: OSError) -> None:
    """Go on without folders that nobody may look into; SourceError for those that fail."""
    if not isinstance(error, PermissionError):
        raise SourceError(f"{error.filename}: cannot be listed: {error.strerror}") from error
    logger.warning("%s: left out: %s", error.filename, error.strerror)


def parse_path(url: str, setting: str) -> Path:
    """Return the path of a `file://` address or of a plain path."""
    if not url.lower().startswith("file://"):
        if not url.strip():
            raise SettingError(f"{setting}: expected an address or a folder, found nothing")
        return Path(url).expanduser()
    parts = urlsplit(url)
    if parts.netloc not in ("", "localhost"):
        raise SettingError(
            f"{setting}: expected file:///folder with three slashes, found {redact_url(url)!r}"
        )
    return Path(url2pathname(parts.path))


def iter_chunks(stream: BinaryIO, path: Path) -> Iterator[bytes]:
    """Yield the rest of a stream."""
    try:
        while chunk := stream.read(CHUNK_BYTES):
            yield chunk
    except OSError as error:
        raise SourceError(f"{path}: cannot be read: {error.strerror}") from error
