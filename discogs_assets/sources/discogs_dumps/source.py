"""Discogs as a source of dumps."""

from types import ModuleType

from discogs_assets.sources.discogs_dumps import release_tables, tables
from discogs_assets.sources.discogs_dumps.charts import CHARTS
from discogs_assets.sources.discogs_dumps.lineage import ignored_paths, records_lineage
from discogs_assets.sources.discogs_dumps.publication import PUBLICATION
from discogs_assets.sources.discogs_dumps.publisher.catalogue import open_catalogue
from discogs_assets.sources.discogs_dumps.ready_views import show_ready_made
from discogs_assets.sources.discogs_dumps.tables import DUMP_TYPES, XmlDumpType
from discogs_assets.sources.dumps.dump_type import DumpType
from discogs_assets.sources.dumps.reader import DumpReader
from discogs_assets.sources.dumps.source import DumpSource
from discogs_assets.tables.table import Table


def open_reader(dump_type: DumpType, dump_name: str) -> DumpReader:
    """Return what reads a dump file of a type."""
    from discogs_assets.sources.discogs_dumps.xml.reader import XmlReader  # not for queries

    assert isinstance(dump_type, XmlDumpType)
    return XmlReader(dump_type, dump_name)


def declared_in(table: Table) -> ModuleType:
    return release_tables if table in release_tables.RELEASE_TABLES else tables


DISCOGS = DumpSource(
    title="Discogs",
    publication=PUBLICATION,
    dump_types=DUMP_TYPES,
    open_catalogue=open_catalogue,
    open_reader=open_reader,
    import_job="import_month",
    lineage=records_lineage,
    left_out=ignored_paths,
    declared_in=declared_in,
    charts=CHARTS,
    make_views=show_ready_made,
)

CHANGE_TABLES = DISCOGS.change_tables
"""By dump type."""
