"""`dg` in the checkout: it says what it can do, and finds, checks and serves the definitions."""

import json
import subprocess
from pathlib import Path

import pytest

from discogs_assets_tests.support.checkout import CHECKOUT
from discogs_assets_tests.support.dagster_dev import ask, dagster_dev
from discogs_assets_tests.support.dg_command import DG, run_dg
from discogs_assets_tests.support.workplace import Workplace

pytestmark = pytest.mark.slow

FRESHNESS = """{ assetNodes { assetKey { path } internalFreshnessPolicy {
    ... on CronFreshnessPolicy { deadlineCron } } } }"""


def test_its_help_names_the_commands() -> None:
    """It is empty with Typer from 0.26 on: look again when Dagster moves."""
    text = subprocess.run([DG, "--help"], capture_output=True, text=True, check=True).stdout
    assert {"check", "dev", "list", "launch"} <= {*text.split()}


def test_it_checks_and_lists_the_definitions(tmp_path: Path) -> None:
    environment = Workplace(tmp_path).environment()
    checked = run_dg(CHECKOUT, environment, "check", "defs")
    assert "All definitions loaded successfully." in checked.stdout
    assert "Warning" not in checked.stdout + checked.stderr
    listed = json.loads(run_dg(CHECKOUT, environment, "list", "defs", "--json").stdout)
    assert "discogs/release" in {asset["asset_key"] for asset in listed["assets"]}
    assert {"import_month", "export"} <= {job["name"] for job in listed["jobs"]}


def test_it_serves_the_definitions_with_how_late_they_may_be(tmp_path: Path) -> None:
    place = Workplace(tmp_path)
    command = [str(DG), "dev", "--target-path", str(CHECKOUT)]
    with dagster_dev(place, tmp_path / "log", command) as url:
        nodes = ask(url, FRESHNESS)["assetNodes"]
    late = {tuple(node["assetKey"]["path"]): node["internalFreshnessPolicy"] for node in nodes}
    known = [late["discogs", name] for name in ("release", "artists_records")]
    assert known == 2 * [{"deadlineCron": "0 0 10 * *"}]
    assert late["discogs", "artists_dump"] is late["discogs", "sqlite"] is None
