"""One file into one object: sent, noted with its SHA-256, and verified."""

from pathlib import Path
from typing import TYPE_CHECKING, TypedDict

from botocore.exceptions import ClientError

from discogs_assets.storage.disk import disk_errors
from discogs_assets.storage.s3_errors import error_code, s3_errors
from discogs_assets.storage.upload.digests import Digests, Tell, as_base64
from discogs_assets.storage.upload.parts import Etags, Parts
from discogs_assets.storage.upload.place import SHA256, Found, Place

if TYPE_CHECKING:
    from mypy_boto3_s3.type_defs import CompletedPartTypeDef

SETTLED = ("NoSuchUpload", "PreconditionFailed", "412")
"""What S3 may say when a request is repeated whose answer was lost: the object says which."""


class Condition(TypedDict, total=False):
    """What must hold of what is there, or S3 refuses to write: its ETag, or `*` for nothing."""

    IfMatch: str
    IfNoneMatch: str


def send_file(path: Path, digests: Digests, place: Place, before: Found | None, tell: Tell) -> bool:
    """Send a file to a place where `before` was; return whether S3's checksum verified it.

    Anything else that came there meanwhile stays, with StoreError. `tell` hears of the bytes sent.
    """
    if digests.is_whole:
        put_whole(path, digests, place, before)
        tell(digests.size)
    else:
        complete(*Parts(path, digests, place, tell).send(), digests, place, before)
    return place.verify(digests, lambda _bytes: None)


def put_whole(path: Path, digests: Digests, place: Place, before: Found | None) -> None:
    """Send a file of one part in one request."""
    with disk_errors(path):
        data = path.read_bytes()
    with s3_errors(place.uri):
        try:
            # S3 compares the checksum with what comes: a file that was changed is refused.
            place.client.put_object(
                Bucket=place.bucket,
                Key=place.name,
                Body=data,
                Metadata={SHA256: digests.sha256},
                ChecksumAlgorithm="SHA256",
                ChecksumSHA256=digests.s3_checksum,
                **unless_replaced(before),
            )
        except ClientError as error:
            raise_unless_settled(error, place, digests)


def complete(
    upload_id: str, etags: Etags, digests: Digests, place: Place, before: Found | None
) -> None:
    """Make the parts the object."""
    parts: list[CompletedPartTypeDef] = [
        {
            "PartNumber": number,
            "ETag": etags[number],
            "ChecksumSHA256": as_base64(digests.parts[number - 1]),
        }
        for number in sorted(etags)
    ]
    with s3_errors(place.uri):
        try:
            place.client.complete_multipart_upload(
                Bucket=place.bucket,
                Key=place.name,
                UploadId=upload_id,
                MultipartUpload={"Parts": parts},
                **unless_replaced(before),
            )
        except ClientError as error:
            raise_unless_settled(error, place, digests)


def unless_replaced(before: Found | None) -> Condition:
    """Return what has S3 refuse when something else is there than was found."""
    return {"IfMatch": before.etag} if before else {"IfNoneMatch": "*"}


def raise_unless_settled(error: ClientError, place: Place, digests: Digests) -> None:
    """Raise what S3 said, unless the object is the file already."""
    found = place.find() if error_code(error) in SETTLED else None
    if found is None or found.sha256 != digests.sha256:
        raise error
