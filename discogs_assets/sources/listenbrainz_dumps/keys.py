"""What the assets of ListenBrainz are called."""

import dagster as dg

from discogs_assets.sources.listenbrainz_dumps.tables import FEATURES, LISTEN, SCHEMA

GROUP_NAME = SCHEMA
IMPORT_JOB = "import_listens"
DOWNLOAD_POOL = "listenbrainz_download"


def listen_asset_key(table: str) -> dg.AssetKey:
    return dg.AssetKey([SCHEMA, table])


ALL_KEYS = [listen_asset_key(table.name) for table in (LISTEN, *FEATURES)]
