"""Imports of made-up listens into a store of a test."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

import polars as pl

from discogs_assets.display.progress import LoggedProgress
from discogs_assets.sources.listenbrainz_dumps.lake import open_lake
from discogs_assets.sources.listenbrainz_dumps.members import DumpFiles
from discogs_assets.sources.listenbrainz_dumps.month import MonthImport, Wanted
from discogs_assets.sources.listenbrainz_dumps.place import FolderPlace, Place
from discogs_assets.sources.listenbrainz_dumps.site import SitePlace
from discogs_assets.sources.listenbrainz_dumps.users import Users
from discogs_assets.storage.lake import Lake
from discogs_assets.storage.local import LocalStore
from discogs_assets_tests.support.listens import Row

FEBRUARY = date(2026, 2, 1)
PLAIN = Users(None)
MEMORY = 200_000_000

logging.getLogger("discogs_assets").setLevel(logging.INFO)


def site_place(url: str, slept: list[float] | None = None) -> SitePlace:
    """Return a site that is asked without pauses; what would be waited is noted."""
    return SitePlace(url, "test", pause_s=0.0, sleep=(slept if slept is not None else []).append)


@dataclass
class Imports:
    """Imports from a place into the store of a folder."""

    folder: Path
    place: Place
    users: Users = PLAIN
    show: Callable[[Lake], None] = lambda _lake: None
    slept: list[float] = field(default_factory=list)
    memory: int = MEMORY

    @property
    def store(self) -> LocalStore:
        return LocalStore(str(self.folder))

    @property
    def lake(self) -> Lake:
        return open_lake(self.store)

    def of(self, month: date = FEBRUARY, **wanted: bool) -> MonthImport:
        files = DumpFiles(self.place, self.store, LoggedProgress(), self.slept.append)
        how = Wanted(month, **wanted)
        return MonthImport(files, self.lake, self.users, self.memory, how, self.show)

    def rows(self, table: str = "listen", month: date = FEBRUARY) -> list[Row]:
        """Return the rows of a published month, in the order of their values."""
        frame = self.lake.scan(table, [month]).drop("month").collect()
        return frame.sort(frame.columns[:3]).to_dicts()


def folder_imports(folder: Path, mirror: Path) -> Imports:
    return Imports(folder, FolderPlace(mirror))


def as_listen(row: Row) -> dict[str, Any]:
    """Return a made-up row as the lake is to have it, with the publisher's numbers."""
    return {
        name: row[name]
        for name in (
            "listened_at", "user_id", "recording_msid", "recording_name", "artist_name",
            "release_name", "recording_mbid", "release_mbid", "artist_credit_id",
            "artist_credit_mbids",
        )
    }  # fmt: skip


def of_month(rows: list[Row], month: date = FEBRUARY) -> list[dict[str, Any]]:
    """Return the made-up rows of a month as the lake is to have them."""
    found = [as_listen(row) for row in rows if in_month(row["listened_at"], month)]
    return sorted(
        found, key=lambda row: (row["listened_at"], row["user_id"], row["recording_msid"])
    )


def in_month(at: datetime | None, month: date) -> bool:
    return at is not None and (at.year, at.month) == (month.year, month.month)


def frame(path: Path) -> pl.DataFrame:
    return pl.read_parquet(path, glob=False)
