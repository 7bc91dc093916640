"""What the `discogs-assets` command can be told. What it does then is for `cli`."""

import argparse
import os
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

TYPES = ("artists", "labels", "masters", "releases")
SINKS = ("sqlite", "postgres", "neo4j", "ladybug", "mongodb", "redis")

IMPORT_EXAMPLE = """examples:
  discogs-assets import                             the newest complete dump
  discogs-assets import --types artists --year-month 2026/01
  discogs-assets import --source ~/dumps --limit 1000  a taste of a folder
"""
BACKFILL_EXAMPLE = """example:
  discogs-assets backfill 2025/01 2025/12 --types artists masters
"""
DUMPS_EXAMPLE = """example:
  discogs-assets dumps --year 2026
"""
SQL_EXAMPLE = """examples:
  discogs-assets sql                                a prompt
  discogs-assets sql "SELECT name FROM artist WHERE id = 1"
  discogs-assets sql --as-of 2026/01 "SELECT count(*) FROM release"
  discogs-assets sql --format csv "FROM tag_count ORDER BY masters" > tags.csv
"""
EXPORT_EXAMPLE = """examples:
  discogs-assets export postgres redis        the newest month that is imported
  discogs-assets export sqlite --types artists labels --limit 1000
"""
RETAIN_EXAMPLE = """examples:
  discogs-assets retain --dry-run             what would go, and what would stay
  discogs-assets retain --keep-raw 2 --keep-lake 12
"""
VERIFY_EXAMPLE = """examples:
  discogs-assets verify  everything; minutes for a whole month
  discogs-assets verify --year-month 2026/01 --types artists
"""
STATUS_EXAMPLE = """examples:
  discogs-assets status
  discogs-assets status --format json
"""
CHANGES_EXAMPLE = """examples:
  discogs-assets changes --type releases --year-month 2026/02
  discogs-assets changes --type artists --format tsv > artists.tsv
  discogs-assets changes --type releases --id 4     one record, before and after
"""
HASHES_EXAMPLE = """examples:
  discogs-assets hashes --type releases --year-month 2026/02 > releases.sha1
  discogs-assets hashes --type labels --file discogs_20260201_labels.xml.gz
"""
VIDEOS_EXAMPLE = """examples:
  discogs-assets videos --genre Rock --style Punk --year 1969
  discogs-assets videos --style Techno House --all --format csv > videos.csv
"""


def year_month(text: str) -> date:
    """Return the month that 2026/01 or 2026-01 names."""
    year, _, month = text.replace("/", "-").partition("-")
    try:
        return date(int(year), int(month), 1)
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"expected a month as 2026/01 or 2026-01, found {text!r}"
        ) from None


def words(text: str) -> str:
    """Return an argument; bytes that the locale has no characters for are taken as UTF-8."""
    if not any("\udc80" <= one <= "\udcff" for one in text):
        return text
    try:
        return os.fsencode(text).decode()
    except UnicodeDecodeError:
        raise argparse.ArgumentTypeError(f"expected UTF-8, found {os.fsencode(text)!r}") from None


def positive(text: str) -> int:
    if not text.isdecimal() or not int(text):
        raise argparse.ArgumentTypeError(f"expected a number above 0, found {text!r}")
    return int(text)


def months(text: str) -> str:
    if text != "all" and not (text.isdecimal() and int(text)):
        raise argparse.ArgumentTypeError(
            f"expected a number of months from 1 on, or all, found {text!r}"
        )
    return text


def build_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="discogs-assets",
        description="The monthly Discogs dumps as tables you can query.",
        epilog="example:\n  discogs-assets import --types artists labels\n",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    add_import(commands)
    add_backfill(commands)
    add_dumps(commands)
    add_sql(commands)
    add_changes(commands)
    add_hashes(commands)
    add_export(commands)
    add_status(commands)
    add_retain(commands)
    add_verify(commands)
    add_videos(commands)
    return parser


