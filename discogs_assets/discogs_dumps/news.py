"""What is new at the publisher: what may be imported, what waits and why.

How Dagster is asked to import it stands in `automation`.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from discogs_assets.discogs_dumps.catalogue import (
    SETTLED_AFTER,
    Catalogue,
    Dump,
    iter_months,
)
from discogs_assets.discogs_dumps.download import Downloaded
from discogs_assets.discogs_dumps.dump_files import DumpFile
from discogs_assets.discogs_dumps.fetch import find_retired, find_stored, may_be
from discogs_assets.discogs_dumps.news_cursor import Memory
from discogs_assets.discogs_dumps.records import is_current
from discogs_assets.discogs_dumps.tables import DUMP_TYPES
from discogs_assets.errors import DumpNotFoundError, SettingError
from discogs_assets.lake import Lake
from discogs_assets.markdown import Markup, markdown_table
from discogs_assets.progress import LoggedProgress, size

Place = Literal["warehouse", "lake", "elsewhere"]
"""How far a Dagster brought what the lake holds; "elsewhere" when it had no part in it."""


@dataclass(frozen=True)
class Look:
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
class FileNews:
    """A published dump file of a month; `sha256` is the published one, None where none was.

    `imported` is the SHA-256 of the file as the lake holds it, "" when it does not.
    """

    file: DumpFile
    month: date
    sha256: str | None
    imported: str

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
class MonthNews:
    """A published month: its files in the order of import; `waits_for` is "" when complete."""

    dump: Dump
    waits_for: str
    files: tuple[FileNews, ...]

    @property
    def name(self) -> str:
        return f"{self.dump.month:%Y-%m}"

    @property
    def wanted(self) -> tuple[FileNews, ...]:
        """What may be imported and is not."""
        return () if self.waits_for else self.not_imported

    @property
    def not_imported(self) -> tuple[FileNews, ...]:
        return tuple(news for news in self.files if not news.is_imported)


def read_news(
    catalogue: Catalogue, lake: Lake, memory: Memory, now: datetime, months: int
) -> list[MonthNews]:
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


def describe_month(lake: Lake, dump: Dump, checksums: dict[str, str], now: datetime) -> MonthNews:
    files = [dump.files[kind] for kind in dump.types]
    news = [
        FileNews(file, dump.month, sha256, find_imported(lake, file, dump.month, sha256))
        for file, sha256 in ((file, checksums.get(file.name)) for file in files)
    ]
    return MonthNews(dump, describe_wait(dump, now), tuple(news))


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


def find_imported(lake: Lake, file: DumpFile, month: date, sha256: str | None) -> str:
    """Return the SHA-256 of a published file that the lake holds, all of it; "" when it does not.

    It has to have the columns of today. Where no checksum was published, it is what the store's
    file of that name and size is. A month that was retired since counts: it is not wanted back.
    """
    if lake.is_retired(file.kind, month):
        retired = lake.find_retired(file.kind, month)
        if retired is None or not retired.is_full:
            return ""
        is_this = retired.sha256 == (sha256 or find_alike(lake, file, month))
        return retired.sha256 if is_this else ""
    if not lake.is_published(file.kind, month):
        return ""
    wanted = sha256 or find_alike(lake, file, month)
    return wanted if wanted and is_current(lake, file.kind, month, wanted, None) else ""


def find_alike(lake: Lake, file: DumpFile, month: date) -> str:
    """Return the SHA-256 of the store's file of that name and size; "" when there is none.

    A file that was retired since counts.
    """
    found: Downloaded | None
    try:
        found = find_stored(lake.store, file.kind, month, LoggedProgress())
    except DumpNotFoundError:
        found = find_retired(lake.store, file.name)
    return found.sha256 if found and may_be(found, file) else ""


def describe_waits(months: Sequence[MonthNews]) -> list[str]:
    return [f"{month.name}: waiting for {month.waits_for}" for month in months if month.waits_for]


@dataclass(frozen=True)
class Freshness:
    """Whether the newest complete month is imported and loaded, in a sentence."""

    is_fresh: bool
    text: str


def check_freshness(
    months: Sequence[MonthNews], place_of: Callable[[FileNews], Place]
) -> Freshness:
    """Check the newest complete month of those looked at, newest first.

    `place_of` tells of what is in the lake how far it came.
    """
    if not months:
        return Freshness(False, "nothing is published this year and last year")
    for month in months:
        if not month.waits_for:
            return check_month(month, place_of)
    return Freshness(False, "; ".join(["no month is complete", *describe_waits(months)]))


def check_month(month: MonthNews, place_of: Callable[[FileNews], Place]) -> Freshness:
    """Check a complete month; what another Dagster did is not held against it."""
    if month.not_imported:
        return Freshness(
            False,
            f"{month.name} is published and not imported: {types_of(month.not_imported)}; see the "
            f"sensor import_new_dumps, or run discogs-assets import --year-month {month.name}",
        )
    places = {news: place_of(news) for news in month.files}
    if left := [news for news, place in places.items() if place == "lake"]:
        records = ", ".join(DUMP_TYPES[news.dump_type].record for news in left)
        return Freshness(
            False,
            f"{month.name} is in the lake, but not loaded: {types_of(left)}; see the checks of "
            f"{records}",
        )
    if foreign := [news for news, place in places.items() if place == "elsewhere"]:
        text = f"{month.name} is in the lake; not loaded by this Dagster: {types_of(foreign)}"
        return Freshness(True, text)
    return Freshness(True, f"{month.name} is imported")


def types_of(files: Sequence[FileNews]) -> str:
    return ", ".join(news.dump_type for news in files)


HEADINGS = ("month", "dump type", "published on", "size", "dump", "imported")


def month_table(months: Sequence[MonthNews]) -> str:
    """Return what was looked at as a Markdown table."""
    rows = [row for month in months for row in iter_rows(month)]
    return markdown_table(HEADINGS, rows, "lllrll")


def iter_rows(month: MonthNews) -> Iterator[list[str]]:
    """Yield the row of each dump type that a month has or should have."""
    there = {news.dump_type: news for news in month.files}
    state = Markup(f"waits for {month.waits_for}") if month.waits_for else "complete"
    for kind in DUMP_TYPES:
        if kind in there:
            news = there[kind]
            day = "–" if news.file.modified is None else f"{news.file.modified:%Y-%m-%d}"
            amount = "–" if news.file.size is None else size(news.file.size)
            imported = "yes" if news.is_imported else "no"
            yield [month.name, kind, day, amount, state, imported]
        elif kind in month.dump.missing:
            yield [month.name, kind, "–", "–", "missing", "no"]
