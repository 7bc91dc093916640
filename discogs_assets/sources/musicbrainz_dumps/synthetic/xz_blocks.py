"""Write xz as `xz --threads` does: blocks that say how long they are.

Python's own lzma writes one block, which does not.
"""

import lzma
import zlib
from typing import BinaryIO

DICTIONARY = 8 << 20
FILTER = {"id": lzma.FILTER_LZMA2, "preset": 1, "dict_size": DICTIONARY}
FILTER_BYTES = b"\x21\x01" + bytes([22])
"""LZMA2 with a dictionary of 8 MiB."""

BOTH_SIZES = 0xC0
FLAGS = b"\x00\x01"
"""A CRC32 behind each block."""


class BlockWriter:
    """Writes one stream; `block_bytes` of what is written become a block."""

    def __init__(self, file: BinaryIO, block_bytes: int) -> None:
        self.file, self.block_bytes = file, block_bytes
        self.waiting = bytearray()
        self.sizes: list[tuple[int, int]] = []
        file.write(b"\xfd7zXZ\x00" + FLAGS + crc32(FLAGS))

    def write(self, data: bytes) -> int:
        self.waiting += data
        while len(self.waiting) >= self.block_bytes:
            self.write_block(bytes(self.waiting[: self.block_bytes]))
            del self.waiting[: self.block_bytes]
        return len(data)

    def write_block(self, data: bytes) -> None:
        packed = lzma.compress(data, lzma.FORMAT_RAW, filters=[FILTER])
        fields = bytes([BOTH_SIZES]) + number(len(packed)) + number(len(data)) + FILTER_BYTES
        length = (len(fields) + 1 + 3) // 4 * 4
        header = bytes([length // 4]) + fields
        header += bytes(length - len(header))
        header += crc32(header)
        self.file.write(header + packed + bytes(-len(packed) % 4) + crc32(data))
        self.sizes.append((len(header) + len(packed) + 4, len(data)))

    def close(self) -> None:
        """Write what is left, the index and the footer."""
        if self.waiting:
            self.write_block(bytes(self.waiting))
        index = b"\0" + number(len(self.sizes))
        index += b"".join(number(packed) + number(unpacked) for packed, unpacked in self.sizes)
        index += bytes(-len(index) % 4)
        index += crc32(index)
        footer = (len(index) // 4 - 1).to_bytes(4, "little") + FLAGS
        self.file.write(index + crc32(footer) + footer + b"YZ")


def crc32(data: bytes) -> bytes:
    return zlib.crc32(data).to_bytes(4, "little")


def number(value: int) -> bytes:
    """Return a number as xz has it, seven bits a byte."""
    written = bytearray()
    while value > 0x7F:
        written.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*written, value])
