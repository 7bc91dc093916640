"""The Dagster assets of the dumps: raw files, and their records in the lake.

The tables made of them in the warehouse are in `table_assets`.
"""

import time
from collections.abc import Iterator, Mapping
from typing import Any

import dagster as dg

from discogs_assets.display.markdown import code, markdown_table
from discogs_assets.display.text import dump_day, per_second, size
from discogs_assets.orchestration.asset_checks import check_specs
from discogs_assets.orchestration.asset_keys import OWNERS
from discogs_assets.orchestration.code_references import code_of
from discogs_assets.orchestration.column_schema import column_lineage, paths_schema, records_schema
from discogs_assets.orchestration.run import Clock, Event, Result, materialize
from discogs_assets.sources.dumps.download import fetch
from discogs_assets.sources.dumps.dump_type import DumpType
from discogs_assets.sources.dumps.keys import (
    catalogue_key,
    dump_key,
    group_of,
    records_key,
    step_tags,
)
from discogs_assets.sources.dumps.lineage import described_places
from discogs_assets.sources.dumps.publish import DumpPublisher, refuse_other_dump
from discogs_assets.sources.dumps.raw_files import Downloaded, find_stored
from discogs_assets.sources.dumps.record_checks import record_checks
from discogs_assets.sources.dumps.resources import Resources, resource_keys
from discogs_assets.sources.dumps.source import DumpSource
from discogs_assets.storage.lake import Lake
from discogs_assets.storage.manifest import Manifest
from discogs_assets.storage.store import Store


class RecordsConfig(dg.Config):
    """`limit` stops after so many records; `force` does again what is done.

    `accept` publishes a month that has far fewer records than before.
    """

    limit: int | None = None
    force: bool = False
    accept: bool = False


def build_dump(
    source: DumpSource, dump_type: DumpType, partitions: dg.PartitionsDefinition
) -> dg.AssetsDefinition:
    """Return the asset of a dump type's files."""

    @dg.asset(
        key=dump_key(dump_type),
        deps=[catalogue_key(source)],
        partitions_def=partitions,
        group_name=group_of(dump_type),
        kinds={"file", source.publication.packing.name},
        owners=OWNERS,
        pool=f"{source.name}_download",
        required_resource_keys=resource_keys(source, "dumps", "store", "progress"),
        op_tags=step_tags(source, dump_type),
        metadata={
            "dagster/column_schema": paths_schema(described_places(source, dump_type)),
            **code_of(fetch),
        },
        description=f"The dump file of {dump_type.name} as {source.title} published it, "
        "checked against the published SHA-256 where there is one. Downloads resume."
        f"{licence(source)}",
    )
    def dump(context: dg.AssetExecutionContext) -> dg.MaterializeResult[None]:
        month = source.publication.day_of(context.partition_key)
        given = Resources(source, context.resources)
        catalogue, store = given.dumps.catalogue, given.store
        started = time.monotonic()
        file, stored = fetch(catalogue, store, dump_type.name, month, given.progress)
        seconds = time.monotonic() - started
        how = f"downloaded in {seconds:.1f} s" if stored.is_new else "there already"
        context.log.info(f"{file.name}: {size(stored.bytes)}, {how}")
        metadata = {"source": catalogue.address(file), "date": str(file.date)}
        return dg.MaterializeResult(metadata=metadata | raw_metadata(stored, store, seconds))

    return dump


def licence(source: DumpSource) -> str:
    """Return what a description says of the licence, where the source has it said."""
    return f"\n\n{source.licence}" if source.licence else ""


def raw_metadata(file: Downloaded, store: Store, seconds: float) -> dict[str, Any]:
    """Return what the UI shows of a dump file in the store; not `dagster/uri`, others read it."""
    shown = {
        "dagster/uri": store.uri(file.key),
        "file": store.uri(file.key),
        "sha256": file.sha256,
        "checksum_verified": file.is_verified,
        "bytes": file.bytes,
        "downloaded_now": file.is_new,
        "seconds": round(seconds, 2),
    }
    return shown | {"bytes_per_second": per_second(file.fetched, seconds)} if file.is_new else shown


