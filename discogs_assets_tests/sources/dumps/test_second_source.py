"""The engine serves another source beside Discogs: its page is `support/fanzine.py`."""

import gzip
import json
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from discogs_assets.display.progress import LoggedProgress
from discogs_assets.sources.dumps.assets import build_dump, build_records
from discogs_assets.sources.dumps.changes.assets import build_change
from discogs_assets.sources.dumps.import_job import build_import_job
from discogs_assets.sources.dumps.publisher import PublishedDumps
from discogs_assets.sources.dumps.retention.assets import build_retention
from discogs_assets.sources.dumps.retention.policy import RetentionPolicy
from discogs_assets.sources.dumps.sensor.catalogue_asset import build_catalogue, build_check
from discogs_assets.sources.dumps.sensor.published import PollSettings
from discogs_assets.sources.dumps.sensor.run_requests import ImportScope
from discogs_assets.sources.dumps.sensor.sensor import build_sensor
from discogs_assets.sources.dumps.table_assets import build_load
from discogs_assets.storage.lake import Lake
from discogs_assets.warehouse.memory import LEAST
from discogs_assets_tests.support.change_months import JANUARY, Months
from discogs_assets_tests.support.fanzine import ARTISTS, FANZINE, PUBLICATION

pytestmark = pytest.mark.slow

SATURDAY, WEDNESDAY, NEXT = (date(2026, 5, day) for day in (23, 27, 30))
ONE, TWO, THREE = (f"{n}{n}{n}00000-0000-4000-8000-000000000000" for n in (1, 2, 3))
A, B = {"id": ONE, "name": "Anna", "aliases": ["A.", "Ann"]}, {"id": TWO, "name": "Bert"}
DUMPS: Mapping[date, list[dict[str, Any]]] = {
    SATURDAY: [A, B],
    WEDNESDAY: [{**A, "aliases": ["A."]}, {"id": THREE, "name": "Carl"}],
    NEXT: [A, B, {"id": THREE, "name": "Carl"}],
}
PARTITIONS = dg.DynamicPartitionsDefinition(name="fanzine_dump")
BUILDERS = (build_dump, build_records, build_load, build_change)


class Fanzine:
    """The second source in the folder of a first, its dumps in `shelf`."""

    def __init__(self, months: Months, folder: Path, instance: dg.DagsterInstance) -> None:
        self.months, self.instance, self.shelf = months, instance, folder / "shelf"
        self.shelf.mkdir()
        self.lake = Lake(months.lake.store, FANZINE.name, {"artists": ARTISTS.tables})
        self.cursor: str | None = None
        self.keep = RetentionPolicy()

    def publish(self, day: date) -> None:
        lines = b"".join(json.dumps(record).encode() + b"\n" for record in DUMPS[day])
        name = PUBLICATION.name_of(day, "artists")
        (self.shelf / name).write_bytes(gzip.compress(lines, mtime=0))

    def definitions(self) -> dg.Definitions:
        poll = PollSettings(months=5)
        wanted = ImportScope(poll, date(2026, 1, 1), {}, PARTITIONS)
        now = datetime(2026, 6, 1, tzinfo=UTC)
        return dg.Definitions(
            assets=[
                build_catalogue(FANZINE),
                *(build(FANZINE, ARTISTS, PARTITIONS) for build in BUILDERS),
                build_retention(FANZINE, ()),
            ],
            asset_checks=[build_check(FANZINE, poll)],
            jobs=[build_import_job(FANZINE)],
            sensors=[build_sensor(FANZINE, wanted, is_running=False, now=lambda: now)],
            resources=self.resources(),
            executor=dg.in_process_executor,
        )

    def resources(self) -> dict[str, Any]:
        return {
            "fanzine_dumps": PublishedDumps(str(self.shelf), FANZINE.open_catalogue),
            "store": self.lake.store,
            "fanzine_lake": self.lake,
            "warehouse": self.months.warehouse,
            "memory": LEAST,
            "progress": LoggedProgress(),
            "fanzine_keep": self.keep,
        }

    def tick(self) -> list[str]:
        """Ask the sensor, and run what it requests; return the dumps that it imported."""
        definitions = self.definitions()
        # Not `build_sensor_context`: its contexts do not know the partitions of an instance.
        context = dg.SensorEvaluationContext(
            instance_ref=self.instance.get_ref(),
            last_tick_completion_time=None,
            last_run_key=None,
            cursor=self.cursor,
            log_key=None,
            repository_name=None,
            definitions=definitions,
            resources=self.resources(),
        )
        [sensor] = definitions.sensors or ()
        assert isinstance(sensor, dg.SensorDefinition)
        answer = sensor.evaluate_tick(context)
        self.cursor = answer.cursor
        for added in answer.dynamic_partitions_requests or ():
            self.instance.add_dynamic_partitions(str(PARTITIONS.name), [*added.partition_keys])
        requests = answer.run_requests or ()
        for request in requests:
            job = definitions.resolve_job_def(FANZINE.import_job)
            done = job.execute_in_process(
                instance=self.instance,
                partition_key=str(request.partition_key),
                asset_selection=[*(request.asset_selection or ())],
                tags=dict(request.tags),
            )
            assert done.success
        return [str(request.partition_key) for request in requests]

    def retain(self) -> Mapping[str, Any]:
        job = self.definitions().resolve_implicit_global_asset_job_def()
        step = f"{FANZINE.name}__retention"
        done = job.get_subset(
            asset_selection={dg.AssetKey([FANZINE.name, "retention"])}
        ).execute_in_process(instance=self.instance)
        [event] = done.asset_materializations_for_node(step)
        return {name: value.value for name, value in event.metadata.items()}


