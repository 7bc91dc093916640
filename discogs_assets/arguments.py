"""What the `discogs-assets` command can be told. What it does then is for `cli`."""

import argparse
from datetime import date
from typing import TYPE_CHECKING

TYPES = ("artists", "labels", "masters", "releases")

IMPORT_EXAMPLE = """examples:
  discogs-assets import                                   the newest complete dump
  discogs-assets import --types artists --year-month 2026/01
  discogs-assets import --source ~/dumps --limit 1000     a taste of a folder of dumps
"""
BACKFILL_EXAMPLE = """example:
  discogs-assets backfill 2025/01 2025/12 --types artists masters
"""
DUMPS_EXAMPLE = """example:
  discogs-assets dumps --year 2026
"""
SQL_EXAMPLE = """examples:
  discogs-assets sql "SELECT name FROM artist WHERE id = 1"
  discogs-assets sql --format csv "FROM tag_count ORDER BY masters DESC" > tags.csv
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


def positive(text: str) -> int:
    if not text.isdecimal() or not int(text):
        raise argparse.ArgumentTypeError(f"expected a number above 0, found {text!r}")
    return int(text)


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
        help="the month (default: the newest complete dump)",
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
        "--accept", action="store_true", help="load the month although it fails checks"
    )


def add_types(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--types",
        nargs="+",
        choices=TYPES,
        default=TYPES,
        metavar="TYPE",
        help=f"dump types: {', '.join(TYPES)} (default: all, always in this order)",
    )


def add_backfill(commands: "Commands") -> None:
    what = "let the Dagster daemon import many months"
    command = add_command(commands, "backfill", what, BACKFILL_EXAMPLE)
    command.add_argument("first", type=year_month, metavar="2025/01", help="the first month")
    command.add_argument("last", type=year_month, metavar="2025/12", help="the last month")
    add_types(command)


def add_source(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--source",
        metavar="URL",
        help="where dumps are published: https://…, s3://bucket/prefix or a folder of "
        "discogs_YYYYMMDD_type.xml.gz (default: DISCOGS_DUMPS_URL)",
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
    command.add_argument("query", metavar="QUERY", help="a query in DuckDB's SQL, - reads stdin")
    command.add_argument(
        "--format",
        choices=("table", "csv", "json"),
        default="table",
        help="how to print the rows (default: table)",
    )
