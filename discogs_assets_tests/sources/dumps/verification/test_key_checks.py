"""The full comparison of keys, as the command and the UI ask for it."""

from pathlib import Path

import dagster as dg
import pytest

from discogs_assets.definitions import build_definitions
from discogs_assets.orchestration.asset_keys import table_key
from discogs_assets.sources.discogs_dumps.source import DISCOGS
from discogs_assets.sources.discogs_dumps.tables import DUMP_TYPES
from discogs_assets.sources.dumps.keys import key_check
from discogs_assets.tables.outcome import CheckError
from discogs_assets.warehouse import key_search
from discogs_assets_tests.support.workplace import JANUARY, Workplace

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Workplace:
    """Return a workplace whose last video of a master is there twice, imported all the same."""
    place = Workplace(tmp_path_factory.mktemp("place"))
    place.publish(JANUARY)
    place.importing("masters", month=JANUARY)
    with place.platform().warehouse.writer() as connection:
        twice = "FROM history.master_video ORDER BY master_id DESC, sequence DESC LIMIT 1"
        connection.execute(f"INSERT INTO history.master_video {twice}")
        connection.execute(
            """UPDATE discogs.loaded_month SET rows = rows + 1 WHERE "table" = 'master_video'"""
        )
    return place


@pytest.fixture(autouse=True)
def samples_of_a_few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take no more than the first few rows for a sample."""
    monkeypatch.setattr(key_search, "SAMPLES", 1)
    monkeypatch.setattr(key_search, "SAMPLE_ROWS", 4)


def test_the_check_in_the_ui_compares_every_key(place: Workplace) -> None:
    definitions = build_definitions(place.platform())
    keys = {key_check(DISCOGS, name) for name in ("masters", "labels")}
    job = definitions.resolve_implicit_global_asset_job_def()
    subset = job.get_subset(asset_selection=set(), asset_check_selection=keys)
    with dg.DagsterInstance.ephemeral() as instance:
        found = subset.execute_in_process(instance=instance).get_asset_check_evaluations()
    passed = {one.check_name: (one.passed, one.description) for one in found}
    assert passed == {
        "every_key_of_labels_is_unique": (True, "Not loaded yet."),
        "every_key_of_masters_is_unique": (
            False,
            "master_video: Keys: 1 repeated, 0 missing.",
        ),
    }


@pytest.mark.parametrize("job", ["import_month", "verification"])
def test_no_job_compares_every_key(place: Workplace, job: str) -> None:
    layer = build_definitions(place.platform()).resolve_job_def(job).asset_layer
    assert not {key_check(DISCOGS, name) for name in DUMP_TYPES} & {
        *layer.asset_graph.asset_check_keys
    }


def test_no_check_of_keys_rides_with_a_table(place: Workplace) -> None:
    graph = build_definitions(place.platform()).resolve_asset_graph()
    tables = {table_key(table.name) for one in DUMP_TYPES.values() for table in one.tables}
    names = {key.name for key in graph.get_check_keys_for_assets(tables)}
    assert not [name for name in names if "every_key" in name]


def test_an_import_compares_samples_and_all_when_asked(place: Workplace) -> None:
    place.importing("masters", month=JANUARY)
    with pytest.raises(CheckError, match=r"\[master_video\] Keys: 1 repeated, 0 missing"):
        place.importing("masters", month=JANUARY, verify=True)


def test_verifying_a_sound_month(tmp_path: Path) -> None:
    place = Workplace(tmp_path)
    place.publish(JANUARY)
    place.importing("masters", month=JANUARY)
    [done] = place.importing("masters", month=JANUARY, verify=True)
    assert (done.imported, done.skipped) == (0, 12)
