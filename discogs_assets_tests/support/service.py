"""A Dagster daemon of its own, as a process, with the definitions of the project."""

import contextlib
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import psutil
import yaml

from discogs_assets_tests.support.workplace import Workplace

DEFINITIONS = """
import time
from pathlib import Path

import dagster as dg
from discogs_assets import definitions
from discogs_assets.storage.lake import Lake

REACHED = Path({reached!r})
publish = Lake.publish

def wait_once(self, manifest):
    if not REACHED.exists():
        REACHED.touch()
        time.sleep(600)
    return publish(self, manifest)

Lake.publish = wait_once
selection = dg.AssetSelection.assets(["discogs", "masters_dump"], ["discogs", "masters_records"])
job = dg.define_asset_job("to_the_lake", selection)
defs = dg.Definitions.merge(definitions.defs(), dg.Definitions(jobs=[job]))
"""
"""The project's, and a job whose first run waits where it publishes."""


class Service:
    """A workplace with a daemon that starts, is killed and starts again.

    `settings` are environment variables beside those of the workplace.
    """

    def __init__(
        self, place: Workplace, workspace: Path, settings: Mapping[str, str] | None = None
    ) -> None:
        self.place = place
        self.workspace = workspace
        self.settings = settings or {}
        self.hasten()

    def hasten(self) -> None:
        """Let the run monitoring look every few seconds."""
        file = self.place.home / "dagster.yaml"
        settings = yaml.safe_load(file.read_text())
        settings["run_monitoring"] |= {
            "poll_interval_seconds": 4,
            "free_slots_after_run_end_seconds": 2,
        }
        file.write_text(yaml.safe_dump(settings))

    @contextmanager
    def daemon(self) -> Iterator[subprocess.Popen[bytes]]:
        """Run the daemon, and end it with all that it started."""
        command = [program("dagster-daemon"), "run", "-w", str(self.workspace)]
        with (self.place.folder / "daemon.log").open("ab") as log:
            process = subprocess.Popen(
                command,
                env={**self.place.environment(), **self.settings},
                cwd=self.place.folder,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        try:
            yield process
        finally:
            kill_all(process)

    def dagster(self, *arguments: str) -> str:
        """Run a Dagster command to its end, and return what it printed."""
        found = subprocess.run(
            [program("dagster"), *arguments],
            env=self.place.environment(),
            cwd=self.place.folder,
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert found.returncode == 0, found.stderr[-3000:]
        return found.stdout

    def wait_until(self, is_so: Callable[[], bool], what: str, timeout_s: float = 150) -> None:
        """Wait until something is so; when it takes longer, fail and show what the daemon said."""
        end = time.monotonic() + timeout_s
        while not is_so():
            log = self.place.folder / "daemon.log"
            assert time.monotonic() < end, (
                f"no {what} in {timeout_s:g} s: {log.read_text()[-3000:]}"
            )
            time.sleep(0.3)


def waiting_service(folder: Path) -> tuple[Service, Path]:
    """Return a service whose first run waits in a step, and the file that tells it does."""
    place, reached = Workplace(folder), folder / "reached"
    definitions, workspace = folder / "waiting_definitions.py", folder / "workspace.yaml"
    definitions.write_text(DEFINITIONS.format(reached=str(reached)))
    workspace.write_text(f"load_from:\n  - python_file: {definitions}\n")
    return Service(place, workspace), reached


def program(name: str) -> str:
    return str(Path(sys.executable).with_name(name))


def kill_all(process: subprocess.Popen[bytes]) -> None:
    """Kill a process and its descendants at once, as a power cut does, and wait for their end."""
    try:
        them = [psutil.Process(process.pid), *psutil.Process(process.pid).children(recursive=True)]
    except psutil.NoSuchProcess:
        them = []
    for one in them:
        with contextlib.suppress(psutil.NoSuchProcess):
            one.send_signal(signal.SIGKILL)
    process.wait(timeout=10)
    psutil.wait_procs(them, timeout=10)
