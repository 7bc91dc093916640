"""What `discogs-assets import --source listenbrainz` does and prints."""

from argparse import Namespace
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import dagster as dg
import pytest

from discogs_assets.cli.importing.listenbrainz import run
from discogs_assets.cli.main import main
from discogs_assets.display.progress import LoggedProgress
from discogs_assets.errors import LakeError, SettingError
from discogs_assets.platform import Platform, build_platform, read_settings
from discogs_assets_tests.support.listens import FULL, Mirror, in_members, listens, parquet

FEBRUARY = date(2026, 2, 1)
ROWS = listens(2100)


@pytest.fixture
def platform(tmp_path: Path) -> Platform:
    mirror = Mirror(tmp_path / "mirror")
    mirror.spark(FULL, in_members(ROWS, 300))
    return build_platform(
        read_settings(
            {
                "DISCOGS_STORE": str(tmp_path / "data"),
                "DISCOGS_WAREHOUSE": str(tmp_path / "data/warehouse.duckdb"),
                "DAGSTER_HOME": str(tmp_path / "home"),
                "LISTENBRAINZ_URL": str(mirror.folder),
                "DISCOGS_MEMORY": "1GB",
            }
        )
    )


@pytest.fixture
def instance() -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.ephemeral(settings={"telemetry": {"enabled": False}}) as instance:
        yield instance


def call(
    platform: Platform, instance: dg.DagsterInstance, month: date | None, **flags: bool
) -> int:
    arguments = Namespace(year_month=month, **flags)
    return run(arguments, platform, instance, LoggedProgress())


def test_a_month_then_more_of_it(
    platform: Platform,
    instance: dg.DagsterInstance,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(LakeError, match="run discogs-assets import --source listenbrainz"):
        call(platform, instance, FEBRUARY, incremental=True)
    assert call(platform, instance, FEBRUARY, with_user_ids=True) == 0
    printed = capsys.readouterr().out
    assert f"2026-02: 672 listens of listenbrainz-dump-{FULL}\n" in printed
    assert "  listens_by_recording: 37 rows\n" in printed
    more = [row | {"user_id": 9} for row in ROWS[800:805]]
    Mirror(tmp_path / "mirror").spark("8-20260406-000004-incremental", [parquet(more)])
    assert call(platform, instance, FEBRUARY, with_user_ids=True, incremental=True) == 0
    assert "2026-02: 677 listens of " in capsys.readouterr().out


def test_a_month_has_to_be_said(platform: Platform, instance: dg.DagsterInstance) -> None:
    with pytest.raises(SettingError, match="say which with --year-month"):
        call(platform, instance, None)


def test_the_command_imports_a_month(
    platform: Platform, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = platform.settings
    monkeypatch.setenv("DISCOGS_STORE", settings.store)
    monkeypatch.setenv("DISCOGS_WAREHOUSE", str(settings.warehouse))
    monkeypatch.setenv("DAGSTER_HOME", str(settings.dagster_home))
    monkeypatch.setenv("LISTENBRAINZ_URL", settings.listenbrainz.url)
    monkeypatch.setenv("LISTENBRAINZ_SALT", "made up for this test only")
    wanted = ["import", "--source", "listenbrainz", "--year-month", "2026/02"]
    assert main(wanted) == 0
    assert "2026-02: 672 listens of " in capsys.readouterr().out
    assert main(["sql", "SELECT count(*) FROM listenbrainz.listen"]) == 0
    assert "672" in capsys.readouterr().out
    assert main([*wanted, "--limit", "5"]) == 1
    assert "listens have no --limit; leave it out" in capsys.readouterr().err
    assert main(["import", "--incremental"]) == 1
    assert "--incremental: it is for --source listenbrainz only" in capsys.readouterr().err
    assert main(["dumps", "--source", "listenbrainz"]) == 1
    assert "--source listenbrainz: only import takes it" in capsys.readouterr().err


def test_options_of_records_are_refused(platform: Platform, instance: dg.DagsterInstance) -> None:
    with pytest.raises(SettingError, match="listens have no --skip-download; leave it out"):
        call(platform, instance, FEBRUARY, skip_download=True)
