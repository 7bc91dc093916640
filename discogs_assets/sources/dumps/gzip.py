"""gzip data: whether it is cut or damaged, and what stands behind its end."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

from isal import igzip, igzip_lib

from discogs_assets.errors import DumpError
from discogs_assets.storage.disk import disk_errors

READ_BYTES = 1 << 20
MOST_BYTES = 16 << 20
GZIP = b"\x1f\x8b"
SHOWN = 16
DAMAGED: Any = igzip_lib.IsalError


def bytes_behind(stream: BinaryIO) -> bytes:
    """Return the first bytes behind whole gzip data; b"" for none, and for data that is cut.

    Zeros may stand there, and more gzip data. All is unpacked once more to find out.
    """
    rest = stream.read(READ_BYTES)
    if not rest.startswith(GZIP):
        return b""
    while rest.startswith(GZIP):
        decompressor = igzip_lib.IgzipDecompressor(flag=igzip_lib.DECOMP_GZIP)
        while not decompressor.eof:
            try:
                decompressor.decompress(rest, MOST_BYTES)
            except DAMAGED:
                return b""
            rest = stream.read(READ_BYTES) if decompressor.needs_input else b""
            if not rest and decompressor.needs_input and not decompressor.eof:
                return b""
        rest = decompressor.unused_data + rest
        while not rest.strip(b"\0") and (more := stream.read(READ_BYTES)):
            rest = more
        rest = rest.lstrip(b"\0")
        if len(rest) < len(GZIP):
            rest += stream.read(READ_BYTES)
    return rest[:SHOWN]


def refuse_bytes_behind(stream: BinaryIO, where: str) -> None:
    """Raise DumpError when other bytes follow whole gzip data."""
    if found := bytes_behind(stream):
        raise DumpError(
            f"{where}: expected nothing behind the end of the gzip data, found {found!r}; what is "
            "before is whole: cut them off, as gzip -cd FILE | gzip does, or download it again"
        )


NOT_GZIP: Any = (igzip.BadGzipFile, igzip_lib.IsalError)

CHUNK_BYTES = 2 << 20


def is_whole_gzip(path: Path) -> bool:
    """Tell whether a gzip file can be read to its end, with the checksums in it."""
    with disk_errors(path), path.open("rb") as file:
        try:
            for _ in iter_chunks(igzip.IGzipFile(fileobj=file)):
                pass
        except (EOFError, *NOT_GZIP):
            return False
    return True


def is_cut_gzip(path: Path) -> bool:
    """Tell whether a gzip file ends too early; one that is damaged counts as ended.

    So does one with other bytes behind its end.
    """
    with disk_errors(path), path.open("rb") as file:
        try:
            for _ in iter_chunks(igzip.IGzipFile(fileobj=file)):
                pass
        except EOFError:
            file.seek(0)
            return not bytes_behind(file)
        except NOT_GZIP:
            return False
    return False


def iter_chunks(file: BinaryIO) -> Iterator[bytes]:
    """Return the rest of a file, a few megabytes at a time."""
    return iter(lambda: file.read(CHUNK_BYTES), b"")
