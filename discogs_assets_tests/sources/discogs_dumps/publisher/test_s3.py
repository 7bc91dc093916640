"""Dumps in an S3 bucket, against a local S3."""

import functools
import io
import socket
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import boto3
import pytest
from botocore import UNSIGNED
from botocore.config import Config
from botocore.exceptions import NoCredentialsError
from botocore.response import StreamingBody
from botocore.stub import Stubber
from moto.server import ThreadedMotoServer

from discogs_assets.errors import (
    DumpNotFoundError,
    SettingError,
    SourceError,
    TransientError,
)
from discogs_assets.sources.discogs_dumps.publication import PUBLICATION
from discogs_assets.sources.discogs_dumps.publisher.s3 import S3Catalogue
from discogs_assets.sources.dumps.catalogue import Catalogue
from discogs_assets_tests.sources.discogs_dumps.publisher.test_catalogue import (
    CatalogueContract,
    collect,
)

pytestmark = pytest.mark.slow

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

FILE = PUBLICATION.describe("data/2026/discogs_20260101_labels.xml.gz", 10, None)


@functools.cache
def make_client(endpoint: str, *, is_signed: bool = True) -> "S3Client":
    signing = Config() if is_signed else Config(signature_version=UNSIGNED)
    return boto3.client(
        "s3",
        endpoint_url=endpoint,
        region_name="us-west-2",
        aws_access_key_id="id" if is_signed else None,
        aws_secret_access_key="secret" if is_signed else None,
        config=signing.merge(Config(retries={"total_max_attempts": 1})),
    )


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    yield "http://{}:{}".format(*server.get_host_and_port())
    server.stop()


@pytest.fixture
def bucket(endpoint: str) -> Iterator[str]:
    client = make_client(endpoint)
    client.create_bucket(
        Bucket="mirror", CreateBucketConfiguration={"LocationConstraint": "us-west-2"}
    )
    yield "mirror"
    for item in client.list_objects_v2(Bucket="mirror").get("Contents", []):
        client.delete_object(Bucket="mirror", Key=item["Key"])
    client.delete_bucket(Bucket="mirror")


@pytest.fixture
def stubbed() -> Iterator[tuple[S3Catalogue, Stubber]]:
    client = make_client("http://127.0.0.1:9")
    with Stubber(client) as stubber:
        yield S3Catalogue.open("s3://mirror", lambda: client), stubber


class TestS3Catalogue(CatalogueContract):
    @pytest.fixture(params=["signed", "unsigned"])
    def catalogue(self, request: pytest.FixtureRequest, endpoint: str, bucket: str) -> Catalogue:
        client = make_client(endpoint)
        for key, body in self.PUBLISHED.items():
            client.put_object(Bucket=bucket, Key=f"copies/{key}", Body=body, ACL="public-read")
        is_signed = request.param == "signed"
        return S3Catalogue.open(
            f"s3://{bucket}/copies", lambda: make_client(endpoint, is_signed=is_signed)
        )

    def test_a_file_that_is_gone_is_not_found(self, catalogue: Catalogue) -> None:
        gone = PUBLICATION.describe("copies/data/2026/discogs_20260101_masters.xml.gz", 1, None)
        with pytest.raises(DumpNotFoundError, match="there is none"), catalogue.read(gone, 0):
            pass


@pytest.mark.parametrize(
    ("url", "root"),
    [
        ("s3://mirror", "data/"),
        ("s3://mirror/", "data/"),
        ("s3://mirror/data", "data/"),
        ("s3://mirror/copies", "copies/data/"),
        ("s3://mirror/copies/data/", "copies/data/"),
    ],
)
def test_the_prefix_may_end_in_data(url: str, root: str, endpoint: str) -> None:
    catalogue = S3Catalogue.open(url, lambda: make_client(endpoint))
    assert (catalogue.bucket, catalogue.root) == ("mirror", root)
    assert catalogue.address(FILE) == f"s3://mirror/{FILE.location}"


def test_modified_is_utc(endpoint: str, bucket: str) -> None:
    make_client(endpoint).put_object(Bucket=bucket, Key=FILE.location, Body=b"x")
    catalogue = S3Catalogue.open(f"s3://{bucket}", lambda: make_client(endpoint))
    modified = catalogue.dumps(2026)[0].files["labels"].modified
    assert modified is not None
    assert modified.tzinfo is UTC
    assert abs(datetime.now(UTC) - modified) < timedelta(minutes=1)


