"""Cut a dump file into blocks of lines: xz, a tar in it, the one member that has the records."""

import tarfile
from collections.abc import Iterator
from typing import IO, BinaryIO, NamedTuple

from discogs_assets.errors import DumpError
from discogs_assets.sources.musicbrainz_dumps.json.xz import XzReader

SCHEMA_MEMBER, SCHEMA = "JSON_DUMPS_SCHEMA_NUMBER", "1"
"""The last member: with it the tar is whole."""

LONGEST_LINE = 256 << 20
READ_BYTES = 1 << 20


class Block(NamedTuple):
    """Consecutive lines without their ends; `offset` is where the first starts in its member."""

    offset: int
    lines: list[bytes]
    is_first: bool

    @property
    def records(self) -> int:
        return sum(1 for line in self.lines if line)

    def first(self, count: int) -> "Block":
        """Return the block up to so many records."""
        kept: list[bytes] = []
        for line in self.lines:
            if count == 0:
                break
            kept.append(line)
            count -= bool(line)
        return self._replace(lines=kept)


class Chunks:
    """What is unpacked, as a stream for `tarfile`."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self.chunks = chunks
        self.rest = memoryview(b"")

    def read(self, count: int) -> bytes:
        """Return so many bytes, fewer at the end only."""
        found: list[memoryview] = []
        while count and (self.rest or self.fill()):
            found.append(self.rest[:count])
            self.rest = self.rest[count:]
            count -= len(found[-1])
        return b"".join(found)

    def fill(self) -> bool:
        for chunk in self.chunks:
            if chunk:
                self.rest = memoryview(chunk)
                return True
        return False


def iter_blocks(
    stream: BinaryIO, member: str, name: str, block_bytes: int, threads: int | None = None
) -> Iterator[Block]:
    """Yield the lines of a member of an open tar.xz; DumpError when it is not whole."""
    chunks = Chunks(XzReader(stream, name, threads).iter_unpacked())
    is_found, schema = False, ""
    try:
        with tarfile.open(fileobj=chunks, mode="r|", bufsize=READ_BYTES) as tar:  # type: ignore[call-overload]
            for found in tar:
                file = tar.extractfile(found)
                if file is None:
                    continue
                if found.name == member:
                    is_found = True
                    yield from iter_lines(file, name, block_bytes)
                elif found.name == SCHEMA_MEMBER:
                    schema = file.read(READ_BYTES).decode(errors="replace").strip()
    except tarfile.TarError as error:
        raise DumpError(
            f"{name}: expected a whole tar, found that it is cut or damaged ({error}): download it "
            "again"
        ) from error
    check_members(name, member, schema, is_found=is_found)
    while chunks.read(READ_BYTES):
        pass


def check_members(name: str, member: str, schema: str, *, is_found: bool) -> None:
    """Raise DumpError for a tar without the records, or of another schema."""
    if not is_found:
        raise DumpError(f"{name}: expected {member} in the tar, found none: is it another type?")
    if not schema:
        raise DumpError(
            f"{name}: expected {SCHEMA_MEMBER} as the last member of the tar, found none: it is "
            "cut: download it again"
        )
    if schema != SCHEMA:
        raise DumpError(
            f"{name}: expected {SCHEMA_MEMBER} {SCHEMA}, found {schema!r}: MusicBrainz has changed "
            "the form of its dumps; a newer release of discogs-assets may read it"
        )


def iter_lines(file: IO[bytes], name: str, block_bytes: int) -> Iterator[Block]:
    """Yield the lines of an open member, about so many bytes at a time."""
    offset, begun, is_first = 0, list[bytes](), True
    while data := file.read(block_bytes):
        *lines, rest = data.split(b"\n")
        if lines:
            lines[0] = b"".join((*begun, lines[0]))
            yield Block(offset, lines, is_first)
            offset, is_first = offset + sum(map(len, lines)) + len(lines), False
            begun = []
        begun.append(rest)
        if sum(map(len, begun)) > LONGEST_LINE:
            raise DumpError(
                f"{name}, byte {offset}: expected a line of at most {LONGEST_LINE} bytes, found a "
                "longer one: is it a dump?"
            )
    if last := b"".join(begun):
        yield Block(offset, [last], is_first)
