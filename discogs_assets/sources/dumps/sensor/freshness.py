"""Whether the newest complete month is imported, and what the Dagster UI shows of it."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from discogs_assets.display.markdown import Markup, markdown_table
from discogs_assets.display.text import size
from discogs_assets.sources.dumps.sensor.published import (
    PublishedFile,
    PublishedMonth,
    describe_waits,
)
from discogs_assets.sources.dumps.source import DumpSource
from discogs_assets.tables.names import source_option

Place = Literal["warehouse", "lake", "elsewhere"]
"""How far a Dagster brought what the lake holds; "elsewhere" when it had no part in it."""


@dataclass(frozen=True)
class Freshness:
    """Whether the newest complete month is imported and loaded, in a sentence."""

    is_fresh: bool
    text: str


def check_freshness(
    source: DumpSource, months: Sequence[PublishedMonth], place_of: Callable[[PublishedFile], Place]
) -> Freshness:
    """Check the newest complete month of those looked at, newest first.

    `place_of` tells of what is in the lake how far it came.
    """
    if not months:
        return Freshness(False, "nothing is published this year and last year")
    for month in months:
        if not month.waits_for:
            return check_month(source, month, place_of)
    return Freshness(False, "; ".join(["no month is complete", *describe_waits(months)]))


def check_month(
    source: DumpSource, month: PublishedMonth, place_of: Callable[[PublishedFile], Place]
) -> Freshness:
    """Check a complete month; what another Dagster did is not held against it."""
    if month.not_imported:
        return Freshness(
            False,
            f"{month.name} is published and not imported: {types_of(month.not_imported)}; see the "
            f"sensor {source.prefix}new_dump, or run discogs-assets import"
            f"{source_option(source.name)} --year-month {month.name}",
        )
    places = {news: place_of(news) for news in month.files}
    if left := [news for news, place in places.items() if place == "lake"]:
        records = ", ".join(source.dump_types[news.dump_type].record for news in left)
        return Freshness(
            False,
            f"{month.name} is in the lake, but not loaded: {types_of(left)}; see the checks of "
            f"{records}",
        )
    if foreign := [news for news, place in places.items() if place == "elsewhere"]:
        text = f"{month.name} is in the lake; not loaded by this Dagster: {types_of(foreign)}"
        return Freshness(True, text)
    return Freshness(True, f"{month.name} is imported")


def types_of(files: Sequence[PublishedFile]) -> str:
    return ", ".join(news.dump_type for news in files)


HEADINGS = ("month", "dump type", "published on", "size", "dump", "imported")


def month_table(months: Sequence[PublishedMonth]) -> str:
    """Return what was looked at as a Markdown table."""
    rows = [row for month in months for row in iter_rows(month)]
    return markdown_table(HEADINGS, rows, "lllrll")


def iter_rows(month: PublishedMonth) -> Iterator[list[str]]:
    """Yield the row of each dump type that a month has or should have."""
    there = {news.dump_type: news for news in month.files}
    state = Markup(f"waits for {month.waits_for}") if month.waits_for else "complete"
    for kind in month.dump.publication.types:
        if kind in there:
            news = there[kind]
            day = "–" if news.file.modified is None else f"{news.file.modified:%Y-%m-%d}"
            amount = "–" if news.file.size is None else size(news.file.size)
            imported = "yes" if news.is_imported else "no"
            yield [month.name, kind, day, amount, state, imported]
        elif kind in month.dump.missing:
            yield [month.name, kind, "–", "–", "missing", "no"]
