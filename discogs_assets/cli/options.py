"""What commands share of their options: types of arguments, and options of one name."""

import argparse
import os
import re
from collections.abc import Callable, Sequence
from datetime import date
from typing import TYPE_CHECKING

TYPES = ("artists", "labels", "masters", "releases")
"""The dump types; `DUMP_TYPES` has them too, but loads libraries that options do without."""

MUSICBRAINZ_TYPES = (
    "artist", "label", "release-group", "release", "recording", "work", "area", "event",
    "instrument", "place", "series",
)  # fmt: skip
"""Those of MusicBrainz."""

SOURCES = ("discogs", "musicbrainz")
"""What `--source` may name; anything else is an address."""

LISTENS = "listenbrainz"
"""What `--source` of `import` may name too."""

DAY = re.compile(r"(\d{4})-?(\d{2})-?(\d{2})(?:-\d{6})?", re.ASCII)
"""A dump that is not one of a month: 2026-05-23, or as MusicBrainz calls it 20260523-001002."""

FORMATS = ("table", "csv", "json")

Run = Callable[[argparse.Namespace], int]
"""What a command does; it returns the exit status."""

if TYPE_CHECKING:
    Commands = argparse._SubParsersAction[argparse.ArgumentParser]
    Options = argparse._ActionsContainer


def year_month(text: str) -> date:
    """Return the month that 2026/01 or 2026-01 names, or the date of a dump or of its stamp."""
    year, _, month = text.replace("/", "-").partition("-")
    try:
        if day := DAY.fullmatch(text):
            return date(*map(int, day.groups()))
        return date(int(year), int(month), 1)
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"expected a month as 2026/01 or 2026-01, found {text!r}"
        ) from None


def words(text: str) -> str:
    """Return an argument; bytes that the locale cannot decode are read as UTF-8."""
    if not any("\udc80" <= character <= "\udcff" for character in text):
        return text
    try:
        return os.fsencode(text).decode()
    except UnicodeDecodeError:
        raise argparse.ArgumentTypeError(f"expected UTF-8, found {os.fsencode(text)!r}") from None


def positive(text: str) -> int:
    if not text.isdecimal() or not int(text):
        raise argparse.ArgumentTypeError(f"expected a number above 0, found {text!r}")
    return int(text)


def add_command(
    commands: "Commands", name: str, what: str, run: Run | None, example: str
) -> argparse.ArgumentParser:
    """Add a command: `what` it does in the list of all, `example` at the end of its help.

    `run` None is for one whose sub-commands run.
    """
    command = commands.add_parser(
        name,
        help=what,
        description=what[0].upper() + what[1:] + ".",
        epilog=example,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    if run:
        command.set_defaults(run=run)
    return command


def add_types(
    command: "Options", default: Sequence[str] = (), described: str = "all available"
) -> None:
    command.add_argument(
        "--types",
        nargs="+",
        choices=(*TYPES, *MUSICBRAINZ_TYPES),
        default=default,
        metavar="TYPE",
        help=f"dump types: {', '.join(TYPES)} (default: {described}; always in this order); of "
        f"musicbrainz: {', '.join(MUSICBRAINZ_TYPES)}",
    )


def add_type(command: "Options") -> None:
    command.add_argument(
        "--type", required=True, choices=TYPES, metavar="TYPE", help=f"one of {', '.join(TYPES)}"
    )


def add_month(command: "Options", what: str, *names: str) -> None:
    """Add an option for a month, `--year-month` unless it has other names."""
    names = names or ("--year-month",)
    command.add_argument(*names, type=year_month, metavar="2026/01", help=what)


def add_source(command: "Options") -> None:
    command.add_argument(
        "--source",
        metavar="URL",
        help="where dumps are published: an https address, s3://bucket/prefix, a folder of "
        "discogs_YYYYMMDD_type.xml.gz, or one such file (default: DISCOGS_DUMPS_URL); or "
        "musicbrainz, whose dumps are at MUSICBRAINZ_DUMPS_URL; or listenbrainz, of which a "
        "month of listens can be imported",
    )


def add_source_name(command: "Options") -> None:
    command.add_argument(
        "--source", choices=SOURCES, default=SOURCES[0], help="whose dumps (default: discogs)"
    )


def add_format(command: "Options") -> None:
    command.add_argument(
        "--format", choices=FORMATS, default=FORMATS[0], help="output format (default: table)"
    )


def add_flags(command: "Options", flags: Sequence[tuple[str, str]]) -> None:
    """Add options without a value, by name and help."""
    for name, what in flags:
        command.add_argument(name, action="store_true", help=what)
