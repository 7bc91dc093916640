"""`discogs-assets sql`: a query of the warehouse, or a prompt for several."""

import argparse
import sys
from typing import TYPE_CHECKING

from discogs_assets.cli.options import add_command, add_format, add_month, words
from discogs_assets.cli.start import platform, query_warehouse
from discogs_assets.display.characters import read_query

if TYPE_CHECKING:
    from discogs_assets.cli.options import Commands

WHAT = "query the warehouse, which stays as it is"
EXAMPLE = """examples:
  discogs-assets sql                                a prompt
  discogs-assets sql "SELECT name FROM artist WHERE id = 1"
  discogs-assets sql --as-of 2026/01 "SELECT count(*) FROM release"
  discogs-assets sql --format csv "FROM tag_count ORDER BY masters" > tags.csv
"""


def add_sql(commands: "Commands") -> None:
    command = add_command(commands, "sql", WHAT, run_sql, EXAMPLE)
    command.add_argument(
        "query",
        nargs="?",
        type=words,
        metavar="QUERY",
        help="a query in DuckDB's SQL, - reads stdin (default: a prompt)",
    )
    add_month(command, "show each table as it was in this month (default: the newest)", "--as-of")
    add_format(command)


def run_sql(arguments: argparse.Namespace) -> int:
    from discogs_assets.cli.reading.sql_prompt import Prompt, print_rows
    from discogs_assets.display.rows import PRINTERS

    warehouse = query_warehouse(platform(arguments).settings)
    show, as_of = PRINTERS[arguments.format], arguments.as_of
    if arguments.query is None and sys.stdin.isatty():
        Prompt(warehouse, show, as_of).run()
    else:
        query = read_query() if arguments.query in (None, "-") else arguments.query
        print_rows(warehouse, query, show, as_of)
    return 0
