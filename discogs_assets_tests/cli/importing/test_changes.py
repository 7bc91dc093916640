"""What changed is computed with each import, whatever order months come in."""

from datetime import date
from pathlib import Path

import dagster as dg
import pytest

from discogs_assets.cli import main
from discogs_assets.definitions import all_assets
from discogs_assets.display.progress import LoggedProgress
from discogs_assets.orchestration.asset_keys import table_key
from discogs_assets.sources.discogs_dumps.tables import DUMP_TYPES
from discogs_assets.sources.dumps.change_tables import KINDS
from discogs_assets.sources.dumps.keys import change_key, dump_key, records_key
from discogs_assets.tables.outcome import CheckError
from discogs_assets_tests.support.workplace import FEBRUARY, JANUARY, MARCH, Rows, Workplace

pytestmark = [
    pytest.mark.slow,
    # Dagster names its own tags of two dimensions so: dagster/partition/month.
    pytest.mark.filterwarnings("ignore:Non-compliant tag keys like .'dagster/partition/"),
]

MONTHS = (JANUARY, FEBRUARY, MARCH)
ALL = "FROM discogs.change ORDER BY ALL"
BEFORE = "SELECT DISTINCT month, month_before FROM discogs.change ORDER BY ALL"


@pytest.fixture
def place(tmp_path: Path) -> Workplace:
    place = Workplace(tmp_path)
    for number, month in enumerate(MONTHS):
        place.publish(month, month=number)
    return place


def changed(place: Workplace, *months: date) -> Rows:
    """Import months one after the other; return what changed."""
    for month in months:
        place.importing("labels", month=month)
    return place.ask(ALL)


def test_the_order_of_months_makes_no_difference(place: Workplace) -> None:
    expected = changed(place, *MONTHS)
    assert {row[-1] for row in expected} == {FEBRUARY, MARCH}
    for order in ((MARCH, JANUARY, FEBRUARY), (MARCH, FEBRUARY, JANUARY)):
        place.warehouse.unlink()
        for path in (place.folder / "store" / "lake").rglob("*.json"):
            path.unlink()
        assert changed(place, *order) == expected, order


def test_what_changed_against_another_month_is_not_told(
    place: Workplace, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    changed(place, JANUARY, MARCH)
    for name, value in place.environment().items():
        monkeypatch.setenv(name, value)
    place.importing("labels", month=FEBRUARY, limit=1)
    told = ["changes", "--type", "labels", "--year-month", "2026/03"]
    assert main.main(told) == 0
    lake, warehouse = place.platform().lake, place.warehouse.read_bytes()
    place.importing("labels", month=FEBRUARY)
    assert lake.manifest("labels", FEBRUARY).is_full
    assert main.main(told) == 0
    place.warehouse.write_bytes(warehouse)
    capsys.readouterr()
    assert main.main(told) == 1
    assert capsys.readouterr().err == (
        "discogs-assets: label_change 2026-03: out of date, because a month was imported since; "
        "run discogs-assets import --types labels --year-month 2026/03\n"
    )
    place.importing("labels", month=MARCH)
    assert main.main(told) == 0


def test_a_month_published_again_is_compared_again(place: Workplace) -> None:
    before = changed(place, JANUARY, FEBRUARY)
    place.publish(JANUARY, month=5)
    after = changed(place, JANUARY)
    assert after != before
    place.publish(JANUARY)
    assert changed(place, JANUARY) == before


def test_a_warehouse_of_before_gets_its_changes_without_a_new_load(place: Workplace) -> None:
    expected = changed(place, JANUARY, FEBRUARY)
    with place.platform().warehouse.writer() as connection:
        connection.execute("DELETE FROM discogs.loaded_month WHERE \"table\" = 'label_change'")
        connection.execute("DELETE FROM monthly.label_change")
    loaded = "SELECT * FROM discogs.loaded_month WHERE \"table\" = 'label' ORDER BY ALL"
    before = place.ask(loaded)
    assert changed(place, FEBRUARY) == expected
    assert place.ask(loaded) == before


def test_a_month_that_fails_its_checks_has_no_changes(place: Workplace) -> None:
    expected = changed(place, JANUARY, FEBRUARY)
    place.publish_fewer(MARCH, "labels", 1)
    with pytest.raises(CheckError):
        place.importing("labels", month=MARCH)
    assert place.ask(ALL) == expected


def materialize(
    place: Workplace, instance: dg.DagsterInstance, month: date
) -> dg.ExecuteInProcessResult:
    """Take every step of a month of labels, each in a run of its own; return the last."""
    tables = [table_key(table.name) for table in DUMP_TYPES["labels"].tables]
    platform = place.platform()
    for steps in (
        [dump_key(DUMP_TYPES["labels"]), records_key(DUMP_TYPES["labels"])],
        tables,
        [change_key(DUMP_TYPES["labels"])],
    ):
        done = dg.materialize(
            all_assets(platform.settings),
            selection=dg.AssetSelection.assets(*steps),
            partition_key=str(month),
            instance=instance,
            resources=platform.resources(LoggedProgress()),
        )
    return done


def test_dagster_is_told_what_changed(place: Workplace, tmp_path: Path) -> None:
    # An instance in memory keeps no rule of its tables.
    quiet = {"telemetry": {"enabled": False}}
    with dg.DagsterInstance.local_temp(str(tmp_path), overrides=quiet) as instance:
        first = materialize(place, instance, JANUARY).asset_materializations_for_node
        [alone] = first("discogs__label_change")
        assert alone.metadata["compared_with"].value == (
            "nothing: there is no earlier month in the lake"
        )
        done = materialize(place, instance, MARCH)
        [march] = done.asset_materializations_for_node("discogs__label_change")
        assert march.metadata["compared_with"].value == "2026-01-01"
        assert str(march.metadata["changes_of_labels_by_month"].value).startswith("![Changes of")
        kinds = {kind: march.metadata[kind].value for kind in KINDS}
        rows = place.ask("SELECT kind, count(*) FROM discogs.label_change GROUP BY kind")
        assert dict.fromkeys(KINDS, 0) | dict(rows) == kinds
        checks = {one.check_name: one for one in done.get_asset_check_evaluations()}
        assert {*checks} == {"keys_unique_and_rows_complete", "changed_share_in_usual_range"}
        assert all(one.passed for one in checks.values())
        assert (
            checks["changed_share_in_usual_range"].metadata["added"].value
            == march.metadata["added"].value
        )

        done = materialize(place, instance, FEBRUARY)
        february, again = done.asset_materializations_for_node("discogs__label_change")
        assert (february.partition, again.partition) == ("2026-02-01", "2026-03-01")
        assert again.metadata["compared_with"].value == "2026-02-01"
        key = dg.AssetCheckKey(change_key(DUMP_TYPES["labels"]), "changed_share_in_usual_range")
        told = instance.event_log_storage.get_asset_check_execution_history
        before = len(told(key, limit=100))
        for number in (4, 5):  # Published again, and again.
            place.publish(FEBRUARY, month=number)
            done = materialize(place, instance, FEBRUARY)
            assert len(done.asset_materializations_for_node("discogs__label_change")) == 2
        assert len(told(key, limit=100)) == before + 4
        newest = told(key, limit=1)[0]
        assert "since 2026-02" in str(newest.event)
    assert place.ask(BEFORE) == [(FEBRUARY, JANUARY), (MARCH, FEBRUARY)]
