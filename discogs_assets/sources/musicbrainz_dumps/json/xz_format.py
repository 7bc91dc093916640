"""How xz is written: headers, sizes, the index, the footer.

The format: https://tukaani.org/xz/xz-file-format.txt.
"""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass

MAGIC, FOOTER_MAGIC = b"\xfd7zXZ\x00", b"YZ"
HEADER_BYTES = FOOTER_BYTES = 12
CHECK_BYTES = (0, 4, 4, 4, 8, 8, 8, 16, 16, 16, 32, 32, 32, 64, 64, 64)
HAS_PACKED, HAS_UNPACKED = 0x40, 0x80


@dataclass(frozen=True)
class BlockSize:
    """How long a block is: its `packed` bytes with header and check, without padding."""

    packed: int
    unpacked: int

    @property
    def padding(self) -> int:
        return -self.packed % 4


def size_of(header: bytes, check_bytes: int) -> BlockSize | None:
    """Return how long a block is; None when its header does not say both sizes."""
    if header[1] & (HAS_PACKED | HAS_UNPACKED) != HAS_PACKED | HAS_UNPACKED:
        return None
    packed, at = parse_number(header, 2)
    unpacked, _ = parse_number(header, at)
    return BlockSize(len(header) + packed + check_bytes, unpacked)


def index_of(sizes: Sequence[BlockSize]) -> bytes:
    """Return the index of a stream with such blocks."""
    index = b"\0" + encode_number(len(sizes))
    for size in sizes:
        index += encode_number(size.packed) + encode_number(size.unpacked)
    index += bytes(-len(index) % 4)
    return index + zlib.crc32(index).to_bytes(4, "little")


def footer_of(index: bytes, flags: bytes) -> bytes:
    """Return what stands behind an index; the flags are those of the header."""
    after = (len(index) // 4 - 1).to_bytes(4, "little") + flags
    return zlib.crc32(after).to_bytes(4, "little") + after + FOOTER_MAGIC


def parse_number(data: bytes, at: int) -> tuple[int, int]:
    """Return a number of seven bits a byte, and where it ends."""
    value = shift = 0
    while True:
        byte = data[at]
        value |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if not byte & 0x80:
            return value, at


def encode_number(value: int) -> bytes:
    encoded = bytearray()
    while value > 0x7F:
        encoded.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*encoded, value])
