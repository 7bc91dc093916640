"""Open a store by its address."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from discogs_assets.errors import SettingError
from discogs_assets.storage.local import LocalStore
from discogs_assets.storage.store import Store

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
from discogs_assets.storage.urls import redact_url


def open_store(url: str, *, scratch: Path, s3_client: Callable[[], S3Client]) -> Store:
    """Return the store that `url` names; a folder has its own scratch below it.

    `s3_client` makes the client when S3 is first spoken to.
    """
    if url.startswith("s3://"):
        from discogs_assets.storage.s3 import S3Store

        return S3Store(url, scratch, s3_client)
    if "://" in url or not url.strip():
        raise SettingError(
            f"DISCOGS_STORE: expected a folder or s3://bucket/prefix, found {redact_url(url)!r}"
        )
    return LocalStore(url)
