"""`lake upload`: the sizes first, then the upload, and what it did."""

import argparse
from collections.abc import Sequence

from discogs_assets.cli.bucket.places import bucket_url, folder_of
from discogs_assets.cli.start import started
from discogs_assets.display.terminal import print_table
from discogs_assets.display.text import size
from discogs_assets.storage.bucket.layout import UPLOADED
from discogs_assets.storage.local import LocalStore
from discogs_assets.storage.s3 import S3Store
from discogs_assets.storage.s3_clients import checked_client
from discogs_assets.storage.upload.plan import Sum, Upload, plan_upload, refuse_differing, sums_of
from discogs_assets.storage.upload.run import Sent, Uploader

HEADS = ("prefix", " files", " bytes", " there", " differing", " to send")


def run(arguments: argparse.Namespace) -> int:
    """Upload, or only show the sizes."""
    with started(arguments) as (parts, progress):
        store = parts.settings.store
        source = LocalStore(folder_of("--from", arguments.folder, store))
        url = bucket_url("--to", arguments.to, store)
        with progress.step(f"listing {url}", None):
            client = checked_client(arguments.region)
            target = S3Store(url, parts.settings.scratch, lambda: client)
            uploads = plan_upload(source, target, UPLOADED[arguments.what])
        print_sizes(f"{source.folder} → {url}", uploads)
        if arguments.dry_run:
            return 0
        if not arguments.replace:
            refuse_differing(target, uploads)
        uploader = Uploader(source, target, client, progress, may_replace=arguments.replace)
        sent = uploader.run(uploads)
    print(summary(sent))
    return 0


def print_sizes(title: str, uploads: Sequence[Upload]) -> None:
    print_table(title, HEADS, [cells(one) for one in sums_of(uploads)])


def cells(one: Sum) -> Sequence[str]:
    """Return a row of `HEADS`; what is there is told by its size, before any file is read."""
    return (
        one.prefix or "/",
        f"{one.files:,}",
        size(one.bytes),
        f"{one.same_size:,}",
        f"{one.differing:,}",
        size(one.bytes - one.same_size_bytes),
    )


def summary(sent: Sent) -> str:
    """Return what was done, and how it was verified."""
    text = f"Sent: {sent.files:,} files, {size(sent.bytes)}; already there: {sent.there:,}."
    if not sent.files:
        return text
    checked = f"{sent.files - sent.read_back:,} by the SHA-256 that S3 computed"
    back = f", {sent.read_back:,} by reading them back" if sent.read_back else ""
    return f"{text} Verified: {checked}{back}."
