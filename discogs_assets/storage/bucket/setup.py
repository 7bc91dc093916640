"""Set a bucket up: keep what fits, add what is missing, delete nothing."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from discogs_assets.errors import StoreError, UnsupportedError
from discogs_assets.storage.bucket.access import (
    create_bucket,
    find_bucket,
    refuse_other_region,
)
from discogs_assets.storage.bucket.layout import RAW
from discogs_assets.storage.bucket.lifecycle import Lifecycle, abort_rule
from discogs_assets.storage.bucket.protection import encryption, public_access, versioning
from discogs_assets.storage.bucket.setting import NONE, UNKNOWN, UNSUPPORTED, Setting
from discogs_assets.storage.s3_errors import s3_errors

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.literals import TransitionStorageClassType


@dataclass(frozen=True)
class Wanted:
    """How a bucket is wanted; `prefix` is the store's, "" or with / at its end.

    None keeps the days and the class of an archive as they are, or takes ours where there is none.
    """

    bucket: str
    prefix: str
    is_versioned: bool
    archive_after_days: int | None = None
    archive_class: "TransitionStorageClassType | None" = None


def set_up(client: "S3Client", wanted: Wanted, *, is_dry: bool) -> list[Setting]:
    """Make a bucket as wanted; return each setting as it was found.

    When `is_dry` nothing is changed. A setting that the server lacks is said to be so, and one that
    is refused has its error (`raise_refused`): the others are made all the same. Raises StoreError
    before anything is changed: for credentials, region, owner.
    """
    place = bucket_setting(client, wanted.bucket)
    if place.change and not is_dry:
        place.change()
    settings = [
        apply(name, read, f"s3://{wanted.bucket}", is_dry=is_dry)
        for name, read in readers(client, wanted).items()
    ]
    return [place, *settings]


def bucket_setting(client: "S3Client", bucket: str) -> Setting:
    """Return where a bucket is, or where it is to be created."""
    found = find_bucket(client, bucket)
    if found is None:
        create = partial(create_bucket, client, bucket)
        return Setting("bucket", NONE, client.meta.region_name, create)
    refuse_other_region(client, bucket, found)
    return Setting("bucket", found or "there", found or "there")


def readers(client: "S3Client", wanted: Wanted) -> dict[str, Callable[[], Setting]]:
    """Return what reads each setting, by its name, in the order of the table."""
    bucket, prefix = wanted.bucket, wanted.prefix

    def archive(name: str) -> Setting:
        lifecycle = Lifecycle(client, bucket)
        days, storage_class = wanted.archive_after_days, wanted.archive_class
        return lifecycle.setting(name, lifecycle.archive_rule(prefix, days, storage_class))

    raw, unfinished = f"archive of {prefix}{RAW}", "removal of unfinished uploads"
    return {
        "public access": partial(public_access, client, bucket),
        "encryption": partial(encryption, client, bucket),
        "versioning": partial(versioning, client, bucket, is_wanted=wanted.is_versioned),
        raw: partial(archive, raw),
        unfinished: lambda: Lifecycle(client, bucket).setting(unfinished, abort_rule(prefix)),
    }


def apply(name: str, read: Callable[[], Setting], uri: str, *, is_dry: bool) -> Setting:
    """Read a setting, and change it unless `is_dry`; what the server lacks or refuses is said."""
    setting = Setting(name, UNKNOWN, NONE)
    try:
        setting = read()
        if setting.change and not is_dry:
            with s3_errors(uri):
                setting.change()
    except UnsupportedError:
        return Setting(name, UNSUPPORTED, NONE)
    except StoreError as error:
        return replace(setting, change=None, error=error)
    return setting


def raise_refused(settings: Sequence[Setting]) -> None:
    """Raise StoreError when settings were refused, with a line of what each of them needs."""
    refused = [f"{one.name}: {one.error}" for one in settings if one.error]
    if refused:
        raise StoreError("\n".join(refused))
