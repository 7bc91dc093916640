"""The Dagster assets of the dumps' tables in the warehouse: a type is loaded as a whole."""

import time
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import date
from typing import Any

import dagster as dg

from discogs_assets.display.markdown import codes
from discogs_assets.display.progress import Progress
from discogs_assets.display.text import dump_day, per_second
from discogs_assets.orchestration.asset_checks import check_specs
from discogs_assets.orchestration.asset_keys import OWNERS
from discogs_assets.orchestration.code_references import code_of
from discogs_assets.orchestration.column_schema import column_lineage, column_schema
from discogs_assets.orchestration.conditions import FOLLOWS
from discogs_assets.orchestration.run import Clock, Event, Result, materialize
from discogs_assets.orchestration.table_metadata import table_metadata
from discogs_assets.sources.dumps.assets import licence
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
from discogs_assets.sources.dumps.resources import Resources, resource_keys
from discogs_assets.sources.dumps.source import DumpSource
from discogs_assets.storage.lake import Lake
from discogs_assets.storage.manifest import Manifest
from discogs_assets.tables.check import checks_of
from discogs_assets.tables.table import Table
from discogs_assets.warehouse.lineage import lineage_table
from discogs_assets.warehouse.query_progress import Statements
from discogs_assets.warehouse.sql import Connection


class LoadConfig(dg.Config):
    """`accept` loads what fails its checks.

    `full` loads again what is loaded, and compares every row with the months next to it, instead
    of those of records whose bytes differ. `verify` compares every key with all others.
    """

    full: bool = False
    accept: bool = False
    verify: bool = False


def newest_name(table: Table) -> str:
    """Return what the newest month of a table is called in a query."""
    return table.newest.replace('"', "").removeprefix("main.")


def table_spec(source: DumpSource, dump_type: DumpType, table: Table) -> dg.AssetSpec:
    """Return what the UI says of a warehouse table."""
    return dg.AssetSpec(
        key=table_key(dump_type, table.name),
        deps=[records_key(dump_type)],
        description=f"{table.description}\n\nKey: {codes(table.key)}.\n\n"
        f"All months: `{source.name}.{table.name}`; the newest: `{newest_name(table)}`."
        f"{licence(source)}",
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
            for check in check_specs(checks_of(table), table_key(dump_type, table.name), partitions)
        ],
        partitions_def=partitions,
        can_subset=True,
        pool="duckdb",
        required_resource_keys=resource_keys(source, "lake", "warehouse", "progress"),
        op_tags=step_tags(source, dump_type),
    )
    def load(context: dg.AssetExecutionContext, config: LoadConfig) -> Iterator[Event]:
        month = source.publication.day_of(context.partition_key)
        given = Resources(source, context.resources)
        lake, warehouse, progress = given.lake, given.warehouse, given.progress
        wanted = selected_tables(dump_type, context.selected_asset_keys)
        checks = {key.asset_key for key in context.selected_asset_check_keys}
        checked = selected_tables(dump_type, checks | context.selected_asset_keys)

        def work(_clock: Clock) -> Result:
            # Locked, as another process may publish the month anew and remove the files being read.
            with lake.lock(dump_type.name, month), warehouse.writer() as connection:
                loading = Load(
                    source,
                    lake,
                    lake.readable_manifest(dump_type.name, month),
                    is_full=config.full,
                    is_accepted=config.accept,
                    is_verified=config.verify,
                )
                return load_tables(connection, loading, wanted, checked, progress)

        yield from materialize(context, work)

    return load


def load_tables(
    connection: Connection,
    loading: Load,
    wanted: Sequence[Table],
    checked: Sequence[Table],
    progress: Progress,
) -> Result:
    """Load the tables that are missing; return what is shown of all that are wanted."""
    manifest, started = loading.manifest, time.monotonic()
    missing = loading.missing(connection, wanted)
    name = f"{manifest.group} {dump_day(loading.month)}"
    total = loading.work(missing, checked, wanted)
    metadata: dict[dg.AssetKey, Mapping[str, Any]] = {}
    with progress.step(f"loading {name}", total, is_bytes=False) as step:
        parts = Statements(connection, step)
        outcomes = loading.run(connection, missing, checked, parts)
        speed = load_speed(manifest, missing, time.monotonic() - started)
        for table in wanted:
            with parts.part(f"charts of {table.name}", DESCRIBED * loading.bytes_of([table])):
                charts = loading.dumps.charts.get(table.name, ())
                shown = table_metadata(connection, table, charts, loading.month)
            shown |= load_metadata(manifest, table, loading.lake)
            key = table_key(loading.dump_type, table.name)
            metadata[key] = {**shown, "loaded_now": table in missing, **speed}
    rows = sum(manifest.tables[table.name].rows for table in missing)
    return Result(
        metadata,
        outcomes,
        f"{name}: {len(missing)} tables loaded, {rows:,} rows, "
        f"{time.monotonic() - started:.1f} s with checks and charts",
    )


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
