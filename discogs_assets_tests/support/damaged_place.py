"""Two imported months of artists in a folder, of which one file is damaged."""

import gzip
import shutil
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Self

import pytest

from discogs_assets.cli import main
from discogs_assets_tests.support.damage import Damage, cut, exchange_with, flip, remove
from discogs_assets_tests.support.workplace import FEBRUARY, JANUARY, Workplace

Names = Mapping[int, str]

OLDER = {1: "Q", 2: "R"}
"""What January had when it was published first."""
NAMES = {JANUARY: {1: "A", 2: "B", 3: "C"}, FEBRUARY: {1: "A", 2: "X", 4: "D"}}
ROWS = {month: sorted(names.items()) for month, names in NAMES.items()}

FILES = {
    "dump": "store/raw/discogs/2026/discogs_20260101_artists.xml.gz",
    "checksum": "store/raw/discogs/2026/discogs_20260101_artists.xml.gz.sha256",
    "manifest": "store/lake/discogs/_published/artists/2026-01-01.json",
    "records": "store/lake/discogs/artist/month=2026-01-01/*.parquet",
    "urls": "store/lake/discogs/artist_url/month=2026-01-01/*.parquet",
    "changes": "store/lake/discogs/_changes/artist/month=2026-02-01/*.parquet",
    "duckdb": "warehouse.duckdb",
}
DAMAGES = ("cut", "flip", "gone", "exchanged", "older")

Capture = pytest.CaptureFixture[str]


def file_in(folder: Path, kind: str) -> Path:
    [found] = folder.glob(FILES[kind])
    return found


def xml_of(names: Names) -> bytes:
    artists = "".join(
        f"<artist><id>{id_}</id><name>{name}</name><urls><url>{name}.example</url></urls></artist>"
        for id_, name in names.items()
    )
    return f"<artists>{artists}</artists>".encode()


class DamagedPlace(Workplace):
    """A place that the environment names, and the command in it."""

    def __init__(self, folder: Path, patch: pytest.MonkeyPatch, capture: Capture) -> None:
        super().__init__(folder)
        self.patch = patch
        self.capture = capture
        for name, value in self.environment().items():
            patch.setenv(name, value)

    def copy(self, folder: Path) -> Self:
        shutil.copytree(self.folder, folder)
        return type(self)(folder, self.patch, self.capture)

    def publish_names(self, month: date, names: Names) -> None:
        self.dumps.mkdir(exist_ok=True)
        path = self.dumps / f"discogs_{month:%Y%m%d}_artists.xml.gz"
        path.write_bytes(gzip.compress(xml_of(names), mtime=0))

    def publish_nothing(self) -> None:
        """Let the publisher have nothing any more."""
        shutil.rmtree(self.dumps)
        self.dumps.mkdir()

    def run(self, *arguments: str) -> tuple[int, str, str]:
        """Run the command; return its status and what it printed."""
        self.capture.readouterr()
        status = main.main([*arguments])
        output, errors = self.capture.readouterr()
        return status, output, errors

    def import_(self, month: date, *more: str) -> tuple[int, str, str]:
        types = ("--types", "artists", "--year-month", f"{month:%Y-%m}")
        return self.run("import", *types, *more)

    def rows(self, month: date) -> tuple[int, str, str]:
        query = "SELECT id, name FROM artist ORDER BY id"
        return self.run("sql", "--format", "csv", "--as-of", f"{month:%Y-%m}", query)

    def damage(self, kind: str, damage: str, older: Path) -> None:
        """Damage a file; `older` is a place as it was before."""
        self.damage_of(kind, damage, older)(file_in(self.folder, kind))

    def damage_of(self, kind: str, damage: str, older: Path) -> Damage:
        if damage == "older":
            # Of what differs from the month before there was none yet.
            return exchange_with(file_in(older, "records" if kind == "changes" else kind))
        if damage == "exchanged":
            other = "urls" if kind in ("records", "changes") else "records"
            return exchange_with(file_in(self.folder, other))
        return {"cut": cut, "flip": flip, "gone": remove}[damage]


def csv_of(names: Names) -> str:
    return "id,name\n" + "".join(f"{id_},{name}\n" for id_, name in sorted(names.items()))
