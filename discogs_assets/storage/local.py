"""A store in a folder of this machine."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import BinaryIO
from uuid import uuid4

from discogs_assets.errors import StoreError
from discogs_assets.storage.disk import disk_errors, free_bytes_at, hold_lock, move, sync
from discogs_assets.storage.store import LOCK_TIMEOUT_S, checked_key

SCRATCH = ".scratch"


class LocalStore:
    """Files in a folder, which is made when the first of them is written.

    Once it was there, StoreError is raised when it is gone or another: what goes on then would do
    so in an empty store.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self.folder = Path(url).expanduser().absolute()
        self.lock_timeout_s = LOCK_TIMEOUT_S
        self.is_exclusive = True
        self.known = identity(self.folder)

    @property
    def scratch(self) -> Path:
        self.refuse_another()
        return self.folder / SCRATCH

    def refuse_another(self) -> None:
        folder = identity(self.folder)
        if self.known is None:
            self.known = folder
        elif folder != self.known:
            raise StoreError(
                f"{self.folder}: the store was there when this began, and "
                f"{'is gone' if folder is None else 'is another folder now'}; was it moved, or its "
                "disk taken away? Put it back, or set DISCOGS_STORE to where it is, and start again"
            )

    def exists(self, key: str) -> bool:
        path = self._path(key)
        with disk_errors(path):
            try:
                return stat.S_ISREG(path.stat().st_mode)
            except OSError as error:
                if not leads_nowhere(error):
                    raise
                return False

    def size(self, key: str) -> int:
        path = self._file(key)
        with disk_errors(path):
            return path.stat().st_size

    def keys(self, prefix: str) -> list[str]:
        self.refuse_another()
        folder = self._path(prefix.strip("/")) if prefix.strip("/") else self.folder
        with disk_errors(folder):
            return sorted(path.relative_to(self.folder).as_posix() for path in _iter_files(folder))

    def sizes(self, prefix: str) -> dict[str, int]:
        sizes = {}
        for key in self.keys(prefix):
            path = self._path(key)
            with disk_errors(path):
                try:
                    sizes[key] = path.stat().st_size
                except OSError as error:
                    # An import may remove a file between the listing and here.
                    if not leads_nowhere(error):
                        raise
        return sizes

    @contextmanager
    def open(self, key: str) -> Iterator[BinaryIO]:
        path = self._file(key)
        with disk_errors(path):
            file = path.open("rb")
        with file:
            yield file

    def read(self, key: str) -> bytes:
        path = self._file(key)
        with disk_errors(path):
            return path.read_bytes()

    def write(self, key: str, data: bytes) -> None:
        self._path(key)
        temporary = self.scratch / f"{uuid4().hex}.tmp"
        with disk_errors(temporary):
            self.scratch.mkdir(parents=True, exist_ok=True)
            try:
                temporary.write_bytes(data)
                self.put(temporary, key)
            finally:
                temporary.unlink(missing_ok=True)

    def put(self, path: Path, key: str) -> None:
        target = self._path(key)
        with disk_errors(target):
            target.parent.mkdir(parents=True, exist_ok=True)
            sync(path)
            move(path, target)
            sync(target.parent)

    def delete(self, keys: Iterable[str]) -> None:
        for key in keys:
            path = self._path(key)
            with disk_errors(path):
                path.unlink(missing_ok=True)

    @contextmanager
    def local(self, key: str) -> Iterator[Path]:
        yield self._file(key)

    def uri(self, key: str) -> str:
        return str(self._path(key))

    def polars_options(self) -> dict[str, str] | None:
        return None

    def free_bytes(self) -> int:
        return free_bytes_at(self.scratch)

    def lock(self, name: str, timeout_s: float | None = None) -> AbstractContextManager[None]:
        return hold_lock(
            self.scratch, name, self.lock_timeout_s if timeout_s is None else timeout_s
        )

    def _path(self, key: str) -> Path:
        self.refuse_another()
        return self.folder / checked_key(key)

    def _file(self, key: str) -> Path:
        if not self.exists(key):
            raise StoreError(f"{self._path(key)}: expected a file, found none; is it imported yet?")
        return self._path(key)


def identity(folder: Path) -> tuple[int, int] | None:
    """Return what tells a folder from another that has its name later; None when there is none."""
    with disk_errors(folder):
        try:
            found = folder.stat()
        except (FileNotFoundError, NotADirectoryError):
            return None
    return found.st_dev, found.st_ino


def leads_nowhere(error: OSError) -> bool:
    """Whether it says that there is no such file, be it that a link leads to itself."""
    return error.errno in (errno.ENOENT, errno.ENOTDIR, errno.ELOOP)


def _iter_files(folder: Path) -> Iterator[Path]:
    # Links are followed: people move `raw` or `lake` to another disk and link it.
    for root, folders, files in os.walk(folder, onerror=_raise_unless_gone, followlinks=True):
        folders[:] = [name for name in folders if not name.startswith(".")]
        yield from (Path(root, name) for name in files if not name.startswith("."))


def _raise_unless_gone(error: OSError) -> None:
    if not isinstance(error, FileNotFoundError | NotADirectoryError):
        raise error
