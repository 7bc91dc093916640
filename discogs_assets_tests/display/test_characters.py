"""Locales that are not UTF-8, as in cron and containers: no character is an error."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from discogs_assets_tests.support.video_months import YOUTUBE, bring_month

pytestmark = pytest.mark.slow

Locale = Mapping[str, str]

TITLE = "Łódź – é 椎名"
MASTERS = f"""
    <master id="7"><genres><genre>Łó–é</genre></genres><title>{TITLE}</title><videos>
    <video duration="61" src="{YOUTUBE}aaaaaaaaaaa"><title>t</title></video></videos></master>"""
TITLES = "SELECT title FROM master"
TYPED = """
import sys
from discogs_assets.display.characters import read_query
sys.stdin.reconfigure(encoding=sys.argv[1])
sys.stdout.buffer.write(read_query().encode())
"""
ASCII = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
LATIN_1 = {**ASCII, "PYTHONIOENCODING": "latin-1"}
SHOWN = {"ascii": "??d? - ? ??", "latin-1": "?ód? - é ??"}

each_locale = pytest.mark.parametrize(
    ("locale", "encoding"), [(ASCII, "ascii"), (LATIN_1, "latin-1")], ids=["ascii", "latin-1"]
)
DATA = [
    ("videos --genre Łó–é --format csv", f"master_id,master,uri\n7,{TITLE},{YOUTUBE}aaaaaaaaaaa\n"),
    ("sql --format csv TITLES", f"title\n{TITLE}\n"),
    ("sql --format json TITLES", f'[\n{{"title": "{TITLE}"}}\n]\n'),
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store and a warehouse with a master whose title is in none of the locales."""
    folder = tmp_path_factory.mktemp("place")
    bring_month(folder, {"masters": MASTERS, "releases": '<release id="1"></release>'})
    return folder


def run(
    folder: Path, locale: Locale, *arguments: str, typed: str = ""
) -> subprocess.CompletedProcess[bytes]:
    """Run the command as it is run in a locale; arguments and input are UTF-8."""
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("PYTHON")},
        "PYTHONPATH": os.pathsep.join(sys.path),
        "DISCOGS_STORE": str(folder / "store"),
        "DISCOGS_WAREHOUSE": str(folder / "warehouse.duckdb"),
        "COLUMNS": "120",
        **locale,
    }
    command = [sys.executable, "-m", "discogs_assets.cli", *arguments]
    return subprocess.run(
        command, env=environment, cwd=folder, input=typed.encode(), capture_output=True
    )


@each_locale
def test_a_table_has_another_sign_for_what_cannot_be_shown(
    folder: Path, locale: Locale, encoding: str
) -> None:
    found = run(folder, locale, "sql", "SELECT title FROM master")
    assert (found.returncode, found.stderr) == (0, b"")
    lines = found.stdout.decode(encoding).splitlines()
    assert [line.strip("| ") for line in lines if "?" in line] == [SHOWN[encoding]]
    assert (
        len({len(line) for line in lines if line[:1] in ("|", "+")}) == 2
    )  # 椎名 is two columns wider.
    assert {*lines[0]} == {"+", "-"}


@each_locale
def test_every_table_for_people(folder: Path, locale: Locale, encoding: str) -> None:
    status = run(folder, locale, "status")
    assert (status.returncode, status.stderr) == (0, b"")
    [line] = [one for one in status.stdout.decode(encoding).splitlines() if "masters" in one]
    assert line.split("|")[-3].strip() == "-"
    videos = run(folder, locale, "videos", "--genre", "Łó–é", "--all")
    assert (videos.returncode, videos.stderr) == (0, b"")
    assert SHOWN[encoding] in videos.stdout.decode(encoding)
    for command in ("import", "dumps"):
        assert run(folder, locale, command, "--help").returncode == 0


@each_locale
@pytest.mark.parametrize(("command", "expected"), DATA)
def test_data_is_utf_8(
    folder: Path, locale: Locale, encoding: str, command: str, expected: str
) -> None:
    arguments = [TITLES if one == "TITLES" else one for one in command.split()]
    found = run(folder, locale, *arguments)
    assert (found.returncode, found.stderr) == (0, b"")
    assert found.stdout.decode() == expected


@each_locale
def test_a_query_is_utf_8(folder: Path, locale: Locale, encoding: str) -> None:
    query = f"SELECT id FROM master WHERE title = '{TITLE}'"
    found = run(folder, locale, "sql", "--format", "csv", "-", typed=query)
    assert (found.stdout, found.stderr) == (b"id\n7\n", b"")


def test_a_query_in_the_locale(folder: Path) -> None:
    command = [sys.executable, "-c", TYPED, "latin-1"]
    found = subprocess.run(command, input="SELECT 'é'".encode("latin-1"), capture_output=True)
    assert found.stdout.decode() == "SELECT 'é'"
    command[-1] = "ascii"
    found = subprocess.run(command, input="SELECT 'é'".encode("latin-1"), capture_output=True)
    assert b"QueryError: standard input: expected a query as UTF-8, found 0xe9" in found.stderr


@each_locale
@pytest.mark.parametrize("name", ["DISCOGS_STORE", "DISCOGS_WAREHOUSE", "DAGSTER_HOME"])
def test_a_path_that_others_would_call_otherwise_is_refused(
    folder: Path, locale: Locale, encoding: str, name: str
) -> None:
    found = run(folder, {**locale, name: str(folder / "Łódź")}, "status")
    assert found.returncode == 1
    assert found.stderr.startswith(f"discogs-assets: {name}: expected a path of ASCII".encode())
    assert found.stderr.endswith(b"run with LC_ALL=C.UTF-8 or PYTHONUTF8=1\n")
    assert not (folder / "Łódź").exists()


@each_locale
def test_errors_are_told(folder: Path, locale: Locale, encoding: str) -> None:
    found = run(folder, locale, "sql", f"FROM '{TITLE}.csv'")
    assert found.returncode == 1
    assert SHOWN[encoding] in found.stderr.decode(encoding)
    assert b"Traceback" not in found.stderr
