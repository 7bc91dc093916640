"""Commands that only read start without Dagster, and without what parses queries."""

import shlex
import subprocess
import sys
from collections.abc import Mapping

import pytest

from discogs_assets_tests.support.checkout import CHECKOUT
from discogs_assets_tests.support.workplace import FEBRUARY, JANUARY, Workplace

pytestmark = pytest.mark.slow

SLOW_TO_LOAD = {"dagster", "sqlglot", "requests", "sqlalchemy"}

CHILD = """
import sys
from discogs_assets.cli.main import main
status = main(sys.argv[1:])
print(" ".join({name.partition(".")[0] for name in sys.modules}), file=sys.stderr)
sys.exit(status)
"""


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, str]:
    """Return the environment of a place with two imported months."""
    place = Workplace(tmp_path_factory.mktemp("place"))
    for number, month in enumerate((JANUARY, FEBRUARY)):
        place.publish(month, month=number)
        place.importing(month=month)
    folder = CHECKOUT
    return {**place.environment(), "PYTHONPATH": str(folder)}


@pytest.mark.parametrize(
    "command",
    [
        "sql 'SELECT 1'",
        "status",
        "dumps",
        "changes --type artists",
        "changes --type artists --id 1",
        "hashes --type artists --year-month 2026-02",
        "videos --all --genre Rock",
    ],
)
def test_a_command_that_reads_starts_without_dagster(
    environment: Mapping[str, str], command: str
) -> None:

    done = subprocess.run(
        [sys.executable, "-c", CHILD, *shlex.split(command)],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert {*done.stderr.split()} & SLOW_TO_LOAD == set()
