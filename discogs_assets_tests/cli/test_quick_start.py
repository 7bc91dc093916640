"""Commands that only read start without Dagster, and without what parses queries."""

import os
import shlex
import subprocess
import sys
from collections.abc import Mapping

import pytest

from discogs_assets_tests.cli.test_main import subcommands
from discogs_assets_tests.support.checkout import CHECKOUT
from discogs_assets_tests.support.workplace import FEBRUARY, JANUARY, Workplace

pytestmark = pytest.mark.slow

SLOW_TO_LOAD = {"dagster", "sqlglot", "requests", "sqlalchemy"}
LIBRARIES = SLOW_TO_LOAD | {
    *("boto3", "duckdb", "filelock", "isal", "lxml", "numpy", "polars", "pyarrow", "pyroaring"),
    *("rich", "tenacity", "xml2arrow", "xxhash", "yaml"),
}

CHILD = """
import sys
from discogs_assets.cli.main import main
try:
    status = main(sys.argv[1:])
except SystemExit as ended:
    status = ended.code
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
    assert loaded(environment, *shlex.split(command)) & SLOW_TO_LOAD == set()


@pytest.mark.parametrize("command", ["", *subcommands()])
def test_help_loads_no_library(command: str) -> None:
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(CHECKOUT)}
    assert loaded(environment, *command.split(), "--help") & LIBRARIES == set()


def loaded(environment: Mapping[str, str], *arguments: str) -> set[str]:
    """Run a command; return the names of the packages that it loaded."""
    done = subprocess.run(
        [sys.executable, "-c", CHILD, *arguments],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return {*done.stderr.splitlines()[-1].split()}
