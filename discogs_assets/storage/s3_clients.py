"""Clients of buckets; credentials and addresses are those that boto3 finds."""

from typing import TYPE_CHECKING

from discogs_assets.errors import SettingError

if TYPE_CHECKING:
    import boto3
    from botocore.config import Config
    from mypy_boto3_s3 import S3Client


def reading_client() -> "S3Client":
    """Return a client of public or private buckets: signed when there are credentials."""
    import boto3  # takes a second, and only buckets need it
    from botocore import UNSIGNED
    from botocore.config import Config

    session, config = boto3.Session(), patient_config()
    if session.get_credentials() is None:
        config = config.merge(Config(signature_version=UNSIGNED))
    return session.client("s3", config=config)


def writing_client() -> "S3Client":
    """Return a client of one's own bucket."""
    import boto3

    return boto3.Session().client("s3", config=patient_config())


def checked_client(region: str | None = None) -> "S3Client":
    """Return a client of one's own bucket; SettingError without whole credentials or a region.

    `region` is that of the bucket; None leaves it to AWS_DEFAULT_REGION or the profile.
    """
    import boto3
    from botocore.exceptions import BotoCoreError

    try:
        session = boto3.Session(region_name=region)
        refuse_incomplete(session)
        return session.client("s3", config=patient_config())
    except (BotoCoreError, ValueError) as error:  # ValueError: AWS_ENDPOINT_URL is no address.
        raise SettingError(
            f"S3: {error}; correct AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, AWS_PROFILE, "
            "AWS_ENDPOINT_URL or the region"
        ) from error


def refuse_incomplete(session: "boto3.Session") -> None:
    """Raise SettingError without credentials or a region; botocore's error for half of a key.

    Without a region boto3 would take us-east-1, and Polars look for the bucket there.
    """
    if session.get_credentials() is None:
        raise SettingError(
            "S3: expected credentials, found none; set AWS_ACCESS_KEY_ID and "
            "AWS_SECRET_ACCESS_KEY, or AWS_PROFILE to a profile of ~/.aws/credentials"
        )
    if not session.region_name:
        raise SettingError(
            "S3: expected the region of the bucket, found none; set AWS_DEFAULT_REGION such as "
            "eu-west-3, or --region"
        )


def patient_config() -> "Config":
    """Return what has a client repeat a failed request up to five times."""
    from botocore.config import Config

    return Config(retries={"mode": "standard", "max_attempts": 5})
