"""Whether a bucket is there, one's own, and in the region that is set."""

import re
from typing import TYPE_CHECKING, cast

from botocore.exceptions import ClientError

from discogs_assets.errors import SettingError
from discogs_assets.storage.s3_errors import error_code, s3_errors

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.literals import BucketLocationConstraintType

NAME = re.compile(r"(?!\d+(?:\.\d+){3}$)(?!.*\.\.)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
"""Amazon's rule for names of buckets (2026): no address of the Internet is one either."""

FIRST_REGION = "us-east-1"
"""The one that CreateBucket must not name."""


def check_bucket_name(setting: str, name: str) -> None:
    """Raise SettingError for a name that no new bucket can have."""
    if not NAME.fullmatch(name):
        raise SettingError(
            f"{setting}: expected a name of 3 to 63 small letters, digits, hyphens and dots that "
            f"begins and ends with a letter or digit, found {name!r}"
        )


def find_bucket(client: "S3Client", bucket: str) -> str | None:
    """Return the region of a bucket, "" where the server says none; None for no such bucket.

    Raises StoreError for credentials that are refused, and for a bucket of another.
    """
    with s3_errors(f"s3://{bucket}"):
        try:
            # Unlike that to HeadBucket, the answer says why something is refused.
            client.list_objects_v2(Bucket=bucket, MaxKeys=1)
        except ClientError as error:
            if error_code(error) == "NoSuchBucket":
                return None
            raise
        return client.head_bucket(Bucket=bucket).get("BucketRegion", "")


def refuse_other_region(client: "S3Client", bucket: str, found: str) -> None:
    """Raise SettingError for a bucket in another region than the client's."""
    region = client.meta.region_name
    if found not in ("", region):
        raise SettingError(
            f"s3://{bucket}: expected it in {region}, found it in {found}; set AWS_DEFAULT_REGION "
            f"or --region to {found}, or choose the name of another bucket: none can be moved"
        )


def create_bucket(client: "S3Client", bucket: str) -> None:
    """Create a bucket in the client's region; StoreError where the name is another's."""
    region = client.meta.region_name
    with s3_errors(f"s3://{bucket}"):
        if region == FIRST_REGION:
            client.create_bucket(Bucket=bucket)
        else:
            place = cast("BucketLocationConstraintType", region)
            client.create_bucket(
                Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": place}
            )
