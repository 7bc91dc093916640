"""Bring bytes of a dump onto this machine: go on where it broke off, and check what came."""

import hashlib
import logging
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import tenacity

from discogs_assets.display.text import size as readable_size
from discogs_assets.errors import DownloadError, SpaceError, TransientError
from discogs_assets.sources.http import FIRST_WAIT_S
from discogs_assets.sources.listenbrainz_dumps.place import CHUNK_BYTES, Place, published_sha256
from discogs_assets.storage.disk import disk_errors, free_bytes_at

ATTEMPTS = 5
LONGEST_WAIT_S = 7200.0
LARGEST_MONTH = 10 << 30
"""More than any month has: 2.7 GB in 2025."""
PART = ".part"

Tell = Callable[[int], object]

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Part:
    """Bytes of a file at a place: `length` of them from `start` on."""

    path: str
    start: int
    length: int


class PartDownload:
    """Brings a part into a file; what an earlier run left there is gone on with."""

    def __init__(self, place: Place, part: Part, target: Path, tell: Tell) -> None:
        self.place, self.part, self.target, self.tell = place, part, target, tell
        self.unfinished = target.with_name(target.name + PART)
        self.fruitless = 0
        self.where = f"{place.url}{part.path}"

    def run(self, sleep: Callable[[float], None]) -> None:
        """Have the file whole, or raise DownloadError; what came is kept for the next run."""
        if self.is_there():
            self.tell(self.part.length)
            return
        self.tell(self.came())
        attempts = tenacity.Retrying(
            retry=tenacity.retry_if_exception_type(TransientError),
            stop=lambda state: self.fruitless >= ATTEMPTS or state.upcoming_sleep > LONGEST_WAIT_S,
            wait=self.wait_s,
            sleep=sleep,
            before_sleep=self.log,
            reraise=True,
        )
        try:
            attempts(self.attempt)
        except TransientError as error:
            raise DownloadError(
                f"{error}; {self.came():,} of {self.part.length:,} bytes are in "
                f"{self.unfinished}: import again later to continue"
            ) from error
        with disk_errors(self.target):
            self.unfinished.replace(self.target)

    def is_there(self) -> bool:
        with disk_errors(self.target):
            return self.target.exists() and self.target.stat().st_size == self.part.length

    def came(self) -> int:
        with disk_errors(self.unfinished):
            return self.unfinished.stat().st_size if self.unfinished.exists() else 0

    def attempt(self) -> None:
        """Append what is missing; TransientError when it breaks off."""
        before = self.came()
        if before > self.part.length:
            self.unfinished.unlink()
            self.tell(-before)
            before = 0
        try:
            self.append(before)
        except TransientError:
            self.fruitless = 0 if self.came() > before else self.fruitless + 1
            raise

    def append(self, before: int) -> None:
        missing = self.part.length - before
        if missing:
            with disk_errors(self.unfinished), self.unfinished.open("ab") as file:
                for chunk in self.place.iter_range(
                    self.part.path, self.part.start + before, missing
                ):
                    file.write(chunk)
                    self.tell(len(chunk))
        if self.came() != self.part.length:
            raise TransientError(
                f"{self.where}: the data ended after {self.came():,} of {self.part.length:,} bytes"
            )

    def wait_s(self, state: tenacity.RetryCallState) -> float:
        """Return the wait the site asks for; without one it doubles as long as nothing comes."""
        error = state.outcome.exception() if state.outcome else None
        if isinstance(error, TransientError) and error.retry_after_s is not None:
            return error.retry_after_s
        return FIRST_WAIT_S * 2.0 ** max(self.fruitless - 1, 0)

    def log(self, state: tenacity.RetryCallState) -> None:
        error = state.outcome and state.outcome.exception()
        logger.warning("%s; waiting %.0f s", error, state.upcoming_sleep)


def refuse_no_room(folder: Path, download: int) -> None:
    """Raise SpaceError, before anything is downloaded, when it would not fit beside its rows.

    The rows of a month are as much again, and no more than `LARGEST_MONTH`.
    """
    needed, free = download + min(download, LARGEST_MONTH), free_bytes_at(folder)
    if free < needed:
        raise SpaceError(
            f"{folder}: expected room for {readable_size(needed)}, of which "
            f"{readable_size(download)} are to be downloaded, found {readable_size(free)}; make "
            "room there, or put the store elsewhere with DISCOGS_STORE"
        )


def sha256_of(path: Path, tell: Tell = lambda _bytes: None) -> str:
    digest = hashlib.sha256()
    with disk_errors(path), path.open("rb") as file:
        while chunk := file.read(CHUNK_BYTES):
            digest.update(chunk)
            tell(len(chunk))
    return digest.hexdigest()


def verify(place: Place, archive: str, path: Path, tell: Tell = lambda _bytes: None) -> str:
    """Return the SHA-256 of an archive at hand; DownloadError when another was published."""
    published = published_sha256(place, archive)
    found = sha256_of(path, tell)
    if found != published:
        raise DownloadError(
            f"{path}: expected sha256 {published} as published at {place.url}{archive}.sha256, "
            f"found {found}; get the archive again"
        )
    return found
