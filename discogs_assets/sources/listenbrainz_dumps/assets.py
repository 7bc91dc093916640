"""The Dagster assets of ListenBrainz: the listens of a month, and the counts made of them."""

from datetime import date
from typing import Any

import dagster as dg
from dagster._core.definitions.unresolved_asset_job_definition import UnresolvedAssetJobDefinition

from discogs_assets.display.markdown import codes
from discogs_assets.display.progress import Progress
from discogs_assets.display.text import dump_day
from discogs_assets.orchestration.asset_keys import OWNERS
from discogs_assets.orchestration.code_references import code_of
from discogs_assets.orchestration.column_schema import column_schema
from discogs_assets.sources.listenbrainz_dumps.features import (
    Minimum,
    compute_feature,
    feature_key,
)
from discogs_assets.sources.listenbrainz_dumps.keys import (
    ALL_KEYS,
    DOWNLOAD_POOL,
    GROUP_NAME,
    IMPORT_JOB,
    listen_asset_key,
)
from discogs_assets.sources.listenbrainz_dumps.lake import DUMPS, USERS
from discogs_assets.sources.listenbrainz_dumps.month import MonthImport, Wanted
from discogs_assets.sources.listenbrainz_dumps.source import ListenBrainz
from discogs_assets.sources.listenbrainz_dumps.tables import (
    FEATURES,
    LISTEN,
    QUARANTINE,
)
from discogs_assets.storage.lake import Lake
from discogs_assets.storage.manifest import Manifest
from discogs_assets.tables.table import Table
from discogs_assets.warehouse.memory import for_duckdb


class ListenConfig(dg.Config):
    """How a month is imported.

    `incremental` adds what newer incremental dumps have to a month that is there; `json_dump` reads
    the JSON dump, and `whole` the whole Spark dump, so that its SHA-256 can be verified; `force`
    imports again what is there; `with_user_ids` keeps the publisher's numbers of users.
    """

    incremental: bool = False
    json_dump: bool = False
    whole: bool = False
    force: bool = False
    with_user_ids: bool = False


class CountsConfig(dg.Config):
    """What is left out of `user_artist`: users, artists and pairs that have fewer listens.

    The other tables of counts leave nothing out.
    """

    min_listens_of_user: int = 1
    min_listens_of_artist: int = 1
    min_listens_of_pair: int = 1

    @property
    def minimum(self) -> Minimum:
        return Minimum(
            self.min_listens_of_user, self.min_listens_of_artist, self.min_listens_of_pair
        )


def build_listen_assets(partitions: dg.PartitionsDefinition) -> list[dg.AssetsDefinition]:
    """Return the asset of the listens, then those of the counts."""
    return [build_listens(partitions), *(build_counts(table, partitions) for table in FEATURES)]


def described(table: Table) -> str:
    where = f"In DuckDB: `{table.schema}.{table.name}`."
    return f"{table.description}\n\nKey: {codes(table.key)}.\n\n{where}"


def build_listens(partitions: dg.PartitionsDefinition) -> dg.AssetsDefinition:
    """Return the asset that downloads the listens of a month and writes them to the lake."""

    @dg.asset(
        key=listen_asset_key(LISTEN.name),
        partitions_def=partitions,
        group_name=GROUP_NAME,
        kinds={"parquet"},
        owners=OWNERS,
        pool=DOWNLOAD_POOL,
        metadata={"dagster/column_schema": column_schema(LISTEN), **code_of(MonthImport)},
        description=described(LISTEN),
    )
    def listen(
        context: dg.AssetExecutionContext,
        config: ListenConfig,
        listenbrainz: dg.ResourceParam[ListenBrainz],
        memory: dg.ResourceParam[int],
        progress: dg.ResourceParam[Progress],
    ) -> dg.MaterializeResult[None]:
        month = date.fromisoformat(context.partition_key)
        wanted = Wanted(month, config.whole, config.json_dump, config.force)
        work = listenbrainz.month_import(
            wanted, progress, for_duckdb(memory), with_user_ids=config.with_user_ids
        )
        manifest = work.add() if config.incremental else work.replace()
        context.log.info(f"listens of {dump_day(month)}: {manifest.records:,}")
        return dg.MaterializeResult(metadata=listens_metadata(manifest, listenbrainz.lake))

    return listen


def listens_metadata(manifest: Manifest, lake: Lake) -> dict[str, Any]:
    """Return what the UI shows of a published month."""
    return {
        "dagster/uri": lake.store.uri(f"lake/{lake.source}"),
        "dagster/partition_row_count": manifest.records,
        "dumps": manifest.notes[DUMPS],
        "sha256": manifest.sha256 or "not verified: parts of the archive were read",
        "users": manifest.notes[USERS],
        "in_quarantine": manifest.tables[QUARANTINE.name].rows,
        "parquet_bytes": sum(table.bytes for table in manifest.tables.values()),
    }


def build_counts(table: Table, partitions: dg.PartitionsDefinition) -> dg.AssetsDefinition:
    """Return the asset of a table of counts."""

    @dg.asset(
        key=listen_asset_key(table.name),
        deps=[listen_asset_key(LISTEN.name)],
        partitions_def=partitions,
        group_name=GROUP_NAME,
        kinds={"parquet"},
        owners=OWNERS,
        pool="duckdb",
        metadata={"dagster/column_schema": column_schema(table), **code_of(compute_feature)},
        description=described(table),
    )
    def counts(
        context: dg.AssetExecutionContext,
        config: CountsConfig,
        listenbrainz: dg.ResourceParam[ListenBrainz],
        memory: dg.ResourceParam[int],
    ) -> dg.MaterializeResult[None]:
        month = date.fromisoformat(context.partition_key)
        lake = listenbrainz.lake
        rows = compute_feature(lake, table, month, for_duckdb(memory), config.minimum)
        listenbrainz.show(lake)
        uri = lake.store.uri(feature_key(table, month))
        return dg.MaterializeResult(
            metadata={"dagster/partition_row_count": rows, "dagster/uri": uri}
        )

    return counts


def build_listens_job() -> UnresolvedAssetJobDefinition:
    return dg.define_asset_job(
        IMPORT_JOB,
        selection=dg.AssetSelection.assets(*ALL_KEYS),
        executor_def=dg.in_process_executor,
        description="Imports a month of listens of ListenBrainz, and counts them by recording, by "
        "artist, and by user and artist.",
    )
