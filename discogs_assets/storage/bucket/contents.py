"""What a bucket holds: files and bytes, with old versions and unfinished uploads."""

import logging
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from discogs_assets.display.progress import OnBytes
from discogs_assets.errors import UnsupportedError
from discogs_assets.storage.bucket.layout import group_of
from discogs_assets.storage.s3_errors import s3_errors
from discogs_assets.storage.unfinished_uploads import iter_unfinished_uploads, parts_of

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

logger = logging.getLogger(__name__)

CURRENT, OLD, UNFINISHED = "file", "old version", "unfinished upload"
STANDARD = "STANDARD"
LEAST_BILLED: Mapping[str, int] = dict.fromkeys(
    ("STANDARD_IA", "ONEZONE_IA", "GLACIER_IR"), 128 << 10
)
"""What an object is billed for at least, in bytes (aws.amazon.com/s3/pricing)."""


@dataclass(frozen=True)
class Group:
    """What is counted together: the first folders of keys, a storage class, and what it is."""

    prefix: str
    storage_class: str
    kind: str


@dataclass(frozen=True)
class Amount:
    """How many files, or parts of uploads, and how many bytes.

    `billed_more` are the bytes that small files lack to the least that their class bills.
    """

    files: int
    bytes: int
    billed_more: int = 0


Item = tuple[Group, int]
"""A file and its bytes."""


class Contents:
    """Counts what is below a prefix of a bucket; memory is that of a page of a listing."""

    def __init__(self, client: "S3Client", bucket: str, prefix: str) -> None:
        self.client = client
        self.bucket = bucket
        self.prefix = prefix
        self.uri = f"s3://{bucket}/{prefix}"

    def count(self, on_bytes: OnBytes) -> dict[Group, Amount]:
        """Return the amounts by group, sorted by prefix, class and kind.

        `on_bytes` is called with the bytes of each file that was counted.
        """
        files: Counter[Group] = Counter()
        sizes: Counter[Group] = Counter()
        more: Counter[Group] = Counter()
        for group, size in self.iter_items():
            files[group] += 1
            sizes[group] += size
            more[group] += billed_more(group, size)
            on_bytes(size)
        order = sorted(files, key=lambda one: (one.prefix, one.storage_class, one.kind))
        return {group: Amount(files[group], sizes[group], more[group]) for group in order}

    def iter_items(self) -> Iterator[Item]:
        yield from self.iter_versions() if self.has_versions() else self.iter_files()
        try:
            yield from self.iter_parts()
        except UnsupportedError as error:
            logger.warning("%s: unfinished uploads are not counted", error)

    def has_versions(self) -> bool:
        """Whether the bucket keeps old versions, or did once."""
        try:
            with s3_errors(f"s3://{self.bucket}"):
                return "Status" in self.client.get_bucket_versioning(Bucket=self.bucket)
        except UnsupportedError:
            return False

    def iter_files(self) -> Iterator[Item]:
        for item in self.iter_listed("list_objects_v2", "Contents"):
            yield self.group(item, CURRENT), item["Size"]

    def iter_versions(self) -> Iterator[Item]:
        for item in self.iter_listed("list_object_versions", "Versions"):
            yield self.group(item, CURRENT if item["IsLatest"] else OLD), item["Size"]

    def iter_parts(self) -> Iterator[Item]:
        """Yield each part of uploads that were not finished: they are billed like files."""
        for upload in iter_unfinished_uploads(self.client, self.bucket, self.prefix):
            for part in parts_of(self.client, self.bucket, upload):
                yield self.group(upload, UNFINISHED), part["Size"]

    def iter_listed(self, operation: str, member: str) -> Iterator[Any]:
        with s3_errors(self.uri):
            paginator: Any = self.client.get_paginator(operation)  # type: ignore[call-overload]
            for page in paginator.paginate(Bucket=self.bucket, Prefix=self.prefix):
                yield from page.get(member, ())

    def group(self, item: Any, kind: str) -> Group:
        key = item["Key"][len(self.prefix) :]
        return Group(group_of(key), item.get("StorageClass", STANDARD), kind)


def billed_more(group: Group, size: int) -> int:
    """Return the bytes that a file is billed for beyond its size."""
    least = 0 if group.kind == UNFINISHED else LEAST_BILLED.get(group.storage_class, 0)
    return max(least - size, 0)
