"""Find what changed in a month while it is loaded: the rows of both months are at hand then."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from discogs_assets.sources.dumps.changes.compare import (
    Comparison,
    change_queries,
    compare,
    replace_changes,
)
from discogs_assets.sources.dumps.changes.differing import difference_table
from discogs_assets.sources.dumps.changes.queries import Differences
from discogs_assets.sources.dumps.source import DumpSource
from discogs_assets.storage.lake import Lake, differences
from discogs_assets.storage.lake_files import LakeFiles
from discogs_assets.storage.manifest import Manifest
from discogs_assets.tables.table import Table
from discogs_assets.warehouse.changed_records import ChangedFiles, is_alike
from discogs_assets.warehouse.history import all_of
from discogs_assets.warehouse.loaded import Provenance, loaded_months
from discogs_assets.warehouse.replace import iter_sources
from discogs_assets.warehouse.sql import Connection


@dataclass(frozen=True)
class ChangesOnLoad:
    """Looks at the rows that a load compares, then replaces the month of the change table."""

    connection: Connection
    comparison: Comparison
    differences: Differences

    def look(self, table: Table) -> None:
        self.differences.look(table)

    def replace(self) -> None:
        """Replace the changes of the month; CheckError when they are unsound."""
        replace_changes(self.connection, self.comparison, self.differences.iter_changes())


def changed_files(manifest: Manifest) -> ChangedFiles | None:
    """Return the files of what differs from the month before; None when there are none."""
    if manifest.changes is None:
        return None
    rows = {name: table.files for name, table in manifest.changes.tables.items()}
    return ChangedFiles(manifest.changes.since, rows.pop(differences(manifest.group)), rows)


@contextmanager
def changes_on_load(
    connection: Connection,
    dumps: DumpSource,
    lake: Lake,
    manifest: Manifest,
    provenance: Provenance,
    tables: Sequence[Table],
) -> Iterator[ChangesOnLoad | None]:
    """Give what looks at the load of some tables; None when not all that differs will be seen."""
    comparison = comparison_on_load(connection, dumps, lake, manifest, provenance, tables)
    if comparison is None:
        yield None
        return
    changed = changed_files(manifest)
    assert changed is not None
    with change_queries(connection, comparison) as found, ExitStack() as stack:
        sources = iter_sources(stack, LakeFiles.of(lake.store, [manifest]), changed.records)
        found.take_differing([all_of(difference_table(comparison.dump_type), sources)])
        yield ChangesOnLoad(connection, comparison, found)


def comparison_on_load(
    connection: Connection,
    dumps: DumpSource,
    lake: Lake,
    manifest: Manifest,
    provenance: Provenance,
    tables: Sequence[Table],
) -> Comparison | None:
    """Return what a month is compared with, when the load of these tables sees all that differs."""
    dump_type, changed = dumps.dump_types[manifest.group], changed_files(manifest)
    loaded = loaded_months(connection)
    record = dump_type.record_table
    if changed is None or not changed.is_of(loaded, provenance, record):
        return None
    if not all(
        table in tables and is_alike(loaded, provenance, record, table)
        for table in dump_type.content_tables
    ):
        return None
    found = compare(dumps, lake, dump_type.name, provenance.month)
    is_same = found.before is not None and found.before.import_id == changed.since
    return found if is_same and not found.is_retired else None
