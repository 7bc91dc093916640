"""How far Dagster brought a dump file: what real runs leave tells it."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import dagster as dg
import pytest

from discogs_assets.cli.importing.month_import import MonthImport
from discogs_assets.cli.importing.steps import Request
from discogs_assets.definitions import all_assets
from discogs_assets.display.progress import LoggedProgress
from discogs_assets.sources.discogs_dumps.source import DISCOGS
from discogs_assets.sources.discogs_dumps.tables import DUMP_TYPES
from discogs_assets.sources.dumps.keys import dump_key, records_key
from discogs_assets.sources.dumps.sensor.catalogue_asset import places_in
from discogs_assets.sources.dumps.sensor.cursor import SensorCursor
from discogs_assets.sources.dumps.sensor.freshness import Place, check_freshness
from discogs_assets.sources.dumps.sensor.published import read_published
from discogs_assets_tests.support.workplace import JANUARY, Workplace

NOW = datetime(2026, 1, 20, 12, tzinfo=UTC)
TYPES = ("artists", "labels", "masters", "releases")


@pytest.fixture
def place(tmp_path: Path) -> Workplace:
    place = Workplace(tmp_path)
    place.publish(JANUARY)
    return place


@pytest.fixture
def instance() -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.ephemeral(settings={"telemetry": {"enabled": False}}) as instance:
        yield instance


def load(place: Workplace, instance: dg.DagsterInstance, dump_type: str, limit: int | None) -> None:
    request = Request((dump_type,), month=JANUARY, limit=limit)
    assert MonthImport(place.platform(), instance, request, LoggedProgress()).run()


def keep_in_lake(place: Workplace, instance: dg.DagsterInstance, dump_type: str) -> None:
    """Run what comes before the load, as when a check refuses that."""
    platform = place.platform()
    done = dg.materialize(
        all_assets(platform.settings),
        selection=[dump_key(DUMP_TYPES[dump_type]), records_key(DUMP_TYPES[dump_type])],
        partition_key=str(JANUARY),
        instance=instance,
        resources=platform.resources(LoggedProgress()),
    )
    assert done.success


@pytest.mark.slow
def test_what_runs_leave_tells_how_far_it_came(
    place: Workplace, instance: dg.DagsterInstance
) -> None:
    load(place, instance, "artists", None)
    load(place, instance, "labels", 3)
    keep_in_lake(place, instance, "labels")
    place.put_in_lake(JANUARY, "masters")
    keep_in_lake(place, instance, "releases")
    platform = place.platform()
    [month] = read_published(
        platform.dumps.prompt_catalogue, platform.lake, SensorCursor(""), NOW, 1
    )

    place_of = places_in(DISCOGS, instance)
    found: list[Place] = [place_of(news) for news in month.files]
    assert dict(zip(TYPES, found, strict=True)) == {
        "artists": "warehouse",
        "labels": "lake",
        "masters": "elsewhere",
        "releases": "lake",
    }
    assert check_freshness(DISCOGS, [month], place_of).text == (
        "2026-01 is in the lake, but not loaded: labels, releases; see the checks of label, release"
    )
    with dg.DagsterInstance.ephemeral() as other:
        foreign = check_freshness(DISCOGS, [month], places_in(DISCOGS, other))
    assert foreign.is_fresh
    assert foreign.text == (
        "2026-01 is in the lake; not loaded by this Dagster: artists, labels, masters, releases"
    )


@pytest.mark.slow
def test_another_dump_of_the_month_is_not_the_one_that_was_loaded(
    place: Workplace, instance: dg.DagsterInstance
) -> None:
    load(place, instance, "labels", None)
    place.publish(JANUARY, month=1)
    place.put_in_lake(JANUARY, "labels")
    platform = place.platform()
    [month] = read_published(
        platform.dumps.prompt_catalogue, platform.lake, SensorCursor(""), NOW, 1
    )
    labels = month.files[TYPES.index("labels")]
    assert labels.is_imported
    assert places_in(DISCOGS, instance)(labels) == "elsewhere"
