"""Clients of buckets; credentials and addresses are those that boto3 finds."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


def reading_client() -> "S3Client":
    """Return a client of public or private buckets: signed when there are credentials."""
    import boto3  # it and dagster-aws take two seconds, and only buckets need them
    from dagster_aws.s3 import S3Resource

    is_unsigned = boto3.Session().get_credentials() is None
    client: S3Client = S3Resource(use_unsigned_session=is_unsigned).get_client()
    return client


def writing_client() -> "S3Client":
    """Return a client of one's own bucket."""
    from dagster_aws.s3 import S3Resource

    client: S3Client = S3Resource().get_client()
    return client
