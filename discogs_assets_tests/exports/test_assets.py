"""The exports in the graph: what turns them on, what a run says, and what it leaves alone."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import dagster as dg
import pytest
from dagster._core.storage.tags import AUTOMATION_CONDITION_TAG

from discogs_assets.definitions import all_assets
from discogs_assets.display.progress import LoggedProgress
from discogs_assets.errors import ExportError, SettingError
from discogs_assets.exports import assets, retry
from discogs_assets.exports.assets import CHECK, build_exports
from discogs_assets.exports.registry import BY_NAME, EXPORTS, Export
from discogs_assets.exports.settings import ExportSettings
from discogs_assets.orchestration.asset_keys import table_key
from discogs_assets.orchestration.partitions import ALL_MONTHS
from discogs_assets.platform import Platform, Settings, build_platform, read_settings
from discogs_assets_tests.support.change_months import FEBRUARY, JANUARY, Months
from discogs_assets_tests.support.export_months import CONTENTS
from discogs_assets_tests.support.exports_page import query_of, systems
from discogs_assets_tests.support.metadata_keys import check_keys
from discogs_assets_tests.support.services.server import Server

pytestmark = pytest.mark.slow

SERVERS = [export for export in EXPORTS if not export.has_place]


class Place:
    """The platform of the made-up months, and an instance that remembers its runs."""

    def __init__(self, months: Months, exports: ExportSettings, instance: dg.DagsterInstance):
        folder = months.warehouse.path.parent
        store, warehouse = months.lake.store.url, months.warehouse.path
        settings = Settings("dumps", store, warehouse, folder / "home", exports=exports)
        self.platform: Platform = build_platform(settings)
        self.instance = instance

    def run(
        self, name: str, month: object = JANUARY, *, is_automatic: bool = False, **config: Any
    ) -> dg.ExecuteInProcessResult:
        """Materialize an export."""
        step = table_key(name).to_python_identifier()
        return dg.materialize(
            all_assets(self.platform.settings),
            selection=[table_key(name)],
            partition_key=str(month),
            instance=self.instance,
            resources=self.platform.resources(LoggedProgress()),
            run_config={"ops": {step: {"config": config}}},
            tags={AUTOMATION_CONDITION_TAG: "true"} if is_automatic else {},
        )

    def metadata(self, result: dg.ExecuteInProcessResult) -> dict[str, Any]:
        [event] = result.get_asset_materialization_events()
        check_keys(event.materialization.metadata)
        return {name: one.value for name, one in event.materialization.metadata.items()}


@pytest.fixture
def instance() -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.ephemeral(settings={"telemetry": {"enabled": False}}) as instance:
        yield instance


@pytest.fixture
def place(export_months: Months, instance: dg.DagsterInstance, tmp_path: Path) -> Place:
    return Place(export_months, ExportSettings(sqlite_path=tmp_path / "cache.db"), instance)


def check(result: dg.ExecuteInProcessResult) -> dg.AssetCheckEvaluation:
    [found] = result.get_asset_check_evaluations()
    assert found.check_name == CHECK.name
    return found


def tables_in(path: Path) -> set[str]:
    with closing(sqlite3.connect(path)) as connection:
        rows = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        return {str(row[0]) for row in rows}


def spec_of(settings: Settings, name: str) -> dg.AssetSpec:
    [asset] = [
        one for one in build_exports(settings.exports, ALL_MONTHS) if one.key == table_key(name)
    ]
    [spec] = asset.specs
    return spec


@pytest.mark.parametrize("export", SERVERS, ids=lambda export: export.name)
def test_one_that_is_off_says_what_turns_it_on(place: Place, export: Export) -> None:
    spec = spec_of(place.platform.settings, export.name)
    assert spec.automation_condition is None
    assert f"Off. To turn it on, set {export.variable}, such as" in str(spec.description)
    sentence = f"{export.title}: {export.variable} is not set; set it, such as {export.example}"
    with pytest.raises(SettingError, match=sentence):
        place.run(export.name)


def test_one_that_is_on_is_fed_each_month_and_names_no_secret(export_months: Months) -> None:
    exports = ExportSettings(
        postgres_url="x://me:secret@h/d",
        mongodb_url="x://me:secret@h/d",
        are_set=frozenset({"POSTGRES_URL", "MONGODB_URL"}),
    )
    settings = replace(Settings("dumps", "store", Path("w"), Path("h")), exports=exports)
    for name in ("postgres", "mongodb"):
        spec = spec_of(settings, name)
        assert spec.automation_condition is not None
        assert "is set: it is fed each new month" in str(spec.description)
        assert "secret" not in repr(spec)
    assert "secret" not in repr(build_platform(settings))


def test_a_run_says_what_became_of_the_records(place: Place) -> None:
    first = place.metadata(place.run("sqlite"))
    sizes = {name: len(months[JANUARY]) for name, months in CONTENTS.items()}
    assert first["inserted"] == first["dagster/partition_row_count"] == sum(sizes.values())
    result = place.run("sqlite", FEBRUARY)
    found = place.metadata(result)
    # A SQLite file keeps no hashes, but the warehouse knows what changed.
    assert [found[kind] for kind in ("inserted", "updated", "deleted", "unchanged")] == [4, 4, 4, 6]
    assert "| artists | 1 | 1 | 1 | 2 | 0 | 0 | 4 |" in found["records"]
    assert check(result).passed


def test_types_and_a_limit_can_be_chosen(place: Place) -> None:
    found = place.metadata(place.run("sqlite", types=["labels"], limit=2))
    assert found["counts"] == {
        "labels": {
            "inserted": 2,
            "updated": 0,
            "deleted": 0,
            "records": 2,
            "there": 2,
            "unread": 0,
            "kept": 0,
        }
    }
    path = place.platform.settings.exports.sqlite_path
    assert tables_in(path) == {"cached_labels", "discogs_export"}


def test_a_run_by_itself_takes_no_sink_back(place: Place) -> None:
    place.run("sqlite", FEBRUARY)
    left = place.run("sqlite", JANUARY, is_automatic=True)
    assert left.get_asset_materialization_events() == []
    assert not check(left).passed
    assert check(left).description == "It holds 2026-02. Materialize this month to go back."
    assert place.metadata(place.run("sqlite", JANUARY))["inserted"] == 4


def test_rows_that_somebody_deleted_are_noticed_and_come_back(place: Place) -> None:
    place.run("sqlite")
    path = place.platform.settings.exports.sqlite_path
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("DELETE FROM cached_labels WHERE id = 1")
    found = check(place.run("sqlite"))
    assert not found.passed
    assert str(found.description).splitlines() == [
        "labels: 2 records, 3 in the warehouse.  ",
        "Something else writes there: materialize with `full` to write every record again.",
    ]
    assert check(place.run("sqlite", full=True)).passed


@pytest.mark.parametrize("export", EXPORTS, ids=lambda export: export.name)
def test_the_readme_says_what_turns_it_on(export: Export) -> None:
    assert systems()[export.title] == export.variable
    assert query_of(export.title)


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        ({"types": ["release"]}, "expected types of artists, labels, masters, releases, found"),
        ({"limit": 0}, "greater than 0"),
    ],
)
def test_what_cannot_be_meant_is_refused(
    place: Place, config: dict[str, Any], expected: str
) -> None:
    with pytest.raises((SettingError, dg.DagsterInvalidConfigError, ValueError), match=expected):
        place.run("sqlite", **config)


def test_types_that_a_sink_has_not_are_refused() -> None:
    with pytest.raises(SettingError, match="Redis: expected types of masters, found artists"):
        BY_NAME["redis"].chosen(["artists"])
    assert BY_NAME["redis"].chosen(["artists", "masters", "masters"]) == ["masters"]


def test_a_run_by_itself_waits_for_a_server_that_is_gone(
    export_months: Months,
    instance: dg.DagsterInstance,
    redis_server: Server,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    waits = []

    def wait(seconds: float) -> None:
        waits.append(seconds)
        redis_server.start()

    monkeypatch.setattr(assets, "retrying", lambda: retry.retrying(wait))
    place = Place(export_months, read_settings(redis_server.settings).exports, instance)
    redis_server.stop()
    assert check(place.run("redis", FEBRUARY, is_automatic=True)).passed
    assert len(waits) == 1


@pytest.mark.parametrize("export", SERVERS, ids=lambda export: export.name)
def test_a_server_is_fed_by_its_asset(
    export: Export,
    export_months: Months,
    instance: dg.DagsterInstance,
    request: pytest.FixtureRequest,
) -> None:
    server: Server = request.getfixturevalue(f"{export.name}_server")
    place = Place(export_months, read_settings(server.settings).exports, instance)
    first, again = (place.run(export.name, full=is_full) for is_full in (True, False))
    assert check(first).passed
    assert check(again).passed
    records = sum(len(CONTENTS[name][JANUARY]) for name in export.types)
    assert place.metadata(first)["unchanged"] == 0
    assert place.metadata(again)["unchanged"] == records
    assert server.password not in repr(place.metadata(again))


def test_files_for_the_import_of_neo4j_are_written_when_asked(
    export_months: Months, instance: dg.DagsterInstance, tmp_path: Path
) -> None:
    place = Place(export_months, ExportSettings(neo4j_import_path=tmp_path), instance)
    found = place.metadata(place.run("neo4j_import_files", limit=2))
    assert found["folder"] == str(tmp_path / "2026-01")
    assert found["command"] == str(tmp_path / "2026-01/import.sh")
    assert (tmp_path / "2026-01/import.sh").exists()
    assert "| Artist | 2 |" in found["files"]


def test_a_password_is_in_no_event_and_no_log(
    export_months: Months,
    instance: dg.DagsterInstance,
    postgres_server: Server,
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    wrong = postgres_server.address.replace(postgres_server.password, "wrong-secret")
    exports = ExportSettings(postgres_url=wrong, are_set=frozenset({"POSTGRES_URL"}))
    place = Place(export_months, exports, instance)
    with pytest.raises(ExportError):
        place.run("postgres")
    [run] = instance.get_runs()
    events = repr(instance.all_logs(run.run_id))
    assert "password authentication failed" in events
    said = capfd.readouterr()
    for text in (events, said.out, said.err, caplog.text, repr(run)):
        assert "wrong-secret" not in text


def test_what_is_in_quarantine_is_shown(
    unread_months: Months, instance: dg.DagsterInstance, tmp_path: Path
) -> None:
    place = Place(unread_months, ExportSettings(sqlite_path=tmp_path / "cache.db"), instance)
    place.run("sqlite", JANUARY)
    result = place.run("sqlite", FEBRUARY, types=["artists", "labels"])
    found = place.metadata(result)
    assert (found["in_quarantine"], found["kept_as_last_read"]) == (2, 2)
    assert "| in quarantine | kept as last read | there now |" in found["records"]
    assert check(result).passed
    assert found["dagster/partition_row_count"] == 6
