"""An empty bucket and its client, for tests; the server is started in `s3_server`."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config
from mypy_boto3_s3 import S3Client

MADE_UP = {
    "AWS_ACCESS_KEY_ID": "made",
    "AWS_SECRET_ACCESS_KEY": "up",
    "AWS_DEFAULT_REGION": "us-east-1",
}
"""What a server that checks nothing takes."""


def new_client(
    url: str,
    region_name: str = "us-east-1",
    settings: Mapping[str, str] = MADE_UP,
    **options: Any,
) -> S3Client:
    """Return a signing client that tries once and does not wait."""
    return boto3.client(
        "s3",
        endpoint_url=url,
        region_name=region_name,
        aws_access_key_id=settings["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=settings["AWS_SECRET_ACCESS_KEY"],
        config=Config(retries={"total_max_attempts": 1}, connect_timeout=1, **options),
    )


def client_of(settings: Mapping[str, str], **options: Any) -> S3Client:
    """Return such a client of the server that settings name."""
    url, region = settings["AWS_ENDPOINT_URL"], settings["AWS_DEFAULT_REGION"]
    return new_client(url, region, settings, **options)


def no_credentials(monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    """Let boto3 find nothing: no settings, no files, and nothing to ask."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")


def set_server(monkeypatch: pytest.MonkeyPatch, home: Path, settings: Mapping[str, str]) -> None:
    """Let boto3 find these settings and no others."""
    no_credentials(monkeypatch, home)
    for name, value in settings.items():
        monkeypatch.setenv(name, value)


@contextmanager
def new_bucket(url: str, name: str, settings: Mapping[str, str] = MADE_UP) -> Iterator[S3Client]:
    """Give a client of a server with an empty bucket, which is removed after the block."""
    region = settings["AWS_DEFAULT_REGION"]
    client = new_client(url, region, settings)
    place: dict[str, Any] = {"CreateBucketConfiguration": {"LocationConstraint": region}}
    client.create_bucket(Bucket=name, **(place if region != "us-east-1" else {}))
    try:
        yield client
        for item in client.list_objects_v2(Bucket=name).get("Contents", []):
            client.delete_object(Bucket=name, Key=item["Key"])
        client.delete_bucket(Bucket=name)
    finally:
        client.close()
