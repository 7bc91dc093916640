"""The bucket or folder that an option names, else DISCOGS_STORE."""

from discogs_assets.errors import SettingError
from discogs_assets.storage.urls import redact_url, split_bucket


def bucket_url(option: str, value: str | None, store: str) -> str:
    """Return an address as s3://bucket/prefix; SettingError when there is none."""
    url = value or store
    if not url.startswith("s3://"):
        raise SettingError(
            f"{option}: expected s3://bucket or s3://bucket/prefix, found {redact_url(url)!r}; say "
            f"it with {option}, or set DISCOGS_STORE to it"
        )
    split_bucket(setting_of(option, value), url)
    return url


def setting_of(option: str, value: str | None) -> str:
    """Return what an address was set by."""
    return option if value else "DISCOGS_STORE"


def split_url(option: str, value: str | None, store: str) -> tuple[str, str]:
    """Return the bucket, and the prefix: "" or with / at its end."""
    bucket, prefix = split_bucket(option, bucket_url(option, value, store))
    prefix = prefix.strip("/")
    return bucket, f"{prefix}/" if prefix else ""


def folder_of(option: str, value: str | None, store: str) -> str:
    """Return a folder; SettingError for what is an address."""
    folder = value or store
    if "://" in folder:
        raise SettingError(
            f"{option}: expected a folder, found {redact_url(folder)!r}; say the folder that holds "
            f"raw/ and lake/ with {option}"
        )
    return folder
