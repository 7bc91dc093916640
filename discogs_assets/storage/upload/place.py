"""The object that a file is sent to: what is there, and whether it is the file."""

import hashlib
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from discogs_assets.display.progress import OnBytes
from discogs_assets.errors import DamageError
from discogs_assets.storage.s3 import BUFFER_BYTES, ObjectReader
from discogs_assets.storage.s3_errors import ABSENT, error_code, s3_errors
from discogs_assets.storage.upload.digests import Digests

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import HeadObjectOutputTypeDef

SHA256 = "sha256"
"""The name of the SHA-256 of a whole file in the metadata of its object."""


@dataclass(frozen=True)
class StoredObject:
    """What S3 says of an object: `sha256` is as its sender noted it, "" where nobody did.

    `checksum` is what S3 computed from the bytes that came, "" where it keeps none.
    """

    size: int
    etag: str
    sha256: str
    checksum: str


@dataclass(frozen=True)
class ObjectPlace:
    """An object of a bucket by its name, whether it is there or not."""

    client: "S3Client"
    bucket: str
    name: str

    @property
    def uri(self) -> str:
        return f"s3://{self.bucket}/{self.name}"

    def find(self) -> StoredObject | None:
        """Return what is there; None for nothing."""
        with s3_errors(self.uri):
            try:
                answer = self.client.head_object(
                    Bucket=self.bucket, Key=self.name, ChecksumMode="ENABLED"
                )
            except ClientError as error:
                if error_code(error) in ABSENT:
                    return None
                raise
        return object_from(answer)

    def read_sha256(self, on_bytes: OnBytes) -> str:
        """Read the object to its end; return its SHA-256."""
        digest = hashlib.sha256()
        with s3_errors(self.uri):
            reader = ObjectReader(self.client, self.bucket, self.name)
        with io.BufferedReader(reader, BUFFER_BYTES) as file:
            while chunk := file.read(BUFFER_BYTES):
                digest.update(chunk)
                on_bytes(len(chunk))
        return digest.hexdigest()

    def has_content(self, found: StoredObject, digests: Digests, on_bytes: OnBytes) -> bool:
        """Whether the object is the file: by the SHA-256 of its bytes.

        By the one that S3 computed, which is of our parts; else the object is read. The noted one
        alone only tells another file: an upload may have been killed before it was verified.
        """
        if found.size != digests.size or found.sha256 not in ("", digests.sha256):
            return False
        return found.checksum == digests.s3_checksum or self.read_sha256(on_bytes) == digests.sha256

    def verify(self, digests: Digests, on_bytes: OnBytes) -> bool:
        """Raise DamageError unless the object is the file; return whether S3's checksum said so.

        S3 computes the checksum from the bytes that come, and keeps it: nothing is read again.
        Of a server that keeps none the object is read.
        """
        found = self.find()
        if found is None or (found.size, found.sha256) != (digests.size, digests.sha256):
            actual = f"{found.size:,} bytes, sha256 {found.sha256 or 'not noted'}" if found else "–"
            raise DamageError(
                f"{self.uri}: expected {digests.size:,} bytes with sha256 {digests.sha256} after "
                f"the upload, found {actual}; does another write there? Upload again"
            )
        expected = digests.s3_checksum if found.checksum else digests.sha256
        computed = found.checksum or self.read_sha256(on_bytes)
        if computed != expected:
            raise DamageError(
                f"{self.uri}: expected SHA-256 {expected} of what arrived, found {computed}; "
                "delete it there and upload again"
            )
        return bool(found.checksum)


def object_from(answer: "HeadObjectOutputTypeDef") -> StoredObject:
    return StoredObject(
        answer["ContentLength"],
        answer["ETag"],
        answer["Metadata"].get(SHA256, ""),
        # Amazon adds the number of parts, as in `…=-3`; others do not.
        answer.get("ChecksumSHA256", "").partition("-")[0],
    )
