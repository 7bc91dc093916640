"""The sensor of MusicBrainz asks for runs of dumps by their stamps, and adds the partitions."""

from datetime import UTC, date, datetime
from pathlib import Path

import dagster as dg
import pytest

from discogs_assets.definitions import build_definitions
from discogs_assets.sources.dumps.sensor.run_requests import ImportScope
from discogs_assets.sources.dumps.sensor.sensor import build_sensor
from discogs_assets.sources.musicbrainz_dumps.assets import PARTITIONS
from discogs_assets.sources.musicbrainz_dumps.source import musicbrainz
from discogs_assets_tests.support.musicbrainz_workplace import (
    SATURDAY,
    WEDNESDAY,
    MusicBrainzWorkplace,
)

NOW = datetime(2026, 5, 28, tzinfo=UTC)


@pytest.mark.slow
def test_it_requests_each_dump_by_its_stamp(tmp_path: Path) -> None:
    place = MusicBrainzWorkplace(tmp_path)
    for stamp in (SATURDAY, WEDNESDAY):
        place.publish_made(stamp, {"artist": range(3)})
    platform = place.of_types("artist")
    source = musicbrainz(("artist",))
    wanted = ImportScope(platform.poll, date.min, {}, PARTITIONS)
    sensor = build_sensor(source, wanted, is_running=False, now=lambda: NOW)
    assert sensor.name == "musicbrainz_new_dump"
    definitions = build_definitions(platform)
    with dg.DagsterInstance.local_temp(str(tmp_path)) as instance:
        # Not `build_sensor_context`: its contexts do not know the partitions of an instance.
        context = dg.SensorEvaluationContext(
            instance_ref=instance.get_ref(),
            last_tick_completion_time=None,
            last_run_key=None,
            cursor=None,
            log_key=None,
            repository_name=None,
            definitions=definitions,
            resources=platform.own_resources,
        )
        answer = sensor.evaluate_tick(context)
    keys = [request.partition_key for request in answer.run_requests or ()]
    assert keys == [SATURDAY, WEDNESDAY]
    assert answer.dynamic_partitions_requests is not None
    [added] = answer.dynamic_partitions_requests
    assert [*added.partition_keys] == [SATURDAY, WEDNESDAY]
    assert added.partitions_def_name == "musicbrainz_dump"
