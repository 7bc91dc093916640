"""The examples of help, README and docs do well on the data of the demo."""

import re
import shlex
from collections.abc import Iterator

import pytest

from discogs_assets.cli import main
from discogs_assets.cli.demonstration.demo import SIZES
from discogs_assets.cli.demonstration.questions import MONTHS
from discogs_assets.sources.discogs_dumps.synthetic import write_dump
from discogs_assets_tests.cli.test_main import subcommands
from discogs_assets_tests.support.checkout import CHECKOUT
from discogs_assets_tests.support.small_crosswalk import add_musicbrainz
from discogs_assets_tests.support.workplace import Workplace

pytestmark = pytest.mark.slow

READING = ("changes", "hashes", "sql", "status", "videos")
"""Commands that need neither a publisher nor Dagster."""
ELSEWHERE = ("--file", "POSTGRES_URL")
"""Examples of files and servers that a reader may have."""


def iter_lines() -> Iterator[str]:
    """Yield every line of help and pages that could be a command."""
    for parser in subcommands().values():
        yield from str(parser.epilog).splitlines()
    for page in (CHECKOUT / "README.md", *sorted(CHECKOUT.glob("docs/*.md"))):
        yield from page.read_text().splitlines()


def iter_commands() -> Iterator[str]:
    for line in iter_lines():
        found = re.match(r" {2,4}(?:\.venv/bin/)?discogs-assets (.*)", line)
        if found and found[1].split()[0] in READING and not any(x in line for x in ELSEWHERE):
            yield re.split(r"  +| # | > ", found[1])[0]


COMMANDS = sorted({*iter_commands()} - {"sql"})
"""All but the prompt."""


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Workplace:
    place = Workplace(tmp_path_factory.mktemp("demo"))
    for number, month in enumerate(MONTHS):
        write_dump(place.dumps, month, SIZES, month=number)
        place.importing(month=month)
    add_musicbrainz(place)
    return place


def test_each_of_the_commands_has_an_example() -> None:
    assert {command.split()[0] for command in COMMANDS} == {*READING}


@pytest.mark.parametrize("command", COMMANDS)
def test_an_example_shows_something(
    place: Workplace,
    command: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for name, value in place.environment().items():
        monkeypatch.setenv(name, value)
    assert main.main(shlex.split(command)) == 0, capsys.readouterr().err
    output = capsys.readouterr().out
    assert len(output.splitlines()) > 1
    assert "(0 rows)" not in output
