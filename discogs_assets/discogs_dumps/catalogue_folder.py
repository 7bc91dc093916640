"""A folder of dump files that somebody keeps, directly in it or below it."""

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
from discogs_assets.errors import DumpNotFoundError, SettingError, SourceError


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
        """Yield every dump file in the folder and below it."""
        for path in self.folder.rglob("discogs_*"):
            if is_dump_file(path.name) and path.is_file():
                yield describe_file(path.as_posix(), path.stat().st_size, modified=None)


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
