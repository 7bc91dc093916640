"""Made-up dumps of ListenBrainz: a folder as it is published, with Spark and JSON dumps."""

import hashlib
import io
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pyarrow as pa
import pyarrow.parquet as pq

from discogs_assets.sources.listenbrainz_dumps import synthetic
from discogs_assets.sources.listenbrainz_dumps.synthetic import SPARK, tar

JANUARY = datetime.fromisoformat("2026-01-01")
FULL = "7-20260405-000004-full"
Row = dict[str, Any]


def uuid(kind: str, number: int) -> str:
    """Return the UUID of a made-up thing."""
    return str(UUID(bytes=hashlib.md5(f"{kind} {number}".encode()).digest()))


def listen(number: int, at: datetime, user: int | None = None) -> Row:
    """Return a listen of recording `number % 50`; every fourth recording is not mapped."""
    song = number % 50
    mapped = song % 4 != 0
    artists = [uuid("artist", song % 10)] + [uuid("artist", 10)] * (song % 5 == 0)
    return {
        "listened_at": at,
        "created": at + timedelta(seconds=5),
        "user_id": number % 7 + 1 if user is None else user,
        "recording_msid": uuid("msid", song),
        "artist_name": f"Artist {song % 10}",
        "artist_credit_id": song % 10 if mapped else None,
        "release_name": f"Album {song % 20}" if song % 3 else None,
        "release_mbid": uuid("release", song % 20) if mapped and song % 3 else None,
        "recording_name": f"Söng {song} “live”",
        "recording_mbid": uuid("recording", song) if mapped else None,
        "artist_credit_mbids": artists if mapped else None,
    }


def listens(count: int, start: datetime = JANUARY, apart: float = 3600.0) -> list[Row]:
    """Return listens in the order of time, so many seconds apart."""
    return [listen(number, start + timedelta(seconds=apart * number)) for number in range(count)]


def parquet(rows: Sequence[Row], flavor: str | None = "spark") -> bytes:
    """Return rows as a member of a Spark dump: with INT96, without a flavour in milliseconds."""
    table = pa.Table.from_pylist([*rows], schema=SPARK)
    if flavor:
        return synthetic.parquet(table)
    buffer = io.BytesIO()
    pq.write_table(table, buffer, coerce_timestamps="ms")
    return buffer.getvalue()


def zstd(content: bytes) -> bytes:
    packed: bytes = pa.compress(content, codec="zstd", asbytes=True)
    return packed


def json_line(row: Row) -> bytes:
    """Return a listen as a line of the JSON dump, with what is not read too."""
    at = int(row["listened_at"].replace(tzinfo=UTC).timestamp())
    added = {"recording_mbid": row["recording_mbid"], "release_mbid": row["release_mbid"]}
    track = {
        "track_name": row["recording_name"],
        "artist_name": row["artist_name"],
        "release_name": row["release_name"],
        "additional_info": {**added, "music_service": "radio.example", "duration_ms": 1},
    }
    return json.dumps(
        {
            "user_id": row["user_id"],
            "user_name": f"user{row['user_id']}",
            "timestamp": at,
            "track_metadata": track,
            "recording_msid": row["recording_msid"],
        }
    ).encode()


def json_files(rows: Sequence[Row]) -> dict[str, bytes]:
    """Return the members of a JSON dump: a file a month, its number not padded."""
    files: dict[str, list[bytes]] = {}
    for row in rows:
        at = row["listened_at"]
        files.setdefault(f"listens/{at.year}/{at.month}.listens", []).append(json_line(row))
    return {name: b"\n".join(lines) + b"\n" for name, lines in files.items()}


@dataclass(frozen=True)
class Mirror:
    """A folder that dumps are published in."""

    folder: Path

    def publish(self, stamp: str, archive: str, content: bytes) -> Path:
        return synthetic.publish(self.folder, stamp, archive, content)

    def spark(self, stamp: str, members: Sequence[bytes]) -> Path:
        return synthetic.write_spark_dump(self.folder, stamp, members)

    def json(self, stamp: str, files: dict[str, bytes]) -> Path:
        return self.publish(stamp, f"listens-dump-{stamp}.tar.zst", zstd(tar(stamp, files)))


def in_members(rows: Sequence[Row], each: int) -> list[bytes]:
    """Return rows as members of so many rows."""
    return [parquet(rows[begin : begin + each]) for begin in range(0, len(rows), each)]
