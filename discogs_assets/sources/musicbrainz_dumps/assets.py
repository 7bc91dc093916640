"""The Dagster assets of the MusicBrainz dumps, and what imports them by itself."""

import dagster as dg

from discogs_assets.sources.dumps.assets import build_dump, build_records
from discogs_assets.sources.dumps.changes.assets import build_change
from discogs_assets.sources.dumps.sensor.catalogue_asset import build_catalogue
from discogs_assets.sources.dumps.source import DumpSource
from discogs_assets.sources.dumps.table_assets import build_load

BUILDERS = (build_dump, build_records, build_load, build_change)
PARTITIONS = dg.DynamicPartitionsDefinition(name="musicbrainz_dump")
"""One a dump, by its stamp; the sensor and the command add them."""


def build_dump_assets(source: DumpSource) -> list[dg.AssetsDefinition | dg.AssetSpec]:
    """Return the catalogue, then the assets of every dump type, a stage after the other."""
    types = source.dump_types.values()
    return [
        build_catalogue(source),
        *(build(source, dump_type, PARTITIONS) for build in BUILDERS for dump_type in types),
    ]
