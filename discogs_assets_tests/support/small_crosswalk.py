"""A few records of MusicBrainz beside a place's months of Discogs, and the crosswalk of both."""

from dataclasses import replace

import dagster as dg

from discogs_assets.cli.importing.month_import import MonthImport
from discogs_assets.cli.importing.steps import Request
from discogs_assets.derived.crosswalk.compute import compute_crosswalk
from discogs_assets.display.progress import LoggedProgress
from discogs_assets.platform import MusicBrainzSettings, build_platform
from discogs_assets.sources.musicbrainz_dumps.publication import DEFAULT_TYPES
from discogs_assets.sources.musicbrainz_dumps.synthetic.files import write_dump
from discogs_assets.sources.musicbrainz_dumps.synthetic.records import iter_lines
from discogs_assets_tests.support.workplace import Workplace

STAMP, RECORDS = "20260221-001001", 20


def add_musicbrainz(place: Workplace) -> None:
    """Import a small dump of every usual type, and compute the crosswalk."""
    folder = place.dumps / "musicbrainz"
    write_dump(folder, STAMP, {name: iter_lines(name, range(1, RECORDS)) for name in DEFAULT_TYPES})
    settings = replace(place.platform().settings, musicbrainz=MusicBrainzSettings(str(folder)))
    platform = build_platform(settings).of("musicbrainz")
    with dg.DagsterInstance.ephemeral(settings={"telemetry": {"enabled": False}}) as instance:
        MonthImport(platform, instance, Request(()), LoggedProgress()).run()
    with platform.warehouse.writer() as connection:
        compute_crosswalk(connection)
