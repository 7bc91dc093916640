"""A folder of a store with made-up files, and its upload into a bucket."""

import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from mypy_boto3_s3 import S3Client

from discogs_assets.display.progress import LoggedProgress
from discogs_assets.storage.bucket.layout import UPLOAD_PREFIXES
from discogs_assets.storage.local import LocalStore
from discogs_assets.storage.s3 import S3Store
from discogs_assets.storage.upload.plan import plan_upload, refuse_differing
from discogs_assets.storage.upload.run import Uploader, UploadResult

SMALLEST_PART = 5 << 20
"""The smallest part that S3 takes, but for the last."""
MANIFEST = "lake/discogs/_published/artists/2026-01-01.json"
FILES = {
    "raw/discogs/2026/discogs_20260101_artists.xml.gz": b"gzipped",
    "raw/discogs/2026/discogs_20260101_artists.xml.gz.sha256": b"",
    MANIFEST: b"{}",
    "lake/discogs/artist/month=2026-01-01/0.parquet": b"PAR1",
    "processed/features/artist/0.parquet": b"PAR1PAR1",
}
"""By key; the empty one is also a file."""


def fill(folder: Path, files: Mapping[str, bytes]) -> LocalStore:
    """Write files into a folder; return it as a store."""
    for key, content in files.items():
        path = folder / key
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return LocalStore(str(folder))


def large(parts: int) -> bytes:
    """Return what takes so many parts, the last a short one."""
    return os.urandom((parts - 1) * SMALLEST_PART + 12_345)


def upload(
    source: LocalStore, client: S3Client, url: str, what: str = "all", *, may_replace: bool = False
) -> UploadResult:
    """Upload as the command does."""
    target = S3Store(url, source.folder / ".scratch", lambda: client)
    uploads = plan_upload(source, target, UPLOAD_PREFIXES[what])
    if not may_replace:
        refuse_differing(target, uploads)
    return Uploader(source, target, client, LoggedProgress(), may_replace=may_replace).run(uploads)


def iter_objects(client: S3Client, bucket: str) -> Iterator[tuple[str, bytes, str]]:
    """Yield the name, content and noted SHA-256 of each object."""
    for item in client.list_objects_v2(Bucket=bucket).get("Contents", []):
        answer = client.get_object(Bucket=bucket, Key=item["Key"])
        yield item["Key"], answer["Body"].read(), answer["Metadata"].get("sha256", "")
