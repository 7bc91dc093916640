"""A file somewhere else that reads as one at hand: by ranges, from any byte."""

import io
from collections.abc import Callable
from typing import Any

from discogs_assets.errors import DownloadError, TransientError
from discogs_assets.sources.http import patient
from discogs_assets.sources.listenbrainz_dumps.place import Place

AHEAD_BYTES = 4096
"""What a header in a tar takes, with what stands before it: one request each."""

LONGEST_WAIT_S = 7200.0


class RangeFile(io.RawIOBase):
    """Reads part of a file: `length` bytes from `start` on, all of it by default.

    What is read at once is at least `ahead` bytes, which are kept.
    """

    def __init__(
        self,
        place: Place,
        path: str,
        sleep: Callable[[float], None],
        start: int = 0,
        length: int | None = None,
        ahead: int = AHEAD_BYTES,
    ) -> None:
        super().__init__()
        self.place, self.path, self.wait, self.start, self.ahead = place, path, sleep, start, ahead
        self.length = place.size(path) - start if length is None else length
        self.at = 0
        self.kept_at, self.kept = 0, b""
        self.fetched = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self.at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        origin = {io.SEEK_SET: 0, io.SEEK_CUR: self.at, io.SEEK_END: self.length}[whence]
        self.at = max(0, origin + offset)
        return self.at

    def readinto(self, buffer: Any) -> int:
        data = self.read_at(self.at, len(buffer))
        buffer[: len(data)] = data
        self.at += len(data)
        return len(data)

    def read_at(self, at: int, count: int) -> bytes:
        """Return so many bytes, fewer at the end only."""
        count = max(0, min(count, self.length - at))
        begin = at - self.kept_at
        if not (begin >= 0 and begin + count <= len(self.kept)):
            wanted = min(max(count, self.ahead), self.length - at)
            self.kept = patient(self.wait, LONGEST_WAIT_S)(self.fetch, at, wanted) if count else b""
            self.kept_at, begin = at, 0
        return self.kept[begin : begin + count]

    def fetch(self, at: int, count: int) -> bytes:
        data = b"".join(self.place.iter_range(self.path, self.start + at, count))
        where = f"{self.place.url}{self.path}"
        if len(data) > count:
            raise DownloadError(f"{where}: expected {count} bytes, found {len(data)}")
        if len(data) < count:
            raise TransientError(f"{where}: expected {count} bytes, found {len(data)}")
        self.fetched += count
        return data
