"""Hash a file while it is read."""

import hashlib
from collections.abc import Callable
from typing import Any, BinaryIO

from discogs_assets.display.progress import CountedStream

PIECE = 1 << 20


class DigestedStream(CountedStream):
    """A stream that has the SHA-256 of what was read from it, and tells how much that was."""

    def __init__(self, stream: BinaryIO, tell: Callable[[int], None]) -> None:
        super().__init__(stream, tell)
        self.sha256 = hashlib.sha256()

    def readinto(self, buffer: Any) -> int:
        size = super().readinto(buffer)
        self.sha256.update(memoryview(buffer)[:size])
        return size

    def rest(self) -> str:
        """Read what is left, and return the SHA-256 of all, in hexadecimal digits."""
        piece = bytearray(PIECE)
        while self.readinto(piece):
            pass
        return self.sha256.hexdigest()
