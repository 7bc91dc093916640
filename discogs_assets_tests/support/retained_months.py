"""Three months of artists in a store and a warehouse, and retention over them."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from discogs_assets.display.progress import LoggedProgress
from discogs_assets.sources.discogs_dumps.source import DISCOGS
from discogs_assets.sources.dumps.retention.apply import RetentionRun
from discogs_assets.sources.dumps.retention.inventory import take_inventory
from discogs_assets.sources.dumps.retention.plan import Decision
from discogs_assets.sources.dumps.retention.policy import RetentionPolicy
from discogs_assets.storage.store import Store
from discogs_assets.warehouse.database import Warehouse
from discogs_assets.warehouse.loaded import loaded_months
from discogs_assets_tests.support.change_months import FEBRUARY, JANUARY, MARCH, Months, artists
from discogs_assets_tests.support.small_lake import lake_in
from discogs_assets_tests.support.small_months import sha

RECORDS = {
    JANUARY: artists({1: "<name>A</name>", 2: "<name>B</name>"}),
    FEBRUARY: artists({1: "<name>A</name>", 2: "<name>C</name>"}),
    MARCH: artists({1: "<name>A</name><urls><url>u</url></urls>"}),
}
BAD = b"<artist><id>none</id></artist>"


def raw_of(month: date) -> str:
    return f"raw/discogs/2026/discogs_{month:%Y%m%d}_artists.xml.gz"


class RetainedMonths(Months):
    """The months as an import leaves them, in any store; or only some stages of them."""

    def __init__(self, folder: Path, store: Store) -> None:
        super().__init__(folder)
        self.lake = lake_in(store)
        self.store = store
        self.warehouse = Warehouse(folder / "warehouse.duckdb", lock_timeout_s=0)

    def bring_all(self, stages: str = "raw lake warehouse", *, bad: bool = False) -> None:
        for month, records in RECORDS.items():
            self.bring("artists", month, [*records, *([BAD] if bad else [])])
            if "raw" in stages:
                digest = sha(self.store.read(raw_of(month)))
                name = raw_of(month).rpartition("/")[2]
                self.store.write(f"{raw_of(month)}.sha256", f"{digest}  {name}\n".encode())
            else:
                self.store.delete([raw_of(month)])
            if "warehouse" in stages:
                self.load("artists", month)
                self.compare("artists", month)

    @contextmanager
    def retirement(self, keep: RetentionPolicy) -> Iterator[RetentionRun]:
        with self.warehouse.writer() as connection:
            yield RetentionRun(DISCOGS, self.lake, keep, (), connection, LoggedProgress())

    def apply(self, keep: RetentionPolicy) -> list[Decision]:
        with self.retirement(keep) as retirement:
            return [*retirement.iter_done(retirement.plan())]

    def stages(self) -> dict[str, list[int]]:
        """Return the months of each stage, and those of the lake that are retired."""
        with self.warehouse.reader() as connection:
            held = take_inventory(DISCOGS, self.lake, loaded_months(connection), (), ["artists"])
        return {
            "raw": [one.month.month for one in held if one.dumps],
            "lake": [one.month.month for one in held if one.lake],
            "retired": [one.month.month for one in held if one.retired],
            "warehouse": [one.month.month for one in held if any(t.is_shown for t in one.tables)],
        }

    def parquet_files(self) -> list[str]:
        """Return the keys of all Parquet files."""
        return [key for key in self.store.keys("lake/discogs") if key.endswith(".parquet")]

    def parquet(self) -> set[str]:
        """Return the months whose Parquet files are in the store."""
        return {key.split("/")[-2] for key in self.parquet_files()}


def told(decisions: Sequence[Decision]) -> list[str]:
    """Return what was done, a line a decision."""
    return [
        f"{one.stage} {one.month:%m} {'goes' if one.deletes else 'stays'}: {one.why}"
        for one in decisions
    ]
