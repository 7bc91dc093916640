"""What is new at the publisher: what may be imported, what waits and why.

How Dagster is asked to import it stands in `automation`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from discogs_assets.display.progress import LoggedProgress
from discogs_assets.display.text import dump_day
from discogs_assets.errors import DumpNotFoundError, SettingError
from discogs_assets.sources.dumps.catalogue import SETTLED_AFTER, Catalogue, Dump, iter_months
from discogs_assets.sources.dumps.files import DumpFile
from discogs_assets.sources.dumps.publication import Publication
from discogs_assets.sources.dumps.publish import is_current
from discogs_assets.sources.dumps.raw_files import Downloaded, find_retired, find_stored, may_be
from discogs_assets.sources.dumps.sensor.cursor import SensorCursor
from discogs_assets.storage.lake import Lake
from discogs_assets.storage.store import Store


@dataclass(frozen=True)
class PollSettings:
    """How often the publisher is looked at, and how many of its newest months."""

    every_s: int = 6 * 3600
    months: int = 2

    def __post_init__(self) -> None:
        if self.every_s < 1 or self.months < 1:
            raise SettingError(
                "the look at new dumps: expected one second and one month or more, "
                f"found {self.every_s} s and {self.months} months"
            )


@dataclass(frozen=True)
class PublishedFile:
    """A published dump file of a month; `sha256` is the published one, None where none was.

    `imported` is the SHA-256 of the file as the lake holds it, "" when it does not.
    `partition_key` is what Dagster calls the month.
    """

    file: DumpFile
    month: date
    sha256: str | None
    imported: str
    partition_key: str

    @property
    def is_imported(self) -> bool:
        return self.imported != ""

    @property
    def dump_type(self) -> str:
        return self.file.kind

    @property
    def fingerprint(self) -> str:
        """Return what changes when the file is published again."""
        return self.sha256 or f"{self.file.name} {self.file.size} {self.file.modified}"


@dataclass(frozen=True)
class PublishedMonth:
    """A published month: its files in the order of import; `waits_for` is "" when complete."""

    dump: Dump
    waits_for: str
    files: tuple[PublishedFile, ...]

    @property
    def name(self) -> str:
        return dump_day(self.dump.month)

    @property
    def wanted(self) -> tuple[PublishedFile, ...]:
        """What may be imported and is not."""
        return () if self.waits_for else self.not_imported

    @property
    def not_imported(self) -> tuple[PublishedFile, ...]:
        return tuple(news for news in self.files if not news.is_imported)


def read_published(
    catalogue: Catalogue, lake: Lake, memory: SensorCursor, now: datetime, months: int
) -> list[PublishedMonth]:
    """Return the newest months, newest first; raises what the catalogue raises."""
    dumps = newest_months(catalogue, now, months)
    found = [describe_month(lake, dump, memory.checksums(catalogue, dump), now) for dump in dumps]
    memory.keep_only(dumps)
    return found


def newest_months(catalogue: Catalogue, now: datetime, months: int) -> list[Dump]:
    """Return the newest months that have any dump type, listing two years at most.

    A month that has not begun is left out: it cannot be a partition yet.
    """
    found = [dump for dump in iter_months(catalogue, now.year) if dump.month <= now.date()]
    if len(found) < months:
        found += iter_months(catalogue, now.year - 1)
    return found[:months]


def describe_month(
    lake: Lake, dump: Dump, checksums: dict[str, str], now: datetime
) -> PublishedMonth:
    files = [dump.files[kind] for kind in dump.types]
    news = [
        PublishedFile(
            file,
            dump.month,
            sha256,
            find_imported(dump.publication, lake, file, sha256),
            dump.partition_key,
        )
        for file, sha256 in ((file, checksums.get(file.name)) for file in files)
    ]
    return PublishedMonth(dump, describe_wait(dump, now), tuple(news))


def describe_wait(dump: Dump, now: datetime) -> str:
    """Return what a dump waits for; "" when it is complete."""
    if dump.is_complete(now):
        return ""
    if dump.missing:
        return ", ".join(dump.missing)
    newest = max(file.modified for file in dump.files.values() if file.modified is not None)
    return (
        f"a checksum file or {SETTLED_AFTER.days} days of quiet "
        f"(until {newest + SETTLED_AFTER:%Y-%m-%d %H:%M} UTC)"
    )


def find_imported(publication: Publication, lake: Lake, file: DumpFile, sha256: str | None) -> str:
    """Return the SHA-256 of a published file that the lake holds, all of it; "" when it does not.

    It has to have the columns of today. Where no checksum was published, it is what the store's
    file of that name and size is. A month that was retired since counts: it is not wanted back.
    """
    month = publication.partition(file.date)
    if lake.is_retired(file.kind, month):
        retired = lake.find_retired(file.kind, month)
        if retired is None or not retired.is_full:
            return ""
        is_this = retired.sha256 == (sha256 or stored_sha256(publication, lake.store, file))
        return retired.sha256 if is_this else ""
    if not lake.is_published(file.kind, month):
        return ""
    wanted = sha256 or stored_sha256(publication, lake.store, file)
    return wanted if wanted and is_current(lake, file.kind, month, wanted, None) else ""


def stored_sha256(publication: Publication, store: Store, file: DumpFile) -> str:
    """Return the SHA-256 of the store's file of that name and size; "" when there is none.

    A file that was retired since counts.
    """
    dump: Downloaded | None
    try:
        month = publication.partition(file.date)
        dump = find_stored(publication, store, file.kind, month, LoggedProgress())
    except DumpNotFoundError:
        dump = find_retired(store, file.raw_key)
    return dump.sha256 if dump and may_be(dump, file) else ""


def describe_waits(months: Sequence[PublishedMonth]) -> list[str]:
    return [f"{month.name}: waiting for {month.waits_for}" for month in months if month.waits_for]
