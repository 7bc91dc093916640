"""Which files of a folder go to which objects of a bucket, and what is there already."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from discogs_assets.errors import OtherContentError, SettingError
from discogs_assets.storage.bucket.layout import group_of
from discogs_assets.storage.local import LocalStore
from discogs_assets.storage.s3 import S3Store

PUBLISHED = "/_published/"
"""Manifests: a reader sees a month once its manifest is there, so they are sent last."""
NAMED = 20
"""How many files a message names."""


@dataclass(frozen=True)
class Upload:
    """A file to upload: `already_there` is the size of its object, None when there is none."""

    key: str
    size: int
    already_there: int | None

    @property
    def differs(self) -> bool:
        return self.already_there not in (None, self.size)


@dataclass(frozen=True)
class PrefixTotal:
    """What an upload has below a prefix; `same_size` counts files whose objects have their size."""

    prefix: str
    files: int
    bytes: int
    same_size: int
    same_size_bytes: int
    differing: int


def plan_upload(source: LocalStore, target: S3Store, prefixes: Sequence[str]) -> list[Upload]:
    """Return the files below some prefixes in the order to send them.

    Raises SettingError where the folder has none of them.
    """
    found = [one for prefix in prefixes for one in iter_uploads(source, target, prefix)]
    if not found:
        raise SettingError(
            f"{source.folder}: expected files in {' or '.join(prefixes)}, found none; is it the "
            "folder of a store?"
        )
    return sorted(found, key=lambda one: (PUBLISHED in one.key, one.key))


def iter_uploads(source: LocalStore, target: S3Store, prefix: str) -> Iterator[Upload]:
    sizes = source.sizes(prefix)
    already_there: Mapping[str, int] = target.sizes(prefix) if sizes else {}
    for key, size in sizes.items():
        yield Upload(key, size, already_there.get(key))


def refuse_differing(target: S3Store, uploads: Sequence[Upload]) -> None:
    """Raise OtherContentError when an object has another size than its file."""
    refuse([f"{one.key} ({one.already_there:,} bytes, the file {one.size:,})"
            for one in uploads if one.differs], target)  # fmt: skip


def refuse(described: Sequence[str], target: S3Store) -> None:
    """Raise OtherContentError for objects that are not their files."""
    if not described:
        return
    more = f" and {len(described) - NAMED} more" if len(described) > NAMED else ""
    raise OtherContentError(
        f"{target.url}: expected nothing or the same files, found others:"
        f" {', '.join(described[:NAMED])}{more}; nothing was sent"
    )


def totals_of(uploads: Sequence[Upload]) -> list[PrefixTotal]:
    """Return the totals by the first folders of the keys, in their order."""
    groups: dict[str, list[Upload]] = {}
    for one in sorted(uploads, key=lambda one: one.key):
        groups.setdefault(group_of(one.key), []).append(one)
    return [total_of(prefix, group) for prefix, group in groups.items()]


def total_of(prefix: str, uploads: Sequence[Upload]) -> PrefixTotal:
    same = [one for one in uploads if one.already_there == one.size]
    return PrefixTotal(
        prefix,
        len(uploads),
        sum(one.size for one in uploads),
        len(same),
        sum(one.size for one in same),
        sum(one.differs for one in uploads),
    )
