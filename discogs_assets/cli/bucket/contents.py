"""`lake ls` and `lake cost`: what a bucket holds, and what that costs a month."""

import argparse
from collections.abc import Mapping, Sequence

import duckdb
import pyarrow as pa

from discogs_assets.cli.bucket.advice import option_advice
from discogs_assets.cli.bucket.places import split_url
from discogs_assets.cli.start import started
from discogs_assets.display.rows import PRINTERS
from discogs_assets.display.terminal import print_table
from discogs_assets.display.text import size
from discogs_assets.errors import StoreError
from discogs_assets.storage.bucket.access import find_bucket
from discogs_assets.storage.bucket.contents import UNFINISHED, Amount, Contents, Group
from discogs_assets.storage.bucket.prices import CHECKED, CURRENCY, PRICES, Cost, costs_of
from discogs_assets.storage.s3_clients import checked_client
from discogs_assets.storage.s3_errors import ADVICE

HEADS = ("prefix", "class", "what", " files", " bytes")
COST_HEADS = ("class", " files", " billed", f" {CURRENCY} a GB", f" {CURRENCY} a month")
UNKNOWN = "?"
ROW = pa.schema(
    {
        "prefix": pa.string(),
        "storage_class": pa.string(),
        "kind": pa.string(),
        "files": pa.int64(),
        "bytes": pa.int64(),
    }
)

Counted = Mapping[Group, Amount]


def run_ls(arguments: argparse.Namespace) -> int:
    """Print a row per prefix, storage class and kind."""
    url, _, contents = read(arguments)
    if arguments.format != "table":
        rows = [{**vars(group), **vars(amount)} for group, amount in contents.items()]
        PRINTERS[arguments.format](duckdb.from_arrow(pa.Table.from_pylist(rows, schema=ROW)))
        return 0
    print_table(url, HEADS, [cells(group, amount) for group, amount in contents.items()])
    print(total(contents))
    return 0


def run_cost(arguments: argparse.Namespace) -> int:
    """Print a row per storage class, the sum, and which prices these are."""
    url, region, contents = read(arguments)
    costs = costs_of(contents, {**PRICES.get(region, {}), **dict(arguments.price)})
    print_table(url, COST_HEADS, [cost_cells(cost) for cost in costs])
    for line in cost_lines(costs, region):
        print(line)
    return 0


@option_advice()
def read(arguments: argparse.Namespace) -> tuple[str, str, Counted]:
    """Return the address of what is counted, the bucket's region, and the amounts."""
    with started(arguments) as (parts, progress):
        bucket, prefix = split_url("--bucket", arguments.bucket, parts.settings.store)
        url = f"s3://{bucket}/{prefix}"
        with progress.step(f"listing {url}", None) as step:
            client = checked_client(arguments.region)
            region = find_bucket(client, bucket)
            if region is None:
                raise StoreError(f"s3://{bucket}: {ADVICE['NoSuchBucket']}")
            counted = Contents(client, bucket, prefix).count(step.advance)
    return url, region or client.meta.region_name, counted


def cells(group: Group, amount: Amount) -> Sequence[str]:
    return (
        group.prefix or "/",
        group.storage_class,
        group.kind,
        f"{amount.files:,}",
        size(amount.bytes),
    )


def total(contents: Counted) -> str:
    files = sum(one.files for group, one in contents.items() if group.kind != UNFINISHED)
    text = f"Total: {files:,} files, {size(sum(one.bytes for one in contents.values()))}"
    parts = sum(one.files for group, one in contents.items() if group.kind == UNFINISHED)
    return f"{text}, with {parts:,} parts of unfinished uploads" if parts else text


def cost_cells(cost: Cost) -> Sequence[str]:
    return (
        cost.storage_class,
        f"{cost.files:,}",
        size(cost.bytes),
        UNKNOWN if cost.price is None else f"{cost.price:.5f}",
        UNKNOWN if cost.cost is None else f"{cost.cost:,.2f}",
    )


def cost_lines(costs: Sequence[Cost], region: str) -> list[str]:
    """Return the sum, which prices it is of, and what it leaves out."""
    known = sum(cost.cost for cost in costs if cost.cost is not None)
    unknown = [cost.storage_class for cost in costs if cost.cost is None]
    lines = [
        f"Total: {CURRENCY} {known:,.2f} a month",
        f"Prices: Amazon's in {region}, for a GB of 2^30 bytes and month, as of {CHECKED}; "
        "requests, retrieval and traffic are not in them.",
    ]
    if unknown:
        lines.append(
            f"No price is known of {', '.join(unknown)} in {region}: not in the total; say it with "
            f"--price {unknown[0]}={CURRENCY}"
        )
    return lines
