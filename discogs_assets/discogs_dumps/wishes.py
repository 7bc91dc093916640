"""Which dump files are to be imported, in which order, and by which names their runs are known."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from discogs_assets.discogs_dumps.attempts import ATTEMPTS
from discogs_assets.discogs_dumps.news import FileNews, MonthNews
from discogs_assets.discogs_dumps.tables import DUMP_TYPES
from discogs_assets.lake import Lake


@dataclass(frozen=True)
class Wish:
    """A dump file to import; Dagster starts one run for each run key, and never a second."""

    news: FileNews
    run_key: str

    @property
    def name(self) -> str:
        return f"{self.news.dump_type} {self.news.month:%Y-%m}"

    @property
    def run_keys(self) -> list[str]:
        """Return the run key of each attempt, the first without a number."""
        return [self.run_key, *(f"{self.run_key}:{number}" for number in range(2, ATTEMPTS + 1))]

    def ended_for_good(self, run_id: str, how: str) -> str:
        return (
            f"{self.name}: not imported, and run {run_id} ended with {how}; it is not requested "
            "again by itself: see what the run says, then re-execute it in the UI, or run "
            f"discogs-assets import --types {self.news.dump_type} --year-month "
            f"{self.news.month:%Y-%m}"
        )


def wishes(lake: Lake, months: Sequence[MonthNews]) -> list[Wish]:
    """Return what is to be imported: artists of all months first, older months first."""
    order = [*DUMP_TYPES]
    wanted = [news for month in months for news in month.wanted]
    wanted.sort(key=lambda news: (order.index(news.dump_type), news.month))
    # With the columns in it, a new version of the tables is imported again too.
    return [
        Wish(
            news,
            f"{news.dump_type}|{news.month}:{news.fingerprint}:{lake.schema(news.dump_type)}",
        )
        for news in wanted
    ]


def minute(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"
