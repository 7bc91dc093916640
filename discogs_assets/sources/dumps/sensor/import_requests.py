"""Dump files that are to be imported, and by which tag their runs are known."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

from discogs_assets.display.text import dump_day
from discogs_assets.sources.dumps.sensor.published import PublishedFile, PublishedMonth
from discogs_assets.storage.lake import Lake
from discogs_assets.tables.names import source_option


@dataclass(frozen=True)
class ImportRequest:
    """A dump file to import; `fingerprint` is another when it, or the tables, have changed."""

    news: PublishedFile
    fingerprint: str

    @property
    def dump_type(self) -> str:
        return self.news.dump_type

    @property
    def month(self) -> date:
        return self.news.month

    @property
    def partition_key(self) -> str:
        return self.news.partition_key

    @property
    def name(self) -> str:
        return f"{self.dump_type} {dump_day(self.month)}"

    @property
    def tag(self) -> str:
        """The tag of runs that import the file; the UI hides what begins with `.dagster/`."""
        return f".dagster/{self.news.file.source}_{self.dump_type}"

    def gave_up_message(self, run_id: str, how: str) -> str:
        return (
            f"{self.name}: not imported, and run {run_id} ended with {how}; it is not requested "
            "again by itself: see what the run says, then re-execute it in the UI, or run "
            f"discogs-assets import{source_option(self.news.file.source)} --types "
            f"{self.dump_type} --year-month {dump_day(self.month)}"
        )


def pending_imports(lake: Lake, month: PublishedMonth) -> list[ImportRequest]:
    """Return what is to be imported of a month, in the order of import."""
    # With the columns in it, a new version of the tables is imported again too.
    return [
        ImportRequest(news, f"{news.fingerprint}:{lake.schema(news.dump_type)}")
        for news in month.wanted
    ]


def minute(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"
