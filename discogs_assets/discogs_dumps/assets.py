"""The Dagster assets of the dumps: raw files, records in the lake, tables in the warehouse."""

import time
from collections.abc import Iterator
from typing import Any

import dagster as dg

from discogs_assets.dagster_schema import column_schema
from discogs_assets.discogs_dumps.fetch import fetch, find_stored
from discogs_assets.discogs_dumps.partitions import DUMP_FILES, TYPE_MONTHS, parse_partition
from discogs_assets.discogs_dumps.records import Importer
from discogs_assets.discogs_dumps.tables import DUMP_TYPES, DumpType
from discogs_assets.lake import Lake, Manifest
from discogs_assets.progress import Progress
from discogs_assets.resources import PublishedDumps, WarehouseResource
from discogs_assets.store import Store
from discogs_assets.tables import Table
from discogs_assets.warehouse import Import, loaded_months, replace_from_lake

OWNERS = ["team:discogs-assets"]
RAW_DUMP = dg.AssetKey(["discogs", "raw_dump"])
RECORDS = dg.AssetKey(["discogs", "records"])


class RecordsConfig(dg.Config):
    """`limit` stops after so many records; `force` does again what is done."""

    limit: int | None = None
    force: bool = False


class LoadConfig(dg.Config):
    """`force` loads again what is loaded."""

    force: bool = False


@dg.asset(
    key=RAW_DUMP,
    partitions_def=DUMP_FILES,
    group_name="discogs_raw",
    kinds={"file", "gzip"},
    owners=OWNERS,
    pool="discogs_download",
    description="A dump file as Discogs published it: one gzipped XML file a dump type and month, "
    "checked against the published SHA-256 where there is one. Downloads resume.",
)
def raw_dump(
    context: dg.AssetExecutionContext,
    dumps: dg.ResourceParam[PublishedDumps],
    store: dg.ResourceParam[Store],
    progress: dg.ResourceParam[Progress],
) -> dg.MaterializeResult[None]:
    dump_type, month = parse_partition(context.partition_key)
    started = time.monotonic()
    file, found = fetch(dumps.catalogue, store, dump_type, month, progress)
    return dg.MaterializeResult(
        metadata={
            "dagster/uri": store.uri(found.key),
            "source": f"{dumps.url} {file.location}",
            "date": str(file.date),
            "sha256": found.sha256,
            "bytes": found.bytes,
            "checked against published checksum": found.is_verified,
            "downloaded now": found.is_new,
            "seconds": round(time.monotonic() - started, 2),
        }
    )


@dg.asset(
    key=RECORDS,
    deps=[RAW_DUMP],
    partitions_def=DUMP_FILES,
    group_name="discogs_lake",
    kinds={"parquet", "arrow"},
    owners=OWNERS,
    pool="discogs_parse",
    description="Every record of a dump file as rows of Parquet files, one folder a table and "
    "month; visible all at once. What could not be read is in the type's quarantine table.",
)
def records(
    context: dg.AssetExecutionContext,
    config: RecordsConfig,
    store: dg.ResourceParam[Store],
    lake: dg.ResourceParam[Lake],
    progress: dg.ResourceParam[Progress],
) -> dg.MaterializeResult[None]:
    dump_type, month = parse_partition(context.partition_key)
    started = time.monotonic()
    dump = find_stored(store, dump_type, month)
    importer = Importer(lake, DUMP_TYPES[dump_type], month, dump, limit=config.limit)
    manifest = importer.run(progress, is_forced=config.force)
    seconds = time.monotonic() - started
    return dg.MaterializeResult(metadata=records_metadata(manifest, lake, seconds))


def records_metadata(manifest: Manifest, lake: Lake, seconds: float) -> dict[str, Any]:
    """Return what the UI shows of a published month."""
    rows = {name: table.rows for name, table in manifest.tables.items()}
    quarantined = rows[DUMP_TYPES[manifest.group].quarantine.name]
    return {
        "dagster/uri": lake.store.uri(f"lake/{lake.source}"),
        "dagster/partition_row_count": manifest.records,
        "dump": manifest.dump,
        "sha256": manifest.sha256,
        "in quarantine": quarantined,
        "limited to": "all records" if manifest.limit is None else f"{manifest.limit:,} records",
        "bytes": sum(table.bytes for table in manifest.tables.values()),
        "seconds": round(seconds, 2),
        "records/s": round(manifest.records / max(seconds, 1e-3)),
        "rows": dg.MetadataValue.md(markdown_counts("table", "rows", rows)),
        "undeclared XML paths": dg.MetadataValue.md(
            markdown_counts("path", "times in the sample", dict(manifest.undeclared)) or "none"
        ),
    }


def markdown_counts(name: str, what: str, counts: dict[str, int]) -> str:
    """Return counts as a Markdown table; empty when there are none."""
    lines = [f"| `{key}` | {count:,} |" for key, count in counts.items()]
    return "\n".join([f"| {name} | {what} |", "|---|---:|", *lines]) if lines else ""


def table_key(table: str) -> dg.AssetKey:
    return dg.AssetKey(["discogs", table])


def table_spec(table: Table) -> dg.AssetSpec:
    """Return what the UI says of a warehouse table."""
    return dg.AssetSpec(
        key=table_key(table.name),
        deps=[dg.AssetDep(RECORDS, partition_mapping=dg.IdentityPartitionMapping())],
        description=f"{table.description} Key: {', '.join(table.key)}. "
        f"All months: `discogs.{table.name}`; the newest: `{table.name}`.",
        group_name="discogs_warehouse",
        kinds={"duckdb", "table"},
        owners=OWNERS,
        metadata={
            "dagster/column_schema": column_schema(table),
            "dagster/table_name": f"discogs.{table.name}",
        },
    )


def build_load(dump_type: DumpType) -> dg.AssetsDefinition:
    """Return the assets of a dump type's tables: loaded together, in one transaction."""

    @dg.multi_asset(
        name=f"load_{dump_type.name}",
        specs=[table_spec(table) for table in dump_type.tables],
        partitions_def=TYPE_MONTHS[dump_type.name],
        can_subset=True,
        pool="duckdb",
    )
    def load(
        context: dg.AssetExecutionContext,
        config: LoadConfig,
        store: dg.ResourceParam[Store],
        lake: dg.ResourceParam[Lake],
        warehouse: WarehouseResource,
    ) -> Iterator[dg.MaterializeResult[None]]:
        _, month = parse_partition(context.partition_key)
        manifest = lake.readable_manifest(dump_type.name, month)
        wanted = [t for t in dump_type.tables if table_key(t.name) in context.selected_asset_keys]
        with warehouse.get_connection() as connection:
            there = loaded_months(connection)
            missing = [
                table
                for table in wanted
                if config.force
                or (table.name, month) not in there
                or there[table.name, month].source != manifest.attempt
            ]
            files = {name: table.files for name, table in manifest.tables.items()}
            what = Import(month, manifest.attempt, manifest.is_full)
            replace_from_lake(connection, store, what, missing, files)
            loaded = loaded_months(connection)
        for table in wanted:
            rows = loaded[table.name, month].rows
            total = sum(done.rows for (name, _), done in loaded.items() if name == table.name)
            yield dg.MaterializeResult(
                asset_key=table_key(table.name),
                metadata={
                    "dagster/partition_row_count": rows,
                    "dagster/row_count": total,
                    "dump": manifest.dump,
                    "limited": not manifest.is_full,
                    "loaded now": table in missing,
                },
            )

    return load


ASSETS = [raw_dump, records, *(build_load(dump_type) for dump_type in DUMP_TYPES.values())]
