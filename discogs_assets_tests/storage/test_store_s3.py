"""What only a store in a bucket does."""

import io
import os
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import polars as pl
import pytest
from botocore.exceptions import ClientError, ResponseStreamingError
from botocore.response import StreamingBody
from mypy_boto3_s3 import S3Client

from discogs_assets.errors import StoreError
from discogs_assets.storage.factory import open_store
from discogs_assets.storage.s3 import S3Store
from discogs_assets.storage.s3_errors import s3_errors
from discogs_assets.storage.store import Store
from discogs_assets_tests.storage.test_store import StoreContract, put_and_scan, use
from discogs_assets_tests.support.s3_bucket import MADE_UP, client_of, new_bucket, new_client
from discogs_assets_tests.support.services.server import Server

pytestmark = pytest.mark.slow

BUCKET = "shelf"


Settings = Mapping[str, str]


class S3StoreContract(StoreContract):
    """What holds for every S3 server; subclasses give the `settings` of one."""

    @pytest.fixture
    def s3_url(self, settings: Settings) -> str:
        return settings["AWS_ENDPOINT_URL"]

    @pytest.fixture
    def client(self, s3_url: str, settings: Settings) -> Iterator[S3Client]:
        with new_bucket(s3_url, BUCKET, settings) as client:
            yield client

    @pytest.fixture
    def store(
        self,
        client: S3Client,
        settings: Settings,
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
    ) -> Store:
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            monkeypatch.setenv(name, settings[name])
        client.put_object(Bucket=BUCKET, Key="of-others/a", Body=b"")
        client.put_object(Bucket=BUCKET, Key="discogs-old/a", Body=b"")
        return S3Store(f"s3://{BUCKET}/discogs/", tmp_path / "scratch", lambda: client)

    def test_names_files_below_its_prefix(self, store: Store, client: S3Client) -> None:
        store.write("raw/a.gz", b"zipped")
        assert store.url == "s3://shelf/discogs/"
        assert store.uri("raw/a.gz") == "s3://shelf/discogs/raw/a.gz"
        got = client.get_object(Bucket=BUCKET, Key="discogs/raw/a.gz")
        assert got["Body"].read() == b"zipped"

    def test_may_have_a_bucket_of_its_own(self, client: S3Client, tmp_path: Path) -> None:
        store = S3Store(f"s3://{BUCKET}", tmp_path, lambda: client)
        store.write("raw/a.gz", b"zipped")
        assert store.uri("raw/a.gz") == "s3://shelf/raw/a.gz"
        assert store.keys("") == store.keys("raw") == ["raw/a.gz"]

    def test_moves_in_what_takes_several_parts(self, store: Store, tmp_path: Path) -> None:
        finished = tmp_path / "finished"
        finished.write_bytes(os.urandom(9 << 20))
        expected = finished.read_bytes()
        store.put(finished, "raw/big")
        assert store.read("raw/big") == expected

    def test_makes_one_client_when_it_is_needed(self, client: S3Client, tmp_path: Path) -> None:
        made: list[S3Client] = []

        def make() -> S3Client:
            made.append(client)
            return client

        store = open_store(f"s3://{BUCKET}", scratch=tmp_path, s3_client=make)
        assert made == []
        store.keys("")
        store.exists("a")
        assert made == [client]

    def test_deletes_more_than_one_request_takes(
        self, store: Store, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("discogs_assets.storage.s3.DELETE_AT_ONCE", 2)
        keys = [f"lake/{number}" for number in range(5)]
        for key in keys:
            store.write(key, b"")
        store.delete(keys)
        assert store.keys("") == []

    def test_a_broken_read_goes_on_where_it_stopped(
        self, store: Store, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        content = os.urandom(300_000)
        store.write("raw/a", content)
        breaks = break_reads(monkeypatch, after=(100_000, 200_000))
        assert store.read("raw/a") == content
        assert breaks == []

    def test_a_read_that_keeps_breaking_is_an_error(
        self, store: Store, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        store.write("raw/a", b"x" * 100)
        monkeypatch.setattr(time, "sleep", lambda seconds: None)
        break_reads(monkeypatch, after=(0,) * 5)
        with pytest.raises(StoreError, match=r"s3://shelf/discogs/raw/a: .*cut off"):
            store.read("raw/a")

    def test_never_joins_parts_of_two_objects(
        self, store: Store, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        store.write("raw/a", b"1" * 3_000_000)
        break_reads(monkeypatch, after=(1_500_000,))
        with store.open("raw/a") as file:
            file.read(1_000_000)
            store.write("raw/a", b"2" * 3_000_000)
            with pytest.raises(StoreError, match="replaced while it was read"):
                file.read()

    def test_names_the_bucket_that_is_missing(self, settings: Settings, tmp_path: Path) -> None:
        store = S3Store("s3://nowhere/discogs", tmp_path, lambda: client_of(settings))
        for operation, key in (("keys", ""), ("exists", "a"), ("open", "a")):
            with pytest.raises(StoreError, match=r"s3://nowhere/discogs/.*: .*no such bucket"):
                use(store, operation, key)

    def test_explains_denied_access(self) -> None:
        denied = ClientError({"Error": {"Code": "403", "Message": "Forbidden"}}, "HeadObject")
        with (
            pytest.raises(StoreError, match=r"s3://shelf/a: .*Forbidden.*s3:ListBucket"),
            s3_errors("s3://shelf/a"),
        ):
            raise denied

    def test_counts_what_could_not_be_deleted(
        self, store: Store, client: S3Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        answer = {"Errors": [{"Key": "discogs/a", "Message": "Access Denied"}]}
        monkeypatch.setattr(client, "delete_objects", lambda **request: answer)
        with pytest.raises(StoreError, match=r"delete 2 files, kept 1 \(s3://shelf/discogs/a: Acc"):
            store.delete(["a", "b"])

    def test_lists_no_folder_marks_and_no_hidden_files(
        self, store: Store, client: S3Client
    ) -> None:
        for name in ("discogs/", "discogs/raw/", "discogs/raw/.DS_Store", "discogs/raw/a"):
            client.put_object(Bucket=BUCKET, Key=name, Body=b"")
        assert store.keys("") == ["raw/a"]

    def test_keeps_out_only_this_machine(self, store: Store) -> None:
        assert not store.is_exclusive

    def test_polars_takes_credentials_from_where_boto3_does(
        self, s3_url: str, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        profile = (
            f"[shelf]\naws_access_key_id = {settings['AWS_ACCESS_KEY_ID']}\n"
            f"aws_secret_access_key = {settings['AWS_SECRET_ACCESS_KEY']}\n"
        )
        (tmp_path / "credentials").write_text(profile)
        artists = pl.DataFrame({"id": [1, 2]})
        # Polars keeps credentials by bucket: one of its own gets none of another test's.
        with new_bucket(s3_url, "cupboard", settings) as client:
            monkeypatch.delenv("AWS_ACCESS_KEY_ID", raising=False)
            monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
            monkeypatch.setenv("AWS_PROFILE", "shelf")
            store = S3Store("s3://cupboard", tmp_path, lambda: client)
            assert put_and_scan(store, artists, tmp_path / "finished").equals(artists)

    def test_polars_is_told_of_encrypted_storage(self, tmp_path: Path) -> None:
        client = new_client("https://s3.eu-west-1.amazonaws.com", region_name="eu-west-1")
        assert S3Store(f"s3://{BUCKET}", tmp_path, lambda: client).polars_options() == {
            "aws_endpoint_url": "https://s3.eu-west-1.amazonaws.com",
            "aws_region": "eu-west-1",
            "aws_virtual_hosted_style_request": "false",
        }

    def test_says_that_it_cannot_be_reached(self, tmp_path: Path) -> None:
        store = S3Store(f"s3://{BUCKET}", tmp_path, lambda: new_client("http://127.0.0.1:9"))
        with pytest.raises(StoreError, match=r"s3://shelf/a: .*127\.0\.0\.1:9.*AWS_ENDPOINT_URL"):
            store.read("a")


class TestOnMoto(S3StoreContract):
    @pytest.fixture
    def settings(self, moto_url: str) -> Settings:
        return {**MADE_UP, "AWS_ENDPOINT_URL": moto_url}


class TestOnVersitygw(S3StoreContract):
    """A server that checks signatures, and is in another region than the first."""

    @pytest.fixture
    def settings(self, s3_server: Server) -> Settings:
        return s3_server.settings

    @pytest.mark.parametrize(
        ("name", "advice"),
        [
            ("AWS_ACCESS_KEY_ID", "correct AWS_ACCESS_KEY_ID"),
            ("AWS_SECRET_ACCESS_KEY", "AWS_SECRET_ACCESS_KEY is not that of AWS_ACCESS_KEY_ID"),
        ],
    )
    def test_names_the_credential_that_is_refused(
        self, settings: Settings, client: S3Client, tmp_path: Path, name: str, advice: str
    ) -> None:
        stranger = client_of({**settings, name: "of-somebody-else"})
        store = S3Store(f"s3://{BUCKET}", tmp_path, lambda: stranger)
        with pytest.raises(StoreError, match=rf"s3://{BUCKET}/: .*{advice}") as caught:
            store.keys("")
        assert "of-somebody-else" not in str(caught.value)


def break_reads(monkeypatch: pytest.MonkeyPatch, after: tuple[int, ...]) -> list[int]:
    """Cut the connection once at each number of bytes read; return the cuts still to come."""
    cuts, read, total = list(after), StreamingBody.read, io.BytesIO()

    def breaking(body: StreamingBody, amt: int) -> bytes:
        if cuts and total.tell() >= cuts[0]:
            cuts.pop(0)
            raise ResponseStreamingError(error="cut off")
        data = read(body, amt)
        total.write(data)
        return data

    monkeypatch.setattr(StreamingBody, "read", breaking)
    return cuts
