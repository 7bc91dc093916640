"""A folder of dump files that somebody keeps, directly in it or below it."""

import logging
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
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
from discogs_assets.sources.discogs_dumps.publication import (
    PUBLICATION,
    describe_file,
    parse_file_name,
)
from discogs_assets.sources.discogs_dumps.tables import DUMP_TYPES
from discogs_assets.sources.dumps.catalogue import (
    CHUNK_BYTES,
    Dump,
    Reading,
    group_dumps,
    read_checksums,
)
from discogs_assets.sources.dumps.files import CHECKSUM, DumpFile
from discogs_assets.sources.dumps.origin import Origin
from discogs_assets.storage.urls import without_user

UNPACKED = re.compile(rf"discogs_\d{{8}}_({'|'.join(DUMP_TYPES)})\.xml", re.ASCII)

logger = logging.getLogger(__name__)


@dataclass
class FolderCatalogue:
    """Dumps in a folder, or one dump file; taken as settled, whatever the time stamps.

    Of one file, the list of checksums beside it is used too.
    """

    url: str
    folder: Path

    @classmethod
    def open(cls, url: str) -> Self:
        """Return the catalogue of a path or `file://` address, or raise `SettingError`."""
        path = parse_path(url)
        if path.is_file():
            refuse_other_file(path)
        elif not path.is_dir():
            raise SettingError(
                "DISCOGS_DUMPS_URL: expected an address, or a folder or dump file that exists, "
                f"found {without_user(url)!r}"
            )
        return cls(url, path)

    def years(self) -> list[int]:
        return sorted({file.date.year for file in self.iter_files()})

    def dumps(self, year: int) -> list[Dump]:
        return group_dumps(
            (file for file in self.iter_files() if file.date.year == year), PUBLICATION
        )

    def checksums(self, dump: Dump) -> dict[str, str]:
        return read_checksums(self, dump)

    @contextmanager
    def read(self, file: DumpFile, offset: int) -> Iterator[Reading]:
        path = Path(file.location)
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

    def address(self, file: DumpFile) -> str:
        return Path(file.location).absolute().as_posix()

    def iter_files(self) -> Iterator[DumpFile]:
        """Yield every dump file in the folder and below it, also below links to folders."""
        paths = iter_beside if self.folder.is_file() else iter_paths
        for path in paths(self.folder):
            if PUBLICATION.is_dump_file(path.name) and path.is_file():
                yield describe_file(path.as_posix(), path.stat().st_size, modified=None)
            elif UNPACKED.fullmatch(path.name):
                logger.warning("%s: left out: it is not packed; run gzip -k on it", path)


def origin_of(stream: BinaryIO) -> Origin:
    """Return which file it is, and when it was written last."""
    found = os.fstat(stream.fileno())
    return Origin(f"{found.st_dev}-{found.st_ino}", str(found.st_mtime_ns), found.st_size)


def refuse_other_file(path: Path) -> None:
    """Raise SettingError for a file that is no dump file."""
    if UNPACKED.fullmatch(path.name):
        raise SettingError(f"{path}: it is not packed; run gzip -k on it, and give {path.name}.gz")
    try:
        parse_file_name(path.name)
    except ListingError as error:
        raise SettingError(f"{path}: {error}; rename it, or give another") from None


def iter_beside(file: Path) -> Iterator[Path]:
    """Yield a dump file, and the list of checksums of its day where one lies beside it."""
    yield file
    day, kind = parse_file_name(file.name)
    checksums = file.with_name(f"discogs_{day:%Y%m%d}_{CHECKSUM}.txt")
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
        yield from (Path(root, name) for name in files if name.startswith("discogs_"))


def refuse(error: OSError) -> None:
    """Go on without folders that nobody may look into; SourceError for those that fail."""
    if not isinstance(error, PermissionError):
        raise SourceError(f"{error.filename}: cannot be listed: {error.strerror}") from error
    logger.warning("%s: left out: %s", error.filename, error.strerror)


def parse_path(url: str) -> Path:
    """Return the path of a `file://` address or of a plain path."""
    if not url.lower().startswith("file://"):
        if not url.strip():
            raise SettingError("DISCOGS_DUMPS_URL: expected an address or a folder, found nothing")
        return Path(url).expanduser()
    parts = urlsplit(url)
    if parts.netloc not in ("", "localhost"):
        raise SettingError(
            "DISCOGS_DUMPS_URL: expected file:///folder with three slashes, "
            f"found {without_user(url)!r}"
        )
    return Path(url2pathname(parts.path))


def iter_chunks(stream: BinaryIO, path: Path) -> Iterator[bytes]:
    """Yield the rest of a stream."""
    try:
        while chunk := stream.read(CHUNK_BYTES):
            yield chunk
    except OSError as error:
        raise SourceError(f"{path}: cannot be read: {error.strerror}") from error
