"""Addresses: what is shown of them, and what a bucket's name is."""

import pytest

from discogs_assets.storage.urls import redact_url, split_bucket


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("ftp://me:secret@host/dumps", "ftp://…@host/dumps"),
        ("ftp://me:se/cr@et://x@host", "ftp://…"),
        ("ftp://secret@host", "ftp://…@host"),
        ("me:secret@host/dumps", "…@host/dumps"),
        ("s3://bucket/prefix", "s3://bucket/prefix"),
        ("/data/@old/dumps", "/data/@old/dumps"),
        ("~/month=2026-01:x", "~/month=2026-01:x"),
        ("dumps of mine", "dumps of mine"),
        ("", ""),
        ("postgresql://me:s3cret@host:5432/discogs", "postgresql://…@host:5432/discogs"),
        ("postgresql://host/discogs", "postgresql://host/discogs"),
        ("postgresql://host/discogs?user=me&password=s3cret", "postgresql://host/discogs"),
        ("mongodb://me:s3cret@one,two/d?appName=a@b", "mongodb://…"),
        ("mongodb://me:s3c/ret@host/d", "mongodb://…"),
        ("redis://:s3cret@host:6379/0", "redis://…@host:6379/0"),
        ("bolt://host:7687", "bolt://host:7687"),
        ("mongodb+srv://me:s3cret@host/d", "mongodb+srv://…@host/d"),
        ("host=localhost password=s3cret", "://…"),
        ("me:s3cret", "://…"),
        ("me:s3cret@host/d?password=s3cret", "…@host/d"),
        ("me:s3://cret@host", "…@host"),
    ],
)
def test_user_password_and_options_are_left_out(url: str, shown: str) -> None:
    assert redact_url(url) == shown


def test_bucket_and_prefix() -> None:
    assert split_bucket("HERE", "s3://bucket") == ("bucket", "")
    assert split_bucket("HERE", "s3://bucket/some/prefix@home") == ("bucket", "some/prefix@home")
