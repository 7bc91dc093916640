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
        LifecycleRuleOutputTypeDef,
        LifecycleRuleTypeDef,
        TransitionTypeDef,
    )

ABORT_AFTER_DAYS = 7
LARGE: Final = "all_storage_classes_128K"
"""What Amazon says of the smallest objects that rules move, where nothing else was set."""
SMALLEST = 128 * 1024
ARCHIVE: "TransitionTypeDef" = {"Days": 90, "StorageClass": "GLACIER"}
"""When dump files are archived, and where, unless something else is chosen."""


def archive_rule(
    prefix: str, days: int, storage_class: "TransitionStorageClassType"
) -> "LifecycleRuleTypeDef":
    """Return the rule that archives dump files, but not the small notes beside them.

    `prefix` is that of the store. The notes are read at each import; whether small objects are
    moved is not left to the default of the bucket or the server.
    """
    place = f"{prefix}{RAW}"
    return {
        "ID": archive_id(prefix),
        "Status": "Enabled",
        "Filter": {"And": {"Prefix": place, "ObjectSizeGreaterThan": SMALLEST}},
        "Transitions": [{"Days": days, "StorageClass": storage_class}],
    }


def archive_id(prefix: str) -> str:
    return f"discogs-assets: archive {prefix}{RAW}"


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

    def archive_rule(
        self, prefix: str, days: int | None, storage_class: "TransitionStorageClassType | None"
    ) -> "LifecycleRuleTypeDef":
        """Return the rule that archives dump files; None keeps what our rule of now says."""
        found = self.find(archive_id(prefix))
        moves = found.get("Transitions") if found else None
        move = moves[0] if moves else ARCHIVE
        return archive_rule(
            prefix,
            days or move.get("Days", ARCHIVE["Days"]),
            storage_class or move.get("StorageClass", ARCHIVE["StorageClass"]),
        )

    def find(self, rule_id: str) -> "LifecycleRuleOutputTypeDef | None":
        return next((rule for rule in self.rules if rule.get("ID") == rule_id), None)

    def setting(self, name: str, wanted: "LifecycleRuleTypeDef") -> Setting:
        """Return whether a rule is there as wanted, by its id."""
        found = self.find(wanted.get("ID", ""))
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
    """Return a rule in one form: a filter of no prefix is that of an empty one.

    An `And` of a prefix alone is what servers answer that keep no limit of size.
    """
    filter_ = {name: value for name, value in rule.get("Filter", {}).items() if value != ""}
    both = filter_.get("And")
    if isinstance(both, dict):
        filter_["And"] = {"ObjectSizeGreaterThan": SMALLEST, **both}
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
