"""The Dagster assets of the Discogs dumps, and what imports them by itself."""

import dagster as dg

from discogs_assets.sources.discogs_dumps.source import DISCOGS
from discogs_assets.sources.dumps.assets import build_dump, build_records
from discogs_assets.sources.dumps.changes.assets import build_change
from discogs_assets.sources.dumps.sensor.catalogue_asset import build_catalogue
from discogs_assets.sources.dumps.table_assets import build_load

BUILDERS = (build_dump, build_records, build_load, build_change)


def build_dump_assets(
    months: dg.MonthlyPartitionsDefinition,
) -> list[dg.AssetsDefinition | dg.AssetSpec]:
    """Return the catalogue, then the assets of every dump type, a stage after the other."""
    types = DISCOGS.dump_types.values()
    return [
        build_catalogue(DISCOGS),
        *(build(DISCOGS, dump_type, months) for build in BUILDERS for dump_type in types),
    ]
