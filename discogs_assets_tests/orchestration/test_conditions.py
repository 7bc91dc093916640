"""Tables follow their records, and computed tables the tables they read: tick by tick."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import dagster as dg
import pytest
from dagster._core.definitions.asset_daemon_cursor import AssetDaemonCursor

from discogs_assets.definitions import all_assets, build_definitions
from discogs_assets.derived.tables import DERIVED
from discogs_assets.display.progress import LoggedProgress
from discogs_assets.exports.registry import BY_NAME
from discogs_assets.orchestration.asset_keys import table_key
from discogs_assets.sources.discogs_dumps.tables import DUMP_TYPES
from discogs_assets.sources.dumps.keys import dump_key, records_key
from discogs_assets_tests.support.workplace import FEBRUARY, JANUARY, Workplace

pytestmark = pytest.mark.slow

OLD = date(2019, 3, 1)

Requested = dict[str, set[str]]
"""Names of assets by partition."""


class Ticks:
    """The automation of the project's own graph, evaluated a tick at a time."""

    def __init__(self, place: Workplace, instance: dg.DagsterInstance) -> None:
        self.instance = instance
        self.platform = place.platform()
        self.definitions = build_definitions(self.platform)
        self.resources = self.platform.resources(LoggedProgress())
        self.cursor: AssetDaemonCursor | None = None

    def tick(self, now: datetime | None = None) -> Requested:
        """Evaluate, as of now or another time, and return what is requested."""
        result = dg.evaluate_automation_conditions(
            self.definitions,
            self.instance,
            asset_selection=dg.AssetSelection.all(),
            cursor=self.cursor,
            evaluation_time=now,
        )
        self.cursor = result.cursor
        requested: Requested = {}
        for key in self.definitions.resolve_asset_graph().get_all_asset_keys():
            for partition in result.get_requested_partitions(key):
                requested.setdefault(str(partition), set()).add(key.path[-1])
        return requested

    def run(self, partition: str, *assets: dg.AssetKey) -> bool:
        """Materialize assets; return whether that went well."""
        done = dg.materialize(
            all_assets(self.platform.settings),
            selection=dg.AssetSelection.assets(*assets),
            partition_key=partition,
            instance=self.instance,
            resources=self.resources,
            raise_on_error=False,
        )
        return done.success

    def run_requested(self, requested: Requested) -> None:
        for partition, names in requested.items():
            assert self.run(partition, *(table_key(name) for name in names))

    def import_records(self, dump_type: str, month: date) -> bool:
        return self.run(
            str(month), dump_key(DUMP_TYPES[dump_type]), records_key(DUMP_TYPES[dump_type])
        )


@pytest.fixture
def place(tmp_path: Path) -> Workplace:
    place = Workplace(tmp_path)
    place.publish(JANUARY)
    return place


@pytest.fixture
def ticks(place: Workplace) -> Iterator[Ticks]:
    with dg.DagsterInstance.ephemeral(settings={"telemetry": {"enabled": False}}) as instance:
        ticks = Ticks(place, instance)
        assert ticks.tick() == {}, "nothing is there yet"
        yield ticks


def tables_of(dump_type: str) -> set[str]:
    return {table.name for table in DUMP_TYPES[dump_type].tables}


def test_everything_follows_in_its_order(ticks: Ticks, place: Workplace) -> None:
    assert ticks.import_records("masters", JANUARY)
    masters = ticks.tick()
    assert masters == {"2026-01-01": tables_of("masters")}
    assert ticks.tick() == {}, "asked for once"
    ticks.run_requested(masters)
    tags = ticks.tick()
    assert tags == {"2026-01-01": {"tag", "tag_count", "master_change"}}
    ticks.run_requested(tags)
    assert ticks.tick() == {}

    assert ticks.import_records("releases", JANUARY)
    releases = ticks.tick()
    assert releases == {"2026-01-01": tables_of("releases")}
    ticks.run_requested(releases)
    computed = ticks.tick()
    assert computed == {"2026-01-01": {"master_id", "video", "release_change"}}
    ticks.run_requested(computed)

    for dump_type in ("artists", "labels"):
        assert ticks.import_records(dump_type, JANUARY)
    rest = ticks.tick()
    assert rest == {"2026-01-01": tables_of("artists") | tables_of("labels")}
    ticks.run_requested(rest)
    of_all = {*DERIVED} - {"tag", "tag_count", "master_id", "video"}
    assert ticks.tick() == {"2026-01-01": {*of_all, "artist_change", "label_change"}}
    assert place.count("video") > 0


