"""`lake setup`: a table of what a bucket has, and what became of it."""

import argparse
from collections.abc import Sequence

from discogs_assets.cli.bucket.advice import option_advice
from discogs_assets.cli.bucket.places import setting_of, split_url
from discogs_assets.cli.start import started
from discogs_assets.display.terminal import print_table
from discogs_assets.storage.bucket.access import check_bucket_name
from discogs_assets.storage.bucket.layout import PREFIXES
from discogs_assets.storage.bucket.setting import Setting
from discogs_assets.storage.bucket.setup import Wanted, raise_refused, set_up
from discogs_assets.storage.s3_clients import checked_client

HEADS = ("setting", "found", "wanted", "")


@option_advice()
def run(arguments: argparse.Namespace) -> int:
    """Set the bucket up, or say what would be done; StoreError when settings were refused."""
    with started(arguments) as (parts, progress):
        bucket, prefix = split_url("--bucket", arguments.bucket, parts.settings.store)
        check_bucket_name(setting_of("--bucket", arguments.bucket), bucket)
        wanted = Wanted(
            bucket,
            prefix,
            is_versioned=arguments.versioning,
            archive_after_days=arguments.glacier_after,
            archive_class=arguments.glacier_class,
        )
        with progress.step(f"setting up s3://{bucket}", None):
            client = checked_client(arguments.region)
            settings = set_up(client, wanted, is_dry=arguments.dry_run)
    print_settings(f"s3://{bucket}/{prefix}", settings, is_dry=arguments.dry_run)
    raise_refused(settings)
    return 0


def print_settings(url: str, settings: Sequence[Setting], *, is_dry: bool) -> None:
    rows = [(one.name, one.found, one.wanted, became(one, is_dry=is_dry)) for one in settings]
    print_table(url, HEADS, rows)
    print_table("", ("prefix", "what lies there"), [*PREFIXES.items()])
    print(summary(settings, is_dry=is_dry))


def became(setting: Setting, *, is_dry: bool) -> str:
    """Return what became of a setting; "" for one that stays."""
    if setting.error:
        return "refused"
    if setting.change:
        return "to change" if is_dry else "changed"
    return ""


def summary(settings: Sequence[Setting], *, is_dry: bool) -> str:
    """Return what was done, in a sentence or two."""
    changes = sum(one.change is not None for one in settings)
    lacking = [one.name for one in settings if one.is_unsupported]
    counted = f"{changes} setting{'s' * (changes != 1)}"
    text = f"{counted} {'to change; run again without --dry-run' if is_dry else 'changed'}."
    if not changes and not any(one.error for one in settings):
        text = "Nothing to change."
    return f"{text} Not supported by this server: {', '.join(lacking)}." if lacking else text