def test_every_page_of_a_long_list_is_read(stubbed: tuple[S3Catalogue, Stubber]) -> None:
    catalogue, stubber = stubbed
    for day, following in ((1, {"NextContinuationToken": "more", "IsTruncated": True}), (2, {})):
        item = {
            "Key": f"data/2026/discogs_2026010{day}_labels.xml.gz",
            "LastModified": datetime(2026, 1, 15, tzinfo=UTC),
            "Size": 1,
        }
        stubber.add_response("list_objects_v2", {"Contents": [item], **following})
    assert [dump.date.day for dump in catalogue.dumps(2026)] == [1, 2]


@pytest.mark.parametrize(
    ("code", "status", "expected", "message"),
    [
        ("AccessDenied", 403, SourceError, "credentials.*unsigned"),
        ("SignatureDoesNotMatch", 403, SourceError, "credentials"),
        ("NoSuchBucket", 404, SourceError, "AWS_ENDPOINT_URL"),
        ("PermanentRedirect", 301, SourceError, "region"),
        ("SlowDown", 503, TransientError, "busy"),
        ("ThrottlingException", 400, TransientError, "busy"),
        ("InternalError", 500, TransientError, "busy"),
    ],
)
def test_an_error_answer_says_what_to_do(
    stubbed: tuple[S3Catalogue, Stubber],
    code: str,
    status: int,
    expected: type[SourceError],
    message: str,
) -> None:
    catalogue, stubber = stubbed
    stubber.add_client_error("list_objects_v2", code, http_status_code=status)
    with pytest.raises(expected, match=rf"^s3://mirror: .*{message}") as caught:
        catalogue.dumps(2026)
    assert code in str(caught.value)
    assert type(caught.value) is expected


def test_a_private_file_cannot_be_read_unsigned(endpoint: str, bucket: str) -> None:
    make_client(endpoint).put_object(Bucket=bucket, Key=FILE.location, Body=b"x")
    catalogue = S3Catalogue.open(f"s3://{bucket}", lambda: make_client(endpoint, is_signed=False))
    refusal = pytest.raises(SourceError, match=f"s3://mirror/{FILE.location}: .*credentials")
    with refusal, catalogue.read(FILE, 0):
        pass


def test_a_body_that_ends_early_is_transient(stubbed: tuple[S3Catalogue, Stubber]) -> None:
    catalogue, stubber = stubbed
    body = StreamingBody(io.BytesIO(b"012345"), content_length=10)
    stubber.add_response("get_object", {"Body": body, "ContentLength": 10})
    came = bytearray()
    broken = pytest.raises(TransientError, match="the connection broke")
    with catalogue.read(FILE, 0) as reading, broken:
        collect(reading, came)
    assert came == b"012345"


def test_storage_whose_name_has_no_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "*")
    catalogue = S3Catalogue.open("s3://mirror", lambda: make_client("http://storage.invalid"))
    offline = r"^s3://mirror: cannot find storage.invalid: is this machine online[?] .*; check buck"
    with pytest.raises(SourceError, match=offline):
        catalogue.years()


def test_storage_that_is_not_there_is_told_of_its_address() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    catalogue = S3Catalogue.open("s3://mirror", lambda: make_client(f"http://127.0.0.1:{port}"))
    with pytest.raises(SourceError, match=f"{port}.*AWS_ENDPOINT_URL") as caught:
        catalogue.years()
    assert not isinstance(caught.value, TransientError)


def raising(error: Exception) -> Callable[[], "S3Client"]:
    def make() -> "S3Client":
        raise error

    return make


def test_missing_credentials_are_named() -> None:
    catalogue = S3Catalogue.open("s3://mirror", raising(NoCredentialsError()))
    with pytest.raises(SourceError, match=r"locate credentials; check .* read unsigned"):
        catalogue.years()


def test_an_endpoint_of_no_use_is_a_setting() -> None:
    catalogue = S3Catalogue.open("s3://mirror", raising(ValueError("Invalid endpoint: x")))
    with pytest.raises(SettingError, match=r"Invalid endpoint: x; .*AWS_ENDPOINT_URL"):
        catalogue.dumps(2026)
