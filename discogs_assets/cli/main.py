"""The `discogs-assets` command. What it does is done elsewhere; imports wait until needed."""

import argparse
import gc
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from discogs_assets.cli.options import TYPES, build_parser
from discogs_assets.cli.standard_output import drop_output, output_errors
from discogs_assets.display.characters import read_query, show_all_characters

if TYPE_CHECKING:
    from discogs_assets.display.progress import Progress
    from discogs_assets.platform import Platform

SQL_WAITS_S = 10.0
"""How long a query waits for an import that is writing; a person is looking at it."""

ALLOCATED = 100_000
"""How many more objects there are before the next collection: nearly all that Dagster makes stays,
and to look at it 700 times, as is usual, takes a twentieth of a small import."""


def platform(arguments: argparse.Namespace) -> "Platform":
    """Return the parts that environment and arguments ask for."""
    from discogs_assets.platform import current_platform

    return current_platform(dumps_url=getattr(arguments, "source", None))


@contextmanager
def started(arguments: argparse.Namespace) -> "Iterator[tuple[Platform, Progress]]":
    """Give the parts, and what shows their steps; to load the parts takes seconds and is one."""
    from discogs_assets.display.terminal import own_stderr, terminal_progress

    gc.set_threshold(ALLOCATED)
    with own_stderr() as console:
        progress = terminal_progress(console, every_s=10)
        with progress.step("starting", None):
            parts = platform(arguments)
        yield parts, progress


def run_import(arguments: argparse.Namespace) -> int:
    with started(arguments) as (parts, progress):
        if arguments.repair:
            return repair(arguments, parts, progress)
        import_month(arguments, parts, progress)
    return 0


def repair(arguments: argparse.Namespace, parts: "Platform", progress: "Progress") -> int:
    """Return 1 when something is damaged still."""
    from discogs_assets.cli.importing.repair import Repair, print_repair
    from discogs_assets.orchestration.instance import open_instance

    with open_instance(parts.settings.dagster_home) as instance:
        month, types = arguments.year_month, arguments.types or TYPES
        return print_repair(Repair(parts, instance, progress, month, types))


def import_month(arguments: argparse.Namespace, parts: "Platform", progress: "Progress") -> None:
    with progress.step("starting Dagster", None):
        from discogs_assets.cli.importing.month_import import MonthImport
        from discogs_assets.cli.importing.output import print_done, print_import
        from discogs_assets.cli.importing.steps import Request
        from discogs_assets.cli.runs.export import Wanted, print_export
        from discogs_assets.orchestration.instance import open_instance

    request = Request(
        arguments.types,
        arguments.year_month,
        arguments.limit,
        arguments.skip_download,
        arguments.force,
        arguments.full,
        arguments.accept,
        arguments.verify,
    )
    with open_instance(parts.settings.dagster_home) as instance:
        importing = MonthImport(parts, instance, request, progress, print_done)
        print_import(importing)
        if arguments.sqlite:
            wanted = Wanted(importing.steps.choice.types, importing.month, arguments.limit)
            print_export(parts, instance, progress, "sqlite", wanted)


def run_export(arguments: argparse.Namespace) -> int:
    with started(arguments) as (parts, progress):
        with progress.step("starting Dagster", None):
            from discogs_assets.cli.runs.export import Wanted, print_export
            from discogs_assets.orchestration.instance import open_instance

        wanted = Wanted(arguments.types, arguments.year_month, arguments.limit, arguments.full)
        with open_instance(parts.settings.dagster_home) as instance:
            for sink in arguments.sinks:
                print_export(parts, instance, progress, sink, wanted)
    return 0


def run_backfill(arguments: argparse.Namespace) -> int:
    from discogs_assets.cli.runs.backfill import count_files, months_between, queue_backfill
    from discogs_assets.orchestration.instance import open_instance

    parts = platform(arguments)
    home = parts.settings.dagster_home
    months = months_between(arguments.first, arguments.last, parts.settings.first_month)
    types = [name for name in TYPES if name in arguments.types]
    with open_instance(home) as instance:
        backfill = queue_backfill(parts, instance, months, types)
    print(
        f"Backfill {backfill}: {count_files(months, types)} dump files, {', '.join(types)} of "
        f"{months[0]:%Y-%m} to {months[-1]:%Y-%m}. The Dagster daemon of {home} does it while it "
        f"runs (make ui, or the service); see it in the UI at /runs/b/{backfill}"
    )
    return 0


def run_dumps(arguments: argparse.Namespace) -> int:
    from discogs_assets.cli.reading.dumps import HEADS, read_overview
    from discogs_assets.display.terminal import print_table

    with started(arguments) as (parts, progress), progress.step("asking what is published", None):
        found = read_overview(parts, arguments.year)
    print_table(f"Dumps at {parts.dumps.url}", HEADS, found.rows)
    for note in found.notes:
        print(note)
    return 0


