"""Clients of buckets sign where there are credentials, try again, and need no Dagster."""

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from botocore import UNSIGNED

from discogs_assets.errors import RegionError
from discogs_assets.platform import build_platform, read_settings
from discogs_assets.storage.s3_clients import checked_client, reading_client

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

pytestmark = pytest.mark.slow

CHILD = """
import sys
from discogs_assets.storage.s3_clients import checked_client, reading_client
reading_client(), checked_client()
print(*sorted({name.partition(".")[0] for name in sys.modules}))
"""


@pytest.fixture(autouse=True)
def nowhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Let boto3 find no credentials, and a region."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")


def config(client: "S3Client") -> Any:
    return client.meta.config


def test_a_reader_without_credentials_does_not_sign() -> None:
    assert config(reading_client()).signature_version is UNSIGNED


@pytest.fixture
def someone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "someone")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")


@pytest.mark.usefixtures("someone")
def test_with_credentials_both_sign() -> None:
    for client in (reading_client(), checked_client()):
        assert config(client).signature_version == "s3v4"


@pytest.mark.usefixtures("someone")
def test_a_store_at_amazons_needs_a_region(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("AWS_DEFAULT_REGION")
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    settings = {"DISCOGS_STORE": "s3://my-lake", "DISCOGS_WAREHOUSE": str(tmp_path / "w.duckdb")}
    with pytest.raises(RegionError, match="expected the region of the bucket, found none"):
        build_platform(read_settings(settings)).store.exists("raw/a")


@pytest.mark.usefixtures("someone")
def test_both_try_again_and_go_where_the_environment_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    for client in (reading_client(), checked_client()):
        assert client.meta.endpoint_url == "http://127.0.0.1:9"
        assert client.meta.region_name == "eu-central-1"
        retries = config(client).retries
        assert (retries["mode"], retries["total_max_attempts"]) == ("standard", 6)


@pytest.mark.usefixtures("someone")
def test_they_are_made_without_dagster() -> None:
    done = subprocess.run(
        [sys.executable, "-c", CHILD],
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    assert {"boto3"} <= {*done.stdout.split()}
    assert {"dagster", "dagster_aws"} & {*done.stdout.split()} == set()
