"""The lifecycle rules of a bucket: ours by their ids, beside those of others, which stay."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from discogs_assets.storage.bucket.layout import RAW
from discogs_assets.storage.bucket.setting import NONE, Setting, read_or_none

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.literals import TransitionStorageClassType
    from mypy_boto3_s3.type_defs import (
        GetBucketLifecycleConfigurationOutputTypeDef,
        LifecycleRuleFilterTypeDef,
        LifecycleRuleOutputTypeDef,
        LifecycleRuleTypeDef,
    )

ABORT_AFTER_DAYS = 7
LARGE: Final = "all_storage_classes_128K"
"""Amazon's default: rules leave objects below 128 KB where they are."""
SMALLEST = 128 * 1024


def archive_rule(
    prefix: str, days: int, storage_class: "TransitionStorageClassType", minimum: str
) -> "LifecycleRuleTypeDef":
    """Return the rule that archives dump files, but not the small notes beside them.

    `prefix` is that of the store. The notes are read at each import. `minimum` is what the bucket
    says of the smallest object that its rules move.
    """
    place = f"{prefix}{RAW}"
    filter_: LifecycleRuleFilterTypeDef = {"Prefix": place}
    if minimum != LARGE:
        filter_ = {"And": {"Prefix": place, "ObjectSizeGreaterThan": SMALLEST}}
    return {
        "ID": f"discogs-assets: archive {place}",
        "Status": "Enabled",
        "Filter": filter_,
        "Transitions": [{"Days": days, "StorageClass": storage_class}],
    }


def abort_rule(prefix: str) -> "LifecycleRuleTypeDef":
    """Return the rule that removes the parts of uploads that nobody went on with."""
    return {
        "ID": f"discogs-assets: abort uploads {prefix}".rstrip(),
        "Status": "Enabled",
        "Filter": {"Prefix": prefix},
        "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": ABORT_AFTER_DAYS},
    }


class Lifecycle:
    """The rules of a bucket as they are now."""

    def __init__(self, client: "S3Client", bucket: str) -> None:
        self.client = client
        self.bucket = bucket
        answer = self.read()
        self.rules: Sequence[LifecycleRuleOutputTypeDef] = answer["Rules"] if answer else []
        self.minimum = answer.get("TransitionDefaultMinimumObjectSize", LARGE) if answer else LARGE

    def read(self) -> "GetBucketLifecycleConfigurationOutputTypeDef | None":
        return read_or_none(
            f"s3://{self.bucket}",
            lambda: self.client.get_bucket_lifecycle_configuration(Bucket=self.bucket),
            ("NoSuchLifecycleConfiguration",),
        )

    def setting(self, name: str, wanted: "LifecycleRuleTypeDef") -> Setting:
        """Return whether a rule is there as wanted, by its id."""
        found = next((rule for rule in self.rules if rule.get("ID") == wanted.get("ID")), None)
        if found and comparable(found) == comparable(wanted):
            return Setting(name, described(found), described(wanted))
        return Setting(
            name,
            described(found) if found else NONE,
            described(wanted),
            lambda: self.put(wanted),
        )

    def put(self, wanted: "LifecycleRuleTypeDef") -> None:
        """Replace the rule that has this id, or add it; all others are put as they are."""
        answer = self.read()
        rules = [
            rule for rule in (answer["Rules"] if answer else []) if rule.get("ID") != wanted["ID"]
        ]
        self.client.put_bucket_lifecycle_configuration(
            Bucket=self.bucket,
            LifecycleConfiguration={"Rules": [*rules, wanted]},
            TransitionDefaultMinimumObjectSize=self.minimum,
        )


def comparable(rule: "LifecycleRuleOutputTypeDef | LifecycleRuleTypeDef") -> dict[str, object]:
    """Return a rule in one form: a filter of no prefix is that of an empty one."""
    filter_ = {name: value for name, value in rule.get("Filter", {}).items() if value != ""}
    return {**rule, "Filter": filter_}


def described(rule: "LifecycleRuleOutputTypeDef | LifecycleRuleTypeDef") -> str:
    """Return what a rule of ours does, for people."""
    parts = [
        f"to {move.get('StorageClass')} after {move.get('Days')} days"
        for move in rule.get("Transitions", ())
    ]
    if abort := rule.get("AbortIncompleteMultipartUpload"):
        parts.append(f"after {abort.get('DaysAfterInitiation')} days")
    return ", ".join(parts) + " (disabled)" * (rule["Status"] != "Enabled")
