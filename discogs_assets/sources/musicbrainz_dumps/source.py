"""MusicBrainz as a source of dumps."""

from collections.abc import Mapping
from functools import cache, partial
from types import ModuleType

from discogs_assets.sources.dumps.change_tables import Usual
from discogs_assets.sources.dumps.dump_type import DumpType
from discogs_assets.sources.dumps.reader import DumpReader
from discogs_assets.sources.dumps.source import DumpSource
from discogs_assets.sources.musicbrainz_dumps import other_tables, release_tables, tables
from discogs_assets.sources.musicbrainz_dumps.lineage import left_out, records_lineage
from discogs_assets.sources.musicbrainz_dumps.missed import describe_missed
from discogs_assets.sources.musicbrainz_dumps.publication import DEFAULT_TYPES, publication_of
from discogs_assets.sources.musicbrainz_dumps.publisher.catalogue import open_catalogue
from discogs_assets.sources.musicbrainz_dumps.tables import DUMP_TYPES, JsonDumpType
from discogs_assets.sources.musicbrainz_dumps.views import show_views
from discogs_assets.tables.table import Table

BLOCK_BYTES = 6 << 20
"""Half of what XML takes: a line is in memory three times, as it came, decoded, written again."""

USUAL = (
    Usual("changed", 0.0, 0.2, "", "See which tables differ: votes for tags change often."),
    Usual("reformatted", 0.0, 0.1, "", "MusicBrainz has changed the form of its dumps."),
)
"""Twice a week there may be nothing new of a small dump type."""

LICENCE = (
    "MusicBrainz' core data is CC0; tags, genres, ratings and annotations are CC BY-NC-SA 3.0."
)


def open_reader(dump_type: DumpType, dump_name: str) -> DumpReader:
    """Return what reads a dump file of a type."""
    from discogs_assets.sources.musicbrainz_dumps.json.reader import JsonReader  # not for queries

    assert isinstance(dump_type, JsonDumpType)
    return JsonReader(dump_type, dump_name)


def declared_in(table: Table) -> ModuleType:
    if table in release_tables.RELEASE_TABLES:
        return release_tables
    return other_tables if table in other_tables.iter_tables() else tables


@cache
def musicbrainz(types: tuple[str, ...] = DEFAULT_TYPES) -> DumpSource:
    """Return the source with some dump types."""
    publication = publication_of(types)
    wanted: Mapping[str, DumpType] = {name: DUMP_TYPES[name] for name in publication.types}
    return DumpSource(
        title="MusicBrainz",
        publication=publication,
        dump_types=wanted,
        open_catalogue=partial(open_catalogue, publication),
        open_reader=open_reader,
        import_job="import_musicbrainz",
        lineage=records_lineage,
        left_out=left_out,
        declared_in=declared_in,
        make_views=show_views,
        licence=LICENCE,
        partitions="musicbrainz_dump",
        block_bytes=BLOCK_BYTES,
        missed=describe_missed,
        usual=USUAL,
    )
