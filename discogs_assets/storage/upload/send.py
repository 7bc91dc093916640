"""One file into one object: sent, noted with its SHA-256, and verified."""

from pathlib import Path
from typing import TYPE_CHECKING, TypedDict

from botocore.exceptions import ClientError

from discogs_assets.display.progress import OnBytes
from discogs_assets.errors import UnsupportedError
from discogs_assets.storage.disk import disk_errors
from discogs_assets.storage.s3_errors import UNSUPPORTED, error_code, s3_errors
from discogs_assets.storage.upload.digests import Digests, as_base64, read_part
from discogs_assets.storage.upload.parts import Etags, Parts
from discogs_assets.storage.upload.place import SHA256, ObjectPlace, StoredObject

if TYPE_CHECKING:
    from mypy_boto3_s3.type_defs import CompletedPartTypeDef

MAY_BE_DONE = ("NoSuchUpload", "PreconditionFailed", "412")
"""What S3 may say when a request is repeated whose answer was lost: the object says which."""


class Condition(TypedDict, total=False):
    """What must hold of what is there, or S3 refuses to write: its ETag, or `*` for nothing."""

    IfMatch: str
    IfNoneMatch: str


def send_file(
    path: Path,
    digests: Digests,
    place: ObjectPlace,
    replaced: StoredObject | None,
    on_bytes: OnBytes,
) -> bool:
    """Send a file in the place of `replaced`; return whether S3's checksum verified it.

    Anything else that came there meanwhile stays, with StoreError. `on_bytes` is called with the
    bytes sent.
    """
    if digests.is_whole:
        put_whole(path, digests, place, replaced)
        on_bytes(digests.size)
    else:
        complete(*Parts(path, digests, place, on_bytes).send(), digests, place, replaced)
    return place.verify(digests, lambda _bytes: None)


def put_whole(
    path: Path, digests: Digests, place: ObjectPlace, replaced: StoredObject | None
) -> None:
    """Send a file of one part in one request."""
    with disk_errors(path), path.open("rb") as file:
        data = read_part(path, file.fileno(), digests, 1)
    with s3_errors(place.uri):
        try:
            place.client.put_object(
                Bucket=place.bucket,
                Key=place.name,
                Body=data,
                Metadata={SHA256: digests.sha256},
                ChecksumAlgorithm="SHA256",
                ChecksumSHA256=digests.s3_checksum,
                **unless_other(replaced),
            )
        except ClientError as error:
            raise_unless_stored(error, place, digests)


def complete(
    upload_id: str,
    etags: Etags,
    digests: Digests,
    place: ObjectPlace,
    replaced: StoredObject | None,
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
                **unless_other(replaced),
            )
        except ClientError as error:
            raise_unless_stored(error, place, digests)


def unless_other(replaced: StoredObject | None) -> Condition:
    """Return what has S3 refuse when something else is there than was found."""
    return {"IfMatch": replaced.etag} if replaced else {"IfNoneMatch": "*"}


def raise_unless_stored(error: ClientError, place: ObjectPlace, digests: Digests) -> None:
    """Raise what S3 said, unless the object is the file already."""
    if error_code(error) in UNSUPPORTED:
        raise UnsupportedError(
            f"{place.uri}: {error}; expected a server with conditional writes (If-None-Match, "
            "If-Match), without which an upload may overwrite what another writes there meanwhile: "
            "use another server"
        ) from error
    found = place.find() if error_code(error) in MAY_BE_DONE else None
    if found is None or found.sha256 != digests.sha256:
        raise error
