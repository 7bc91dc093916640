"""An empty bucket and its client, for tests; the server is started in `s3_server`."""

from collections.abc import Iterator
from contextlib import contextmanager

import boto3
from botocore.config import Config
from mypy_boto3_s3 import S3Client


def new_client(url: str, region_name: str = "us-east-1") -> S3Client:
    """Return a signing client that tries once and does not wait."""
    return boto3.client(
        "s3",
        endpoint_url=url,
        region_name=region_name,
        aws_access_key_id="made",
        aws_secret_access_key="up",
        config=Config(retries={"total_max_attempts": 1}, connect_timeout=1),
    )


@contextmanager
def new_bucket(url: str, name: str) -> Iterator[S3Client]:
    """Give a client of a server with an empty bucket, which is removed after the block."""
    client = new_client(url)
    client.create_bucket(Bucket=name)
    try:
        yield client
        for item in client.list_objects_v2(Bucket=name).get("Contents", []):
            client.delete_object(Bucket=name, Key=item["Key"])
        client.delete_bucket(Bucket=name)
    finally:
        client.close()