@pytest.fixture
def fanzine(tmp_path: Path) -> Iterator[Fanzine]:
    """Return the source beside a month of Discogs, which has an artist as well."""
    months = Months(tmp_path)
    record = b"<artist><id>1</id><name>Somebody</name></artist>"
    months.bring("artists", JANUARY, [record])
    months.load("artists", JANUARY)
    with dg.DagsterInstance.local_temp(str(tmp_path)) as instance:
        yield Fanzine(months, tmp_path, instance)


def test_it_is_imported_compared_kept_and_retired_by_the_engine(fanzine: Fanzine) -> None:
    ask = fanzine.months.ask
    assert fanzine.tick() == []
    fanzine.publish(SATURDAY)
    fanzine.publish(WEDNESDAY)
    assert fanzine.tick() == [str(SATURDAY), str(WEDNESDAY)]
    assert fanzine.tick() == []
    fanzine.publish(NEXT)
    assert fanzine.tick() == [str(NEXT)]

    # Every dump, the newest, and how long each version of a row was there.
    assert ask("SELECT month, id, name FROM fanzine.artist ORDER BY ALL") == [
        (SATURDAY, ONE, "Anna"),
        (SATURDAY, TWO, "Bert"),
        (WEDNESDAY, ONE, "Anna"),
        (WEDNESDAY, THREE, "Carl"),
        (NEXT, ONE, "Anna"),
        (NEXT, TWO, "Bert"),
        (NEXT, THREE, "Carl"),
    ]
    assert ask("SELECT alias FROM fanzine_newest.alias ORDER BY ALL") == [("A.",), ("Ann",)]
    assert ask("SELECT id, valid_from, valid_to FROM fanzine_history.artist ORDER BY ALL")[-3:] == [
        (TWO, SATURDAY, WEDNESDAY),
        (TWO, NEXT, None),
        (THREE, WEDNESDAY, None),
    ]
    changes = "SELECT id, kind, tables FROM fanzine.artist_change WHERE month = ? ORDER BY id"
    assert ask(changes.replace("?", f"DATE '{WEDNESDAY}'")) == [
        (ONE, "changed", ["alias"]),
        (TWO, "removed", None),
        (THREE, "added", None),
    ]
    # Discogs' table of the same name is as it was.
    assert ask("FROM discogs.artist SELECT id, name, month") == [(1, "Somebody", JANUARY)]
    assert ask("FROM artist SELECT name") == [("Somebody",)]
    assert ask("SELECT count(*) FROM history.artist") == [(1,)]

    fanzine.keep = RetentionPolicy(raw=1, lake=None, warehouse=None)
    assert "2026-05-23" in str(fanzine.retain()["deleted"])
    raw = sorted(fanzine.lake.store.keys("raw/fanzine"))
    assert [key for key in raw if key.endswith(".gz")] == [
        f"raw/fanzine/2026/{PUBLICATION.name_of(NEXT, 'artists')}"
    ]
    assert fanzine.tick() == []


def test_an_older_dump_that_comes_late_finds_its_place(fanzine: Fanzine) -> None:
    for day in (SATURDAY, NEXT, WEDNESDAY):
        fanzine.publish(day)
        assert fanzine.tick() == [str(day)]
    counts = "SELECT month, count(*) FROM fanzine.artist GROUP BY ALL ORDER BY ALL"
    assert fanzine.months.ask(counts) == [(SATURDAY, 2), (WEDNESDAY, 2), (NEXT, 3)]
    kinds = "SELECT month, list(kind ORDER BY id) FROM fanzine.change GROUP BY ALL ORDER BY ALL"
    assert fanzine.months.ask(kinds) == [
        (WEDNESDAY, ["changed", "removed", "added"]),
        (NEXT, ["changed", "added"]),
    ]
