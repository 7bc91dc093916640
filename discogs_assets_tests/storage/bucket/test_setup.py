"""A bucket is set up once, as wanted; what others set stays."""

from uuid import uuid4

import pytest
from mypy_boto3_s3 import S3Client
from mypy_boto3_s3.type_defs import ServerSideEncryptionByDefaultTypeDef

from discogs_assets.errors import RegionError, StoreError
from discogs_assets.storage.bucket.setting import NONE, UNSUPPORTED
from discogs_assets.storage.bucket.setup import Wanted, raise_refused, set_up
from discogs_assets_tests.support.s3_bucket import client_of, new_client
from discogs_assets_tests.support.s3_faults import Fault, faults
from discogs_assets_tests.support.services.server import Server, add_account

pytestmark = pytest.mark.slow

PARIS = "eu-west-3"
ARCHIVE, REMOVAL = "archive of raw/", "removal of unfinished uploads"
OTHERS = {
    "ID": "logs",
    "Status": "Enabled",
    "Filter": {"Prefix": "logs/"},
    "Expiration": {"Days": 30},
}


@pytest.fixture
def client(moto_url: str) -> S3Client:
    return new_client(moto_url, PARIS)


@pytest.fixture
def bucket() -> str:
    return f"lake-{uuid4().hex}"


def wanted(
    bucket: str, prefix: str = "", *, is_versioned: bool = False, days: int | None = None
) -> Wanted:
    return Wanted(bucket, prefix, is_versioned, days)


def changed(client: S3Client, want: Wanted, *, is_dry: bool = False) -> list[str]:
    """Set a bucket up; return the names of what was not as wanted."""
    return [one.name for one in set_up(client, want, is_dry=is_dry) if one.change]


def rules(client: S3Client, bucket: str) -> dict[str, object]:
    found = client.get_bucket_lifecycle_configuration(Bucket=bucket)["Rules"]
    return {rule["ID"]: rule for rule in found}


def test_a_missing_bucket_is_created_and_set_up(client: S3Client, bucket: str) -> None:
    found = set_up(client, wanted(bucket, is_versioned=True), is_dry=False)
    assert [(one.name, one.found, one.wanted) for one in found] == [
        ("bucket", NONE, PARIS),
        ("public access", NONE, "blocked"),
        ("encryption", NONE, "AES256"),
        ("versioning", "off", "on"),
        (ARCHIVE, NONE, "to GLACIER after 90 days"),
        (REMOVAL, NONE, "after 7 days"),
    ]
    assert client.get_bucket_location(Bucket=bucket)["LocationConstraint"] == PARIS
    assert client.get_bucket_versioning(Bucket=bucket)["Status"] == "Enabled"
    access = client.get_public_access_block(Bucket=bucket)["PublicAccessBlockConfiguration"]
    assert (len(access), {*access.values()}) == (4, {True})
    assert rules(client, bucket) == {
        "discogs-assets: archive raw/": {
            "ID": "discogs-assets: archive raw/",
            "Status": "Enabled",
            "Filter": {"And": {"Prefix": "raw/"}},  # moto keeps no limit of size.
            "Transitions": [{"Days": 90, "StorageClass": "GLACIER"}],
        },
        "discogs-assets: abort uploads": {
            "ID": "discogs-assets: abort uploads",
            "Status": "Enabled",
            "Filter": {"Prefix": ""},
            "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 7},
        },
    }
    assert client.list_objects_v2(Bucket=bucket)["KeyCount"] == 0


def test_the_second_time_only_asks(moto_url: str, bucket: str) -> None:
    set_up(new_client(moto_url, PARIS), wanted(bucket, is_versioned=True), is_dry=False)
    with faults(moto_url) as server:
        client = new_client(server.url, PARIS)
        assert changed(client, wanted(bucket, is_versioned=True)) == []
        assert changed(client, wanted(bucket)) == []
        assert {line.split()[0] for line in server.handed_on} == {"GET", "HEAD"}