def build_records(
    source: DumpSource, dump_type: DumpType, partitions: dg.PartitionsDefinition
) -> dg.AssetsDefinition:
    """Return the asset of a dump type's records in the lake."""
    key = records_key(dump_type)

    @dg.asset(
        key=key,
        deps=[dump_key(dump_type)],
        partitions_def=partitions,
        group_name=group_of(dump_type),
        kinds={"parquet", "arrow"},
        owners=OWNERS,
        pool=f"{source.name}_parse",
        required_resource_keys=resource_keys(source, "lake", "store", "memory", "progress"),
        op_tags=step_tags(source, dump_type),
        metadata={
            "dagster/column_schema": records_schema(dump_type.tables),
            "dagster/column_lineage": column_lineage(source.lineage(dump_type), source.name),
            **code_of(DumpPublisher),
        },
        check_specs=check_specs(record_checks(dump_type), key, partitions),
        description=f"Every record of the dump file of {dump_type.name} as rows of Parquet files, "
        "one folder a table and month; visible all at once. What could not be read is in the "
        f"table `{dump_type.quarantine.name}`.{licence(source)}",
    )
    def records(context: dg.AssetExecutionContext, config: RecordsConfig) -> Iterator[Event]:
        month = source.publication.day_of(context.partition_key)
        given = Resources(source, context.resources)
        lake, store, progress = given.lake, given.store, given.progress

        def work(clock: Clock) -> Result:
            dump = find_stored(source.publication, store, dump_type.name, month, progress)
            refuse_other_dump(lake, source.publication, dump, dump_type.name)
            publisher = DumpPublisher(
                lake,
                dump_type,
                month,
                dump,
                source.open_reader,
                limit=config.limit,
                memory=given.memory,
                packing=source.publication.packing,
                block_bytes=source.block_bytes,
            )
            manifest = publisher.run(progress, is_forced=config.force, is_accepted=config.accept)
            seconds = clock()
            return Result(
                {key: records_metadata(dump_type, manifest, lake, seconds)},
                {dump_type.records: publisher.outcomes},
                f"{dump_type.name} {dump_day(month)}: {manifest.records:,} records read, "
                f"{len(manifest.tables)} tables, {seconds:.1f} s",
            )

        yield from materialize(context, work)

    return records


def records_metadata(
    dump_type: DumpType, manifest: Manifest, lake: Lake, seconds: float
) -> dict[str, Any]:
    """Return what the UI shows of a published month."""
    rows = {name: table.rows for name, table in manifest.tables.items()}
    stored = sum(table.bytes for table in manifest.tables.values())
    undeclared = counts_table("path", "times in the sample", manifest.undeclared)
    return {
        "dagster/uri": lake.store.uri(f"lake/{lake.source}"),
        "folder": lake.store.uri(f"lake/{lake.source}"),
        "dagster/partition_row_count": manifest.records,
        "dump": manifest.dump,
        "sha256": manifest.sha256,
        "in_quarantine": rows[dump_type.quarantine.name],
        "limited_to": "all records" if manifest.limit is None else f"{manifest.limit:,} records",
        "parquet_bytes": stored,
        "seconds": round(seconds, 2),
        "records_per_second": per_second(manifest.records, seconds),
        "rows": dg.MetadataValue.md(counts_table("table", "rows", rows)),
        f"unknown_{dump_type.form.lower()}_paths": dg.MetadataValue.md(
            undeclared if manifest.undeclared else "none"
        ),
    }


def counts_table(name: str, what: str, counts: Mapping[str, int]) -> str:
    rows = [(code(key), f"{count:,}") for key, count in counts.items()]
    return markdown_table([name, what], rows, "lr")
