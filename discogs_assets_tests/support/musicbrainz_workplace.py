"""A folder with made-up dumps of MusicBrainz, to import in."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import dagster as dg

from discogs_assets.cli.importing.events import ImportResult
from discogs_assets.cli.importing.month_import import MonthImport
from discogs_assets.cli.importing.steps import Request
from discogs_assets.display.progress import LoggedProgress
from discogs_assets.platform import MusicBrainzSettings, Platform, build_platform
from discogs_assets.sources.musicbrainz_dumps.synthetic.files import write_dump
from discogs_assets.sources.musicbrainz_dumps.synthetic.records import iter_lines
from discogs_assets_tests.support.workplace import Workplace

SATURDAY, WEDNESDAY = "20260523-001002", "20260527-001001"
FIRST, SECOND = date(2026, 5, 23), date(2026, 5, 27)


class MusicBrainzWorkplace(Workplace):
    """Everything an import of MusicBrainz needs, below one folder."""

    def publish_lines(self, stamp: str, **lines: Iterable[bytes]) -> None:
        """Publish some lines by dump type, `_` for `-`."""
        write_dump(self.dumps, stamp, {name.replace("_", "-"): of for name, of in lines.items()})

    def publish_made(self, stamp: str, counts: Mapping[str, range], seed: int = 1) -> None:
        made = {name: iter_lines(name, numbers, seed) for name, numbers in counts.items()}
        write_dump(self.dumps, stamp, made, block_bytes=50_000)

    def of_types(self, *types: str) -> Platform:
        settings = replace(
            super().platform().settings,
            musicbrainz=MusicBrainzSettings(str(self.dumps), types or ("artist", "release")),
        )
        return build_platform(settings).of("musicbrainz")

    def bring(
        self, instance: dg.DagsterInstance, platform: Platform, **request: Any
    ) -> list[ImportResult]:
        """Import a dump, the newest when none is named."""
        types = request.pop("types", ())
        wanted = Request(types, **request)
        return MonthImport(platform, instance, wanted, LoggedProgress()).run()

    def environment(self) -> Mapping[str, str]:
        return {
            **super().environment(),
            "MUSICBRAINZ_DUMPS_URL": str(self.dumps),
            "MUSICBRAINZ_TYPES": "artist release recording",
        }
