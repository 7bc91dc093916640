"""What a bucket holds is counted by prefix, class and kind."""

from uuid import uuid4

import pytest
from mypy_boto3_s3 import S3Client

from discogs_assets.errors import StoreError
from discogs_assets.storage.bucket.contents import (
    CURRENT,
    OLD,
    UNFINISHED,
    Amount,
    Contents,
    Group,
)
from discogs_assets_tests.support.s3_bucket import client_of, new_client
from discogs_assets_tests.support.s3_faults import Fault, faults
from discogs_assets_tests.support.services.server import Server

pytestmark = pytest.mark.slow


@pytest.fixture
def bucket() -> str:
    return f"lake-{uuid4().hex}"


def count(client: S3Client, bucket: str, prefix: str = "") -> dict[Group, Amount]:
    """Count, and hold what was told of it against the sums."""
    told: list[int] = []
    found = Contents(client, bucket, prefix).count(told.append)
    assert sum(told) == sum(one.bytes for one in found.values())
    assert len(told) == sum(one.files for one in found.values())
    return found


def begin_upload(client: S3Client, bucket: str, key: str, data: bytes) -> None:
    """Leave a part of an upload that nobody goes on with."""
    begun = client.create_multipart_upload(Bucket=bucket, Key=key)
    client.upload_part(Bucket=bucket, Key=key, UploadId=begun["UploadId"], PartNumber=1, Body=data)


def test_files_versions_and_parts_by_class(moto_url: str, bucket: str) -> None:
    client = new_client(moto_url)
    client.create_bucket(Bucket=bucket)
    client.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    for data in (b"old", b"newer"):
        client.put_object(Bucket=bucket, Key="music/lake/discogs/artist/a", Body=data)
    client.put_object(
        Bucket=bucket, Key="music/raw/discogs/2026/b", Body=b"1234", StorageClass="GLACIER"
    )
    client.put_object(Bucket=bucket, Key="elsewhere", Body=b"x")
    begin_upload(client, bucket, "music/raw/discogs/2026/c", b"12")
    assert count(client, bucket, "music/") == {
        Group("lake/discogs/", "STANDARD", CURRENT): Amount(1, 5),
        Group("lake/discogs/", "STANDARD", OLD): Amount(1, 3),
        Group("raw/discogs/", "GLACIER", CURRENT): Amount(1, 4),
        Group("raw/discogs/", "STANDARD", UNFINISHED): Amount(1, 2),
    }


def test_more_files_than_a_page_has(
    moto_url: str, bucket: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MOTO_S3_DEFAULT_MAX_KEYS", "2")
    client = new_client(moto_url)
    client.create_bucket(Bucket=bucket)
    for number in range(5):
        client.put_object(Bucket=bucket, Key=f"raw/{number}", Body=b"x")
    assert len(client.list_objects_v2(Bucket=bucket)["Contents"]) == 2
    assert count(client, bucket) == {Group("raw/", "STANDARD", CURRENT): Amount(5, 5)}


def test_another_server(s3_server: Server, bucket: str) -> None:
    client = client_of(s3_server.settings)
    place = {"LocationConstraint": s3_server.settings["AWS_DEFAULT_REGION"]}
    client.create_bucket(Bucket=bucket, CreateBucketConfiguration=place)  # type: ignore[arg-type]
    client.put_object(Bucket=bucket, Key="raw/discogs/a", Body=b"1234")
    begin_upload(client, bucket, "raw/discogs/b", b"12")
    assert count(client, bucket) == {
        Group("raw/discogs/", "STANDARD", CURRENT): Amount(1, 4),
        Group("raw/discogs/", "STANDARD", UNFINISHED): Amount(1, 2),
    }


def test_an_upload_that_ends_while_it_is_counted_is_left_out(moto_url: str, bucket: str) -> None:
    client = new_client(moto_url)
    client.create_bucket(Bucket=bucket)
    for key, data in (("raw/a", b"1"), ("raw/b", b"12")):
        begin_upload(client, bucket, key, data)
    ended = Fault("GET .*/raw/a[?].*uploadId=", 404, "NoSuchUpload")
    with faults(moto_url, ended) as server:
        found = count(new_client(server.url), bucket)
    assert ended.is_met.is_set()
    assert found == {Group("raw/", "STANDARD", UNFINISHED): Amount(1, 2)}


def test_small_files_of_a_class_that_bills_128_kb(moto_url: str, bucket: str) -> None:
    client = new_client(moto_url)
    client.create_bucket(Bucket=bucket)
    for key, size in (("raw/a", 1000), ("raw/b", 200_000)):
        client.put_object(Bucket=bucket, Key=key, Body=b"x" * size, StorageClass="STANDARD_IA")
    assert count(client, bucket) == {
        Group("raw/", "STANDARD_IA", CURRENT): Amount(2, 201_000, 131_072 - 1000)
    }


def test_a_server_without_lists_of_uploads_is_told(
    moto_url: str, bucket: str, caplog: pytest.LogCaptureFixture
) -> None:
    client = new_client(moto_url)
    client.create_bucket(Bucket=bucket)
    client.put_object(Bucket=bucket, Key="raw/a", Body=b"x")
    with faults(moto_url, Fault("GET .*[?]uploads", 501, "NotImplemented")) as server:
        found = count(new_client(server.url), bucket)
    assert found == {Group("raw/", "STANDARD", CURRENT): Amount(1, 1)}
    assert "not supported by this server: unfinished uploads are not counted" in caplog.text


def test_a_missing_bucket_is_named(moto_url: str) -> None:
    with pytest.raises(StoreError, match=r"there is no such bucket: make it with discogs-assets"):
        Contents(new_client(moto_url), "nowhere", "").count(lambda _bytes: None)
