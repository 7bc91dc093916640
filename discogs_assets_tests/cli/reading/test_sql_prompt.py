"""`discogs-assets sql` without a query: a prompt on a terminal, standard input elsewhere."""

import contextlib
import os
import pty
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from discogs_assets.cli import main
from discogs_assets.cli.reading.sql_prompt import FIRST, NEXT
from discogs_assets.warehouse.database import Warehouse
from discogs_assets_tests.support.small_table import JANUARY, load
from discogs_assets_tests.support.workplace import Workplace

Capture = pytest.CaptureFixture[str]
ENDLESS = "SELECT sum(a.range * b.range) FROM range(1_000_000) AS a, range(1_000_000) AS b"


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workplace:
    """Return a workplace whose warehouse has a table, and which the environment names."""
    place = Workplace(tmp_path)
    with Warehouse(place.warehouse).writer() as connection:
        load(connection, JANUARY, "ab")
    for name, value in place.environment().items():
        monkeypatch.setenv(name, value)
    return place


class Typed:
    """Stands for a person at a terminal."""

    def __init__(self, *lines: str) -> None:
        self.lines = list(lines)
        self.prompts: list[str] = []

    def input(self, prompt: str) -> str:
        self.prompts.append(prompt)
        if not self.lines:
            raise EOFError
        return self.lines.pop(0)

    def isatty(self) -> bool:
        return True


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> Typed:
    typed = Typed()
    monkeypatch.setattr("sys.stdin", typed)
    monkeypatch.setattr("builtins.input", typed.input)
    return typed


def test_queries_are_answered_one_after_another(
    place: Workplace, typed: Typed, capsys: Capture
) -> None:
    typed.lines = [
        "SELECT count(*) AS things",
        "FROM thing;",
        "",
        ";",
        "FROM nothing;",
        "SELECT 7;",
    ]
    assert main.main(["sql", "--format", "csv"]) == 0
    output, errors = capsys.readouterr()
    assert output.splitlines() == [
        f"{place.warehouse}, the newest month",
        "End a query with ; and the prompt with Ctrl-D. SHOW TABLES; DESCRIBE release;",
        "",
        "things",
        "2",
        "7",
        "7",
        "",
    ]
    assert "Table with name nothing does not exist" in errors
    assert typed.prompts == [FIRST, NEXT, FIRST, NEXT, FIRST, FIRST, FIRST]


def test_the_file_is_free_while_a_person_thinks(
    place: Workplace, typed: Typed, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def thinking(prompt: str) -> str:
        with Warehouse(place.warehouse, lock_timeout_s=0).writer():
            return typed.input(prompt)

    monkeypatch.setattr("builtins.input", thinking)
    typed.lines = ["SELECT 1 AS one;"]
    assert main.main(["sql"]) == 0
    assert "(1 row)" in capsys.readouterr().out


def test_a_month(place: Workplace, typed: Typed, capsys: Capture) -> None:
    assert main.main(["sql", "--as-of", "2026-01"]) == 0
    assert capsys.readouterr().out.startswith(f"{place.warehouse}, as of 2026-01\n")


def test_without_a_terminal_the_query_is_read(place: Workplace) -> None:
    command = [sys.executable, "-m", "discogs_assets.cli", "sql", "--format", "csv"]
    found = subprocess.run(
        command, env=place.environment(), input="SELECT 5 AS five", capture_output=True, text=True
    )
    assert (found.returncode, found.stdout, found.stderr) == (0, "five\n5\n", "")


@contextmanager
def interrupted(after_s: float) -> Iterator[None]:
    timer = threading.Timer(after_s, os.kill, (os.getpid(), signal.SIGINT))
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


@pytest.mark.slow
def test_a_query_is_stopped_and_the_prompt_is_not(
    place: Workplace, typed: Typed, capsys: Capture
) -> None:
    typed.lines = [f"{ENDLESS};", "SELECT 1 AS one;"]
    with interrupted(after_s=1):
        assert main.main(["sql"]) == 0
    output, errors = capsys.readouterr()
    assert errors == "interrupted\n"
    assert "(1 row)" in output


@pytest.mark.slow
def test_a_query_that_is_stopped_is_no_error(place: Workplace, capsys: Capture) -> None:
    with interrupted(after_s=1):
        assert main.main(["sql", ENDLESS]) == 130
    assert capsys.readouterr().err.startswith("discogs-assets: interrupted;")


@pytest.mark.slow
def test_at_a_real_terminal(place: Workplace) -> None:
    here, terminal = pty.openpty()
    command = [sys.executable, "-m", "discogs_assets.cli", "sql"]
    with subprocess.Popen(
        command, env=place.environment(), stdin=terminal, stdout=terminal, stderr=terminal
    ) as child:
        os.close(terminal)
        read_until(here, FIRST)
        os.write(here, b"SELECT 6 * 7 AS answer;\n")
        seen = read_until(here, f"row)\r\n{FIRST}")
        os.write(here, b"\x04")
        read_until(here, "nothing more")
    os.close(here)
    assert child.returncode == 0
    assert " 42\r\n" in seen


def read_until(terminal: int, text: str) -> str:
    """Return what a terminal shows until a text is there, or nobody has it open any more."""
    seen = ""
    with contextlib.suppress(OSError):
        while text not in seen and (part := os.read(terminal, 4096)):
            seen += part.decode()
    return seen
