"""Addresses: what is shown of them, and what a bucket's name is."""

import pytest

from discogs_assets.storage.urls import split_bucket, without_user


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("ftp://me:secret@host/dumps", "ftp://…@host/dumps"),
        ("ftp://me:se/cr@et://x@host", "ftp://…@host"),
        ("ftp://secret@host", "ftp://…@host"),
        ("me:secret@host/dumps", "…@host/dumps"),
        ("s3://bucket/prefix", "s3://bucket/prefix"),
        ("/data/@old/dumps", "/data/@old/dumps"),
    ],
)
def test_user_and_password_are_left_out(url: str, shown: str) -> None:
    assert without_user(url) == shown


def test_bucket_and_prefix() -> None:
    assert split_bucket("HERE", "s3://bucket") == ("bucket", "")
    assert split_bucket("HERE", "s3://bucket/some/prefix@home") == ("bucket", "some/prefix@home")
