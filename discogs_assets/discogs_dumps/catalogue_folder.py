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

from discogs_assets.addresses import without_user
from discogs_assets.discogs_dumps.catalogue import (
    CHUNK_BYTES,
    Dump,
    Reading,
    group_dumps,
    read_checksums,
)
from discogs_assets.discogs_dumps.dump_files import DumpFile, describe_file, is_dump_file
from discogs_assets.discogs_dumps.tables import DUMP_TYPES
from discogs_assets.errors import DumpNotFoundError, SettingError, SourceError

UNPACKED = re.compile(rf"discogs_\d{{8}}_({'|'.join(DUMP_TYPES)})\.xml", re.ASCII)

logger = logging.getLogger(__name__)


@dataclass
class FolderCatalogue:
    """Dumps in a folder; its files are taken as settled, whatever their time stamps."""

    url: str
    folder: Path

    @classmethod
    def open(cls, url: str) -> Self:
        """Return the catalogue of a path or `file://` address, or raise `SettingError`."""
        folder = parse_path(url)
        if not folder.is_dir():
            raise SettingError(
                "DISCOGS_DUMPS_URL: expected an address or a folder that exists, "
                f"found {without_user(url)!r}"
            )
        return cls(url, folder)

    def years(self) -> list[int]:
        return sorted({file.date.year for file in self.iter_files()})

    def dumps(self, year: int) -> list[Dump]:
        return group_dumps(file for file in self.iter_files() if file.date.year == year)

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
            total = path.stat().st_size
            stream.seek(offset)
            is_whole = 0 < offset >= total
            yield Reading(iter_chunks(stream, path), offset, total, is_whole)

    def address(self, file: DumpFile) -> str:
        return Path(file.location).absolute().as_posix()

    def iter_files(self) -> Iterator[DumpFile]:
        """Yield every dump file in the folder and below it, also below links to folders."""
        for path in iter_paths(self.folder):
            if is_dump_file(path.name) and path.is_file():
                yield describe_file(path.as_posix(), path.stat().st_size, modified=None)
            elif UNPACKED.fullmatch(path.name):
                logger.warning("%s: left out: it is not packed; run gzip -k on it", path)


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
