"""An S3 bucket with the publisher's keys: a mirror, read with credentials or without.

The client comes from the caller, who decides on signing, region and endpoint.
"""

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC
from functools import cached_property
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Self

from discogs_assets.errors import SettingError
from discogs_assets.sources.discogs_dumps.publication import PUBLICATION
from discogs_assets.sources.dumps.catalogue import (
    Dump,
    Reading,
    group_dumps,
    read_checksums,
)
from discogs_assets.sources.dumps.files import DumpFile
from discogs_assets.sources.dumps.origin import Origin
from discogs_assets.sources.dumps.s3 import (
    ADDRESS_ADVICE,
    RangeEndError,
    explained_errors,
    iter_body,
)
from discogs_assets.storage.urls import split_bucket

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import GetObjectOutputTypeDef


@dataclass
class S3Catalogue:
    """Dumps under `<prefix>/data/YYYY/` of a bucket; `root` ends in `data/`."""

    url: str
    bucket: str
    root: str
    make_client: Callable[[], "S3Client"]

    @classmethod
    def open(cls, url: str, make_client: Callable[[], "S3Client"]) -> Self:
        """Return the catalogue of `s3://bucket/prefix`, where the prefix may end in `data`."""
        bucket, prefix = split_bucket("DISCOGS_DUMPS_URL", url)
        parts = [part for part in prefix.split("/") if part]
        if parts[-1:] != ["data"]:
            parts.append("data")
        return cls(url, bucket, "/".join(parts) + "/", make_client)

    @cached_property
    def client(self) -> "S3Client":
        try:
            return self.make_client()
        except ValueError as error:
            raise SettingError(f"{self.url}: no S3 client: {error}; {ADDRESS_ADVICE}") from error

    def years(self) -> list[int]:
        with explained_errors(self.url):
            pages = self.client.get_paginator("list_objects_v2").paginate(
                Bucket=self.bucket, Prefix=self.root, Delimiter="/"
            )
            folders = [
                found["Prefix"] for page in pages for found in page.get("CommonPrefixes", [])
            ]
        names = (folder.removeprefix(self.root).rstrip("/") for folder in folders)
        return sorted(int(name) for name in names if len(name) == 4 and name.isdecimal())

    def dumps(self, year: int) -> list[Dump]:
        return group_dumps(self.iter_files(f"{self.root}{year}/"), PUBLICATION)

    def checksums(self, dump: Dump) -> dict[str, str]:
        return read_checksums(self, dump)

    @contextmanager
    def read(self, file: DumpFile, offset: int) -> Iterator[Reading]:
        where = self.address(file)
        try:
            with explained_errors(where):
                answer = self.get(file.location, offset)
        except RangeEndError:
            yield Reading(iter(()), offset, file.size, is_whole=True)
            return
        with closing(answer["Body"]) as body:
            start = offset if "ContentRange" in answer else 0
            total = start + answer["ContentLength"]
            chunks, origin = iter_body(body, where), origin_of(answer, total)
            yield Reading(chunks, start, total, is_whole=False, origin=origin)

    def address(self, file: DumpFile) -> str:
        return f"s3://{self.bucket}/{file.location}"

    def get(self, key: str, offset: int) -> "GetObjectOutputTypeDef":
        if offset:
            return self.client.get_object(Bucket=self.bucket, Key=key, Range=f"bytes={offset}-")
        return self.client.get_object(Bucket=self.bucket, Key=key)

    def iter_files(self, prefix: str) -> Iterator[DumpFile]:
        """Yield every dump file whose key starts with a prefix."""
        with explained_errors(self.url):
            pages = self.client.get_paginator("list_objects_v2").paginate(
                Bucket=self.bucket, Prefix=prefix
            )
            objects = [item for page in pages for item in page.get("Contents", [])]
        for item in objects:
            if item["Key"].endswith("/"):
                continue  # It stands for a folder.
            if PUBLICATION.is_dump_file(PurePosixPath(item["Key"]).name):
                modified = item["LastModified"].astimezone(UTC)
                yield PUBLICATION.describe(item["Key"], item["Size"], modified)


def origin_of(answer: "GetObjectOutputTypeDef", total: int) -> Origin:
    modified = answer.get("LastModified", "")
    return Origin(answer.get("ETag", ""), str(modified), total)
