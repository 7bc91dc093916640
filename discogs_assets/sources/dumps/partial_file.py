"""The unfinished file of a download, which the next run can go on with.

Asking the publisher for what is missing is the work of `download`.
"""

import hashlib
import itertools
import logging
import re
from collections.abc import Callable, Iterator
from io import FileIO
from pathlib import Path

from discogs_assets.errors import DownloadError, SpaceError, TransientError
from discogs_assets.sources.dumps.catalogue import Reading
from discogs_assets.sources.dumps.files import DumpFile
from discogs_assets.sources.dumps.gzip import iter_chunks
from discogs_assets.sources.dumps.origin import NOWHERE, Origin, read_origin, write_origin
from discogs_assets.storage.disk import disk_errors

WEB_PAGE = re.compile(rb"\s*<(!doctype html|html|head|body|title|pre)\b", re.IGNORECASE)

logger = logging.getLogger(__name__)


class PartialFile:
    """The unfinished file, hashed as it grows; `published` is the checksum it should get.

    `total` is what it should grow to, if known. `origin` is the publication that it is of, and
    `is_certain` whether each answer showed that it was of that one. `is_wrong` means that it is to
    be replaced; it is kept until what replaces it arrives.
    """

    def __init__(
        self, path: Path, file: DumpFile, published: str | None, progress: Callable[[int], None]
    ) -> None:
        self.path, self.file, self.published, self.progress = path, file, published, progress
        self.name, self.packing = file.name, file.packing
        self.note = path.with_name(f"{path.name}.origin")
        self.total: int | None = None
        self.origin = NOWHERE
        self.is_certain = True
        self._reset()

    @property
    def next_byte(self) -> int:
        """Where the publisher is to go on."""
        return 0 if self.is_wrong else self.size

    def resume(self) -> None:
        """Take up what an earlier run left, unless it is older or packed otherwise."""
        with disk_errors(self.path):
            if not self.path.exists():
                return
            if self._is_outdated():
                self.clear()
                return
            with self.path.open("rb") as file:
                is_packed = file.read(len(self.packing.start)) == self.packing.start
                file.seek(0)
                for chunk in iter_chunks(file):
                    self._count(chunk)
        self.is_resumed = True
        self.origin = read_origin(self.note)
        if not is_packed:
            self.clear()

    def is_of_other(self, reading: Reading) -> bool:
        """Whether what is here is of another publication than what is to be appended."""
        return self.next_byte > 0 and reading.offset > 0 and self.origin.is_other(reading.origin)

    def extend(self, reading: Reading) -> None:
        """Append what arrives; a file that is sent from its start replaces what is here."""
        if reading.offset not in (0, self.size):
            raise DownloadError(
                f"{self.name}: expected byte {self.size}, found byte {reading.offset}"
            )
        chunks = reading.chunks
        if reading.offset == 0:
            chunks = self._checked_start(chunks)
            if self.next_byte:
                logger.info("%s: the publisher sends it from the start", self.name)
            self.clear()
            self._note_origin(reading.origin)
        self.is_resumed = reading.offset > 0
        self.is_certain = self.is_certain and self.origin.is_same(reading.origin)
        self._append(chunks)

    def clear(self) -> None:
        """Drop everything to start over."""
        with disk_errors(self.path):
            self.path.unlink(missing_ok=True)
        self.forget_origin()
        if self.size:
            self.progress(-self.size)
        self._reset()

    def forget_origin(self) -> None:
        """Remove the note that goes with the file, which is elsewhere now."""
        with disk_errors(self.path):
            self.note.unlink(missing_ok=True)

    def cut(self) -> str:
        """Say what tells that the data broke off; "" when nothing does."""
        if self.size == 0 or self.sha256.hexdigest() == self.published:
            return ""
        ended = f"the data ended after {self.size}"
        if self.total is not None:
            return f"{ended} of {self.total} bytes" if self.size < self.total else ""
        if self.size < self.file.smallest_size:
            return f"{ended} bytes, at least {self.file.smallest_size} are listed"
        is_cut = self.packing.is_cut(self.path)
        return f"{ended} bytes, inside the {self.packing.name}" if is_cut else ""

    def fault(self) -> str:
        """Say what is wrong with the finished file; "" when nothing is."""
        if self.size == 0:
            return "expected a dump, found an empty file"
        if self.published is not None:
            found = self.sha256.hexdigest()
            is_published = found == self.published
            return "" if is_published else f"expected sha256 {self.published}, found {found}"
        if self.total not in (None, self.size):
            return f"expected {self.total} bytes, found {self.size}"
        smallest, largest = self.file.smallest_size, self.file.largest_size
        if not smallest <= self.size <= largest:
            return f"expected {smallest} to {largest} bytes as listed, found {self.size}"
        if self.is_certain and self.origin.is_known:
            return ""
        is_whole = self.packing.is_whole(self.path)
        return "" if is_whole else f"its {self.packing.name} data is damaged"

    def _is_outdated(self) -> bool:
        modified = self.file.modified
        if modified is None or self.path.stat().st_mtime >= modified.timestamp():
            return False
        logger.info("%s: published again at %s; starting over", self.name, modified)
        return True

    def _reset(self) -> None:
        self.size, self.is_resumed, self.is_wrong = 0, False, False
        self.origin, self.is_certain = NOWHERE, True
        self.sha256 = hashlib.sha256()

    def _note_origin(self, origin: Origin) -> None:
        with disk_errors(self.path):
            write_origin(self.note, origin)
        self.origin = origin

    def _count(self, chunk: bytes) -> None:
        self.sha256.update(chunk)
        self.size += len(chunk)
        self.progress(len(chunk))

    def _append(self, chunks: Iterator[bytes]) -> None:
        with disk_errors(self.path):
            file = self.path.open("ab", buffering=0)
        with file:
            for chunk in chunks:
                self._write(file, chunk)
                self._count(chunk)

    def _write(self, file: FileIO, chunk: bytes) -> None:
        try:
            with disk_errors(self.path):
                rest = memoryview(chunk)
                while rest:
                    rest = rest[file.write(rest) :]
        except SpaceError as error:
            raise SpaceError(f"{error}; what is there is kept: running again continues") from error

    def _checked_start(self, chunks: Iterator[bytes]) -> Iterator[bytes]:
        """Return the chunks when they start as the files do; nothing is dropped before."""
        head, start = b"", self.packing.start
        while len(head) < len(start) and (chunk := next(chunks, b"")):
            head += chunk
        if not head.startswith(start[: len(head)]):
            is_page = WEB_PAGE.match(head)
            found = "answered with a web page" if is_page else f"sends {head[:16]!r}"
            raise DownloadError(
                f"{self.name}: expected {self.packing.name}, the address {found}; check "
                f"{self.file.setting}"
            )
        if len(head) < len(start) and (head or self.size):
            raise TransientError(f"the data ended after {len(head)} bytes")
        return itertools.chain([head], chunks)
