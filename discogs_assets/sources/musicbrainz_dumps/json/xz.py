"""Unpack xz: its blocks in parallel where it has any, as a stream where not.

`xz --threads` writes blocks that say how long they are, so that they can be cut out of a stream.
The format: https://tukaani.org/xz/xz-file-format.txt. liblzma unpacks each block, and compares its
checksum; python-xz, which finds blocks too, needs to seek and unpacks one after the other.
"""

import lzma
import os
import zlib
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import BinaryIO

from discogs_assets.errors import UnpackError
from discogs_assets.sources.dumps.packing import Packing
from discogs_assets.sources.musicbrainz_dumps.json.xz_format import (
    CHECK_BYTES,
    FOOTER_BYTES,
    FOOTER_MAGIC,
    HEADER_BYTES,
    MAGIC,
    BlockSize,
    footer_of,
    index_of,
    size_of,
)
from discogs_assets.storage.disk import disk_errors

PIECE = 4 << 20
LARGEST = 32 << 20
"""A block of more bytes is unpacked in pieces, by itself. `xz --threads` makes blocks of 24 MiB."""

MOST_THREADS = 4
"""More would wait: to unpack a block takes a quarter of the time that its lines are parsed in."""

AHEAD = 1
"""How many blocks are under way beside those that threads unpack."""


