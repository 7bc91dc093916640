"""The listens of a month out of a JSON dump: a tar of JSON lines, compressed with Zstandard.

It is read from start to end, never unpacked to disk, and written as a Parquet file that has a row
for each line; from there the rows go the way of those of a Spark dump.
"""

import io
import json
import re
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import IO, Any

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from discogs_assets.errors import DumpError
from discogs_assets.storage.disk import disk_errors

BLOCK_BYTES = 16 << 20
MEMBER = re.compile(r"(?:.*/)?listens/(\d+)/(\d+)\.listens")

LARGEST = 1 << 63
NUMBERS = ("user_id", "timestamp", "listened_at")
TEXTS = ("track_name", "artist_name", "release_name")
ADDED_TEXTS = ("recording_mbid", "release_mbid")
ADDED = pl.Struct(dict.fromkeys(ADDED_TEXTS, pl.String))
TRACK = pl.Struct({**dict.fromkeys(TEXTS, pl.String), "additional_info": ADDED})
SCHEMA: dict[str, pl.DataType | type[pl.DataType]] = {
    **dict.fromkeys(NUMBERS, pl.Int64),
    "recording_msid": pl.String,
    "track_metadata": TRACK,
}
"""What is read of a line; the rest, such as the user's name, is left out."""

PARQUET = pa.schema(
    [
        ("listened_at", pa.int64()),
        ("user_id", pa.int64()),
        ("recording_msid", pa.string()),
        ("recording_name", pa.string()),
        ("artist_name", pa.string()),
        ("release_name", pa.string()),
        ("recording_mbid", pa.string()),
        ("release_mbid", pa.string()),
    ]
)


@contextmanager
def archive(path: Path) -> Iterator[tarfile.TarFile]:
    """Open a `.tar.zst` for reading once; DumpError when it is damaged or cut."""
    try:
        with (
            pa.OSFile(str(path)) as file,
            pa.CompressedInputStream(file, "zstd") as stream,
            tarfile.open(fileobj=Unpacked(path, stream), mode="r|", errorlevel=2) as tar,
        ):
            yield tar
    except tarfile.TarError as error:
        raise unreadable(path, error) from error


class Unpacked(io.RawIOBase):
    """The unpacked bytes of a file; its errors are those of the file, not of what is written."""

    def __init__(self, path: Path, stream: pa.NativeFile) -> None:
        super().__init__()
        self.path, self.stream = path, stream

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        try:
            data: bytes = self.stream.read(len(buffer))
        except OSError as error:
            raise unreadable(self.path, error) from error
        buffer[: len(data)] = data
        return len(data)


def unreadable(path: Path, error: Exception) -> DumpError:
    return DumpError(
        f"{path}: expected a tar compressed with Zstandard, it cannot be read to its end: {error}; "
        "get it again"
    )


def write_month(path: Path, month: date | None, folder: Path) -> list[Path]:
    """Write the lines of a listen month, of all months when None; return the files."""
    written = []
    with archive(path) as tar:
        for entry in tar:
            match = MEMBER.fullmatch(entry.name)
            if match and (month is None or month == date(int(match[1]), int(match[2]), 1)):
                target = folder / f"{match[1]}-{match[2]}.listens"
                lines = tar.extractfile(entry)
                assert lines is not None
                write_lines(lines, target)
                written.append(target)
    return written


def write_lines(lines: IO[bytes], target: Path) -> None:
    """Write a row for each line; one that is no listen has NULL in all columns."""
    with disk_errors(target), pq.ParquetWriter(target, PARQUET, compression="zstd") as writer:
        for block in iter_blocks(lines):
            writer.write_table(read_block(block))


def iter_blocks(lines: IO[bytes]) -> Iterator[bytes]:
    """Yield whole lines, many at once; a line may have no end."""
    rest = b""
    while chunk := lines.read(BLOCK_BYTES):
        end = chunk.rfind(b"\n") + 1
        if end:
            yield rest + chunk[:end]
            rest = chunk[end:]
        else:
            rest += chunk
    if rest:
        yield rest


def read_block(block: bytes) -> pa.Table:
    """Return a row for each line of a block.

    Polars reads it whole. Where a line is no JSON, or a value has another type, each is read alone.
    """
    try:
        frame = pl.read_ndjson(block, schema=SCHEMA)
    except pl.exceptions.PolarsError:
        frame = None
    if frame is None or frame.height != block.count(b"\n") + (not block.endswith(b"\n")):
        rows = [read_line(line) for line in block.removesuffix(b"\n").split(b"\n")]
        frame = pl.DataFrame(rows, schema=SCHEMA)
    track = pl.col("track_metadata").struct
    added = track.field("additional_info").struct
    return (
        frame.select(
            pl.coalesce("timestamp", "listened_at").alias("listened_at"),
            "user_id",
            "recording_msid",
            track.field("track_name").alias("recording_name"),
            track.field("artist_name"),
            track.field("release_name"),
            uuid_or_null(added.field("recording_mbid")),
            uuid_or_null(added.field("release_mbid")),
        )
        .to_arrow()
        .cast(PARQUET)
    )


def uuid_or_null(value: pl.Expr) -> pl.Expr:
    """What players submit as an id may be anything, such as an empty text."""
    return pl.when(value.str.contains(r"^[0-9a-fA-F-]{36}$")).then(value)


def read_line(line: bytes) -> dict[str, Any]:
    """Return what is read of a line; nothing when it is no JSON, or no listen."""
    try:
        listen = json.loads(line)
        track = listen.get("track_metadata") or {}
        added = track.get("additional_info")
        return {
            **{name: whole_number(listen.get(name)) for name in NUMBERS},
            "recording_msid": text(listen.get("recording_msid")),
            "track_metadata": {
                **{name: text(track.get(name)) for name in TEXTS},
                "additional_info": {
                    name: text(added.get(name)) for name in ADDED_TEXTS if isinstance(added, dict)
                },
            },
        }
    except (ValueError, TypeError, AttributeError, RecursionError):
        return {}


def whole_number(value: Any) -> int | None:
    """Return a number that has 64 bits, or None; TypeError for all else."""
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or not -LARGEST <= value < LARGEST:
        raise TypeError(f"expected a whole number, found {value!r}")
    return value


def text(value: Any) -> str | None:
    """Return a value as Polars reads it where a text is declared: what is none, as JSON."""
    return value if value is None or isinstance(value, str) else json.dumps(value)
