"""A file sent in parts, several at a time; a killed upload resumes from the parts that S3 has.

S3 takes a part only when it has the SHA-256 that is sent with it.
"""

import logging
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from discogs_assets.display.progress import OnBytes
from discogs_assets.errors import UnsupportedError
from discogs_assets.storage.disk import disk_errors
from discogs_assets.storage.s3_errors import s3_errors
from discogs_assets.storage.unfinished_uploads import iter_unfinished_uploads, parts_of
from discogs_assets.storage.upload.digests import Digests, as_base64, read_part
from discogs_assets.storage.upload.place import SHA256, ObjectPlace

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
    place: ObjectPlace
    on_bytes: OnBytes

    def send(self) -> tuple[str, Etags]:
        """Send what is missing; return the id of the upload and all its parts."""
        found = self.find_unfinished()
        upload_id, already_there = found or (self.begin(), {})
        if already_there:
            logger.info("%s: resuming after %d parts", self.place.uri, len(already_there))
        self.on_bytes(sum(self.digests.span(number)[1] for number in already_there))
        missing = [number for number in self.numbers if number not in already_there]
        return upload_id, {**already_there, **self.send_parts(upload_id, missing)}

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
        with disk_errors(self.path), self.path.open("rb") as file:
            pool = ThreadPoolExecutor(PARTS_AT_ONCE, thread_name_prefix="upload")
            try:
                sent = pool.map(lambda one: self.send_part(upload_id, file.fileno(), one), numbers)
                return dict(zip(numbers, sent, strict=True))
            finally:
                # Before the file is closed: its descriptor may be that of another file then.
                pool.shutdown(cancel_futures=True)

    def send_part(self, upload_id: str, file: int, number: int) -> str:
        data = read_part(self.path, file, self.digests, number)
        with s3_errors(self.place.uri):
            answer = self.place.client.upload_part(
                Bucket=self.place.bucket,
                Key=self.place.name,
                UploadId=upload_id,
                PartNumber=number,
                Body=data,
                ChecksumSHA256=as_base64(self.digests.parts[number - 1]),
            )
        self.on_bytes(len(data))
        return answer["ETag"]

    def find_unfinished(self) -> tuple[str, Etags] | None:
        """Return an upload of this very file that was not finished, and the parts that came.

        The one with the most parts; None when there is none, and where the server lists none.
        """
        try:
            found = [*self.iter_unfinished()]
        except UnsupportedError as error:
            logger.warning("%s; the file is sent from its start", error)
            return None
        return max(found, key=lambda one: len(one[1]), default=None)

    def iter_unfinished(self) -> Iterator[tuple[str, Etags]]:
        """Yield the uploads to this place that have parts, all of them ours.

        An upload notes the SHA-256 of a whole file when it begins, and does not tell it: one that
        began before the file was last changed is of another, and one without parts may be.
        """
        client, bucket = self.place.client, self.place.bucket
        uploads = iter_unfinished_uploads(client, bucket, self.place.name)
        for upload in filter(self.began_after_change, uploads):
            parts = parts_of(client, bucket, upload)
            if parts and all(map(self.is_ours, parts)):
                yield upload["UploadId"], {part["PartNumber"]: part["ETag"] for part in parts}

    def began_after_change(self, upload: "MultipartUploadTypeDef") -> bool:
        """Whether an upload is to this place, and began when the file was as it is."""
        began = upload["Initiated"].timestamp()
        return upload["Key"] == self.place.name and began >= int(self.digests.changed_at)

    def is_ours(self, part: "PartTypeDef") -> bool:
        """Whether a part that came is that of the file, by its number, size and SHA-256."""
        number = part["PartNumber"]
        if number not in self.numbers:
            return False
        is_size = part["Size"] == self.digests.span(number)[1]
        return is_size and part.get("ChecksumSHA256") == as_base64(self.digests.parts[number - 1])
