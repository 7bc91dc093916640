"""How the files of a publisher are packed: what a download can tell of such a file."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from discogs_assets.sources.dumps.gzip import (
    GZIP,
    is_cut_gzip,
    is_whole_gzip,
    refuse_bytes_behind,
)


def nothing_behind(_stream: BinaryIO, _name: str) -> None:
    """Refuse nothing: what reads the files tells of bytes behind their end."""


@dataclass(frozen=True, slots=True)
class Packing:
    """A format of files, by the bytes that each `start`s with.

    `is_whole` tells whether a file can be read to its end, `is_cut` whether it ends too early.
    `refuse_behind` raises DumpError when other bytes follow the end of a file, called by a name.
    """

    name: str
    start: bytes
    is_whole: Callable[[Path], bool]
    is_cut: Callable[[Path], bool]
    refuse_behind: Callable[[BinaryIO, str], None] = nothing_behind


GZIP_FILES = Packing("gzip", GZIP, is_whole_gzip, is_cut_gzip, refuse_bytes_behind)