def run_sql(arguments: argparse.Namespace) -> int:
    from discogs_assets.cli.reading.sql_prompt import Prompt, look_at
    from discogs_assets.display.rows import PRINTERS
    from discogs_assets.warehouse.database import Warehouse

    settings = platform(arguments).settings
    warehouse = Warehouse(settings.warehouse, SQL_WAITS_S, settings.duckdb_memory)
    show, as_of = PRINTERS[arguments.format], arguments.as_of
    if arguments.query is None and sys.stdin.isatty():
        Prompt(warehouse, show, as_of).run()
        return 0
    look_at(
        warehouse, read_query() if arguments.query in (None, "-") else arguments.query, show, as_of
    )
    return 0


def run_changes(arguments: argparse.Namespace) -> int:
    from discogs_assets.cli.reading.changes import Wanted, print_changes
    from discogs_assets.warehouse.database import Warehouse

    parts = platform(arguments)
    wanted = Wanted(
        arguments.type, arguments.year_month, arguments.format, arguments.output, arguments.id
    )
    settings = parts.settings
    warehouse = Warehouse(settings.warehouse, SQL_WAITS_S, settings.duckdb_memory)
    with warehouse.reader() as connection:
        print_changes(connection, parts.lake, wanted)
    return 0


def run_hashes(arguments: argparse.Namespace) -> int:
    from discogs_assets.sources.discogs_dumps.hashes import print_hashes

    store = platform(arguments).store
    print_hashes(store, arguments.type, arguments.year_month, arguments.file)
    return 0


def run_status(arguments: argparse.Namespace) -> int:
    from discogs_assets.cli.reading.status import print_status, read_warehouse
    from discogs_assets.sources.dumps.unknown_months import tell_unknown

    parts = platform(arguments)
    contents = read_warehouse(parts)
    print_status(parts, contents, arguments.format)
    tell_unknown(parts.lake, contents.loaded, parts.settings.warehouse)
    return 0


def run_retain(arguments: argparse.Namespace) -> int:
    config = {
        "dry_run": arguments.dry_run,
        "raw": arguments.keep_raw or "",
        "lake": arguments.keep_lake or "",
        "warehouse": arguments.keep_warehouse or "",
    }
    with started(arguments) as (parts, progress):
        with progress.step("starting Dagster", None):
            from discogs_assets.cli.runs.retain import print_decisions, retain
            from discogs_assets.orchestration.instance import open_instance

        with open_instance(parts.settings.dagster_home) as instance:
            done = retain(parts, instance, progress, config)
        print_decisions(done, is_dry=arguments.dry_run)
    return 0


def run_verify(arguments: argparse.Namespace) -> int:
    """Return 1 when something is damaged."""
    with started(arguments) as (parts, progress):
        with progress.step("starting Dagster", None):
            from discogs_assets.cli.runs.verify import print_flaws, verify
            from discogs_assets.orchestration.instance import open_instance

        with open_instance(parts.settings.dagster_home) as instance:
            month, types = arguments.year_month, arguments.types
            flaws, read = verify(parts, instance, progress, month, types)
        print_flaws(flaws, read)
    return 1 if any(one.is_damage for one in flaws) else 0


def run_videos(arguments: argparse.Namespace) -> int:
    from discogs_assets.cli.reading.videos import print_videos
    from discogs_assets.exports.masters.videos import Answers, Question, find_all, find_one
    from discogs_assets.exports.masters.videos_warehouse import WarehouseVideos
    from discogs_assets.exports.redis.videos import RedisVideos
    from discogs_assets.platform import TABLES
    from discogs_assets.warehouse.database import Warehouse

    settings = platform(arguments).settings
    warehouse = Warehouse(settings.warehouse, SQL_WAITS_S, settings.duckdb_memory)
    answers: Answers = WarehouseVideos(warehouse, TABLES["master"], TABLES["release"])
    if settings.exports.redis_url:
        answers = RedisVideos(settings.exports.redis_url)
    question = Question({kind: getattr(arguments, kind) for kind in ("genre", "style", "year")})
    if arguments.all:
        answer = find_all(answers, question)
    else:
        answer = find_one(answers, question, arguments.seed)
    print_videos(arguments.format, answer, question, answers.name)
    return 0


COMMANDS = {
    "import": run_import,
    "backfill": run_backfill,
    "dumps": run_dumps,
    "sql": run_sql,
    "changes": run_changes,
    "hashes": run_hashes,
    "export": run_export,
    "status": run_status,
    "retain": run_retain,
    "verify": run_verify,
    "videos": run_videos,
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; return its exit status."""
    show_all_characters()
    arguments = build_parser().parse_args(argv)
    from discogs_assets.errors import DiscogsAssetsError

    try:
        with output_errors():
            status = COMMANDS[arguments.command](arguments)
            sys.stdout.flush()
    except DiscogsAssetsError as error:
        print(f"discogs-assets: {error}", file=sys.stderr)
        return 1
    except BrokenPipeError:
        drop_output()  # The reader, such as `head`, has had enough.
        return 141
    except KeyboardInterrupt:
        print(
            "discogs-assets: stopped; what is published stays, run again to go on", file=sys.stderr
        )
        return 130
    except Exception as error:  # noqa: BLE001 - the one place for all that is left
        from discogs_assets.cli.unexpected import told

        print(f"discogs-assets: {told(error)}", file=sys.stderr)
        return 1
    return status
