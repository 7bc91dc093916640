"""Uploads that are killed, cut off or refused: parts that came are not sent again."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from mypy_boto3_s3 import S3Client

from discogs_assets.errors import StoreError
from discogs_assets.storage.local import LocalStore
from discogs_assets.storage.s3_clients import checked_client
from discogs_assets.storage.upload import digests
from discogs_assets.storage.upload.digests import digests_of
from discogs_assets.storage.upload.place import ObjectPlace
from discogs_assets.storage.upload.send import send_file
from discogs_assets_tests.support.checkout import CHECKOUT
from discogs_assets_tests.support.s3_bucket import new_bucket, set_server
from discogs_assets_tests.support.s3_faults import Fault, Faults, faults
from discogs_assets_tests.support.services.server import Server
from discogs_assets_tests.support.uploads import SMALLEST_PART, fill, large, upload

pytestmark = pytest.mark.slow

KEY = "raw/musicbrainz/20260523-001002/release.tar.xz"
PARTS = 8
ANY_PART = "PUT .*partNumber="

COMMAND = """
import sys
from discogs_assets.cli.main import main
from discogs_assets.storage.upload import digests
digests.PART_BYTES = int(sys.argv[1])
sys.exit(main(sys.argv[2:]))
"""
PEAK = """
import resource, sys
from discogs_assets.cli.main import main
assert main(sys.argv[1:]) == 0
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
"""


@pytest.fixture
def source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> LocalStore:
    """A store with a file of several parts."""
    monkeypatch.setattr(digests, "PART_BYTES", SMALLEST_PART)
    return fill(tmp_path / "data", {KEY: large(PARTS)})


@pytest.fixture
def bucket(s3_server: Server) -> Iterator[str]:
    name = f"lake-{uuid4().hex}"
    with new_bucket(s3_server.address, name, s3_server.settings):
        yield name


@pytest.fixture
def meets(s3_server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Faults]:
    """A server between, which boto3 finds in the environment."""
    with faults(s3_server.address) as server:
        set_server(monkeypatch, tmp_path, {**s3_server.settings, "AWS_ENDPOINT_URL": server.url})
        yield server


def content_of(client: S3Client, bucket: str) -> bytes:
    return client.get_object(Bucket=bucket, Key=KEY)["Body"].read()


def unfinished(client: S3Client, bucket: str) -> int:
    return len(client.list_multipart_uploads(Bucket=bucket).get("Uploads", []))


def kill_in_the_middle(source: LocalStore, bucket: str, meets: Faults) -> None:
    """Upload in a process that is killed when all parts but two have come."""
    held = [Fault(f"{ANY_PART}{number}", holds=True) for number in (3, 6)]
    meets.faults.extend(held)
    command = ["lake", "upload", "--from", str(source.folder), "--to", f"s3://{bucket}"]
    child = [sys.executable, "-c", COMMAND, str(SMALLEST_PART), *command]
    environment = {**os.environ, "PYTHONPATH": str(CHECKOUT)}
    with subprocess.Popen(child, env=environment, cwd=source.folder) as process:
        try:
            assert all(fault.is_met.wait(60) for fault in held)
            wait_for(lambda: meets.count(ANY_PART) == PARTS - 2)
        finally:
            process.kill()
    assert process.returncode == -signal.SIGKILL


def wait_for(is_so: Callable[[], bool]) -> None:
    ends = time.monotonic() + 60
    while not is_so():
        assert time.monotonic() < ends
        time.sleep(0.05)


def test_a_killed_upload_goes_on_with_its_parts(
    source: LocalStore, bucket: str, meets: Faults
) -> None:
    kill_in_the_middle(source, bucket, meets)
    client = checked_client()
    assert unfinished(client, bucket) == 1
    sent = upload(source, client, f"s3://{bucket}")
    assert (sent.files, sent.read_back) == (1, 0)
    assert meets.count(ANY_PART) == PARTS
    assert meets.count("POST .*[?]uploads") == 1
    assert content_of(client, bucket) == source.read(KEY)
    assert unfinished(client, bucket) == 0


def test_parts_of_a_file_that_was_changed_since_are_not_used(
    source: LocalStore, bucket: str, meets: Faults
) -> None:
    kill_in_the_middle(source, bucket, meets)
    client, content = checked_client(), source.read(KEY)
    fill(source.folder, {KEY: content[:-1] + bytes([content[-1] ^ 1])})
    upload(source, client, f"s3://{bucket}")
    assert meets.count(ANY_PART) == 2 * PARTS - 2
    assert content_of(client, bucket) == source.read(KEY) != content
    # It may be that of another who is at work: the rule of the bucket removes it.
    assert unfinished(client, bucket) == 1


def test_an_upload_without_parts_is_not_used(
    source: LocalStore, bucket: str, meets: Faults
) -> None:
    """It may be another's, who sends another file: nothing tells it from ours."""
    client = checked_client()
    client.create_multipart_upload(Bucket=bucket, Key=KEY, Metadata={"sha256": "another"})
    upload(source, client, f"s3://{bucket}")
    assert meets.count("POST .*[?]uploads") == 2
    assert content_of(client, bucket) == source.read(KEY)
    assert unfinished(client, bucket) == 1


