"""Clients of buckets; credentials and addresses are those that boto3 finds."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
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


def patient_config() -> "Config":
    """Return what has a client repeat a failed request up to five times."""
    from botocore.config import Config

    return Config(retries={"mode": "standard", "max_attempts": 5})
