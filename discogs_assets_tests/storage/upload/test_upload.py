"""Files arrive whole, are noted with their SHA-256, and never in the place of others."""

from collections.abc import Iterator, Mapping
from hashlib import sha256
from pathlib import Path
from uuid import uuid4

import pytest
from mypy_boto3_s3 import S3Client

from discogs_assets.errors import (
    DamageError,
    OtherContentError,
    SettingError,
    StoreError,
    UnsupportedError,
)
from discogs_assets.storage.local import LocalStore
from discogs_assets.storage.s3 import S3Store
from discogs_assets.storage.upload import digests
from discogs_assets.storage.upload.digests import digests_of
from discogs_assets.storage.upload.place import SHA256, ObjectPlace
from discogs_assets.storage.upload.plan import plan_upload, totals_of
from discogs_assets.storage.upload.run import UploadResult
from discogs_assets.storage.upload.send import send_file
from discogs_assets_tests.support.s3_bucket import (
    MADE_UP,
    client_of,
    new_bucket,
    new_client,
    set_server,
)
from discogs_assets_tests.support.s3_faults import Fault, faults
from discogs_assets_tests.support.services.server import Server
from discogs_assets_tests.support.small_lake import artists, lake_in, names, open_lake, run
from discogs_assets_tests.support.uploads import (
    FILES,
    MANIFEST,
    SMALLEST_PART,
    fill,
    iter_objects,
    large,
    upload,
)

pytestmark = pytest.mark.slow

Settings = Mapping[str, str]
ARTISTS = "raw/discogs/2026/discogs_20260101_artists.xml.gz"


def untold(_bytes: int) -> None:
    """Do nothing with the bytes."""


