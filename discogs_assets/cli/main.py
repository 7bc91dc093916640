"""The `discogs-assets` command: its sub-commands, what it says of errors, its exit status."""

import argparse
import sys
from collections.abc import Sequence

from discogs_assets.cli.backfill import add_backfill
from discogs_assets.cli.changes import add_changes
from discogs_assets.cli.crosswalk import add_crosswalk
from discogs_assets.cli.demo import add_demo
from discogs_assets.cli.dumps import add_dumps
from discogs_assets.cli.export import add_export
from discogs_assets.cli.hashes import add_hashes
from discogs_assets.cli.import_ import add_import
from discogs_assets.cli.lake import add_lake
from discogs_assets.cli.retain import add_retain
from discogs_assets.cli.sql import add_sql
from discogs_assets.cli.standard_output import drop_output, output_errors
from discogs_assets.cli.status import add_status
from discogs_assets.cli.ui import add_ui
from discogs_assets.cli.verify import add_verify
from discogs_assets.cli.videos import add_videos
from discogs_assets.display.characters import show_all_characters
from discogs_assets.errors import DiscogsAssetsError

COMMANDS = (
    add_import,
    add_backfill,
    add_dumps,
    add_sql,
    add_changes,
    add_hashes,
    add_export,
    add_status,
    add_retain,
    add_verify,
    add_lake,
    add_videos,
    add_crosswalk,
    add_ui,
    add_demo,
)
"""In the order of the help. Each file imports the libraries of its command when it runs."""

INTERRUPTED, BROKEN_PIPE = 130, 141
"""Exit statuses, as a shell gives them for SIGINT and SIGPIPE."""


def build_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="discogs-assets",
        description="The monthly Discogs dumps as tables you can query.",
        epilog="example:\n  discogs-assets import --types artists labels\n",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for add in COMMANDS:
        add(commands)
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; return its exit status."""
    show_all_characters()
    arguments = build_parser().parse_args(argv)
    try:
        with output_errors():
            status: int = arguments.run(arguments)
            sys.stdout.flush()
    except DiscogsAssetsError as error:
        return fail(str(error))
    except BrokenPipeError:
        drop_output()  # The reader, such as `head`, has had enough.
        return BROKEN_PIPE
    except KeyboardInterrupt:
        return fail("interrupted; published data stays, run again to continue", INTERRUPTED)
    except Exception as error:  # noqa: BLE001 - the one place for all that is left
        from discogs_assets.cli.unexpected import report

        return fail(report(error))
    return status


def fail(message: str, status: int = 1) -> int:
    print(f"discogs-assets: {message}", file=sys.stderr)
    return status
