"""`retain` as a person meets it, and the Dagster run that it is."""

import os
import shutil
import signal
from pathlib import Path

import dagster as dg
import pytest

from discogs_assets.cli import main
from discogs_assets.definitions import build_definitions
from discogs_assets.orchestration.instance import open_instance
from discogs_assets.platform import current_platform
from discogs_assets.sources.discogs_dumps.source import DISCOGS
from discogs_assets.sources.dumps.keys import retention_key
from discogs_assets.storage.local import LocalStore
from discogs_assets_tests.support.metadata_keys import check_keys
from discogs_assets_tests.support.retained_months import RetainedMonths
from discogs_assets_tests.support.workplace import STOPPING, Workplace

pytestmark = pytest.mark.slow

Capture = pytest.CaptureFixture[str]

ALL_LEFT = {"raw": [1, 2, 3], "lake": [1, 2, 3], "retired": [], "warehouse": [1, 2, 3]}
BY_DEFAULT = {**ALL_LEFT, "raw": [3], "warehouse": [2, 3]}


def in_folder(folder: Path) -> RetainedMonths:
    return RetainedMonths(folder, LocalStore(str(folder / "store")))


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("imported")
    in_folder(folder).bring_all()
    return folder


@pytest.fixture
def months(imported: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> RetainedMonths:
    """Return three imported months of artists, which the environment names."""
    shutil.copytree(imported, tmp_path, dirs_exist_ok=True)
    for name, value in Workplace(tmp_path).environment().items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("COLUMNS", "80")
    return in_folder(tmp_path)


def lines(capsys: Capture) -> list[str]:
    """Return what was printed, a blank between the words of a line, without rules."""
    output, errors = capsys.readouterr()
    assert errors == ""
    shown = [" ".join(line.split()) for line in output.splitlines()]
    return [line for line in shown if line.strip("─ ")]


def test_a_dry_run_says_what_would_go(months: RetainedMonths, capsys: Capture) -> None:
    raw = [size for key, size in months.store.sizes("raw").items() if key.endswith(".gz")]
    assert main.main(["retain", "--dry-run"]) == 0
    assert lines(capsys) == [
        "Would delete",
        "stage month dump types size why",
        f"raw 2026-01 artists {raw[0]} B in the lake",
        f"raw 2026-02 artists {raw[1]} B in the lake",
        "warehouse 2026-01 artists 2 rows stays in the history",
        f"Would free: {raw[0] + raw[1]} B of files.",
        "Would hide in the warehouse: 2026-01.",
    ]
    assert months.stages() == ALL_LEFT


@pytest.mark.slow
def test_it_goes_and_the_run_is_kept(months: RetainedMonths, capsys: Capture) -> None:
    assert main.main(["retain"]) == 0
    said = lines(capsys)
    assert said[0] == "Deleted"
    assert said[-1] == "Hidden in the warehouse: 2026-01."
    assert months.stages() == BY_DEFAULT
    with open_instance(Path(os.environ["DAGSTER_HOME"])) as instance:
        [run] = instance.get_runs()
        event = instance.get_latest_materialization_event(retention_key(DISCOGS))
    assert run.tags["discogs/command"] == "retain"
    assert event is not None
    assert event.asset_materialization is not None
    shown = {name: one.value for name, one in event.asset_materialization.metadata.items()}
    check_keys(shown)
    assert (shown["dry_run"], shown["months_kept"]) == (False, "raw 1, lake all, warehouse 2")
    assert int(str(shown["bytes_freed"])) > 100
    assert "| raw | 2026-01 | artists | " in str(shown["deleted"])
    assert shown["expired_but_kept"] == "nothing"
    assert main.main(["retain"]) == 0
    assert lines(capsys) == ["Nothing to delete."]


@pytest.mark.slow
def test_what_stays_is_said_with_its_reason(months: RetainedMonths, capsys: Capture) -> None:
    with months.store.lock("discogs_20260101_artists.xml.gz"):
        assert main.main(["retain", "--keep-raw", "2", "--keep-warehouse", "all"]) == 0
    said = lines(capsys)
    assert said[0] == "Expired but kept"
    assert said[2].endswith("B an import is at work on it")
    assert said[3:] == ["Nothing to delete."]
    assert months.stages() == ALL_LEFT


@pytest.mark.slow
def test_settings_say_how_much_stays(
    months: RetainedMonths, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    monkeypatch.setenv("DISCOGS_KEEP_RAW", "all")
    monkeypatch.setenv("DISCOGS_KEEP_LAKE", "1")
    assert main.main(["retain", "--keep-lake", "2"]) == 0
    assert months.stages() == {**ALL_LEFT, "lake": [2, 3], "retired": [1], "warehouse": [2, 3]}
    assert "lake 2026-01 artists" in "\n".join(lines(capsys))


@pytest.mark.parametrize("value", ["0", "none", "-1"])
def test_a_count_that_cannot_be(value: str, capsys: Capture) -> None:
    with pytest.raises(SystemExit):
        main.main(["retain", f"--keep-raw={value}"])
    expected = f"--keep-raw: expected a number of months from 1 on, or all, found {value!r}"
    assert expected in capsys.readouterr().err


@pytest.mark.slow
def test_without_anything_imported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    place = Workplace(tmp_path)
    for name, value in place.environment().items():
        monkeypatch.setenv(name, value)
    assert main.main(["retain"]) == 0
    assert lines(capsys) == ["Nothing to delete."]
    assert not place.warehouse.exists()


@pytest.mark.slow
def test_the_job_takes_config(months: RetainedMonths) -> None:
    definitions = build_definitions(current_platform())
    job = definitions.resolve_job_def("retention")
    config = {"ops": {"discogs__retention": {"config": {"dry_run": True, "raw": "2"}}}}
    settings = {"telemetry": {"enabled": False}}
    with dg.DagsterInstance.ephemeral(settings=settings) as instance:
        result = job.execute_in_process(run_config=config, instance=instance)
    [event] = result.asset_materializations_for_node("discogs__retention")
    assert event.metadata["months_kept"].value == "raw 2, lake all, warehouse 2"
    assert event.metadata["dry_run"].value is True
    assert "| raw | 2026-01 | artists |" in str(event.metadata["would_be_deleted"].value)
    assert event.metadata["bytes_freed"].value == 0
    assert months.stages() == ALL_LEFT


@pytest.mark.slow
@pytest.mark.parametrize(
    ("module", "function"), [("sources.dumps.raw_files", "retire"), ("storage.lake", "Lake.clear")]
)
def test_a_killed_run_is_made_good(
    imported: Path, tmp_path: Path, module: str, function: str
) -> None:
    shutil.copytree(imported, tmp_path, dirs_exist_ok=True)
    place, months = Workplace(tmp_path), in_folder(tmp_path)
    command = ("retain", "--keep-lake", "1")
    with place.start_python("-c", STOPPING, module, function, "there", *command) as process:
        assert process.stdout is not None
        assert "there\n" in iter(process.stdout.readline, "")
        os.killpg(process.pid, signal.SIGKILL)
    found = place.command(*command)
    assert (found.returncode, found.stderr) == (0, "")
    assert months.stages() == {**BY_DEFAULT, "lake": [3], "retired": [1, 2]}
    assert months.parquet() == {"month=2026-03-01"}
    with open_instance(place.home) as instance:
        assert [run.status.value for run in instance.get_runs()] == ["SUCCESS", "FAILURE"]