if TYPE_CHECKING:
    Commands = argparse._SubParsersAction[argparse.ArgumentParser]


def add_command(
    commands: "Commands", name: str, what: str, example: str
) -> argparse.ArgumentParser:
    return commands.add_parser(
        name,
        help=what,
        description=what[0].upper() + what[1:] + ".",
        epilog=example,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )


def add_import(commands: "Commands") -> None:
    what = "download a month of dumps and bring it into lake and warehouse"
    command = add_command(commands, "import", what, IMPORT_EXAMPLE)
    add_types(command)
    command.add_argument(
        "--year-month",
        type=year_month,
        metavar="2026/01",
        help="the month (default: the newest complete dump; with --types, the newest with those)",
    )
    command.add_argument(
        "--limit",
        type=positive,
        metavar="N",
        help="only the first N records of each type; such a month does not count as imported",
    )
    command.add_argument(
        "--skip-download", action="store_true", help="use the dump files already in the store"
    )
    add_source(command)
    command.add_argument("--force", action="store_true", help="do again what is already imported")
    command.add_argument(
        "--full",
        action="store_true",
        help="load and compute everything again, without relying on the months before",
    )
    command.add_argument(
        "--accept", action="store_true", help="load the month although it fails checks"
    )
    command.add_argument(
        "--repair",
        action="store_true",
        help="verify what is stored, and make what is damaged again from what is whole",
    )
    command.add_argument(
        "--verify", action="store_true", help="compare every key with all others, not samples"
    )
    command.add_argument(
        "--sqlite",
        action="store_true",
        help="then export the types to a SQLite file, at SQLITE_PATH",
    )


def add_types(
    command: argparse.ArgumentParser, default: Sequence[str] = (), all_: str = "all that there are"
) -> None:
    command.add_argument(
        "--types",
        nargs="+",
        choices=TYPES,
        default=default,
        metavar="TYPE",
        help=f"dump types: {', '.join(TYPES)} (default: {all_}; always in this order)",
    )


def add_backfill(commands: "Commands") -> None:
    what = "let the Dagster daemon import many months"
    command = add_command(commands, "backfill", what, BACKFILL_EXAMPLE)
    command.add_argument("first", type=year_month, metavar="2025/01", help="the first month")
    command.add_argument("last", type=year_month, metavar="2025/12", help="the last month")
    add_types(command, TYPES, "all")


def add_source(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--source",
        metavar="URL",
        help="where dumps are published: an https address, s3://bucket/prefix, a folder of "
        "discogs_YYYYMMDD_type.xml.gz, or one such file (default: DISCOGS_DUMPS_URL)",
    )


def add_dumps(commands: "Commands") -> None:
    what = "list what is published, what is complete and what is imported"
    command = add_command(commands, "dumps", what, DUMPS_EXAMPLE)
    command.add_argument(
        "--year", type=positive, metavar="2026", help="a year (default: the newest two)"
    )
    add_source(command)


def add_sql(commands: "Commands") -> None:
    what = "query the warehouse; nothing can be changed this way"
    command = add_command(commands, "sql", what, SQL_EXAMPLE)
    command.add_argument(
        "query",
        nargs="?",
        type=words,
        metavar="QUERY",
        help="a query in DuckDB's SQL, - reads stdin (default: a prompt)",
    )
    command.add_argument(
        "--as-of",
        type=year_month,
        metavar="2026/01",
        help="show each table as it was in this month (default: the newest)",
    )
    command.add_argument(
        "--format",
        choices=("table", "csv", "json"),
        default="table",
        help="how to print the rows (default: table)",
    )


def add_type(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--type", required=True, choices=TYPES, metavar="TYPE", help=f"one of {', '.join(TYPES)}"
    )


