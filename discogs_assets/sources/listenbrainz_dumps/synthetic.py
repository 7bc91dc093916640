"""Made-up dumps of ListenBrainz, in the form of those that it publishes."""

import hashlib
import io
import tarfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

SPARK = pa.schema(
    [
        pa.field("listened_at", pa.timestamp("us")),
        pa.field("created", pa.timestamp("us")),
        pa.field("user_id", pa.int64()),
        pa.field("recording_msid", pa.string()),
        pa.field("artist_name", pa.string()),
        pa.field("artist_credit_id", pa.int64()),
        pa.field("release_name", pa.string()),
        pa.field("release_mbid", pa.string()),
        pa.field("recording_name", pa.string()),
        pa.field("recording_mbid", pa.string()),
        pa.field("artist_credit_mbids", pa.list_(pa.string())),
    ]
)
"""The columns of a member of a Spark dump."""

BEFORE = {"SCHEMA_SEQUENCE": b"1", "TIMESTAMP": b"2026-04-05", "COPYING": b"CC0"}
"""The files that stand before the data."""


def write_spark_dump(folder: Path, stamp: str, members: Sequence[bytes]) -> Path:
    """Publish a Spark dump, whose stamp is such as `7-20260405-000004-full`; return its archive."""
    files = {f"{number}.parquet": member for number, member in enumerate(members)}
    return publish(folder, stamp, f"spark-dump-{stamp}.tar", tar(stamp, files))


def publish(folder: Path, stamp: str, archive: str, content: bytes) -> Path:
    """Write an archive and its bare SHA-256; return the archive."""
    kind = "incremental" if stamp.endswith("incremental") else "fullexport"
    path = folder / kind / f"listenbrainz-dump-{stamp}" / f"listenbrainz-{archive}"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    Path(f"{path}.sha256").write_text(hashlib.sha256(content).hexdigest())
    return path


def parquet(rows: pa.Table) -> bytes:
    """Return rows of `SPARK` as a member, with times as INT96."""
    buffer = io.BytesIO()
    pq.write_table(rows, buffer, flavor="spark")
    return buffer.getvalue()


def tar(stamp: str, files: Mapping[str, bytes]) -> bytes:
    """Return an archive of files; times are not whole seconds.

    So each header has one of pax before it, as `tarfile` writes it for files of a disk.
    """
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for name, content in {**BEFORE, **files}.items():
            entry = tarfile.TarInfo(f"listenbrainz-dump-{stamp}/{name}")
            entry.size, entry.mtime = len(content), 1775347200.25
            archive.addfile(entry, io.BytesIO(content))
    return buffer.getvalue()
