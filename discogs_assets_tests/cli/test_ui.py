"""`ui`: the address at once, no warnings, another port where the usual one is taken."""

import socket
import subprocess
import sys
from pathlib import Path

import pytest

from discogs_assets.cli import ui
from discogs_assets_tests.support.checkout import CHECKOUT
from discogs_assets_tests.support.dagster_dev import end, wait_until_loaded
from discogs_assets_tests.support.started_ui import address
from discogs_assets_tests.support.workplace import Workplace


def test_a_port_that_is_taken_is_left_alone() -> None:
    with socket.create_server((ui.HOST, 0)) as server:
        taken = server.getsockname()[1]
        assert ui.first_free_port(taken) > taken
    assert ui.first_free_port(taken) == taken


@pytest.mark.slow
def test_it_says_its_address_at_once_and_warns_of_nothing(tmp_path: Path) -> None:
    place, log = Workplace(tmp_path), tmp_path / "log"
    environment = {**place.environment(), "DAGSTER_HOME": str(tmp_path / "new")}
    command = [sys.executable, "-m", "discogs_assets.cli", "ui"]
    # In the checkout, since a dagster.yaml lies there, of which Dagster would warn.
    with (
        log.open("w") as output,
        subprocess.Popen(
            command, cwd=CHECKOUT, env=environment, stdout=output, stderr=subprocess.STDOUT,
            start_new_session=True,
        ) as process,
    ):  # fmt: skip
        try:
            wait_until_loaded(address(log), process, log)
        finally:
            end(process)
    lines = log.read_text().splitlines()
    assert lines[1] == f"Runs are kept in {tmp_path}/new. Ctrl-C ends it."
    assert max(map(len, lines[:1])) < 80
    assert [line for line in lines if "warn" in line.lower()] == []
