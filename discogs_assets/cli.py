"""The `discogs-assets` command. What it does is done elsewhere; imports wait until needed."""

import argparse
import os
import sys
import time
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from discogs_assets.definitions import Platform
    from discogs_assets.importing import Importing

SQL_WAITS_S = 10.0
"""How long a query waits for an import that is writing; a person is looking at it."""

TYPES = ("artists", "labels", "masters", "releases")

IMPORT_EXAMPLE = """examples:
  discogs-assets import                                   the newest complete dump
  discogs-assets import --types artists --year-month 2026/01
  discogs-assets import --source ~/dumps --limit 1000     a taste of a folder of dumps
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
    command.add_argument(
        "--types",
        nargs="+",
        choices=TYPES,
        default=TYPES,
        metavar="TYPE",
        help=f"dump types: {', '.join(TYPES)} (default: all, always in this order)",
    )
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
    command.set_defaults(run=run_import)


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
    command.set_defaults(run=run_dumps)


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
    command.set_defaults(run=run_sql)


def platform(arguments: argparse.Namespace) -> "Platform":
    """Return the parts that environment and arguments ask for."""
    from discogs_assets.definitions import current_platform

    return current_platform(dumps_url=getattr(arguments, "source", None))


def run_import(arguments: argparse.Namespace) -> int:
    from discogs_assets.importing import Importing, Request, open_instance
    from discogs_assets.terminal import own_stderr, terminal_progress

    parts = platform(arguments)
    request = Request(
        arguments.types,
        arguments.year_month,
        arguments.limit,
        arguments.skip_download,
        arguments.force,
    )
    with own_stderr() as console, open_instance(parts.settings.dagster_home) as instance:
        progress = terminal_progress(console, every_s=10)
        print_import(Importing(parts, instance, request, progress))
    return 0


def print_import(importing: "Importing") -> None:
    """Import, and print a line for each dump type and one for all."""
    started = time.monotonic()
    imported = skipped = 0
    for done in importing.run():
        line = summary(done.dump_type, done.imported, done.skipped, done.quarantined)
        print(line, flush=True)
        imported, skipped = imported + done.imported, skipped + done.skipped
    seconds = time.monotonic() - started
    print(
        f"Total of {importing.month:%Y-%m}: {imported:,} imported, {skipped:,} skipped, "
        f"in {seconds:,.1f} s. Warehouse: {importing.platform.settings.warehouse}"
    )


def summary(dump_type: str, imported: int, skipped: int, quarantined: int) -> str:
    """Return the line of a dump type."""
    apart = f", in quarantine: {quarantined:,}" if quarantined else ""
    return f"[{dump_type.upper()}] Imported: {imported:,} (skipped: {skipped:,}{apart})"


def run_dumps(arguments: argparse.Namespace) -> int:
    from discogs_assets.overview import HEADS, iter_overview
    from discogs_assets.terminal import print_table

    parts = platform(arguments)
    rows = [*iter_overview(parts, arguments.year)]
    print_table(f"Dumps at {parts.dumps.url}", HEADS, rows)
    return 0


def run_sql(arguments: argparse.Namespace) -> int:
    from discogs_assets.query_output import PRINTERS
    from discogs_assets.warehouse_file import Warehouse, query

    sql = sys.stdin.read() if arguments.query == "-" else arguments.query
    path = platform(arguments).settings.warehouse
    with Warehouse(path, lock_timeout_s=SQL_WAITS_S).reader() as connection:
        PRINTERS[arguments.format](query(connection, sql))
    return 0


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; return its exit status."""
    arguments = build_parser().parse_args(argv)
    from discogs_assets.errors import DiscogsAssetsError

    try:
        status: int = arguments.run(arguments)
        sys.stdout.flush()
    except DiscogsAssetsError as error:
        print(f"discogs-assets: {error}", file=sys.stderr)
        return 1
    except BrokenPipeError:
        # The reader, such as `head`, has had enough; Python would complain at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141
    except KeyboardInterrupt:
        print(
            "discogs-assets: stopped; what is published stays, run again to go on", file=sys.stderr
        )
        return 130
    return status


if __name__ == "__main__":
    sys.exit(main())
