"""A file sent in parts, several at a time; one that was killed goes on with the parts that came.

S3 takes a part only when it has the SHA-256 that is sent with it.
"""

import logging
import os
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from discogs_assets.errors import StoreError, UnsupportedError
from discogs_assets.storage.disk import disk_errors
from discogs_assets.storage.s3_errors import s3_errors
from discogs_assets.storage.upload.digests import Digests, Tell, as_base64
from discogs_assets.storage.upload.place import SHA256, Place

if TYPE_CHECKING:
    from mypy_boto3_s3.type_defs import MultipartUploadTypeDef, PartTypeDef

PARTS_AT_ONCE = 4
"""How many parts are in memory, 64 MiB together, for files of up to 160 GB."""

logger = logging.getLogger(__name__)

Etags = Mapping[int, str]
"""What S3 calls the parts that came, by their number."""


@dataclass(frozen=True)
class Parts:
    """A file on its way into a place, in parts."""

    path: Path
    digests: Digests
    place: Place
    tell: Tell

    def send(self) -> tuple[str, Etags]:
        """Send what is missing; return the id of the upload and all its parts."""
        found = self.find_begun()
        upload_id, there = found or (self.begin(), {})
        if there:
            logger.info("%s: going on after %d parts", self.place.uri, len(there))
        self.tell(sum(self.digests.span(number)[1] for number in there))
        missing = [number for number in self.numbers if number not in there]
        return upload_id, {**there, **self.send_parts(upload_id, missing)}

    @property
    def numbers(self) -> range:
        return range(1, len(self.digests.parts) + 1)

    def begin(self) -> str:
        with s3_errors(self.place.uri):
            return self.place.client.create_multipart_upload(
                Bucket=self.place.bucket,
                Key=self.place.name,
                Metadata={SHA256: self.digests.sha256},
                ChecksumAlgorithm="SHA256",
                ChecksumType="COMPOSITE",
            )["UploadId"]

    def send_parts(self, upload_id: str, numbers: list[int]) -> Etags:
        """Send some parts; the first error ends it, and parts that came stay for the next time."""
        pool = ThreadPoolExecutor(PARTS_AT_ONCE, thread_name_prefix="upload")
        try:
            with disk_errors(self.path), self.path.open("rb") as file:
                sent = pool.map(lambda one: self.send_part(upload_id, file.fileno(), one), numbers)
                return dict(zip(numbers, sent, strict=True))
        finally:
            pool.shutdown(cancel_futures=True)

    def send_part(self, upload_id: str, file: int, number: int) -> str:
        offset, length = self.digests.span(number)
        data, digest = os.pread(file, length, offset), self.digests.parts[number - 1]
        if sha256(data).digest() != digest:
            raise StoreError(f"{self.path}: it was changed while it was uploaded; upload again")
        with s3_errors(self.place.uri):
            answer = self.place.client.upload_part(
                Bucket=self.place.bucket,
                Key=self.place.name,
                UploadId=upload_id,
                PartNumber=number,
                Body=data,
                ChecksumSHA256=as_base64(digest),
            )
        self.tell(length)
        return answer["ETag"]

    def find_begun(self) -> tuple[str, Etags] | None:
        """Return an upload of this very file that was not finished, and the parts that came.

        The one with the most parts; None when there is none, and where the server lists none.
        """
        try:
            begun = [*self.iter_begun()]
        except UnsupportedError as error:
            logger.warning("%s; the file is sent from its start", error)
            return None
        return max(begun, key=lambda one: len(one[1]), default=None)

    def iter_begun(self) -> Iterator[tuple[str, Etags]]:
        """Yield the uploads to this place of which each part is ours.

        An upload notes the SHA-256 of a whole file when it begins, and does not tell it: one that
        began before the file was last changed is of another.
        """
        with s3_errors(self.place.uri):
            pages = self.place.client.get_paginator("list_multipart_uploads").paginate(
                Bucket=self.place.bucket, Prefix=self.place.name
            )
            uploads = [one for page in pages for one in page.get("Uploads", ())]
        for upload in filter(self.may_be_ours, uploads):
            parts = self.parts_of(upload["UploadId"])
            if all(map(self.is_ours, parts)):
                yield upload["UploadId"], {part["PartNumber"]: part["ETag"] for part in parts}

    def may_be_ours(self, upload: "MultipartUploadTypeDef") -> bool:
        began = upload["Initiated"].timestamp()
        return upload["Key"] == self.place.name and began >= int(self.digests.changed_at)

    def parts_of(self, upload_id: str) -> "list[PartTypeDef]":
        with s3_errors(self.place.uri):
            pages = self.place.client.get_paginator("list_parts").paginate(
                Bucket=self.place.bucket, Key=self.place.name, UploadId=upload_id
            )
            return [part for page in pages for part in page.get("Parts", ())]

    def is_ours(self, part: "PartTypeDef") -> bool:
        """Whether a part that came is that of the file, by its number, size and SHA-256."""
        number = part["PartNumber"]
        if number not in self.numbers:
            return False
        is_size = part["Size"] == self.digests.span(number)[1]
        return is_size and part.get("ChecksumSHA256") == as_base64(self.digests.parts[number - 1])
