"""The demo: two made-up months, imported, compared and asked.

Everything is kept in `demo-data` below the current folder, which is made anew each time.
"""

import shlex
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from rich.console import Console
from rich.text import Text

from discogs_assets.cli.demonstration.other_sources import LISTENED, ask_others, write_others
from discogs_assets.cli.demonstration.questions import MONTHS, show, show_sqlite
from discogs_assets.display.terminal import terminal_progress
from discogs_assets.errors import SettingError
from discogs_assets.platform import inherited
from discogs_assets.sources.discogs_dumps.synthetic import Sizes, write_dump
from discogs_assets.warehouse.database import Warehouse
from discogs_assets.warehouse.sql import scalar

HOME = Path("demo-data")
DUMPS = HOME / "dumps"
WAREHOUSE = HOME / "warehouse.duckdb"
CACHE = HOME / "discogs_cache.db"
DAGSTER = HOME / "dagster"
PLACES = {
    "DISCOGS_STORE": HOME / "store",
    "DISCOGS_WAREHOUSE": WAREHOUSE,
    "SQLITE_PATH": CACHE,
    "DAGSTER_HOME": DAGSTER,
}
"""Where the demo keeps everything, its Dagster runs too: none of it is among the user's own."""
OTHER_PLACES = {
    "MUSICBRAINZ_DUMPS_URL": str((DUMPS / "musicbrainz").absolute()),
    "LISTENBRAINZ_URL": str((DUMPS / "listenbrainz").absolute()),
}
SIZES = Sizes(artists=2_000, labels=600, masters=1_200, releases=4_000)

CHANGED = "SELECT min(id) FROM release_change WHERE kind = 'changed'"
AS_OF = "SELECT title, released, country, left(notes, 30) AS notes\nFROM release WHERE id = {}"


def make_home() -> None:
    """Make the folder anew; SettingError when it is no folder of an earlier demo."""
    if HOME.exists() and not DAGSTER.is_dir():
        raise SettingError(
            f"{HOME.absolute()}: expected no such folder, or that of an earlier demo, as it is "
            "made anew; move it away, or run the demo in another folder"
        )
    shutil.rmtree(HOME, ignore_errors=True)
    DAGSTER.mkdir(parents=True)


def write_months(console: Console) -> None:
    """Make up the months, as dump files with checksums."""
    with terminal_progress(console, every_s=2).step("making up two months", None):
        for number, month in enumerate(MONTHS):
            write_dump(DUMPS, month, SIZES, month=number)


def write_other_dumps(console: Console) -> None:
    write_others(console, DUMPS)


@dataclass(frozen=True)
class Demo:
    """Shows the months that are published at `source`.

    `command` is how a person runs the command here, `ui` how the UI is started; `access` are
    variables that reach the source. With `has_others` a dump of MusicBrainz and one of
    ListenBrainz are imported as well, from the places that `others` names by variable.
    """

    source: str = str(DUMPS)
    command: str = "discogs-assets"
    ui: str = "discogs-assets ui"
    access: Mapping[str, str] = field(default_factory=dict)
    has_others: bool = False
    others: Mapping[str, str] = field(default_factory=lambda: OTHER_PLACES)
    console: Console = field(default_factory=Console)

    def run(self) -> int:
        """Show everything; return the exit status of the first command that fails."""
        try:
            self.import_months()
            self.show_changes()
            if self.has_others:
                self.import_others()
        except subprocess.CalledProcessError as error:
            return error.returncode  # It has said why.
        with Warehouse(WAREHOUSE).reader() as connection:
            show(self.console, connection)
            if self.has_others:
                ask_others(self.console, connection)
        show_sqlite(self.console, CACHE)
        self.say_where()
        return 0

    def import_months(self) -> None:
        self.call("dumps", "--source", self.source)
        for month in MONTHS:
            name = f"{month:%Y/%m}"
            self.call("import", "--source", self.source, "--year-month", name, "--sqlite")

    def import_others(self) -> None:
        """Import MusicBrainz and a month of listens, and find which records are the same."""
        self.call("import", "--source", "musicbrainz")
        month = f"{LISTENED:%Y/%m}"
        self.call("import", "--source", "listenbrainz", "--year-month", month)
        self.call("crosswalk", "compute")

    def show_changes(self) -> None:
        """Show what changed between the months, and one release before and after."""
        for what in ("labels", "releases"):
            self.call("changes", "--type", what, "--year-month", "2026/02")
        with Warehouse(WAREHOUSE).reader() as connection:
            changed = scalar(connection, CHANGED)
        self.call("changes", "--type", "releases", "--id", f"{changed}")
        for month in MONTHS:
            self.call("sql", "--as-of", f"{month:%Y-%m}", AS_OF.format(changed))

    def call(self, *arguments: str) -> None:
        """Run the command as a person would, below the line that a person would type."""
        self.console.rule()
        line = shell_lines(["discogs-assets", *arguments], self.console.width)
        self.console.print(line, style="bold")
        places = {name: str(path.absolute()) for name, path in PLACES.items()}
        command = [sys.executable, "-m", "discogs_assets.cli", *arguments]
        subprocess.run(command, env=inherited({**self.access, **places, **self.others}), check=True)  # noqa: S603 - our own command

    def say_where(self) -> None:
        self.console.rule("Where it is")
        print(f"The DuckDB file: {WAREHOUSE}")
        print(f"The SQLite file: {CACHE}")
        print("So that the commands of README.md ask these data, and the UI shows these runs:\n")
        for name, value in PLACES.items():
            print(f'    export {name}="$PWD/{value}"')
        print(f'    {self.command} sql "FROM master_id LIMIT 3"')
        print(f"    {self.ui}")


def shell_lines(arguments: Sequence[str], width: int) -> Text:
    """Return a command as a shell takes it, broken where it is too long for one line."""
    lines = ["$"]
    for argument in map(shlex.quote, arguments):
        longest = max(map(len, argument.splitlines()))
        if len(lines[-1]) + longest + len("  \\") > width and lines[-1].strip():
            lines[-1] += " \\"
            lines.append("   ")
        lines[-1] += f" {argument}"
    return Text("\n".join(lines))