class UploadContract:
    """What holds for every S3 server; subclasses give the `settings` of one."""

    @pytest.fixture
    def bucket(self) -> str:
        return f"lake-{uuid4().hex}"

    @pytest.fixture
    def client(self, settings: Settings, bucket: str) -> Iterator[S3Client]:
        with new_bucket(settings["AWS_ENDPOINT_URL"], bucket, settings) as client:
            yield client

    @pytest.fixture
    def source(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> LocalStore:
        monkeypatch.setattr(digests, "PART_BYTES", SMALLEST_PART)
        return fill(tmp_path / "data", FILES)

    def test_files_arrive_with_their_sha256(
        self, source: LocalStore, client: S3Client, bucket: str
    ) -> None:
        fill(source.folder, {"raw/big.xml.gz": large(3), ".scratch/part": b"unfinished"})
        sent = upload(source, client, f"s3://{bucket}/music")
        assert (sent.files, sent.already_there, sent.read_back) == (6, 0, 0)
        for name, content, noted in iter_objects(client, bucket):
            assert content == source.read(name.removeprefix("music/"))
            assert noted == sha256(content).hexdigest()
        again = upload(source, client, f"s3://{bucket}/music")
        assert again == UploadResult(0, 0, 6, 0)

    def test_only_what_is_chosen_is_sent(
        self, source: LocalStore, client: S3Client, bucket: str
    ) -> None:
        for what, prefix in (("raw", "raw/"), ("extracted", "lake/"), ("processed", "processed/")):
            before = {name for name, *_ in iter_objects(client, bucket)}
            upload(source, client, f"s3://{bucket}", what)
            after = {name for name, *_ in iter_objects(client, bucket)}
            assert after - before == {key for key in FILES if key.startswith(prefix)}

    @pytest.mark.parametrize("other", [b"longer than before", b"GZIPPED"])
    def test_other_content_is_never_replaced_unasked(
        self, source: LocalStore, client: S3Client, bucket: str, other: bytes
    ) -> None:
        client.put_object(Bucket=bucket, Key=ARTISTS, Body=other)
        with pytest.raises(OtherContentError, match=rf"others: {ARTISTS} \(.*nothing was sent$"):
            upload(source, client, f"s3://{bucket}")
        assert [(name, data) for name, data, _ in iter_objects(client, bucket)] == [
            (ARTISTS, other)
        ]
        sent = upload(source, client, f"s3://{bucket}", may_replace=True)
        assert (sent.files, sent.already_there) == (5, 0)
        assert client.get_object(Bucket=bucket, Key=ARTISTS)["Body"].read() == b"gzipped"

    def test_what_another_put_there_meanwhile_stays(
        self, source: LocalStore, client: S3Client, bucket: str
    ) -> None:
        fill(source.folder, {"raw/big.xml.gz": large(2)})
        for key in (ARTISTS, "raw/big.xml.gz"):
            client.put_object(Bucket=bucket, Key=key, Body=b"of another")
            path, place = source.folder / key, ObjectPlace(client, bucket, key)
            with pytest.raises(StoreError, match=rf"{key}: .*written by another; run again"):
                send_file(path, digests_of(path, untold), place, None, untold)
            assert client.get_object(Bucket=bucket, Key=key)["Body"].read() == b"of another"

    def test_what_the_store_wrote_itself_is_compared_by_reading(
        self, source: LocalStore, client: S3Client, bucket: str
    ) -> None:
        store = S3Store(f"s3://{bucket}", source.folder, lambda: client)
        for key, content in FILES.items():
            store.write(key, content)
        assert upload(source, client, f"s3://{bucket}") == UploadResult(0, 0, 5, 0)

    def test_an_object_without_a_checksum_is_read_to_verify_it(
        self, source: LocalStore, client: S3Client, bucket: str, settings: Settings
    ) -> None:
        expected, place = (
            digests_of(source.folder / ARTISTS, untold),
            ObjectPlace(client, bucket, "a"),
        )
        plain = client_of(settings, request_checksum_calculation="when_required")
        for content, is_same in ((b"gzipped", True), (b"GZIPPED", False)):
            plain.put_object(
                Bucket=bucket, Key="a", Body=content, Metadata={SHA256: expected.sha256}
            )
            found = place.find()
            assert found is not None
            assert found.checksum == ""
            if is_same:
                assert not place.verify(expected, untold)
            else:
                with pytest.raises(DamageError, match=r"s3://.*/a: expected SHA-256 .* delete it"):
                    place.verify(expected, untold)

    def test_an_upload_that_was_killed_before_it_was_verified_is_verified(
        self, source: LocalStore, client: S3Client, bucket: str, settings: Settings
    ) -> None:
        """Where S3 computed no checksum the object is read, whatever its metadata says."""
        plain = client_of(settings, request_checksum_calculation="when_required")
        sha256_of_file = digests_of(source.folder / ARTISTS, untold).sha256
        damaged = {"Bucket": bucket, "Key": ARTISTS, "Metadata": {SHA256: sha256_of_file}}
        plain.put_object(**damaged, Body=b"GZIPPED")  # type: ignore[arg-type]
        with pytest.raises(OtherContentError, match=rf"{ARTISTS} \(another SHA-256\)"):
            upload(source, client, f"s3://{bucket}", "raw")
        plain.put_object(**damaged, Body=b"gzipped")  # type: ignore[arg-type]
        assert upload(source, client, f"s3://{bucket}", "raw").already_there == 1

    def test_an_object_that_is_not_the_file_is_damaged(
        self, source: LocalStore, client: S3Client, bucket: str
    ) -> None:
        expected, place = (
            digests_of(source.folder / ARTISTS, untold),
            ObjectPlace(client, bucket, "a"),
        )
        with pytest.raises(DamageError, match=r"/a: expected 7 bytes .* found –"):
            place.verify(expected, untold)
        client.put_object(Bucket=bucket, Key="a", Body=b"another")
        with pytest.raises(DamageError, match=r"found 7 bytes, sha256 not noted; does another"):
            place.verify(expected, untold)

    def test_manifests_are_sent_last_and_sizes_are_told_first(
        self, source: LocalStore, client: S3Client, bucket: str
    ) -> None:
        client.put_object(Bucket=bucket, Key=ARTISTS, Body=b"other")
        target = S3Store(f"s3://{bucket}", source.folder, lambda: client)
        uploads = plan_upload(source, target, ("raw/", "lake/"))
        assert uploads[-1].key == MANIFEST
        assert [
            (one.prefix, one.files, one.bytes, one.same_size, one.differing)
            for one in totals_of(uploads)
        ] == [("lake/discogs/", 2, 6, 0, 0), ("raw/discogs/", 2, 7, 0, 1)]

    def test_a_folder_without_files_is_refused(
        self, client: S3Client, bucket: str, tmp_path: Path
    ) -> None:
        empty = LocalStore(str(tmp_path / "empty"))
        with pytest.raises(SettingError, match=r"empty: expected files in raw/, found none; is it"):
            upload(empty, client, f"s3://{bucket}", "raw")

    def test_a_missing_bucket_is_named(self, source: LocalStore, client: S3Client) -> None:
        with pytest.raises(StoreError, match=r"s3://nowhere/raw/: .*lake setup"):
            upload(source, client, "s3://nowhere")


class TestOnMoto(UploadContract):
    @pytest.fixture
    def settings(self, moto_url: str) -> Settings:
        return {**MADE_UP, "AWS_ENDPOINT_URL": moto_url}

    @pytest.mark.parametrize(("parts", "request_"), [(1, "PUT"), (2, "POST .*[?]uploadId=")])
    def test_a_server_without_conditional_writes_is_refused(
        self,
        source: LocalStore,
        client: S3Client,
        bucket: str,
        moto_url: str,
        parts: int,
        request_: str,
    ) -> None:
        path = fill(source.folder, {"raw/big": large(parts)}).folder / "raw/big"
        with faults(moto_url, Fault(request_, 501, "NotImplemented")) as server:
            place = ObjectPlace(new_client(server.url), bucket, "raw/big")
            with pytest.raises(UnsupportedError, match=r"/raw/big: .*with conditional writes \(If"):
                send_file(path, digests_of(path, untold), place, None, untold)

    def test_objects_whose_checksum_is_ours_are_not_read(
        self, source: LocalStore, client: S3Client, bucket: str, moto_url: str
    ) -> None:
        fill(source.folder, {"raw/big.xml.gz": large(2)})
        upload(source, client, f"s3://{bucket}")
        with faults(moto_url) as server:
            again = upload(source, new_client(server.url), f"s3://{bucket}")
            assert (again.already_there, server.count("GET /[^?]+/.")) == (6, 0)


class TestOnVersitygw(UploadContract):
    @pytest.fixture
    def settings(self, s3_server: Server) -> Settings:
        return s3_server.settings

    def test_a_lake_that_was_uploaded_is_read_as_before(
        self,
        client: S3Client,
        bucket: str,
        settings: Settings,
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        set_server(monkeypatch, tmp_path, settings)
        local = open_lake(tmp_path / "store")
        run(local, artists("Fela Kuti", "The Persuader"))
        upload(LocalStore(str(tmp_path / "store")), client, f"s3://{bucket}/music")
        store = S3Store(f"s3://{bucket}/music", tmp_path, lambda: client)
        assert names(lake_in(store)) == ["Fela Kuti", "The Persuader"]

    def test_a_wrong_secret_is_named(
        self, source: LocalStore, client: S3Client, bucket: str, settings: Settings
    ) -> None:
        stranger = client_of({**settings, "AWS_SECRET_ACCESS_KEY": "guessed-by-somebody"})
        with pytest.raises(StoreError, match="AWS_SECRET_ACCESS_KEY is not that of") as caught:
            upload(source, stranger, f"s3://{bucket}")
        assert "guessed-by-somebody" not in str(caught.value)
