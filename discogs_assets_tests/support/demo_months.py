"""The months of the demo in a warehouse, without Dagster and without what is computed."""

from discogs_assets.cli.demonstration.demo import SIZES
from discogs_assets.cli.demonstration.questions import MONTHS
from discogs_assets.sources.discogs_dumps.source import DISCOGS
from discogs_assets.sources.discogs_dumps.synthetic import write_dump
from discogs_assets.sources.discogs_dumps.tables import DUMP_TYPES
from discogs_assets.sources.dumps.changes.compare import compare, load_changes
from discogs_assets.sources.dumps.load import Load
from discogs_assets_tests.support.workplace import Workplace


def load_demo(place: Workplace) -> None:
    """Load every dump type of both months, and what changed."""
    platform = place.platform()
    for number, month in enumerate(MONTHS):
        write_dump(place.dumps, month, SIZES, month=number)
        for name, dump_type in DUMP_TYPES.items():
            manifest = place.put_in_lake(month, name)
            with platform.warehouse.writer() as connection:
                tables = dump_type.tables
                Load(DISCOGS, platform.lake, manifest).run(connection, tables, tables)
                load_changes(connection, compare(DISCOGS, platform.lake, name, month))
