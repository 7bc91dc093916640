"""The SHA-256 of a file as a whole and by part, so that an unfinished upload can be resumed."""

import hashlib
import os
from base64 import b64encode
from dataclasses import dataclass
from pathlib import Path

from discogs_assets.display.progress import OnBytes
from discogs_assets.errors import StoreError
from discogs_assets.storage.disk import disk_errors

MIB = 1 << 20
PART_BYTES = 16 * MIB
MOST_PARTS = 10_000
"""As many parts as S3 takes; each but the last has 5 MiB or more."""


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
    """Return how long the parts of a file are, always the same for one size."""
    needed = -(-size // MOST_PARTS)
    return max(PART_BYTES, -(-needed // MIB) * MIB)


def digests_of(path: Path, on_bytes: OnBytes) -> Digests:
    """Read a file once; `on_bytes` is called with the bytes read. Memory is one part."""
    whole, size = hashlib.sha256(), 0
    parts: list[bytes] = []
    with disk_errors(path), path.open("rb") as file:
        status = os.fstat(file.fileno())
        part_bytes = part_bytes_of(status.st_size)
        while (part := file.read(part_bytes)) or not parts:
            whole.update(part)
            parts.append(hashlib.sha256(part).digest())
            size += len(part)
            on_bytes(len(part))
    changed_at = max(status.st_mtime, status.st_ctime)
    return Digests(size, part_bytes, whole.hexdigest(), tuple(parts), changed_at)


def read_part(path: Path, file: int, digests: Digests, number: int) -> bytes:
    """Return a part of an open file, by its descriptor; StoreError when it is not as digested.

    A byte after the last part is looked for: a file that has grown is another as well.
    """
    offset, length = digests.span(number)
    is_last = number == len(digests.parts)
    data = os.pread(file, length + is_last, offset)
    if hashlib.sha256(data).digest() != digests.parts[number - 1]:
        raise StoreError(f"{path}: it was changed while it was uploaded; upload again")
    return data


def as_base64(digest: bytes) -> str:
    return b64encode(digest).decode()