def test_a_dry_run_only_asks(moto_url: str, bucket: str) -> None:
    with faults(moto_url) as server:
        client = new_client(server.url, PARIS)
        found = changed(client, wanted(bucket, is_versioned=True), is_dry=True)
        assert {line.split()[0] for line in server.handed_on} == {"GET"}
    assert found == ["bucket", "public access", "encryption", "versioning", ARCHIVE, REMOVAL]


def test_the_first_region_is_not_named_when_a_bucket_is_created(moto_url: str, bucket: str) -> None:
    client = new_client(moto_url, "us-east-1")
    set_up(client, wanted(bucket), is_dry=False)
    assert client.get_bucket_location(Bucket=bucket).get("LocationConstraint") is None


def test_rules_of_others_stay_and_ours_follow_what_is_wanted(client: S3Client, bucket: str) -> None:
    set_up(client, wanted(bucket), is_dry=False)
    client.put_bucket_lifecycle_configuration(
        Bucket=bucket,
        LifecycleConfiguration={"Rules": [OTHERS]},  # type: ignore[list-item]
    )
    assert changed(client, wanted(bucket)) == [ARCHIVE, REMOVAL]
    assert changed(client, wanted(bucket, days=30)) == [ARCHIVE]
    assert changed(client, wanted(bucket, "music/")) == ["archive of music/raw/", REMOVAL]
    found = rules(client, bucket)
    assert len(found) == 5
    assert found["logs"] == OTHERS


def test_an_archive_stays_as_it_was_chosen(client: S3Client, bucket: str) -> None:
    chosen = Wanted(bucket, "", False, 30, "DEEP_ARCHIVE")
    assert ARCHIVE in changed(client, chosen)
    assert changed(client, wanted(bucket)) == []
    assert changed(client, wanted(bucket, days=60)) == [ARCHIVE]
    [archive] = [one for one in set_up(client, wanted(bucket), is_dry=True) if one.name == ARCHIVE]
    assert archive.found == archive.wanted == "to DEEP_ARCHIVE after 60 days"


def test_a_bucket_that_is_created_is_waited_for(moto_url: str, bucket: str) -> None:
    late = Fault("HEAD", 404, "NotFound")
    with faults(moto_url, late) as server:
        found = set_up(new_client(server.url, PARIS), wanted(bucket), is_dry=False)
    assert late.is_met.is_set()
    raise_refused(found)


def test_what_protects_more_stays(client: S3Client, bucket: str) -> None:
    set_up(client, wanted(bucket, is_versioned=True), is_dry=False)
    key: ServerSideEncryptionByDefaultTypeDef = {
        "SSEAlgorithm": "aws:kms",
        "KMSMasterKeyID": "mine",
    }
    client.put_bucket_encryption(
        Bucket=bucket,
        ServerSideEncryptionConfiguration={"Rules": [{"ApplyServerSideEncryptionByDefault": key}]},
    )
    assert changed(client, wanted(bucket)) == []
    assert client.get_bucket_versioning(Bucket=bucket)["Status"] == "Enabled"


def test_half_open_access_is_blocked(client: S3Client, bucket: str) -> None:
    set_up(client, wanted(bucket), is_dry=False)
    half = {"BlockPublicAcls": True, "IgnorePublicAcls": True}
    client.put_public_access_block(
        Bucket=bucket,
        PublicAccessBlockConfiguration=half,  # type: ignore[arg-type]
    )
    [access] = [one for one in set_up(client, wanted(bucket), is_dry=False) if one.change]
    assert (access.name, access.found) == ("public access", "2 of 4 ways blocked")
    assert changed(client, wanted(bucket)) == []


@pytest.mark.parametrize(
    ("request_", "name", "permission"),
    [
        ("PUT .*[?]lifecycle", ARCHIVE, "s3:PutLifecycleConfiguration"),
        ("PUT .*[?]publicAccessBlock", "public access", "s3:PutBucketPublicAccessBlock"),
        ("GET .*[?]encryption", "encryption", "s3:GetEncryptionConfiguration"),
    ],
)
def test_a_missing_permission_is_named_and_all_else_is_set(
    moto_url: str, bucket: str, request_: str, name: str, permission: str
) -> None:
    with faults(moto_url, Fault(request_, 403, "AccessDenied")) as server:
        found = set_up(new_client(server.url, PARIS), wanted(bucket), is_dry=False)
    [refused] = [one for one in found if one.error]
    assert (refused.name, refused.change) == (name, None)
    with pytest.raises(StoreError, match=rf"{name}: s3://{bucket}: .*allow {permission} "):
        raise_refused(found)
    assert changed(new_client(moto_url, PARIS), wanted(bucket)) == [name]


