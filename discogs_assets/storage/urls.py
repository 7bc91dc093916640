"""Addresses that people set, and how to show them: never with a password."""

from discogs_assets.errors import SettingError


def without_user(url: str) -> str:
    """Return an address as it may be shown: without user and password."""
    before, at, rest = url.rpartition("@")
    if not at or ":" not in before:
        return url
    scheme = before.partition("://")[0] + "://" if "://" in before else ""
    return f"{scheme}…@{rest}"


def split_bucket(setting: str, url: str) -> tuple[str, str]:
    """Return bucket and prefix of `s3://bucket/prefix`; SettingError when it has no bucket.

    What stands there as user and password would get into every message and into Dagster's storage.
    """
    bucket, _, prefix = url.partition("://")[2].partition("/")
    if "@" in bucket or ":" in bucket:
        raise SettingError(
            f"{setting}: expected s3://bucket/prefix, found a @ or : in the bucket's name; "
            "credentials go into AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, the address of "
            "storage that is not Amazon's into AWS_ENDPOINT_URL"
        )
    if not bucket:
        raise SettingError(f"{setting}: expected s3://bucket/prefix, found {url!r}")
    return bucket, prefix
