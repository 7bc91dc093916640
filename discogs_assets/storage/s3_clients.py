"""Clients of buckets; credentials and addresses are those that boto3 finds."""

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from discogs_assets.errors import RegionError, SettingError

if TYPE_CHECKING:
    from botocore.config import Config
    from mypy_boto3_s3 import S3Client

AMAZON = (".amazonaws.com", ".amazonaws.com.cn")
NO_CREDENTIALS = (
    "S3: expected credentials, found none; set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or "
    "AWS_PROFILE to a profile of ~/.aws/credentials"
)


def reading_client() -> "S3Client":
    """Return a client of public or private buckets: signed when there are credentials."""
    import boto3  # takes a second, and only buckets need it
    from botocore import UNSIGNED
    from botocore.config import Config

    session, config = boto3.Session(), patient_config()
    if session.get_credentials() is None:
        config = config.merge(Config(signature_version=UNSIGNED))
    return session.client("s3", config=config)


def checked_client(region: str | None = None) -> "S3Client":
    """Return a client of one's own bucket.

    `region` is that of the bucket; None leaves it to AWS_DEFAULT_REGION or the profile. Raises
    SettingError without whole credentials, and RegionError without a region at Amazon's.
    """
    import boto3
    from botocore.exceptions import BotoCoreError

    try:
        session = boto3.Session(region_name=region)
        if session.get_credentials() is None:
            raise SettingError(NO_CREDENTIALS)
        client = session.client("s3", config=patient_config())
    except (BotoCoreError, ValueError) as error:  # ValueError: AWS_ENDPOINT_URL is no address.
        raise SettingError(
            f"S3: {error}; correct AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, AWS_PROFILE, "
            "AWS_ENDPOINT_URL or the region"
        ) from error
    if not session.region_name:
        refuse_amazon(client)
    return client


def refuse_amazon(client: "S3Client") -> None:
    """Raise RegionError for a client of Amazon's own servers, where each bucket has its region.

    Without a region boto3 would take us-east-1, and Polars look for the bucket there.
    """
    host = urlsplit(client.meta.endpoint_url).hostname or ""
    if host.endswith(AMAZON):
        raise RegionError(
            "S3: expected the region of the bucket, found none; set AWS_DEFAULT_REGION such as "
            "eu-west-3"
        )


def patient_config() -> "Config":
    """Return what has a client repeat a failed request up to five times."""
    from botocore.config import Config

    return Config(retries={"mode": "standard", "max_attempts": 5})