@pytest.mark.parametrize(
    ("request_", "status", "code", "advice"),
    [
        ("GET", 403, "AccessDenied", "allow s3:ListBucket to these"),
        ("GET", 400, "ExpiredToken", "have expired: log in again, and set AWS_ACCESS_KEY_ID"),
        ("GET", 403, "RequestTimeTooSkewed", "the clock of this machine is wrong"),
        ("PUT", 409, "BucketAlreadyExists", "the name is another's"),
        ("PUT", 503, "SlowDown", "SlowDown"),
    ],
)
def test_what_is_refused_says_what_to_do(
    moto_url: str, bucket: str, request_: str, status: int, code: str, advice: str
) -> None:
    with faults(moto_url, Fault(request_, status, code)) as server:
        client = new_client(server.url, PARIS)
        with pytest.raises(StoreError, match=rf"s3://{bucket}: .*{advice}"):
            set_up(client, wanted(bucket), is_dry=False)


def test_a_bucket_in_another_region_is_refused(
    moto_url: str, client: S3Client, bucket: str
) -> None:
    set_up(client, wanted(bucket), is_dry=False)
    with pytest.raises(RegionError, match="expected it in eu-west-1, found it in eu-west-3"):
        set_up(new_client(moto_url, "eu-west-1"), wanted(bucket), is_dry=False)


class TestOnVersitygw:
    """A server that checks signatures, and has fewer settings than Amazon's."""

    def test_what_the_server_lacks_is_said(self, s3_server: Server, bucket: str) -> None:
        client = client_of(s3_server.settings)
        found = {
            one.name: one.found
            for one in set_up(client, wanted(bucket, is_versioned=True), is_dry=False)
        }
        lacking = {name for name, text in found.items() if text == UNSUPPORTED}
        assert lacking == {"public access", "encryption", ARCHIVE, REMOVAL}
        assert found["bucket"] == NONE
        assert client.get_bucket_versioning(Bucket=bucket)["Status"] == "Enabled"
        assert changed(client, wanted(bucket, is_versioned=True)) == []

    @pytest.mark.parametrize(
        ("name", "advice"),
        [
            ("AWS_ACCESS_KEY_ID", "there is no such key: correct AWS_ACCESS_KEY_ID"),
            ("AWS_SECRET_ACCESS_KEY", "AWS_SECRET_ACCESS_KEY is not that of AWS_ACCESS_KEY_ID"),
            ("AWS_DEFAULT_REGION", "the server has no such region: correct AWS_DEFAULT_REGION"),
        ],
    )
    def test_what_is_refused_is_named(
        self, s3_server: Server, bucket: str, name: str, advice: str
    ) -> None:
        client = client_of({**s3_server.settings, name: "eu-west-1"})
        with pytest.raises(StoreError, match=rf"s3://{bucket}: .*{advice}"):
            set_up(client, wanted(bucket), is_dry=False)

    def test_a_bucket_of_another_is_refused(self, s3_server: Server, bucket: str) -> None:
        set_up(client_of(s3_server.settings), wanted(bucket), is_dry=False)
        add_account(s3_server, f"user-{bucket}", "another-secret")
        other = client_of(
            {
                **s3_server.settings,
                "AWS_ACCESS_KEY_ID": f"user-{bucket}",
                "AWS_SECRET_ACCESS_KEY": "another-secret",
            }
        )
        with pytest.raises(
            StoreError, match=rf"s3://{bucket}: .*AccessDenied.*is the bucket yours"
        ):
            set_up(other, wanted(bucket), is_dry=False)
