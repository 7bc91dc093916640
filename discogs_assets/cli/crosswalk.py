"""`discogs-assets crosswalk`: which records of MusicBrainz and Discogs are the same."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from discogs_assets.cli.options import add_command, positive, year_month
from discogs_assets.cli.start import platform, query_warehouse, started

if TYPE_CHECKING:
    from discogs_assets.cli.options import Commands

WHAT = "find which records of MusicBrainz and Discogs are the same"
EXAMPLE = """examples:
  discogs-assets crosswalk compute
  discogs-assets crosswalk evaluate --between 2026-05-20 2026-05-23
  discogs-assets crosswalk export --out links.tsv
"""
FORMS = ("text", "json")


def add_crosswalk(commands: "Commands") -> None:
    """Add the command with what it can do, each a command of its own."""
    command = add_command(commands, "crosswalk", WHAT, run_compute, EXAMPLE)
    actions = command.add_subparsers(
        dest="action", required=True, metavar="ACTION", help="compute, evaluate or export"
    )
    add_command(
        actions,
        "compute",
        "compute links and candidates from the newest dump of MusicBrainz and month of Discogs",
        run_compute,
        "",
    )
    add_evaluate(actions)
    add_export(actions)


def add_evaluate(actions: "Commands") -> None:
    """Add what measures the candidates."""
    what = "measure the candidates of a dump by the links that a later one has more"
    evaluate = add_command(actions, "evaluate", what, run_evaluate, "")
    evaluate.add_argument(
        "--between",
        nargs=2,
        type=year_month,
        required=True,
        metavar=("EARLIER", "LATER"),
        help="two dumps of MusicBrainz in the warehouse, as 2026-05-23 or 20260523-001002",
    )
    evaluate.add_argument(
        "--format", choices=FORMS, default=FORMS[0], help="output format (default: text)"
    )


def add_export(actions: "Commands") -> None:
    """Add what writes links for editors."""
    what = "write links that are ready for MusicBrainz editors, tab-separated"
    export = add_command(actions, "export", what, run_export, "")
    export.add_argument(
        "--type",
        choices=("release",),
        default="release",
        help="the kind of record (default: release; others have no candidates)",
    )
    export.add_argument(
        "--out", type=Path, metavar="FILE", help="where to write (default: standard output)"
    )
    export.add_argument(
        "--least-score", type=positive, metavar="N", help="leave out what has fewer points"
    )


def run_compute(arguments: argparse.Namespace) -> int:
    from discogs_assets.cli.runs.start import started_with_dagster

    with started_with_dagster(arguments) as (parts, instance, progress):
        from discogs_assets.cli.runs.crosswalk import print_crosswalk

        print_crosswalk(parts, instance, progress)
    return 0


def run_evaluate(arguments: argparse.Namespace) -> int:
    with started(arguments) as (parts, progress):
        from discogs_assets.cli.reading.crosswalk import print_evaluation

        print_evaluation(
            query_warehouse(parts.settings), progress, arguments.between, arguments.format
        )
    return 0


def run_export(arguments: argparse.Namespace) -> int:
    from discogs_assets.cli.reading.crosswalk import print_links

    warehouse = query_warehouse(platform(arguments).settings)
    print_links(warehouse, arguments.out, arguments.least_score)
    return 0
