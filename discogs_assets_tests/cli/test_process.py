"""The command as a process: pipes, what it loads, warnings."""

import contextlib
import json
import os
import pty
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from discogs_assets.orchestration.instance import LIMITS
from discogs_assets_tests.support.workplace import JANUARY, Workplace

pytestmark = pytest.mark.slow

LOADED = """
import json, sys
from discogs_assets.cli import main as command
try:
    command.main(sys.argv[1:])
except SystemExit:
    heavy = {"dagster", "polars", "pyarrow", "duckdb", "boto3", "rich"}
    print(json.dumps(sorted(heavy & {*sys.modules})))
"""


def shell(place: Workplace, command: str) -> subprocess.CompletedProcess[str]:
    """Run a shell command in which `discogs-assets` is the command under test."""
    program = shlex.join([sys.executable, "-m", "discogs_assets.cli"])
    return subprocess.run(
        ["bash", "-o", "pipefail", "-c", command.replace("discogs-assets", program)],
        env=place.environment(),
        cwd=place.folder,
        capture_output=True,
        text=True,
    )


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Workplace:
    place = Workplace(tmp_path_factory.mktemp("place"))
    place.publish(JANUARY)
    place.importing("labels")
    return place


@pytest.mark.parametrize("form", ["csv", "json", "table"])
def test_a_pipe_that_is_closed_early_is_no_error(place: Workplace, form: str) -> None:
    found = shell(place, f"discogs-assets sql --format {form} 'FROM range(300_000)' | head -n 1")
    assert found.stderr == ""
    assert len(found.stdout.splitlines()) == 1


@pytest.mark.parametrize("command", ["sql --format csv 'FROM range(9_999)'", "status"])
def test_a_full_disk_under_the_output_is_told(place: Workplace, command: str) -> None:
    found = shell(place, f"discogs-assets {command} > /dev/full")
    said = "standard output: No space left on device; make room there, or write it elsewhere"
    assert (found.returncode, found.stderr) == (1, f"discogs-assets: {said}\n")


def test_a_closed_output_is_no_error(place: Workplace) -> None:
    found = shell(
        place, "discogs-assets sql --format csv 'SELECT 1' >&- && discogs-assets dumps >&-"
    )
    assert (found.returncode, found.stderr) == (0, "")
    assert shell(place, "discogs-assets sql 'SELEC' 2>&-").returncode == 1


@pytest.mark.parametrize("command", ["hashes --year-month 2026/01", "changes --format json"])
def test_lists_that_are_cut_short_are_no_error(place: Workplace, command: str) -> None:
    command = command.replace(" ", " --type labels ", 1)
    found = shell(place, f"discogs-assets {command} | head -c 1")
    assert (found.stderr, len(found.stdout)) == ("", 1)


def test_help_loads_nothing_heavy(tmp_path: Path) -> None:
    for arguments in (
        ["--help"],
        ["import", "--help"],
        ["dumps", "--help"],
        ["sql", "--help"],
        ["changes", "--help"],
        ["lake", "upload", "--help"],
    ):
        found = subprocess.run(
            [sys.executable, "-W", "error", "-c", LOADED, *arguments],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=True,
        )
        assert found.stderr == ""
        assert json.loads(found.stdout.splitlines()[-1]) == [], arguments
    assert [*tmp_path.iterdir()] == []


def test_lines_are_printed_as_types_are_done(place: Workplace) -> None:
    with place.start("import", "--types", "labels", "masters", "--force") as process:
        assert process.stdout is not None
        assert " to download; needs " in process.stdout.readline()
        assert process.stdout.readline() == "[LABELS] Imported: 10 (skipped: 0)\n"
        # The next takes a second at least, with six runs of Dagster.
        assert process.poll() is None
        rest = process.stdout.read()
    assert rest.splitlines()[0] == "[MASTERS] Imported: 12 (skipped: 0)"
    assert process.returncode == 0


def test_an_import_tells_nobody_and_leaves_nothing_beside_its_folders(tmp_path: Path) -> None:
    place = Workplace(tmp_path / "place")
    place.publish(JANUARY)
    (place.home / "dagster.yaml").unlink()
    user = tmp_path / "user"
    user.mkdir()
    program = [sys.executable, "-m", "discogs_assets.cli", "import", "--types", "labels"]
    environment = {**place.environment(), "HOME": str(user)}
    found = subprocess.run(program, env=environment, cwd=user, capture_output=True, text=True)
    assert found.returncode == 0
    # Where it takes more than 10 s it says how far it is.
    assert all(" so far" in line for line in found.stderr.splitlines())
    assert [*user.iterdir()] == []
    names = sorted(path.name for path in place.folder.iterdir())
    assert names == ["dumps", "home", "store", "warehouse.duckdb"]
    assert (place.home / "dagster.yaml").read_bytes() == LIMITS.read_bytes()
    assert not (place.home / ".telemetry").exists()


def test_errors_of_a_process(place: Workplace) -> None:
    found = place.command("import", "--year-month", "2020/01")
    assert (found.returncode, found.stdout) == (1, "")
    assert found.stderr == (
        f"discogs-assets: {place.dumps}: no dump of 2020-01; there are 2026-01\n"
    )


@pytest.mark.parametrize(
    ("command", "steps"),
    [
        ("dumps", ["starting", "listing published dumps"]),
        # Dagster captures what is printed while its steps are at work.
        (
            "import --types artists",
            ["starting Dagster", "downloading artists 2026-01", "reading artists 2026-01"],
        ),
    ],
)
def test_a_terminal_shows_what_is_done(place: Workplace, command: str, steps: list[str]) -> None:
    here, terminal = pty.openpty()
    arguments = [sys.executable, "-m", "discogs_assets.cli", *command.split()]
    with subprocess.Popen(
        arguments, env=place.environment(), stdout=subprocess.DEVNULL, stderr=terminal
    ) as child:
        os.close(terminal)
        seen = b"".join(iter_output(here))
    os.close(here)
    assert child.returncode == 0
    assert [step for step in steps if step.encode() not in seen] == []


def iter_output(terminal: int) -> Iterator[bytes]:
    """Yield what is written to a terminal until nobody has it open any more."""
    with contextlib.suppress(OSError):  # Linux ends it with EIO, others with nothing.
        while output := os.read(terminal, 4096):
            yield output
