"""`type: discogs_assets.DiscogsDumps` in the YAML of somebody else's project."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
from dagster.components.core.component_tree import ComponentTree
from pydantic import ValidationError

from discogs_assets import DiscogsDumps
from discogs_assets.errors import SettingError
from discogs_assets.platform import RENAMED, read_settings
from discogs_assets_tests.support.checkout import CHECKOUT
from discogs_assets_tests.support.dg_command import run_dg
from discogs_assets_tests.support.team_project import write_project
from discogs_assets_tests.support.workplace import JANUARY, Workplace

IMPORT = """
import sys
import dagster as dg
from team_data.definitions import defs

definitions = defs.load_fn()
keys = [dg.AssetKey(["discogs", name]) for name in ("artists_dump", "artists_records", "artist")]
with dg.DagsterInstance.ephemeral(settings={"telemetry": {"enabled": False}}) as instance:
    job = definitions.resolve_job_def("import_month")
    job.execute_in_process(instance=instance, asset_selection=keys, partition_key=sys.argv[1])
    rows = instance.get_latest_materialization_event(keys[-1]).asset_materialization.metadata
print(definitions.executor.name, job.executor_def.name)
print(rows["dagster/partition_row_count"].value)
[automation] = [one for one in definitions.sensors if one.name == "automation"]
reached = automation.asset_selection.resolve(definitions.resolve_asset_graph())
print(keys[-1] in reached, dg.AssetKey("bands") in reached)
print(definitions.resources["sinks"].settings.postgres_url)
"""


PARTS = {"exports": "", "musicbrainz": "MUSICBRAINZ_", "listenbrainz": "LISTENBRAINZ_"}
"""Fields that have fields of their own, and what their variables begin with."""


class Asked(dict[str, str]):
    """An environment without variables, which remembers what it is asked for."""

    def get(self, name: str, default: object = None) -> None:  # type: ignore[override]
        self[name] = ""


def component(**fields: object) -> DiscogsDumps:
    return DiscogsDumps.model_validate({"store": "data", "warehouse": "w.duckdb", **fields})


def test_every_setting_has_a_field() -> None:
    asked = Asked()
    read_settings(asked)
    fields = {f"DISCOGS_{name.upper()}" for name in DiscogsDumps.model_fields if name not in PARTS}
    for part, prefix in PARTS.items():
        of_part = DiscogsDumps.model_fields[part].annotation
        assert of_part is not None
        fields |= {f"{prefix}{name.upper()}" for name in of_part.model_fields}
    assert fields == {*asked} - {"DAGSTER_HOME", *RENAMED}


def test_what_is_not_set_is_as_it_is_by_default(tmp_path: Path) -> None:
    given = {"DISCOGS_STORE": f"{tmp_path}/data", "DISCOGS_WAREHOUSE": f"{tmp_path}/w.duckdb"}
    assert read_settings(component().environment(tmp_path)) == read_settings(given)


def test_places_are_below_the_root_of_the_project(tmp_path: Path) -> None:
    exports = {"sqlite_path": "~/x.db", "ladybug_path": "/there/g"}
    found = component(dumps_url="s3://dumps", exports=exports).environment(tmp_path)
    assert found["DISCOGS_STORE"] == f"{tmp_path}/data"
    assert found["DISCOGS_DUMPS_URL"] == "s3://dumps"
    assert (found["SQLITE_PATH"], found["LADYBUG_PATH"]) == ("~/x.db", "/there/g")


def test_passwords_are_not_shown() -> None:
    made = component(webhook_url="https://secret", exports={"postgres_url": "secret"})
    assert "secret" not in repr(made)


def test_a_setting_that_cannot_be_used_is_said_with_its_name(tmp_path: Path) -> None:
    context = ComponentTree.for_test().load_context
    with pytest.raises(SettingError, match="DISCOGS_FIRST_MONTH: expected a month"):
        component(first_month="1990-01").build_defs(context)


def test_a_field_that_there_is_not_is_refused() -> None:
    with pytest.raises(ValidationError, match="kepp_lake"):
        component(kepp_lake=3)


@pytest.fixture
def project(tmp_path: Path) -> Workplace:
    """A project with a dump to import."""
    write_project(tmp_path)
    place = Workplace(tmp_path)
    place.publish(JANUARY)
    return place


def environment(place: Workplace) -> Mapping[str, str]:
    """Return an environment without a setting of this package."""
    names = "HOME", "PATH"
    return {
        **{name: os.environ[name] for name in names},
        "DAGSTER_HOME": str(place.home),
        "PYTHONPATH": f"{place.folder}:{CHECKOUT}",
        "TEAM_POSTGRES": "postgresql://host/team",
    }


@pytest.mark.slow
def test_dg_finds_nothing_wrong_with_a_project_that_has_it(project: Workplace) -> None:
    checked = run_dg(project.folder, environment(project), "check", "defs")
    assert "All component YAML validated successfully." in checked.stdout
    assert "All definitions loaded successfully." in checked.stdout


@pytest.mark.slow
def test_a_project_imports_a_month_with_it(project: Workplace) -> None:
    """The jobs keep a run in one process; the project's executor and its assets are its own."""
    done = subprocess.run(
        [sys.executable, "-c", IMPORT, str(JANUARY)],
        cwd=project.home,
        env=environment(project),
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == [
        "multiprocess in_process",
        "20",
        "True False",
        "postgresql://host/team",
    ]
    assert (project.folder / "data/warehouse.duckdb").exists()
