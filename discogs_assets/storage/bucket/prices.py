"""What storage costs a month, by region and storage class: declared here, asked of nobody."""

from collections.abc import Mapping
from dataclasses import dataclass

from discogs_assets.storage.bucket.contents import Amount, Group

CURRENCY = "USD"
CHECKED = "October 2025"
"""As of when the prices are, which Amazon changes now and then; for the first 50 TB of a month."""
GB = 1 << 30
"""Amazon bills storage by 2^30 bytes and month."""

PRICES = {
    "us-east-1": {
        "STANDARD": 0.023,
        "INTELLIGENT_TIERING": 0.023,
        "STANDARD_IA": 0.0125,
        "ONEZONE_IA": 0.01,
        "GLACIER_IR": 0.004,
        "GLACIER": 0.0036,
        "DEEP_ARCHIVE": 0.00099,
    },
    "eu-west-1": {
        "STANDARD": 0.023,
        "INTELLIGENT_TIERING": 0.023,
        "STANDARD_IA": 0.0125,
        "ONEZONE_IA": 0.01,
        "GLACIER_IR": 0.004,
        "GLACIER": 0.0036,
        "DEEP_ARCHIVE": 0.00099,
    },
    "eu-west-3": {
        "STANDARD": 0.024,
        "INTELLIGENT_TIERING": 0.024,
        "STANDARD_IA": 0.0131,
        "ONEZONE_IA": 0.01048,
        "GLACIER_IR": 0.005,
        "GLACIER": 0.00405,
        "DEEP_ARCHIVE": 0.0018,
    },
}
"""USD for a GB and month, by region and class (aws.amazon.com/s3/pricing). What is frequently read
in INTELLIGENT_TIERING costs as much as STANDARD; the rest of it less."""

ARCHIVES = ("GLACIER", "DEEP_ARCHIVE")
ARCHIVE_OVERHEAD, STANDARD_OVERHEAD = 32 << 10, 8 << 10
"""What S3 adds to each archived object: an index in its class, its name in STANDARD."""


@dataclass(frozen=True)
class Cost:
    """What a storage class costs a month; `price` and `cost` are None where no price is known."""

    storage_class: str
    files: int
    bytes: int
    price: float | None
    cost: float | None


def costs_of(contents: Mapping[Group, Amount], prices: Mapping[str, float]) -> list[Cost]:
    """Return the costs by storage class, with what S3 adds to archived and to small objects."""
    files: dict[str, int] = {}
    sizes: dict[str, int] = {}
    for group, amount in contents.items():
        name, added = group.storage_class, amount.billed_more
        if name in ARCHIVES:
            added += ARCHIVE_OVERHEAD * amount.files
            sizes["STANDARD"] = sizes.get("STANDARD", 0) + STANDARD_OVERHEAD * amount.files
            files.setdefault("STANDARD", 0)
        files[name] = files.get(name, 0) + amount.files
        sizes[name] = sizes.get(name, 0) + amount.bytes + added
    return [cost_of(name, files[name], sizes[name], prices.get(name)) for name in sorted(files)]


def cost_of(name: str, files: int, size: int, price: float | None) -> Cost:
    return Cost(name, files, size, price, None if price is None else price * size / GB)
