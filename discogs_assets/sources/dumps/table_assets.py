"""The Dagster assets of the dumps' tables in the warehouse: a type is loaded as a whole."""

import time
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from datetime import date
from typing import Any

import dagster as dg

from discogs_assets.display.markdown import codes
from discogs_assets.display.progress import Progress
from discogs_assets.display.text import dump_day, per_second
from discogs_assets.orchestration.asset_checks import check_results, refusal, table_checks
from discogs_assets.orchestration.asset_keys import OWNERS
from discogs_assets.orchestration.code_references import code_of
from discogs_assets.orchestration.column_schema import column_lineage, column_schema
from discogs_assets.orchestration.conditions import FOLLOWS
from discogs_assets.orchestration.table_metadata import table_metadata
from discogs_assets.sources.dumps.dump_type import DumpType
from discogs_assets.sources.dumps.keys import (
    group_of,
    load_step,
    records_key,
    step_tags,
    table_key,
)
from discogs_assets.sources.dumps.lineage import file_lineage, table_lineage
from discogs_assets.sources.dumps.load import DESCRIBED, Load
from discogs_assets.sources.dumps.source import DumpSource
from discogs_assets.storage.lake import Lake
from discogs_assets.storage.manifest import Manifest
from discogs_assets.tables.outcome import CheckError
from discogs_assets.tables.table import Table
from discogs_assets.warehouse.database import Warehouse
from discogs_assets.warehouse.lineage import lineage_table
from discogs_assets.warehouse.query_progress import Statements


class LoadConfig(dg.Config):
    """`accept` loads what fails its checks.

    `full` loads again what is loaded, and compares every row with the months next to it, instead
    of those of records whose bytes differ. `verify` compares every key with all others.
    """

    full: bool = False
    accept: bool = False
    verify: bool = False


def table_spec(source: DumpSource, dump_type: DumpType, table: Table) -> dg.AssetSpec:
    """Return what the UI says of a warehouse table."""
    return dg.AssetSpec(
        key=table_key(dump_type, table.name),
        deps=[records_key(dump_type)],
        description=f"{table.description}\n\nKey: {codes(table.key)}.\n\n"
        f"All months: `{source.name}.{table.name}`; the newest: `{table.name}`.",
        group_name=group_of(dump_type),
        automation_condition=FOLLOWS,
        kinds={"duckdb", "table"},
        owners=OWNERS,
        metadata={
            "dagster/column_schema": column_schema(table),
            "dagster/column_lineage": column_lineage(table_lineage(dump_type, table), source.name),
            "dagster/table_name": f"{source.name}.{table.name}",
            "columns_come_from": dg.MetadataValue.md(
                lineage_table(file_lineage(source, dump_type, table))
            ),
            **(code_of(source.declared_in(table)) if source.declared_in else {}),
        },
    )


def build_load(
    source: DumpSource, dump_type: DumpType, partitions: dg.PartitionsDefinition
) -> dg.AssetsDefinition:
    """Return the assets of a dump type's tables: loaded together, in one transaction."""

    @dg.multi_asset(
        name=load_step(dump_type),
        specs=[table_spec(source, dump_type, table) for table in dump_type.tables],
        check_specs=[
            check
            for table in dump_type.tables
            for check in table_checks(table, table_key(dump_type, table.name), partitions)
        ],
        partitions_def=partitions,
        can_subset=True,
        pool="duckdb",
        op_tags=step_tags(source, dump_type),
    )
    def load(
        context: dg.AssetExecutionContext,
        config: LoadConfig,
        lake: dg.ResourceParam[Lake],
        warehouse: dg.ResourceParam[Warehouse],
        progress: dg.ResourceParam[Progress],
    ) -> Iterator[dg.MaterializeResult[None] | dg.AssetCheckResult]:
        month = date.fromisoformat(context.partition_key)
        # Locked, as another process may publish the month anew and remove the files being read.
        with lake.lock(dump_type.name, month), warehouse.writer() as connection:
            manifest = lake.readable_manifest(dump_type.name, month)
            work = Load(
                source,
                lake,
                manifest,
                is_full=config.full,
                is_accepted=config.accept,
                is_verified=config.verify,
            )
            wanted = selected_tables(dump_type, context.selected_asset_keys)
            missing = work.missing(connection, wanted)
            checks = {key.asset_key for key in context.selected_asset_check_keys}
            checked = selected_tables(dump_type, checks | context.selected_asset_keys)
            started = time.monotonic()
            name = f"loading {dump_type.name} {dump_day(month)}"
            total = work.work(missing, checked, wanted)
            results: list[dg.MaterializeResult[None]] = []
            try:
                with progress.step(name, total, is_bytes=False) as step:
                    parts = Statements(connection, step)
                    found = work.run(connection, missing, checked, parts)
                    work_done = load_speed(manifest, missing, time.monotonic() - started)
                    for table in wanted:
                        weight = DESCRIBED * work.bytes_of([table])
                        with parts.part(f"charts of {table.name}", weight):
                            charts = source.charts.get(table.name, ())
                            shown = table_metadata(connection, table, charts, month)
                        shown |= load_metadata(manifest, table, lake)
                        shown |= {"loaded_now": table in missing, **work_done}
                        key = table_key(dump_type, table.name)
                        results.append(dg.MaterializeResult(asset_key=key, metadata=shown))
            except CheckError as error:
                yield from check_results(context, error.outcomes)
                raise refusal(error) from error
        rows = sum(manifest.tables[table.name].rows for table in missing)
        context.log.info(
            f"{dump_type.name} {dump_day(month)}: {len(missing)} tables loaded, {rows:,} rows, "
            f"{time.monotonic() - started:.1f} s with checks and charts"
        )
        yield from results
        yield from check_results(context, found)

    return load


def selected_tables(dump_type: DumpType, keys: AbstractSet[dg.AssetKey]) -> list[Table]:
    return [table for table in dump_type.tables if table_key(dump_type, table.name) in keys]


def load_speed(manifest: Manifest, loaded: Sequence[Table], seconds: float) -> dict[str, float]:
    """Return how long tables took together, and how many rows that is a second."""
    taken: dict[str, float] = {"load_seconds": round(seconds, 2)}
    if loaded:
        rows = sum(manifest.tables[table.name].rows for table in loaded)
        taken["rows_per_second"] = per_second(rows, seconds)
    return taken


def load_metadata(manifest: Manifest, table: Table, lake: Lake) -> dict[str, Any]:
    """Return what the UI shows of where a loaded month comes from."""
    month = date.fromisoformat(manifest.month)
    return {
        "dump": manifest.dump,
        "sha256": manifest.sha256,
        "limited": not manifest.is_full,
        "parquet_folder": lake.store.uri(lake.folder(table.name, month)),
        "parquet_bytes": manifest.tables[table.name].bytes,
    }