class XzReader:
    """Reads an xz file; `name` is what errors call it."""

    def __init__(self, stream: BinaryIO, name: str, threads: int | None = None) -> None:
        self.stream, self.name = stream, name
        self.threads = threads or min(os.cpu_count() or 1, MOST_THREADS)

    def iter_unpacked(self) -> Iterator[bytes]:
        """Yield what is unpacked, in order; UnpackError when it cannot be read to its end."""
        start = self.stream.read(HEADER_BYTES)
        with ThreadPoolExecutor(self.threads) as pool:
            while start:
                yield from self.iter_stream(self.checked_header(start), pool)
                start = self.next_start()

    def next_start(self) -> bytes:
        """Return the header of a stream that follows, behind padding; b"" at the end."""
        while (found := self.stream.read(4)) == b"\0\0\0\0":
            pass
        return found + self.exactly(HEADER_BYTES - len(found)) if found else b""

    def checked_header(self, header: bytes) -> bytes:
        if not header.startswith(MAGIC):
            raise UnpackError(f"{self.name}: expected xz, found {header[:16]!r}: download it again")
        if len(header) < HEADER_BYTES:
            raise self.cut()
        if zlib.crc32(header[6:8]) != int.from_bytes(header[8:12], "little"):
            raise self.damaged("the header of a stream")
        return header

    def iter_stream(self, header: bytes, pool: ThreadPoolExecutor) -> Iterator[bytes]:
        """Yield what a stream unpacks to."""
        sizes: list[BlockSize] = []
        under_way: deque[Future[list[bytes]]] = deque()
        try:
            while block := self.block_header():
                size = size_of(block, CHECK_BYTES[header[7] & 15])
                if size is None:
                    if sizes:
                        raise self.damaged("a block, which does not say how long it is")
                    yield from self.iter_alone(header + block)
                    return
                sizes.append(size)
                if max(size.unpacked, size.packed) > LARGEST:
                    while under_way:
                        yield from under_way.popleft().result()
                    yield from self.iter_large(header, block, size)
                    continue
                packed = self.exactly(size.packed + size.padding - len(block))
                under_way.append(pool.submit(self.unpack, header, block + packed, size))
                while len(under_way) > self.threads + AHEAD:
                    yield from under_way.popleft().result()
            while under_way:
                yield from under_way.popleft().result()
        finally:
            for future in under_way:
                future.cancel()
        self.check_index(header, sizes)

    def block_header(self) -> bytes:
        """Return the header of the next block; b"" when the index comes, whose mark is read."""
        mark = self.exactly(1)
        if mark == b"\0":
            return b""
        header = mark + self.exactly(mark[0] * 4 + 3)
        if zlib.crc32(header[:-4]) != int.from_bytes(header[-4:], "little"):
            raise self.damaged("the header of a block")
        return header

    def unpack(self, header: bytes, block: bytes, size: BlockSize) -> list[bytes]:
        """Return what a block unpacks to, in pieces; threads do this side by side."""
        decompressor = lzma.LZMADecompressor(lzma.FORMAT_XZ)
        try:
            pieces = [decompressor.decompress(header + block, PIECE)]
            while not decompressor.needs_input:
                pieces.append(decompressor.decompress(b"", PIECE))
        except lzma.LZMAError as error:
            raise self.damaged(f"a block ({error})") from error
        if (found := sum(map(len, pieces))) != size.unpacked:
            raise self.damaged(f"a block of {size.unpacked} bytes, which has {found}")
        return pieces

    def iter_large(self, header: bytes, block: bytes, size: BlockSize) -> Iterator[bytes]:
        """Yield what a block unpacks to, in pieces."""
        decompressor = lzma.LZMADecompressor(lzma.FORMAT_XZ)
        left, found, packed = size.packed + size.padding - len(block), 0, header + block
        try:
            while packed:
                data = decompressor.decompress(packed, PIECE)
                found += len(data)
                yield data
                packed = b""
                while not decompressor.needs_input:
                    data = decompressor.decompress(b"", PIECE)
                    found += len(data)
                    yield data
                if left:
                    packed = self.exactly(min(left, PIECE))
                    left -= len(packed)
        except lzma.LZMAError as error:
            raise self.damaged(f"a block ({error})") from error
        if found != size.unpacked:
            raise self.damaged(f"a block of {size.unpacked} bytes, which has {found}")

    def iter_alone(self, start: bytes) -> Iterator[bytes]:
        """Yield what a stream without blocks unpacks to, to its end."""
        decompressor, packed = lzma.LZMADecompressor(lzma.FORMAT_XZ), start
        try:
            while not decompressor.eof:
                if decompressor.needs_input and not packed:
                    packed = self.stream.read(PIECE)
                    if not packed:
                        raise self.cut()
                yield decompressor.decompress(packed, PIECE)
                packed = b""
        except lzma.LZMAError as error:
            raise self.damaged(f"the data ({error})") from error
        self.put_back(decompressor.unused_data)

    def put_back(self, data: bytes) -> None:
        if data:
            self.stream = Rest(data, self.stream)  # type: ignore[assignment]

    def check_index(self, header: bytes, sizes: list[BlockSize]) -> None:
        """Compare the index and the footer with the blocks that were read."""
        index = index_of(sizes)
        if self.exactly(len(index) - 1) != index[1:]:
            raise self.damaged("the index")
        footer = footer_of(index, header[6:8])
        if self.exactly(FOOTER_BYTES) != footer:
            raise self.damaged("the footer")

    def exactly(self, count: int) -> bytes:
        """Return so many bytes; UnpackError when there are fewer."""
        data = self.stream.read(count)
        while len(data) < count and (more := self.stream.read(count - len(data))):
            data += more
        if len(data) < count:
            raise self.cut()
        return data

    def cut(self) -> UnpackError:
        return UnpackError(
            f"{self.name}: expected the end of the xz data, the file ends before: download it again"
        )

    def damaged(self, what: str) -> UnpackError:
        return UnpackError(
            f"{self.name}: expected sound xz, found damage in {what}: download it again"
        )


class Rest:
    """A stream that begins with some bytes that were read already."""

    def __init__(self, data: bytes, stream: BinaryIO) -> None:
        self.data, self.stream = data, stream

    def read(self, count: int) -> bytes:
        if not self.data:
            return self.stream.read(count)
        found, self.data = self.data[:count], self.data[count:]
        return found


def is_whole(path: Path) -> bool:
    """Tell whether an xz file can be read to its end, with the checksums in it."""
    with disk_errors(path), path.open("rb") as file:
        try:
            for _ in XzReader(file, path.name).iter_unpacked():
                pass
        except UnpackError:
            return False
    return True


def is_cut(path: Path) -> bool:
    """Tell whether an xz file ends too early: its last bytes are not those of a footer."""
    with disk_errors(path), path.open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(max(size - len(FOOTER_MAGIC), 0))
        return file.read() != FOOTER_MAGIC


XZ = Packing("xz", MAGIC, is_whole, is_cut)
