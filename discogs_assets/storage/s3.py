"""Files in an S3 bucket or in what speaks its protocol."""

from __future__ import annotations

import io
import logging
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from itertools import islice
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, BinaryIO, cast
from uuid import uuid4

import tenacity
from botocore.exceptions import ClientError

from discogs_assets.errors import StoreError
from discogs_assets.storage.disk import disk_errors, free_bytes_at, hold_lock
from discogs_assets.storage.s3_errors import ABSENT, error_code, is_break, s3_errors
from discogs_assets.storage.store import LOCK_TIMEOUT_S, checked_key
from discogs_assets.storage.urls import split_bucket

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer
    from botocore.response import StreamingBody
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import GetObjectRequestTypeDef

READ_ATTEMPTS = 5
BUFFER_BYTES = 1 << 20
DELETE_AT_ONCE = 1000

logger = logging.getLogger(__name__)


class S3Store:
    """Objects below a prefix of a bucket.

    S3 has no locks: `lock` keeps apart the processes of this machine only. Machines that share
    a bucket do not disturb each other's imports, whose objects have names of their own.
    """

    def __init__(self, url: str, scratch: Path, s3_client: Callable[[], S3Client]) -> None:
        self.url = url
        self.bucket, prefix = split_bucket("DISCOGS_STORE", url)
        self.prefix = prefix.strip("/")
        self._scratch = scratch
        self.lock_timeout_s = LOCK_TIMEOUT_S
        self.is_exclusive = False
        self._make_client = s3_client
        self._clients: list[S3Client] = []
        self._guard = Lock()

    @property
    def scratch(self) -> Path:
        return self._scratch

    def refuse_another(self) -> None:
        """Do nothing: no other bucket can take the place of one."""

    def exists(self, key: str) -> bool:
        name = self._name(key)
        with s3_errors(self.uri(key)):
            try:
                self._client.head_object(Bucket=self.bucket, Key=name)
            except ClientError as error:
                if error_code(error) not in ABSENT:
                    raise
                # S3 says the same when there is no such bucket, and that is an error.
                self._client.head_bucket(Bucket=self.bucket)
                return False
        return True

    def size(self, key: str) -> int:
        name = self._name(key)
        with s3_errors(self.uri(key)):
            return self._client.head_object(Bucket=self.bucket, Key=name)["ContentLength"]

    def keys(self, prefix: str) -> list[str]:
        return sorted(self.sizes(prefix))

    def sizes(self, prefix: str) -> dict[str, int]:
        folder = prefix.strip("/")
        below = "".join(
            f"{part}/" for part in (self.prefix, folder and checked_key(folder)) if part
        )
        with s3_errors(f"s3://{self.bucket}/{below}"):
            pages = self._client.get_paginator("list_objects_v2").paginate(
                Bucket=self.bucket, Prefix=below
            )
            items = [item for page in pages for item in page.get("Contents", ())]
        found = {item["Key"][len(self.prefix) :].removeprefix("/"): item["Size"] for item in items}
        return {key: size for key, size in found.items() if _is_file(key)}

    @contextmanager
    def open(self, key: str) -> Iterator[BinaryIO]:
        name = self._name(key)
        with s3_errors(self.uri(key)):
            reader = ObjectReader(self._client, self.bucket, name)
        with io.BufferedReader(reader, BUFFER_BYTES) as file:
            yield cast("BinaryIO", file)

    def read(self, key: str) -> bytes:
        with self.open(key) as file:
            return file.read()

    def write(self, key: str, data: bytes) -> None:
        name = self._name(key)
        with s3_errors(self.uri(key)):
            self._client.put_object(Bucket=self.bucket, Key=name, Body=data)

    def put(self, path: Path, key: str) -> None:
        name = self._name(key)
        with disk_errors(path), s3_errors(self.uri(key)):
            self._client.upload_file(str(path), self.bucket, name)
            path.unlink()

    def delete(self, keys: Iterable[str]) -> None:
        names = (self._name(key) for key in keys)
        while batch := list(islice(names, DELETE_AT_ONCE)):
            with s3_errors(self.url):
                answer = self._client.delete_objects(
                    Bucket=self.bucket,
                    Delete={"Objects": [{"Key": name} for name in batch], "Quiet": True},
                )
            if errors := answer.get("Errors"):
                first = f"s3://{self.bucket}/{errors[0].get('Key')}: {errors[0].get('Message')}"
                raise StoreError(
                    f"{self.url}: expected to delete {len(batch)} files, kept {len(errors)}"
                    f" ({first}); is s3:DeleteObject allowed?"
                )

    @contextmanager
    def local(self, key: str) -> Iterator[Path]:
        name = self._name(key)
        path = self.scratch / f"{uuid4().hex}-{key.rpartition('/')[2]}"
        try:
            with disk_errors(path), s3_errors(self.uri(key)):
                self.scratch.mkdir(parents=True, exist_ok=True)
                self._client.download_file(self.bucket, name, str(path))
            yield path
        finally:
            path.unlink(missing_ok=True)

    def uri(self, key: str) -> str:
        return f"s3://{self.bucket}/{self._name(key)}"

    def polars_options(self) -> dict[str, str] | None:
        """Name the client's endpoint and region; Polars finds the credentials as boto3 does."""
        address = self._client.meta.endpoint_url
        options = {
            "aws_endpoint_url": address,
            "aws_region": self._client.meta.region_name,
            # The endpoint is the service's, not the bucket's: the bucket goes into the path.
            "aws_virtual_hosted_style_request": "false",
        }
        if address.startswith("http://"):
            # Written aws_allow_http, it keeps Polars 2.1 from asking boto3 for credentials.
            options["allow_http"] = "true"
        return options

    def free_bytes(self) -> int:
        return free_bytes_at(self.scratch)

    def lock(self, name: str, timeout_s: float | None = None) -> AbstractContextManager[None]:
        return hold_lock(
            self.scratch, name, self.lock_timeout_s if timeout_s is None else timeout_s
        )

    def _name(self, key: str) -> str:
        return f"{self.prefix}/{checked_key(key)}" if self.prefix else checked_key(key)

    @property
    def _client(self) -> S3Client:
        with self._guard:
            if not self._clients:
                self._clients.append(self._make_client())
            return self._clients[0]


