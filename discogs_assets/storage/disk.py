"""The local disk: its errors, its room, its locks, and files moved so that they survive a crash.

Which files there are and what they are called does not belong here.
"""

import errno
import logging
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from filelock import FileLock, Timeout

from discogs_assets.errors import SpaceError, StoreError, StoreLockedError

NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
NO_FILE = (errno.ENOENT, errno.ENOTDIR, errno.EISDIR)

logger = logging.getLogger(__name__)


@contextmanager
def disk_errors(path: Path) -> Iterator[None]:
    """Turn what the operating system says of `path` into StoreError or SpaceError."""
    try:
        yield
    except OSError as error:
        where = f"{error.filename or path}: {error.strerror or error}"
        if error.errno in NO_ROOM:
            raise SpaceError(f"{where}; make room there, or put the data elsewhere") from error
        if error.errno in NO_FILE:
            raise StoreError(f"{where}; was it moved or deleted while it was in use?") from error
        raise StoreError(
            f"{where}; let this user read and write there, or put the data elsewhere"
        ) from error


@contextmanager
def hold_lock(scratch: Path, name: str, timeout_s: float) -> Iterator[None]:
    """Hold the lock file of `name`; the system frees it when its holder ends or is killed."""
    path = scratch / f"{quote(name, safe='')}.lock"
    lock = FileLock(path)
    with disk_errors(path):
        scratch.mkdir(parents=True, exist_ok=True)
        _acquire(lock, path, timeout_s)
    try:
        yield
    finally:
        lock.release()


def _acquire(lock: FileLock, path: Path, timeout_s: float) -> None:
    try:
        lock.acquire(timeout=0)
    except Timeout:
        if timeout_s:
            logger.info("%s: waiting for the lock, which another process holds", path)
        try:
            lock.acquire(timeout=timeout_s)
        except Timeout as error:
            raise StoreLockedError(
                f"{path}: another process has held this lock for {timeout_s:g} s;"
                " let it end or stop it, then run again"
            ) from error


def free_bytes_at(folder: Path) -> int:
    """Return the room on the disk where `folder` is or will be."""
    with disk_errors(folder):
        while not folder.exists():
            folder = folder.parent
        return shutil.disk_usage(folder).free


def device_at(folder: Path) -> int:
    """Return the number of the disk where `folder` is or will be."""
    with disk_errors(folder):
        while not folder.exists():
            folder = folder.parent
        return folder.stat().st_dev


def sync(path: Path) -> None:
    """Have a file's content, or a folder's names, written to the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def move(path: Path, target: Path) -> None:
    """Put a file in the place of another, whole or not at all, from another disk too."""
    try:
        path.replace(target)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        copy = target.with_name(f".{target.name}.tmp")
        shutil.copyfile(path, copy)
        sync(copy)
        copy.replace(target)
        path.unlink()
