"""`discogs-assets lake`: one's own bucket for dumps and lake."""

import argparse
from typing import TYPE_CHECKING

from discogs_assets.cli.options import add_command, add_flags, add_format, positive
from discogs_assets.storage.bucket.layout import UPLOAD_PREFIXES

if TYPE_CHECKING:
    from discogs_assets.cli.options import Commands, Options

WHAT = "set up a bucket of S3, upload to it, and show what is in it"
EXAMPLE = """examples:
  discogs-assets lake setup --bucket s3://NAME --region eu-west-3 --dry-run
  discogs-assets lake upload --from data --to s3://NAME
  discogs-assets lake ls
  discogs-assets lake cost
"""
SETUP = "create a bucket where there is none, and set it up"
SETUP_EXAMPLE = """examples:
  discogs-assets lake setup --bucket s3://NAME --region eu-west-3 --dry-run
  discogs-assets lake setup --versioning --glacier-class DEEP_ARCHIVE
"""
UPLOAD = "upload the files of a folder to a bucket, and verify them"
UPLOAD_EXAMPLE = """examples:
  discogs-assets lake upload --from data --to s3://NAME
  discogs-assets lake upload --what raw --dry-run
"""
LS = "list files, bytes and unfinished uploads by prefix and storage class"
LS_EXAMPLE = """example:
  discogs-assets lake ls
"""
COST = "estimate what the storage costs a month"
COST_EXAMPLE = """examples:
  discogs-assets lake cost
  discogs-assets lake cost --price GLACIER=0.0036
"""
CLASSES = ("GLACIER", "DEEP_ARCHIVE", "GLACIER_IR")
PARTS = tuple(UPLOAD_PREFIXES)
SETUP_FLAGS = (
    ("--versioning", "keep the old version of what is replaced or deleted"),
    ("--dry-run", "only show what there is, and what would be changed"),
)
UPLOAD_FLAGS = (
    ("--replace", "replace objects of other content"),
    ("--dry-run", "only show the sizes"),
)


def price(text: str) -> tuple[str, float]:
    """Return what CLASS=USD says."""
    name, _, amount = text.partition("=")
    try:
        found = float(amount)
    except ValueError:
        found = -1
    if not name or not 0 <= found < 1000:
        raise argparse.ArgumentTypeError(f"expected CLASS=USD as GLACIER=0.0036, found {text!r}")
    return name.upper(), found


def add_lake(commands: "Commands") -> None:
    """Add the command and its sub-commands."""
    command = add_command(commands, "lake", WHAT, None, EXAMPLE)
    steps = command.add_subparsers(
        dest="step", required=True, metavar="COMMAND", help="setup, upload, ls or cost"
    )
    add_setup(add_command(steps, "setup", SETUP, run_setup, SETUP_EXAMPLE))
    add_upload(add_command(steps, "upload", UPLOAD, run_upload, UPLOAD_EXAMPLE))
    ls = add_command(steps, "ls", LS, run_ls, LS_EXAMPLE)
    add_bucket(ls)
    add_format(ls)
    add_cost(add_command(steps, "cost", COST, run_cost, COST_EXAMPLE))


def add_bucket(command: "Options", name: str = "--bucket", where: str = "") -> None:
    """Add the options that say a bucket and its region; `where` is when the default can be used."""
    help_text = f"the bucket, perhaps with a prefix (default: DISCOGS_STORE{where})"
    command.add_argument(name, metavar="s3://NAME", help=help_text)
    help_text = "its region, such as eu-west-3 (default: AWS_DEFAULT_REGION)"
    command.add_argument("--region", metavar="R", help=help_text)


def add_setup(command: argparse.ArgumentParser) -> None:
    """Add the options of `lake setup`."""
    add_bucket(command)
    help_text = "archive dump files after so many days (default: as it is, 90 for a new archive)"
    command.add_argument("--glacier-after", type=positive, metavar="DAYS", help=help_text)
    help_text = (
        f"{', '.join(CLASSES)} (default: as it is, {CLASSES[0]} for a new archive); only what "
        "is in GLACIER_IR can be read without restoring it first"
    )
    command.add_argument("--glacier-class", choices=CLASSES, metavar="CLASS", help=help_text)
    add_flags(command, SETUP_FLAGS)


def add_upload(command: argparse.ArgumentParser) -> None:
    """Add the options of `lake upload`."""
    help_text = "raw (dump files), extracted (Parquet files), processed, or all (default)"
    command.add_argument("--what", choices=PARTS, default="all", metavar="PART", help=help_text)
    help_text = "the folder of the store (default: DISCOGS_STORE where that is a folder)"
    command.add_argument("--from", dest="folder", metavar="FOLDER", help=help_text)
    add_bucket(command, "--to", " where that is a bucket")
    add_flags(command, UPLOAD_FLAGS)


def add_cost(command: argparse.ArgumentParser) -> None:
    """Add the options of `lake cost`."""
    add_bucket(command)
    help_text = "a price for a GB and month, in place of the known one; may be repeated"
    command.add_argument(
        "--price", type=price, action="append", default=[], metavar="CLASS=USD", help=help_text
    )


def run_setup(arguments: argparse.Namespace) -> int:
    from discogs_assets.cli.bucket.setup import run

    return run(arguments)


def run_upload(arguments: argparse.Namespace) -> int:
    from discogs_assets.cli.bucket.upload import run

    return run(arguments)


def run_ls(arguments: argparse.Namespace) -> int:
    from discogs_assets.cli.bucket.contents import run_ls

    return run_ls(arguments)


def run_cost(arguments: argparse.Namespace) -> int:
    from discogs_assets.cli.bucket.contents import run_cost

    return run_cost(arguments)
