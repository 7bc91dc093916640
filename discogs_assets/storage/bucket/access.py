"""Find, check and create a bucket."""

import re
from typing import TYPE_CHECKING, cast

from botocore.exceptions import ClientError

from discogs_assets.errors import RegionError, SettingError
from discogs_assets.storage.s3_errors import error_code, s3_errors

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.literals import BucketLocationConstraintType

NAME_RULES = {
    "3 to 63 lowercase letters, digits, hyphens and dots": re.compile(r"[a-z0-9.-]{3,63}"),
    "a letter or digit at its beginning and end": re.compile(r"[a-z0-9].*[a-z0-9]"),
    "no two dots side by side": re.compile(r"(?!.*\.\.).*"),
    "no IP address": re.compile(r"(?!\d+(\.\d+){3}$).*"),
}
"""Amazon's rules for the names of buckets (2026), by what they expect."""

FIRST_REGION = "us-east-1"
"""The one that CreateBucket must not name."""

WAIT_S, MOST_WAITS = 1, 60
"""How long a bucket that was created is waited for."""


def check_bucket_name(setting: str, name: str) -> None:
    """Raise SettingError for a name that no new bucket can have."""
    for expected, rule in NAME_RULES.items():
        if not rule.fullmatch(name):
            raise SettingError(
                f"{setting}: expected a bucket's name, {expected}, found {name!r}; choose another"
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
    """Raise RegionError for a bucket in another region than the client's."""
    region = client.meta.region_name
    if found not in ("", region):
        raise RegionError(
            f"s3://{bucket}: expected it in {region}, found it in {found}, and no bucket can be "
            f"moved: choose the name of another, or set AWS_DEFAULT_REGION to {found}"
        )


def create_bucket(client: "S3Client", bucket: str) -> None:
    """Create a bucket in the client's region, and wait until it is there.

    Raises StoreError where the name is another's.
    """
    region = client.meta.region_name
    with s3_errors(f"s3://{bucket}"):
        if region == FIRST_REGION:
            client.create_bucket(Bucket=bucket)
        else:
            place = cast("BucketLocationConstraintType", region)
            client.create_bucket(
                Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": place}
            )
        client.get_waiter("bucket_exists").wait(
            Bucket=bucket, WaiterConfig={"Delay": WAIT_S, "MaxAttempts": MOST_WAITS}
        )
