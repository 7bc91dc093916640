"""Parts are sent at the same time, out of one open file."""

import os
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, cast

import pytest

from discogs_assets.errors import StoreError
from discogs_assets.storage.upload.digests import digests_of
from discogs_assets.storage.upload.parts import Parts
from discogs_assets.storage.upload.place import ObjectPlace

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

NOBODY = cast("S3Client", None)


@dataclass(frozen=True)
class FirstRefused(Parts):
    """Its first part is refused while the second is read."""

    began: threading.Event = field(default_factory=threading.Event)
    inodes: list[int] = field(default_factory=list)

    def send_part(self, upload_id: str, file: int, number: int) -> str:
        if number == 1:
            assert self.began.wait(10)
            raise StoreError("refused")
        self.began.set()
        time.sleep(0.05)
        self.inodes.append(os.fstat(file).st_ino)
        return "etag"


def test_a_file_is_open_until_its_last_part_was_read(tmp_path: Path) -> None:
    path = tmp_path / "a.gz"
    path.write_bytes(b"content")
    digests = digests_of(path, lambda _bytes: None)
    parts = FirstRefused(path, digests, ObjectPlace(NOBODY, "b", "a"), lambda _bytes: None)
    with pytest.raises(StoreError, match="refused"):
        parts.send_parts("id", [1, 2])
    assert parts.inodes == [path.stat().st_ino]
