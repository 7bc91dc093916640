"""The systemd units: what they start works, stays in its folders, and stops when it is told to."""

import os
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import dagster as dg
import psutil
import pytest
import requests
from dagster._daemon.controller import all_daemons_healthy

from discogs_assets_tests.support.checkout import CHECKOUT
from discogs_assets_tests.support.workplace import Workplace

DEPLOY = CHECKOUT / "deploy"
UNITS = {name: DEPLOY / f"discogs-assets-{name}.service" for name in ("daemon", "webserver")}
SETTINGS = re.compile(r"`([A-Z_]+)` \|")


def values(unit: str, key: str) -> list[str]:
    """Return what a unit says of a key, in its order."""
    lines = UNITS[unit].read_text().splitlines()
    return [line.partition("=")[2] for line in lines if line.startswith(f"{key}=")]


def section(unit: str, *, without: set[str]) -> set[str]:
    lines = UNITS[unit].read_text().splitlines()
    return {line for line in lines if "=" in line and line.partition("=")[0] not in without}


@pytest.mark.parametrize("unit", UNITS)
def test_a_unit_writes_where_it_may(unit: str) -> None:
    environment = dict(pair.split("=", 1) for pair in values(unit, "Environment"))
    assert environment.pop("TMPDIR") == f"/run/{values(unit, 'RuntimeDirectory')[0]}"
    assert values(unit, "StateDirectory") == ["discogs-assets"]
    assert values(unit, "ProtectSystem") == ["strict"]
    assert {*environment} == {"DAGSTER_HOME", "DISCOGS_STORE", "DISCOGS_WAREHOUSE"}
    for name, path in environment.items():
        assert path.startswith("/var/lib/discogs-assets/"), name


def test_the_units_are_alike_where_they_should_be() -> None:
    own = {"Description", "ExecStart", "ExecStartPre", "Wants", "After", "RuntimeDirectory"}
    own |= {"TimeoutStartSec", "TimeoutStopSec", "OOMPolicy"}
    daemon, webserver = (section(unit, without=own) for unit in ("daemon", "webserver"))
    assert {line for line in daemon ^ webserver if "TMPDIR" not in line} == set()


def test_the_webserver_is_for_this_machine_only() -> None:
    assert "-h 127.0.0.1 -p 3000" in values("webserver", "ExecStart")[0]


def test_the_example_of_settings_is_read_alike_by_systemd_and_a_shell() -> None:
    lines = (DEPLOY / "discogs-assets.env").read_text().splitlines()
    examples = [line for line in lines if re.match("(# )?[A-Z_]+=", line)]
    assert len(examples) > 5
    for line in examples:
        assert re.fullmatch("(# )?[A-Z_]+='[^'\\\\]*'", line), line


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="no systemd-analyze")
@pytest.mark.slow
def test_systemd_understands_the_units(tmp_path: Path) -> None:
    user = os.environ.get("USER", "root")
    for unit in UNITS.values():
        text = unit.read_text().replace("=discogs\n", f"={user}\n")
        text = text.replace("/opt/discogs-assets/.venv/bin", str(Path(sys.executable).parent))
        (tmp_path / unit.name).write_text(text)
    found = subprocess.run(
        ["systemd-analyze", "verify", *(str(tmp_path / unit.name) for unit in UNITS.values())],
        capture_output=True,
        text=True,
    )
    assert (found.returncode, found.stdout + found.stderr) == (0, "")


class Machine:
    """The folders of the units, elsewhere, and a port that is free."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.place = Workplace(folder / "place")
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self.state = folder / "state"
        self.state.mkdir()

    def here(self, text: str) -> str:
        """Return a line of a unit with this machine's places in it."""
        for there, here in {
            "/opt/discogs-assets/.venv/bin": Path(sys.executable).parent,
            "/opt/discogs-assets": CHECKOUT,
            "/var/lib/discogs-assets": self.state,
            "/run/discogs-assets-": f"{self.folder}/run-",
            "-p 3000": f"-p {self.port}",
        }.items():
            text = text.replace(there, str(here))
        return text

    def environment(self, unit: str) -> dict[str, str]:
        pairs = [self.here(pair).split("=", 1) for pair in values(unit, "Environment")]
        own = {"DISCOGS_DUMPS_URL": str(self.place.dumps), "PATH": "/usr/bin:/bin"}
        return {pair[0]: pair[1] for pair in pairs} | own

    @contextmanager
    def started(self, unit: str) -> Iterator[subprocess.Popen[bytes]]:
        """Start a unit as systemd does, in a group of its own, and end it whatever happens."""
        environment = self.environment(unit)
        Path(environment["TMPDIR"]).mkdir()
        folder = self.here(values(unit, "WorkingDirectory")[0])
        for command in values(unit, "ExecStartPre"):
            subprocess.run(
                shlex.split(self.here(command)),
                env=environment,
                cwd=folder,
                check=True,
                timeout=120,
            )
        [command] = values(unit, "ExecStart")
        with (self.folder / f"{unit}.log").open("wb") as log:
            process = subprocess.Popen(
                shlex.split(self.here(command)),
                env=environment,
                cwd=folder,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        try:
            yield process
        finally:
            for one in group(process):
                one.kill()
            process.wait(timeout=20)

    def log(self, unit: str) -> str:
        return (self.folder / f"{unit}.log").read_text()


def group(process: subprocess.Popen[bytes]) -> list[psutil.Process]:
    """Return a process and all it started; none when it has ended."""
    if process.poll() is not None:
        return []
    one = psutil.Process(process.pid)
    return [one, *one.children(recursive=True)]


def wait_for(what: Callable[[], bool], log: Callable[[], str]) -> None:
    end = time.monotonic() + 120
    while not what():
        assert time.monotonic() < end, log()[-3000:]
        time.sleep(0.5)


def answers(port: int) -> bool:
    try:
        found = requests.get(f"http://127.0.0.1:{port}/server_info", timeout=5)
    except requests.ConnectionError:
        return False
    return found.status_code == 200 and "dagster_webserver_version" in found.json()


def stop(process: subprocess.Popen[bytes]) -> int:
    """Tell all processes of a unit to stop, as `systemctl stop` does; return the exit code."""
    them = group(process)
    for one in them:
        one.send_signal(signal.SIGTERM)
    code = process.wait(timeout=60)
    _, alive = psutil.wait_procs(them, timeout=60)
    assert alive == []
    return code


@pytest.mark.slow
@pytest.mark.timeout(500)
def test_the_units_work(tmp_path: Path) -> None:
    machine = Machine(tmp_path)
    with machine.started("daemon") as daemon, machine.started("webserver") as webserver:
        home = machine.state / "dagster"
        assert (home / "dagster.yaml").read_text() == (CHECKOUT / "dagster.yaml").read_text()
        with dg.DagsterInstance.from_config(str(home)) as instance:
            wait_for(lambda: all_daemons_healthy(instance), lambda: machine.log("daemon"))
        wait_for(lambda: answers(machine.port), lambda: machine.log("webserver"))
        assert stop(webserver) in (0, -signal.SIGTERM)
        assert stop(daemon) in (0, -signal.SIGTERM)
    assert "Traceback" not in machine.log("daemon") + machine.log("webserver")
