"""The members of a tar that lies elsewhere, found by their headers alone.

Python's `tarfile` reads the headers, with all that may stand before one. A dump of 1,500 members
takes as many small requests, once: the list is kept in the store.
"""

import json
import re
import tarfile
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass

from discogs_assets.errors import DownloadError, DumpError
from discogs_assets.sources.listenbrainz_dumps.range_file import RangeFile

PARQUET = re.compile(r"(?:.*/)?(\d+)\.parquet")
PAGE = b"<"
BLOCK = 512


@dataclass(frozen=True)
class Member:
    """A Parquet file in a tar: its number, and where its bytes are."""

    number: int
    offset: int
    size: int

    @property
    def name(self) -> str:
        return f"{self.number}.parquet"


@dataclass(frozen=True)
class Members:
    """The Parquet members of a tar of so many bytes, by number."""

    size: int
    all: tuple[Member, ...]

    def to_json(self) -> bytes:
        return json.dumps(asdict(self)).encode()


def members_from_json(text: bytes) -> Members:
    content = json.loads(text)
    return Members(content["size"], tuple(Member(**one) for one in content["all"]))


def index_members(file: RangeFile, advance: Callable[[int], object]) -> Members:
    """Read all headers; DumpError when the tar is cut. `advance` is told of each byte passed."""
    where = f"{file.place.url}{file.path}"
    refuse_page(file, where)
    try:
        with tarfile.open(fileobj=file, mode="r:", errorlevel=2) as tar:
            found, passed = [], 0
            for entry in tar:
                refuse_cut(entry, file.length, where)
                advance(entry.offset_data + entry.size - passed)
                passed = entry.offset_data + entry.size
                if match := PARQUET.fullmatch(entry.name):
                    found.append(Member(int(match[1]), entry.offset_data, entry.size))
    except tarfile.TarError as error:
        raise cut(where, file.length, str(error)) from error
    refuse_no_end(file, passed, where)
    return Members(file.length, sorted_members(found, where))


def sorted_members(found: Sequence[Member], where: str) -> tuple[Member, ...]:
    if not found:
        raise DumpError(f"{where}: expected Parquet files such as 0.parquet in the tar, found none")
    numbers = [member.number for member in found]
    if len({*numbers}) < len(numbers):
        raise DumpError(f"{where}: expected each Parquet file once in the tar, found one twice")
    return tuple(sorted(found, key=lambda member: member.number))


def refuse_page(file: RangeFile, where: str) -> None:
    if file.read_at(0, 1) == PAGE:
        raise DownloadError(
            f"{where}: expected a tar, found a web page; try later, or check LISTENBRAINZ_URL"
        )


def refuse_cut(entry: tarfile.TarInfo, length: int, where: str) -> None:
    if entry.offset_data + entry.size > length:
        end = entry.offset_data + entry.size
        raise cut(where, length, f"{entry.name} should end at byte {end:,}")


def refuse_no_end(file: RangeFile, passed: int, where: str) -> None:
    """A tar ends with blocks of zeros; one that is cut between two members has none."""
    after = -(-passed // BLOCK) * BLOCK
    if file.read_at(after, BLOCK) != bytes(BLOCK):
        raise cut(where, file.length, f"no end follows the last member, at byte {after:,}")


def cut(where: str, length: int, what: str) -> DumpError:
    return DumpError(
        f"{where}: the tar is cut off or damaged: it has {length:,} bytes, and {what}; it may be "
        "still in the making: try later, or get it again"
    )
