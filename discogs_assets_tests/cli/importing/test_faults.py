"""Imports that are killed, and imports of one month at once."""

import os
import random
import signal
import time
from pathlib import Path

import pytest

from discogs_assets_tests.support.workplace import JANUARY, Rows, Workplace

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

KILLS = 4


@pytest.fixture(scope="module")
def dumps(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the dump of January."""
    place = Workplace(tmp_path_factory.mktemp("dumps"))
    place.publish(JANUARY)
    return place.dumps


@pytest.fixture(scope="module")
def undisturbed(dumps: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Rows]:
    """Return what an import that nobody disturbs leaves in the warehouse."""
    place = Workplace(tmp_path_factory.mktemp("undisturbed"), dumps=dumps)
    place.importing()
    return place.content()


@pytest.fixture(scope="module")
def masters(dumps: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Rows]:
    """Return what is left of masters alone: as many steps as all types have, in less time."""
    place = Workplace(tmp_path_factory.mktemp("masters"), dumps=dumps)
    place.importing("masters")
    return place.content()


def unpublished_files(place: Workplace) -> set[str]:
    """Return the Parquet files that no manifest names."""
    lake = place.platform().lake
    named = {
        file
        for group in lake.groups
        for month in lake.months(group)
        for file in lake.manifest(group, month).files
    }
    return {key for key in lake.store.keys("lake") if key.endswith(".parquet")} - named


def test_killed_imports_leave_nothing_behind(
    dumps: Path, undisturbed: dict[str, Rows], tmp_path: Path
) -> None:
    place = Workplace(tmp_path, dumps=dumps)
    started = time.monotonic()
    place.command("dumps")
    start_s = time.monotonic() - started
    # Seeded: a moment that fails can be had again.
    moments = random.Random(5)
    for _ in range(KILLS):
        with place.start("import", "--force") as process:
            time.sleep(start_s + moments.uniform(0, 5))
            os.killpg(process.pid, signal.SIGKILL)
    found = place.command("import")
    assert (found.returncode, found.stderr) == (0, "")
    assert place.content() == undisturbed
    assert unpublished_files(place) == set()


@pytest.mark.parametrize("step", ["dump", "records", "load", "derived"])
def test_an_import_killed_in_a_step_is_made_good(
    dumps: Path, masters: dict[str, Rows], tmp_path: Path, step: str
) -> None:
    place = Workplace(tmp_path, dumps=dumps)
    with place.start_stopping_at(step, "import", "--types", "masters") as process:
        assert process.stdout is not None
        assert f"in {step}\n" in iter(process.stdout.readline, "")
        os.killpg(process.pid, signal.SIGKILL)
    place.importing("masters")
    assert place.content() == masters
    assert unpublished_files(place) == set()


@pytest.mark.parametrize("options", [(), ("--force",)])
def test_two_imports_of_one_month_at_once(
    dumps: Path, undisturbed: dict[str, Rows], tmp_path: Path, options: tuple[str, ...]
) -> None:
    place = Workplace(tmp_path, dumps=dumps)
    with place.start("import", *options) as one, place.start("import", *options) as other:
        ends = [process.communicate(timeout=240) for process in (one, other)]
    said = [line for _, errors in ends for line in errors.splitlines()]
    # One waits for the other, and a slow machine tells how long a step takes.
    more = [line for line in said if not line.startswith("waiting: ") and " so far" not in line]
    assert more == []
    assert (one.returncode, other.returncode) == (0, 0)
    assert place.content() == undisturbed
    assert unpublished_files(place) == set()


def test_an_interrupted_import_says_how_to_go_on(
    dumps: Path, masters: dict[str, Rows], tmp_path: Path
) -> None:
    place = Workplace(tmp_path, dumps=dumps)
    with place.start_stopping_at("records", "import", "--types", "masters") as process:
        assert process.stdout is not None
        assert "in records\n" in iter(process.stdout.readline, "")
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=60)
    assert errors == "discogs-assets: interrupted; published data stays, run again to continue\n"
    assert process.returncode == 130
    assert place.command("import", "--types", "masters").returncode == 0
    assert place.content() == masters