def test_an_old_month_is_followed_too(ticks: Ticks, place: Workplace) -> None:
    place.publish(OLD)
    assert ticks.import_records("masters", OLD)
    requested = ticks.tick()
    assert requested == {"2019-03-01": tables_of("masters")}
    ticks.run_requested(requested)
    assert ticks.tick() == {"2019-03-01": {"tag", "tag_count", "master_change"}}


def test_a_month_after_an_older_one_is_compared_with_it(ticks: Ticks, place: Workplace) -> None:
    later = date(2026, 3, 1)
    place.publish(date(2026, 2, 1), month=1)
    place.publish(later, month=2)
    for month in (JANUARY, later, date(2026, 2, 1)):
        assert ticks.import_records("masters", month)
        for _ in ("load", "compute"):
            ticks.run_requested(ticks.tick())
        assert ticks.tick() == {}
    compared = "SELECT DISTINCT month, month_before FROM discogs.master_change ORDER BY ALL"
    assert place.ask(compared) == [(date(2026, 2, 1), JANUARY), (later, date(2026, 2, 1))]


def test_nothing_follows_what_fails_a_blocking_check(ticks: Ticks, place: Workplace) -> None:
    place.publish(OLD)
    for month in (OLD, JANUARY):
        assert ticks.import_records("masters", month)
    failed = dg.AssetCheckEvaluation(
        check_name="every_record_read_or_quarantined",
        asset_key=records_key(DUMP_TYPES["masters"]),
        passed=False,
        blocking=True,
        partition="2026-01-01",
    )
    ticks.instance.report_runless_asset_event(failed)
    assert ticks.tick() == {"2019-03-01": tables_of("masters")}, "the other month does"


def test_what_is_refused_is_not_followed(ticks: Ticks, place: Workplace) -> None:
    ticks.import_records("masters", JANUARY)
    ticks.run_requested(ticks.tick())
    ticks.run_requested(ticks.tick())
    place.publish_fewer(FEBRUARY, "masters", 3)
    assert not ticks.import_records("masters", FEBRUARY)
    assert ticks.tick() == {}
    place.put_in_lake(FEBRUARY, "masters")
    assert ticks.import_records("masters", FEBRUARY), "it is there already"
    requested = ticks.tick()
    assert requested == {"2026-02-01": tables_of("masters")}
    assert not ticks.run("2026-02-01", *(table_key(n) for n in tables_of("masters")))
    assert ticks.tick() == {}
    assert place.ask("SELECT DISTINCT month FROM discogs.master") == [(JANUARY,)]
    assert place.count("master") == place.count("discogs.master") == 12


def test_a_sink_that_is_set_follows_a_new_month(place: Workplace) -> None:
    unset = place.exports
    is_set = replace(unset, are_set=frozenset({"SQLITE_PATH"}))
    cases = [
        (is_set, datetime(2026, 1, 20, tzinfo=UTC), {"sqlite"}),
        (is_set, datetime(2026, 2, 20, tzinfo=UTC), {"sqlite"}),
        (is_set, datetime(2026, 6, 20, tzinfo=UTC), set()),
        (unset, datetime(2026, 1, 20, tzinfo=UTC), set()),
    ]
    with dg.DagsterInstance.ephemeral(settings={"telemetry": {"enabled": False}}) as instance:
        watching: list[Ticks] = []
        for exports, today, _ in cases:
            place.exports = exports
            watching.append(Ticks(place, instance))
            assert watching[-1].tick(today) == {}
        for dump_type in ("artists", "labels", "masters", "releases"):
            assert watching[0].import_records(dump_type, JANUARY)
            tables = (table_key(name) for name in tables_of(dump_type))
            assert watching[0].run(str(JANUARY), *tables)
        for ticks, (_, today, expected) in zip(watching, cases, strict=True):
            assert ticks.tick(today)["2026-01-01"] & {*BY_NAME} == expected
