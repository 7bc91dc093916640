"""The wheel: in an environment with nothing but what it depends on, far from the checkout."""

import os
import re
import shutil
import subprocess
import sys
import venv
from collections.abc import Iterator, Mapping
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from zipfile import ZipFile

import pytest

from discogs_assets.cli.demonstration.other_sources import QUESTIONS
from discogs_assets_tests.support.checkout import CHECKOUT
from discogs_assets_tests.support.dagster_dev import end, wait_until_loaded
from discogs_assets_tests.support.started_ui import address

pytestmark = pytest.mark.slow

PIP = (sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check")
SOURCES = "pyproject.toml", "README.md", "LICENSE"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel from a copy, since a build leaves files beside the sources."""
    sources, folder = tmp_path_factory.mktemp("sources"), tmp_path_factory.mktemp("wheel")
    for name in SOURCES:
        shutil.copy(CHECKOUT / name, sources)
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(CHECKOUT / "discogs_assets", sources / "discogs_assets", ignore=ignored)
    offline = ("--no-index", "--no-deps", "--no-build-isolation")
    subprocess.run([*PIP, "wheel", *offline, "--wheel-dir", folder, sources], check=True)
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="module")
def command(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the command of an environment with the wheel and its dependencies."""
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder, symlinks=True)
    python = folder / "bin/python"
    # Without PYTHONPATH, by which pip would find the checkout installed already.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    install = [*PIP, "--python", str(python), "install", "--no-index", "--no-deps", str(wheel)]
    subprocess.run(install, env=environment, check=True)
    [packages] = folder.glob("lib/python*/site-packages")
    for name in re.findall(r"^([\w.-]+)==", (CHECKOUT / "requirements/use.txt").read_text(), re.M):
        link_package(name, packages)
    return folder / "bin/discogs-assets"


def link_package(name: str, packages: Path) -> None:
    """Link what a package has here; one for another system or Python is not here."""
    try:
        package = distribution(name)
    except PackageNotFoundError:
        return
    for top in {file.parts[0] for file in package.files or ()} - {"..", "__pycache__"}:
        if not (packages / top).exists():
            (packages / top).symlink_to(str(package.locate_file(top)))


@pytest.fixture
def environment(tmp_path: Path) -> Mapping[str, str]:
    """Return the environment of a person who has set nothing."""
    return {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "COLUMNS": "100"}


def iter_data() -> Iterator[str]:
    """Yield the files of the package that are no code."""
    for file in (CHECKOUT / "discogs_assets").rglob("*"):
        if file.is_file() and file.suffix not in (".py", ".pyc"):
            yield file.relative_to(CHECKOUT).as_posix()


def test_it_has_every_file_of_the_package(wheel: Path) -> None:
    names = {*ZipFile(wheel).namelist()}
    assert {*iter_data()} - names == set()
    assert "discogs_assets/dagster.yaml" in names
    assert not [name for name in names if name.startswith("discogs_assets_tests")]


def test_its_demo_runs_in_an_empty_folder(
    command: Path, environment: Mapping[str, str], tmp_path: Path
) -> None:
    done = subprocess.run(
        [command, "demo", "--with", "musicbrainz"],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert "$ discogs-assets import --source demo-data/dumps --year-month 2026/02" in done.stdout
    assert "SELECT release.id, title, artist_name" in done.stdout
    assert "10,000 listens of listenbrainz-dump-3-20260301-000003-full" in done.stdout
    assert all(question in done.stdout for question in QUESTIONS)
    assert "(0 rows)" not in done.stdout
    assert done.stdout.splitlines()[-1].strip() == "discogs-assets ui"
    assert "Traceback" not in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["demo-data"]


def test_its_ui_starts_in_an_empty_folder(
    command: Path, environment: Mapping[str, str], tmp_path: Path
) -> None:
    log = tmp_path / "log"
    with (
        log.open("w") as output,
        subprocess.Popen(
            [command, "ui"], cwd=tmp_path, env=environment, stdout=output,
            stderr=subprocess.STDOUT, start_new_session=True,
        ) as process,
    ):  # fmt: skip
        try:
            wait_until_loaded(address(log), process, log)
        finally:
            end(process)
    assert "warn" not in log.read_text().lower()
