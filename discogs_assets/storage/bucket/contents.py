"""What a bucket holds: files and bytes by prefix and storage class, with what is not seen."""

import logging
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from discogs_assets.errors import UnsupportedError
from discogs_assets.storage.bucket.layout import group_of
from discogs_assets.storage.s3_errors import s3_errors

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

logger = logging.getLogger(__name__)

CURRENT, OLD, UNFINISHED = "file", "old version", "unfinished upload"
STANDARD = "STANDARD"


@dataclass(frozen=True)
class Group:
    """What is counted together: the first folders of keys, a storage class, and what it is."""

    prefix: str
    storage_class: str
    kind: str


@dataclass(frozen=True)
class Amount:
    """How many files, or parts of uploads, and how many bytes."""

    files: int
    bytes: int


Item = tuple[Group, int]
"""A file and its bytes."""
Tell = Callable[[int, int], None]
"""Hears of bytes and files that were counted."""


class Contents:
    """Counts what is below a prefix of a bucket; memory is that of a page of a listing."""

    def __init__(self, client: "S3Client", bucket: str, prefix: str) -> None:
        self.client = client
        self.bucket = bucket
        self.prefix = prefix
        self.uri = f"s3://{bucket}/{prefix}"

    def count(self, tell: Tell) -> dict[Group, Amount]:
        """Return the amounts by group, sorted by prefix, class and kind."""
        files: Counter[Group] = Counter()
        sizes: Counter[Group] = Counter()
        for group, size in self.iter_items():
            files[group] += 1
            sizes[group] += size
            tell(size, 1)
        order = sorted(files, key=lambda one: (one.prefix, one.storage_class, one.kind))
        return {group: Amount(files[group], sizes[group]) for group in order}

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
        for upload in self.iter_listed("list_multipart_uploads", "Uploads"):
            name = {"Key": upload["Key"], "UploadId": upload["UploadId"]}
            for part in self.iter_pages("list_parts", "Parts", **name):
                yield self.group(upload, UNFINISHED), part["Size"]

    def iter_listed(self, operation: str, member: str) -> Iterator[Any]:
        return self.iter_pages(operation, member, Prefix=self.prefix)

    def iter_pages(self, operation: str, member: str, **request: str) -> Iterator[Any]:
        with s3_errors(self.uri):
            paginator: Any = self.client.get_paginator(operation)  # type: ignore[call-overload]
            for page in paginator.paginate(Bucket=self.bucket, **request):
                yield from page.get(member, ())

    def group(self, item: Any, kind: str) -> Group:
        key = item["Key"][len(self.prefix) :]
        return Group(group_of(key), item.get("StorageClass", STANDARD), kind)
