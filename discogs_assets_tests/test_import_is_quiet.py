"""Importing the package opens nothing, reads no setting and warns of nothing."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

CHILD = """
import importlib, json, os, pkgutil, sys

written, connected, asked = [], [], []

def watch(event, arguments):
    if event == "open" and (arguments[2] or 0) & (os.O_WRONLY | os.O_RDWR):
        written.append(str(arguments[0]))
    if event == "os.mkdir":
        written.append(str(arguments[0]))
    if event in ("socket.connect", "socket.getaddrinfo"):
        connected.append(str(arguments))

get = type(os.environ).__getitem__

def watched_get(environment, key):
    frame = sys._getframe(1)
    if frame.f_code.co_name == "get":
        frame = frame.f_back
    if frame.f_globals["__name__"].startswith("discogs_assets"):
        asked.append(key)
    return get(environment, key)

type(os.environ).__getitem__ = watched_get
sys.addaudithook(watch)

import discogs_assets
names = [m.name for m in pkgutil.walk_packages(discogs_assets.__path__, "discogs_assets.")]
for name in names:
    importlib.import_module(name)
at_import = [*asked]

if sys.argv[1:] == ["definitions"]:
    definitions = sys.modules["discogs_assets.definitions"].defs.load_fn()
    definitions.resolve_asset_graph()
print(json.dumps({"modules": len(names), "written": written, "connected": connected,
    "at import": at_import, "asked": sorted({*asked} - {*at_import})}))
"""


def run(folder: Path, *arguments: str) -> dict[str, object]:
    """Import every module in a process of its own, warnings being errors."""
    environment = {"PATH": os.environ["PATH"], "DISCOGS_STORE": "kept here"}
    found = subprocess.run(
        [sys.executable, "-B", "-W", "error", "-c", CHILD, *arguments],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
    )
    assert (found.returncode, found.stderr) == (0, "")
    result: dict[str, object] = json.loads(found.stdout)
    # A library has the system's `file` look at Python, and that opens /dev/null.
    assert isinstance(result["written"], list)
    result["written"] = [path for path in result["written"] if path != "/dev/null"]
    return result


def test_importing_every_module_opens_nothing(tmp_path: Path) -> None:
    found = run(tmp_path)
    assert isinstance(found.pop("modules"), int)
    assert found == {"written": [], "connected": [], "at import": [], "asked": []}
    assert [*tmp_path.iterdir()] == []


def test_loading_the_definitions_only_reads_the_settings(tmp_path: Path) -> None:
    found = run(tmp_path, "definitions")
    assert (found["written"], found["connected"], found["at import"]) == ([], [], [])
    assert found["asked"] == [
        "DAGSTER_HOME",
        "DISCOGS_AUTOMATION",
        "DISCOGS_CODE_URL",
        "DISCOGS_DUMPS_URL",
        "DISCOGS_FIRST_MONTH",
        "DISCOGS_KEEP_LAKE",
        "DISCOGS_KEEP_RAW",
        "DISCOGS_KEEP_WAREHOUSE",
        "DISCOGS_LOOK_EVERY_HOURS",
        "DISCOGS_LOOK_MONTHS",
        "DISCOGS_MEMORY",
        "DISCOGS_POLL_HOURS",
        "DISCOGS_POLL_MONTHS",
        "DISCOGS_STORE",
        "DISCOGS_UI_URL",
        "DISCOGS_WAREHOUSE",
        "DISCOGS_WEBHOOK_URL",
        "LADYBUG_PATH",
        "LISTENBRAINZ_SALT",
        "LISTENBRAINZ_URL",
        "MONGODB_URL",
        "MUSICBRAINZ_AUTOMATION",
        "MUSICBRAINZ_DUMPS_URL",
        "MUSICBRAINZ_KEEP_LAKE",
        "MUSICBRAINZ_KEEP_RAW",
        "MUSICBRAINZ_KEEP_WAREHOUSE",
        "MUSICBRAINZ_POLL_HOURS",
        "MUSICBRAINZ_TYPES",
        "NEO4J_IMPORT_PATH",
        "NEO4J_PASSWORD",
        "NEO4J_URI",
        "NEO4J_USERNAME",
        "POSTGRES_URL",
        "REDIS_URL",
        "SQLITE_PATH",
    ]
    assert [*tmp_path.iterdir()] == []
