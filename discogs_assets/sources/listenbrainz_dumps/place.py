"""Where ListenBrainz's dumps lie, and the bytes of a file there: the interface, and a folder."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol

from discogs_assets.errors import DumpNotFoundError, ListingError, SettingError, SourceError
from discogs_assets.storage.disk import disk_errors

CHUNK_BYTES = 1 << 20
SHA256 = re.compile(r"[0-9a-fA-F]{64}")


class Place(Protocol):
    """A web site or a folder; paths are relative, with `/`."""

    @property
    def url(self) -> str:
        """Where it is, with `/` at its end."""

    def names(self, folder: str) -> list[str]:
        """Return what lies in a folder."""

    def size(self, path: str) -> int:
        """Return the bytes of a file; DumpNotFoundError when there is none."""

    def read(self, path: str) -> bytes:
        """Return a small file whole."""

    def iter_range(self, path: str, start: int, length: int) -> Iterator[bytes]:
        """Yield the bytes of a file from `start` on: `length` of them, fewer when it breaks off."""

    def local(self, path: str) -> Path | None:
        """Return the file itself where it is on this machine, else None."""


@dataclass(frozen=True)
class FolderPlace:
    """A folder that has `fullexport` and `incremental` in it."""

    folder: Path

    @property
    def url(self) -> str:
        return f"{self.folder}/"

    def names(self, folder: str) -> list[str]:
        path = self.folder / folder
        with disk_errors(path):
            return sorted(one.name for one in path.iterdir()) if path.is_dir() else []

    def size(self, path: str) -> int:
        with self.open(path) as file:
            return file.seek(0, 2)

    def read(self, path: str) -> bytes:
        with self.open(path) as file:
            return file.read()

    def iter_range(self, path: str, start: int, length: int) -> Iterator[bytes]:
        with self.open(path) as file:
            file.seek(start)
            while length > 0 and (chunk := file.read(min(CHUNK_BYTES, length))):
                length -= len(chunk)
                yield chunk

    def local(self, path: str) -> Path | None:
        return self.folder / path

    def open(self, path: str) -> BinaryIO:
        try:
            return (self.folder / path).open("rb")
        except FileNotFoundError as error:
            raise DumpNotFoundError(
                f"{self.folder / path}: expected a file of a dump, found none; put it there, or "
                "set LISTENBRAINZ_URL to another place"
            ) from error
        except OSError as error:
            raise SourceError(f"{self.folder / path}: cannot be read: {error.strerror}") from error


def open_folder(path: str) -> FolderPlace:
    folder = Path(path.removeprefix("file://")).expanduser().absolute()
    if not folder.is_dir():
        raise SettingError(
            f"LISTENBRAINZ_URL: expected an address or a folder that exists, found {path!r}"
        )
    return FolderPlace(folder)


def published_sha256(place: Place, archive: str) -> str:
    """Return what the `.sha256` beside an archive says: bare hex, no name, no end of line."""
    path = f"{archive}.sha256"
    text = place.read(path).decode(errors="replace").strip()
    if SHA256.fullmatch(text) is None:
        raise ListingError(
            f"{place.url}{path}: expected 64 hex digits and nothing else, found {text[:80]!r}"
        )
    return text.lower()
