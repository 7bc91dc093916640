"""The SHA-256 of a file as a whole and by part, read once."""

import hashlib
from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from discogs_assets.storage.disk import disk_errors

MIB = 1 << 20
PART_BYTES = 16 * MIB
MOST_PARTS = 10_000
"""As many parts as S3 takes; each but the last has 5 MiB or more."""

Tell = Callable[[int], None]


@dataclass(frozen=True)
class Digests:
    """What a file is: `parts` are the SHA-256 of each `part_bytes` of it, in order.

    A file of one part is sent as a whole. `changed_at` is when the file was last changed, in
    seconds since 1970.
    """

    size: int
    part_bytes: int
    sha256: str
    parts: tuple[bytes, ...]
    changed_at: float

    @property
    def is_whole(self) -> bool:
        return len(self.parts) == 1

    @property
    def s3_checksum(self) -> str:
        """The SHA-256 as S3 keeps it: of the file, or of the SHA-256 of its parts, in base64."""
        is_whole, of_parts = self.is_whole, hashlib.sha256(b"".join(self.parts))
        return as_base64(self.parts[0] if is_whole else of_parts.digest())

    def span(self, number: int) -> tuple[int, int]:
        """Return offset and length of a part, which is numbered from 1."""
        offset = (number - 1) * self.part_bytes
        return offset, min(self.part_bytes, self.size - offset)


def part_bytes_of(size: int) -> int:
    """Return how long the parts of a file are: always the same for one size, to go on with them."""
    needed = -(-size // MOST_PARTS)
    return max(PART_BYTES, -(-needed // MIB) * MIB)


def digests_of(path: Path, tell: Tell) -> Digests:
    """Read a file once; `tell` hears of the bytes read. Memory is one part."""
    whole, size = hashlib.sha256(), 0
    parts: list[bytes] = []
    with disk_errors(path), path.open("rb") as file:
        status = path.stat()
        part_bytes = part_bytes_of(status.st_size)
        while (part := file.read(part_bytes)) or not parts:
            whole.update(part)
            parts.append(hashlib.sha256(part).digest())
            size += len(part)
            tell(len(part))
    changed_at = max(status.st_mtime, status.st_ctime)
    return Digests(size, part_bytes, whole.hexdigest(), tuple(parts), changed_at)


def as_base64(digest: bytes) -> str:
    return b64encode(digest).decode()