class ObjectReader(io.RawIOBase):
    """Read an object from anywhere; a read that breaks goes on where it stopped."""

    def __init__(self, client: S3Client, bucket: str, name: str) -> None:
        self._client = client
        self._object: GetObjectRequestTypeDef = {"Bucket": bucket, "Key": name}
        self._uri = f"s3://{bucket}/{name}"
        self._position = 0
        answer = client.get_object(**self._object)
        # A part of another object must never be appended to what was read of this one.
        self._object["IfMatch"] = answer["ETag"]
        self._size = answer["ContentLength"]
        self._bodies: list[StreamingBody] = [answer["Body"]]

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._position

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go on elsewhere: a request when it is read next, none where it is already."""
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self._size}[whence]
        position = min(max(start + offset, 0), self._size)
        if position != self._position:
            self._position = position
            self._close_bodies()
        return position

    def readinto(self, buffer: WriteableBuffer) -> int:
        view = memoryview(buffer)
        retrying = tenacity.Retrying(
            retry=tenacity.retry_if_exception(is_break),
            stop=tenacity.stop_after_attempt(READ_ATTEMPTS),
            wait=tenacity.wait_exponential(multiplier=0.1, max=10),
            before_sleep=self._drop_connection,
            reraise=True,
        )
        with s3_errors(self._uri):
            data = retrying(self._read, len(view))
        view[: len(data)] = data
        self._position += len(data)
        return len(data)

    def close(self) -> None:
        self._close_bodies()
        super().close()

    def _read(self, amount: int) -> bytes:
        if not self._bodies:
            if self._position == self._size:
                return b""
            self._object["Range"] = f"bytes={self._position}-"
            self._bodies.append(self._client.get_object(**self._object)["Body"])
        return self._bodies[0].read(amount)

    def _drop_connection(self, state: tenacity.RetryCallState) -> None:
        error = state.outcome.exception() if state.outcome else None
        logger.warning("%s: %s; going on from byte %d", self._uri, error, self._position)
        self._close_bodies()

    def _close_bodies(self) -> None:
        while self._bodies:
            self._bodies.pop().close()


def _is_file(key: str) -> bool:
    return not any(part.startswith(".") or not part for part in key.split("/"))