def test_an_upload_that_ends_while_it_is_looked_at_is_not_used(
    source: LocalStore, bucket: str, meets: Faults
) -> None:
    client = checked_client()
    client.create_multipart_upload(Bucket=bucket, Key=KEY)
    ended = Fault("GET .*[?].*uploadId=", 404, "NoSuchUpload")
    meets.faults.append(ended)
    upload(source, client, f"s3://{bucket}")
    assert ended.is_met.is_set()
    assert content_of(client, bucket) == source.read(KEY)


@pytest.mark.parametrize(
    "fault",
    [
        Fault(f"{ANY_PART}2"),
        Fault(f"{ANY_PART}2", is_lost=True),
        Fault(f"{ANY_PART}2", 503, "SlowDown"),
        Fault(f"{ANY_PART}2", 500, "InternalError"),
        Fault("POST .*[?]uploadId="),
        Fault("POST .*[?]uploadId=", is_lost=True),
        Fault("HEAD"),
    ],
    ids=["cut", "answer-lost", "busy", "error", "end-cut", "end-lost", "look-cut"],
)
def test_a_request_that_fails_once_is_repeated(
    source: LocalStore, bucket: str, meets: Faults, fault: Fault
) -> None:
    meets.faults.append(fault)
    client = checked_client()
    sent = upload(source, client, f"s3://{bucket}")
    assert fault.is_met.is_set()
    assert (sent.files, sent.read_back) == (1, 0)
    assert content_of(client, bucket) == source.read(KEY)


def test_a_part_that_is_refused_ends_it_and_the_others_stay(
    source: LocalStore, bucket: str, meets: Faults
) -> None:
    meets.faults.append(Fault(f"{ANY_PART}{PARTS}", 403, "AccessDenied"))
    client = checked_client()
    with pytest.raises(StoreError, match=rf"s3://{bucket}/{KEY}: .*allow s3:PutObject to these"):
        upload(source, client, f"s3://{bucket}")
    assert meets.count(ANY_PART) == PARTS - 1
    upload(source, client, f"s3://{bucket}")
    assert meets.count(ANY_PART) == PARTS
    assert content_of(client, bucket) == source.read(KEY)


@pytest.mark.parametrize("parts", [1, PARTS])
def test_a_file_that_is_changed_while_it_is_uploaded_is_refused(
    source: LocalStore, bucket: str, meets: Faults, parts: int
) -> None:
    path, client = source.folder / KEY, checked_client()
    fill(source.folder, {KEY: large(parts)})
    before = digests_of(path, lambda _bytes: None)
    fill(source.folder, {KEY: large(parts)})
    with pytest.raises(StoreError, match=r"release.tar.xz: it was changed while it was uploaded"):
        send_file(path, before, ObjectPlace(client, bucket, KEY), None, lambda _bytes: None)
    assert client.list_objects_v2(Bucket=bucket)["KeyCount"] == 0


def peak_mib(folder: Path, bucket: str, parts: int) -> int:
    """Return the most memory that an upload of a file of so many parts of 16 MiB takes."""
    fill(folder, {KEY: b""})
    os.truncate(folder / KEY, parts * digests.PART_BYTES)
    command = ["lake", "upload", "--from", str(folder), "--to", f"s3://{bucket}/{parts}"]
    found = subprocess.run(
        [sys.executable, "-c", PEAK, *command],
        env={**os.environ, "PYTHONPATH": str(CHECKOUT)},
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=200,
    )
    assert found.returncode == 0, found.stderr
    return int(found.stdout.splitlines()[-1])


def test_memory_is_the_same_for_a_larger_file(
    bucket: str, s3_server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_server(monkeypatch, tmp_path, s3_server.settings)
    small, big = (peak_mib(tmp_path / str(parts), bucket, parts) for parts in (6, 18))
    assert big - small < 32
