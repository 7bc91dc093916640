"""The real `dagster dev` on a free port, in a workplace of its own."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psutil

from discogs_assets_tests.support.checkout import CHECKOUT
from discogs_assets_tests.support.workplace import Workplace

WORKSPACE = CHECKOUT / "workspace.yaml"
DAGSTER_DEV = (sys.executable, "-m", "dagster", "dev", "--workspace", str(WORKSPACE))
STARTS_WITHIN_S = 120
ENDS_WITHIN_S = 20

LOADED = """{ workspaceOrError { ... on Workspace { locationEntries {
    loadStatus locationOrLoadError { __typename ... on PythonError { message } } } } } }"""


@contextmanager
def dagster_dev(place: Workplace, log: Path, command: Sequence[str] = DAGSTER_DEV) -> Iterator[str]:
    """Run `dagster dev` for a workplace, and yield its address once it has the definitions."""
    port = free_port()
    with (
        log.open("w") as output,
        subprocess.Popen(
            [*command, "--host", "127.0.0.1", "--port", str(port)],
            env=place.environment(),
            cwd=place.folder,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        ) as process,
    ):
        try:
            url = f"http://127.0.0.1:{port}"
            wait_until_loaded(url, process, log)
            yield url
        finally:
            end(process)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
    return port


def wait_until_loaded(url: str, process: "subprocess.Popen[Any]", log: Path) -> None:
    """Return once the server has the definitions; AssertionError with its log when it has not."""
    until = time.monotonic() + STARTS_WITHIN_S
    while time.monotonic() < until and process.poll() is None:
        with suppress(urllib.error.URLError, ConnectionError, TimeoutError):
            locations = ask(url, LOADED)["workspaceOrError"]["locationEntries"]
            if locations and all(location["loadStatus"] == "LOADED" for location in locations):
                loaded = [location["locationOrLoadError"] for location in locations]
                assert [one for one in loaded if one["__typename"] == "PythonError"] == []
                return
        time.sleep(0.2)
    state = "is silent" if process.poll() is None else f"ended with {process.returncode}"
    raise AssertionError(f"dagster dev {state}; its log:\n{log.read_text()}")


def ask(url: str, query: str) -> Any:
    """Return what the GraphQL server of the UI answers."""
    headers = {"Content-Type": "application/json"}
    request = urllib.request.Request(
        f"{url}/graphql", json.dumps({"query": query}).encode(), headers
    )
    with urllib.request.urlopen(request, timeout=10) as answer:
        return json.load(answer)["data"]


def end(process: "subprocess.Popen[Any]") -> None:
    """End the process and all that it started: asked first, then killed."""
    process.send_signal(signal.SIGINT)
    with suppress(subprocess.TimeoutExpired):
        process.wait(timeout=ENDS_WITHIN_S)
        psutil.wait_procs(session(process.pid), timeout=ENDS_WITHIN_S)
    for one in session(process.pid):
        with suppress(psutil.NoSuchProcess):
            one.kill()
    process.kill()


def session(leader: int) -> list[psutil.Process]:
    """Return the processes of a session but its leader, those included that lost their parent."""
    return [one for one in psutil.process_iter() if one.pid != leader and sid(one.pid) == leader]


def sid(pid: int) -> int:
    """Return the session of a process, 0 when it has just ended."""
    try:
        return os.getsid(pid)
    except ProcessLookupError:
        return 0
