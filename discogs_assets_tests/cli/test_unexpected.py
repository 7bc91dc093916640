"""An unexpected error ends in a sentence; the traceback is in a file."""

import re
import tempfile
from pathlib import Path

import pytest

from discogs_assets.cli import main, status, unexpected

Capture = pytest.CaptureFixture[str]


def fail(_arguments: object) -> int:
    raise ZeroDivisionError("a number\nby nothing")


@pytest.fixture(autouse=True)
def failing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(status, "run_status", fail)


def test_the_sentence_and_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    assert main.main(["status"]) == 1
    said = capsys.readouterr().err
    [file] = tmp_path.iterdir()
    assert said == (
        "discogs-assets: unexpected error: ZeroDivisionError: a number; published data stays; "
        f"the traceback is in {file}: please report it with that file\n"
    )
    assert re.search(r"Traceback.*in fail\n.*by nothing", file.read_text(), re.DOTALL)


def test_no_room_for_the_file(monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> None:
    def refuse(_error: Exception) -> Path:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(unexpected, "write", refuse)
    assert main.main(["status"]) == 1
    said = capsys.readouterr().err
    assert said.startswith("Traceback")
    assert "could not be written to a file ([Errno 28] No space left" in said.splitlines()[-1]
