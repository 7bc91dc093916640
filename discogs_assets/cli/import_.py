"""`discogs-assets import`: a month into lake and warehouse, or the repair of what is stored."""

import argparse
from typing import TYPE_CHECKING

from discogs_assets.cli.options import (
    LISTENS,
    add_command,
    add_flags,
    add_month,
    add_source,
    add_types,
    positive,
)
from discogs_assets.cli.runs.start import started_with_dagster
from discogs_assets.errors import SettingError

if TYPE_CHECKING:
    from discogs_assets.cli.importing.steps import Request
    from discogs_assets.cli.options import Commands

WHAT = "download a month of dumps and load it into lake and warehouse"
EXAMPLE = """examples:
  discogs-assets import                             the newest complete dump
  discogs-assets import --types artists --year-month 2026/01
  discogs-assets import --source ~/dumps --limit 1000  a sample from a folder
  discogs-assets import --source listenbrainz --year-month 2025/06  listens
"""
FLAGS = (
    ("--skip-download", "use the dump files already in the store"),
    ("--force", "import again what is already imported"),
    ("--full", "load and compute everything again, without using earlier months"),
    ("--accept", "load the month even if it fails checks"),
    ("--repair", "verify what is stored, and restore what is damaged from intact copies"),
    ("--verify", "compare every key with all others, not only samples"),
    ("--sqlite", "then export the types to the SQLite file at SQLITE_PATH"),
)
LISTEN_FLAGS = (
    ("--incremental", "listenbrainz: add newer incremental dumps to a month that is there"),
    ("--with-user-ids", "listenbrainz: keep the publisher's numbers of users"),
    ("--whole", "listenbrainz: download the whole Spark dump and verify its SHA-256"),
    ("--json-dump", "listenbrainz: read the JSON dump instead, whole and verified"),
)


def add_import(commands: "Commands") -> None:
    command = add_command(commands, "import", WHAT, run_import, EXAMPLE)
    add_types(command)
    add_month(
        command,
        "the month (default: the newest complete dump; with --types, the newest with those)",
    )
    command.add_argument(
        "--limit",
        type=positive,
        metavar="N",
        help="only the first N records of each type; such a month does not count as imported",
    )
    add_source(command)
    add_flags(command, (*FLAGS, *LISTEN_FLAGS))


def run_import(arguments: argparse.Namespace) -> int:
    if arguments.source == LISTENS:
        return import_listens(arguments)
    refuse_listen_flags(arguments)
    return repair(arguments) if arguments.repair else import_month(arguments)


def refuse_listen_flags(arguments: argparse.Namespace) -> None:
    for flag, _ in LISTEN_FLAGS:
        if getattr(arguments, flag.removeprefix("--").replace("-", "_")):
            raise SettingError(f"{flag}: it is for --source {LISTENS} only; leave it out")


def import_listens(arguments: argparse.Namespace) -> int:
    with started_with_dagster(arguments) as (parts, instance, progress):
        from discogs_assets.cli.importing.listenbrainz import run

        return run(arguments, parts, instance, progress)


def import_month(arguments: argparse.Namespace) -> int:
    with started_with_dagster(arguments) as (parts, instance, progress):
        from discogs_assets.cli.importing.month_import import MonthImport
        from discogs_assets.cli.importing.output import print_import, print_result
        from discogs_assets.cli.runs.export import ExportRequest, print_export

        month_import = MonthImport(parts, instance, request_of(arguments), progress, print_result)
        print_import(month_import)
        if arguments.sqlite:
            types, month = month_import.steps.choice.types, month_import.month
            wanted = ExportRequest(types, month, arguments.limit)
            print_export(parts, instance, progress, "sqlite", wanted)
    return 0


def request_of(arguments: argparse.Namespace) -> "Request":
    from discogs_assets.cli.importing.steps import Request

    return Request(
        arguments.types,
        arguments.year_month,
        arguments.limit,
        skip_download=arguments.skip_download,
        force=arguments.force,
        full=arguments.full,
        accept=arguments.accept,
        verify=arguments.verify,
    )


def repair(arguments: argparse.Namespace) -> int:
    """Return 1 when something is still damaged."""
    with started_with_dagster(arguments) as (parts, instance, progress):
        from discogs_assets.cli.importing.repair import Repair, print_repair

        types = arguments.types or [*parts.source.dump_types]
        return print_repair(Repair(parts, instance, progress, arguments.year_month, types))
