"""Uploads to a bucket that were begun and not finished, and the parts of them that S3 has."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from discogs_assets.storage.s3_errors import error_code, s3_errors

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import MultipartUploadTypeDef, PartTypeDef


def iter_unfinished_uploads(
    client: "S3Client", bucket: str, prefix: str
) -> Iterator["MultipartUploadTypeDef"]:
    """Yield the uploads to names with a prefix; UnsupportedError where the server lists none."""
    with s3_errors(f"s3://{bucket}/{prefix}"):
        pages = client.get_paginator("list_multipart_uploads").paginate(
            Bucket=bucket, Prefix=prefix
        )
        for page in pages:
            yield from page.get("Uploads", ())


def parts_of(
    client: "S3Client", bucket: str, upload: "MultipartUploadTypeDef"
) -> "list[PartTypeDef]":
    """Return the parts of an upload, 10,000 at most.

    None are left of one that was completed or aborted since it was listed.
    """
    key, upload_id = upload["Key"], upload["UploadId"]
    with s3_errors(f"s3://{bucket}/{key}"):
        pages = client.get_paginator("list_parts").paginate(
            Bucket=bucket, Key=key, UploadId=upload_id
        )
        try:
            return [part for page in pages for part in page.get("Parts", ())]
        except ClientError as error:
            if error_code(error) == "NoSuchUpload":
                return []
            raise
