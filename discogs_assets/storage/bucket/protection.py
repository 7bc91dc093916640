"""Who may read a bucket, how it is encrypted, and whether it keeps old versions."""

from typing import TYPE_CHECKING

from discogs_assets.storage.bucket.setting import NONE, Setting, read_or_none

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import (
        PublicAccessBlockConfigurationTypeDef,
        ServerSideEncryptionConfigurationTypeDef,
    )

BLOCKED: "PublicAccessBlockConfigurationTypeDef" = {
    "BlockPublicAcls": True,
    "IgnorePublicAcls": True,
    "BlockPublicPolicy": True,
    "RestrictPublicBuckets": True,
}
S3_KEYS: "ServerSideEncryptionConfigurationTypeDef" = {
    "Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}]
}
"""With keys that S3 keeps itself (SSE-S3), which costs nothing."""


STATUS = {"Enabled": "on", "Suspended": "suspended"}
"""What is said of versioning; of a bucket that never had it, S3 says nothing."""


def public_access(client: "S3Client", bucket: str) -> Setting:
    """Return whether public access is blocked, in all four ways."""
    answer = read_or_none(
        f"s3://{bucket}",
        lambda: client.get_public_access_block(Bucket=bucket),
        ("NoSuchPublicAccessBlockConfiguration",),
    )
    blocked = answer["PublicAccessBlockConfiguration"] if answer else {}
    count = sum(map(bool, blocked.values()))
    found = f"{count} of {len(BLOCKED)} ways blocked" if count < len(BLOCKED) else "blocked"

    def change() -> None:
        client.put_public_access_block(Bucket=bucket, PublicAccessBlockConfiguration=BLOCKED)

    is_done = found == "blocked"
    return Setting(
        "public access", found if answer else NONE, "blocked", None if is_done else change
    )


def encryption(client: "S3Client", bucket: str) -> Setting:
    """Return how objects are encrypted by default; a way that was chosen stays."""
    answer = read_or_none(
        f"s3://{bucket}",
        lambda: client.get_bucket_encryption(Bucket=bucket),
        ("ServerSideEncryptionConfigurationNotFoundError",),
    )
    rules = answer["ServerSideEncryptionConfiguration"]["Rules"] if answer else []
    ways = [rule.get("ApplyServerSideEncryptionByDefault", {}) for rule in rules]
    found = ", ".join(way["SSEAlgorithm"] for way in ways if "SSEAlgorithm" in way)

    def change() -> None:
        client.put_bucket_encryption(Bucket=bucket, ServerSideEncryptionConfiguration=S3_KEYS)

    return Setting("encryption", found or NONE, found or "AES256", None if found else change)


def versioning(client: "S3Client", bucket: str, *, is_wanted: bool) -> Setting:
    """Return whether old versions are kept; what was turned on is never turned off."""
    answer = read_or_none(f"s3://{bucket}", lambda: client.get_bucket_versioning(Bucket=bucket), ())
    status = answer.get("Status", "") if answer else ""
    found = STATUS.get(status, "off") if answer else NONE

    def change() -> None:
        client.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})

    if not is_wanted or found == "on":
        return Setting("versioning", found, found if answer else "off")
    return Setting("versioning", found, "on", change)