def add_changes(commands: "Commands") -> None:
    what = "tell which records were added, changed or removed in a month"
    command = add_command(commands, "changes", what, CHANGES_EXAMPLE)
    add_type(command)
    command.add_argument(
        "--year-month",
        type=year_month,
        metavar="2026/02",
        help="the month (default: the newest that is compared); the one before is the newest "
        "earlier one that was imported in full",
    )
    which = command.add_mutually_exclusive_group()
    which.add_argument(
        "--format",
        choices=("text", "tsv", "json", "parquet"),
        default="text",
        help="a summary, or a row a record (default: text)",
    )
    which.add_argument(
        "--id", type=positive, metavar="N", help="one record, field by field, before and after"
    )
    command.add_argument(
        "--output", type=Path, metavar="FILE", help="where to write (parquet needs one)"
    )


def add_hashes(commands: "Commands") -> None:
    what = "print id and SHA-1 of each record of a dump file, in file order"
    command = add_command(commands, "hashes", what, HASHES_EXAMPLE)
    add_type(command)
    which = command.add_mutually_exclusive_group(required=True)
    which.add_argument(
        "--year-month", type=year_month, metavar="2026/02", help="the dump file in the store"
    )
    which.add_argument("--file", type=Path, metavar="FILE", help="any dump file, an .xml.gz")


def add_export(commands: "Commands") -> None:
    what = "bring other systems to a month that is imported"
    command = add_command(commands, "export", what, EXPORT_EXAMPLE)
    command.add_argument(
        "sinks", nargs="+", choices=SINKS, metavar="SINK", help=f"of {', '.join(SINKS)}"
    )
    command.add_argument(
        "--year-month",
        type=year_month,
        metavar="2026/01",
        help="the month (default: the newest that is imported)",
    )
    add_types(command)
    command.add_argument(
        "--limit", type=positive, metavar="N", help="only the first N records of each type"
    )
    command.add_argument(
        "--full", action="store_true", help="write everything, also what the sink says it has"
    )


def add_status(commands: "Commands") -> None:
    what = "show what each stage holds of each month, and how large it is"
    command = add_command(commands, "status", what, STATUS_EXAMPLE)
    command.add_argument(
        "--format",
        choices=("table", "csv", "json"),
        default="table",
        help="how to print it (default: table)",
    )


def add_retain(commands: "Commands") -> None:
    what = "delete old months that are safe elsewhere"
    command = add_command(commands, "retain", what, RETAIN_EXAMPLE)
    command.add_argument(
        "--dry-run", action="store_true", help="only say what would go, and what would stay"
    )
    for stage, thing in (
        ("raw", "raw dumps"),
        ("lake", "Parquet files"),
        ("warehouse", "tables that are shown"),
    ):
        command.add_argument(
            f"--keep-{stage}",
            type=months,
            metavar="N",
            help=f"how many months of {thing} to keep, or all (default: "
            f"DISCOGS_KEEP_{stage.upper()})",
        )


def add_verify(commands: "Commands") -> None:
    what = "read all that is stored, and say what is damaged"
    command = add_command(commands, "verify", what, VERIFY_EXAMPLE)
    command.add_argument(
        "--year-month",
        "--month",
        type=year_month,
        metavar="2026/01",
        help="only this month (default: all)",
    )
    add_types(command, TYPES, "all")


def add_videos(commands: "Commands") -> None:
    what = "find a video of a master of some genre, style or year"
    command = add_command(commands, "videos", what, VIDEOS_EXAMPLE)
    for kind, thing in (("genre", "Rock"), ("style", "Psychedelic"), ("year", "1969")):
        command.add_argument(
            f"--{kind}",
            type=words,
            nargs="+",
            action="extend",
            default=[],
            metavar=thing,
            help=f"the {kind}; of several, any one",
        )
    command.add_argument("--all", action="store_true", help="every video, instead of a random one")
    command.add_argument(
        "--seed", type=int, metavar="N", help="choose the same one each time (default: any)"
    )
    command.add_argument(
        "--format",
        choices=("table", "csv", "json"),
        default="table",
        help="how to print them (default: table)",
    )
