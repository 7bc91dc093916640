"""Addresses that people set, and how to show them: never with a password."""

import re

from discogs_assets.errors import SettingError

HIDDEN = "…"
SCHEME = re.compile(r"([a-z][a-z0-9+.-]*)://", re.IGNORECASE)
PATH = re.compile("[/?#]")
"""What ends user, password and host."""
FOLDER = re.compile(r"[/.~]|[^:=]*$")
"""How a path begins; other texts without a scheme may be a password, or have one."""


def redact_url(url: str) -> str:
    """Return an address without user, password and options, and a path as it is.

    Of an address that may be read in two ways only the scheme is shown.
    """
    found = SCHEME.match(url)
    scheme = found[0] if found else ""
    user, at, rest = url[len(scheme) :].rpartition("@")
    rest = rest.partition("?")[0]
    if scheme and not PATH.search(user):
        return f"{scheme}{HIDDEN}@{rest}" if at else f"{scheme}{rest}"
    if not scheme and ":" in user:
        return f"{HIDDEN}@{rest}"
    return url if not scheme and FOLDER.match(url) else f"{scheme or '://'}{HIDDEN}"


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
