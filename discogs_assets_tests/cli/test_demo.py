"""The demo makes its folder anew, and nobody else's."""

from pathlib import Path

import pytest

from discogs_assets.cli.demonstration.demo import make_home, shell_lines
from discogs_assets.cli.main import main


def test_a_folder_of_somebody_is_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    own = tmp_path / "demo-data/of mine"
    own.parent.mkdir()
    own.write_text("x")
    assert main(["demo"]) == 1
    assert "demo-data: expected no such folder, or that of an earlier demo" in (
        capsys.readouterr().err
    )
    assert own.read_text() == "x"


def test_the_folder_of_a_demo_is_made_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    make_home()
    (tmp_path / "demo-data/warehouse.duckdb").write_text("x")
    make_home()
    assert [path.name for path in (tmp_path / "demo-data").iterdir()] == ["dagster"]


def test_a_long_command_is_broken_where_a_shell_takes_it() -> None:
    lines = shell_lines(["discogs-assets", "sql", "SELECT 1", "--format", "csv"], 34)
    assert str(lines) == "$ discogs-assets sql 'SELECT 1' \\\n    --format csv"
