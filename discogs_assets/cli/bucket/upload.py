"""`lake upload`: the sizes first, then the upload, and what it did."""

import argparse
from collections.abc import Sequence

from discogs_assets.cli.bucket.advice import option_advice
from discogs_assets.cli.bucket.places import bucket_url, folder_of
from discogs_assets.cli.start import started
from discogs_assets.display.terminal import print_table
from discogs_assets.display.text import size
from discogs_assets.errors import SettingError
from discogs_assets.storage.bucket.layout import UPLOAD_PREFIXES
from discogs_assets.storage.local import LocalStore
from discogs_assets.storage.s3 import S3Store
from discogs_assets.storage.s3_clients import checked_client
from discogs_assets.storage.upload.plan import (
    PrefixTotal,
    Upload,
    plan_upload,
    refuse_differing,
    totals_of,
)
from discogs_assets.storage.upload.run import Uploader, UploadResult

HEADS = ("prefix", " files", " bytes", " already there", " differing", " to send")


@option_advice()
def run(arguments: argparse.Namespace) -> int:
    """Upload, or only show the sizes."""
    with started(arguments) as (parts, progress):
        store = parts.settings.store
        source = LocalStore(folder_of("--from", arguments.folder, store))
        url = bucket_url("--to", arguments.to, store)
        with progress.step(f"listing {url}", None):
            client = checked_client(arguments.region)
            target = S3Store(url, parts.settings.scratch, lambda: client)
            uploads = plan(source, target, arguments.what)
        print_sizes(f"{source.folder} → {url}", uploads)
        if arguments.dry_run:
            return 0
        if not arguments.replace:
            refuse_differing(target, uploads)
        uploader = Uploader(source, target, client, progress, may_replace=arguments.replace)
        result = uploader.run(uploads)
    print(summary(result))
    return 0


def plan(source: LocalStore, target: S3Store, what: str) -> list[Upload]:
    try:
        return plan_upload(source, target, UPLOAD_PREFIXES[what])
    except SettingError as error:
        raise SettingError(f"{error} Say another with --from, or set DISCOGS_STORE") from error


def print_sizes(title: str, uploads: Sequence[Upload]) -> None:
    print_table(title, HEADS, [cells(one) for one in totals_of(uploads)])


def cells(one: PrefixTotal) -> Sequence[str]:
    """Return a row of `HEADS`; what is there is told by its size, before any file is read."""
    return (
        one.prefix or "/",
        f"{one.files:,}",
        size(one.bytes),
        f"{one.same_size:,}",
        f"{one.differing:,}",
        size(one.bytes - one.same_size_bytes),
    )


def summary(result: UploadResult) -> str:
    """Return what was done, and how it was verified."""
    sent = f"Sent: {result.files:,} files, {size(result.bytes)}"
    text = f"{sent}; already there: {result.already_there:,}."
    if not result.files:
        return text
    checked = f"{result.files - result.read_back:,} by the SHA-256 that S3 computed"
    back = f", {result.read_back:,} by reading them back" if result.read_back else ""
    return f"{text} Verified: {checked}{back}."
