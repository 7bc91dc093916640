"""The Dagster assets of what changed from month to month."""

import time
from collections.abc import Iterator
from typing import Any

import dagster as dg

from discogs_assets.display.markdown import codes
from discogs_assets.display.progress import Progress
from discogs_assets.display.text import dump_day
from discogs_assets.orchestration.asset_checks import (
    check_result,
    check_specs,
)
from discogs_assets.orchestration.asset_keys import OWNERS
from discogs_assets.orchestration.code_references import code_of
from discogs_assets.orchestration.column_schema import column_lineage, column_schema
from discogs_assets.orchestration.conditions import FOLLOWS
from discogs_assets.orchestration.run import Clock, Event, Result, materialize
from discogs_assets.orchestration.table_metadata import table_metadata
from discogs_assets.sources.dumps.change_tables import KINDS, change_table
from discogs_assets.sources.dumps.changes import queries
from discogs_assets.sources.dumps.changes.compare import (
    DESCRIBED,
    USUAL_SHARE,
    Comparison,
    compare,
    count_kinds,
    load_changes,
    next_outdated,
)
from discogs_assets.sources.dumps.dump_type import DumpType
from discogs_assets.sources.dumps.keys import (
    change_key,
    group_of,
    records_key,
    step_tags,
    table_key,
)
from discogs_assets.sources.dumps.lineage import change_lineage
from discogs_assets.sources.dumps.resources import Resources, resource_keys
from discogs_assets.sources.dumps.source import DumpSource
from discogs_assets.tables.check import SOUND, Check, sum_up
from discogs_assets.tables.outcome import Outcome
from discogs_assets.warehouse.lineage import lineage_table
from discogs_assets.warehouse.loaded import loaded_months
from discogs_assets.warehouse.query_progress import Statements
from discogs_assets.warehouse.sql import Connection

CHANGE_CHECKS = (
    SOUND,
    Check(
        USUAL_SHARE,
        "The share of edited records is within the usual range, and almost none differ in form "
        "only: a change of format by the publisher changes every record.",
    ),
)


class ChangeConfig(dg.Config):
    """`full` compares all records of both months again, also when it is done."""

    full: bool = False


def change_description(dump_type: DumpType) -> str:
    table, source = change_table(dump_type), dump_type.source
    newest = table.newest.replace('"', "").removeprefix("main.")
    kinds = "; ".join(f"{kind}: {what}" for kind, what in KINDS.items())
    return (
        f"{table.description}\n\nKey: {codes(table.key)}.\n\nKinds: {kinds}.\n\n"
        f"All months: `{source}.{table.name}`; the newest: `{newest}`; "
        f"with the other dump types: `{source}.change`."
    )


def build_change(
    source: DumpSource, dump_type: DumpType, partitions: dg.PartitionsDefinition
) -> dg.AssetsDefinition:
    """Return the asset of the changes of a dump type."""
    table, key = change_table(dump_type), change_key(dump_type)
    lineage = change_lineage(dump_type)

    @dg.asset(
        key=key,
        # It reads the records, and waits for the table: a month that fails its checks is no news.
        deps=[records_key(dump_type), table_key(dump_type, dump_type.record)],
        partitions_def=partitions,
        group_name=group_of(dump_type),
        kinds={"duckdb", "table"},
        owners=OWNERS,
        pool="duckdb",
        required_resource_keys=resource_keys(source, "lake", "warehouse", "progress"),
        op_tags=step_tags(source, dump_type),
        automation_condition=FOLLOWS,
        check_specs=check_specs(CHANGE_CHECKS, key, partitions),
        description=change_description(dump_type),
        metadata={
            "dagster/column_schema": column_schema(table),
            "dagster/table_name": f"{source.name}.{table.name}",
            "dagster/column_lineage": column_lineage(lineage, source.name),
            "columns_come_from": dg.MetadataValue.md(lineage_table(lineage)),
            **code_of(queries),
        },
    )
    def change(context: dg.AssetExecutionContext, config: ChangeConfig) -> Iterator[Event]:
        month = source.publication.day_of(context.partition_key)
        given = Resources(source, context.resources)
        lake, warehouse, progress = given.lake, given.warehouse, given.progress
        with warehouse.writer() as connection:

            def work(_clock: Clock) -> Result:
                comparison = compare(source, lake, dump_type.name, month)
                outcomes, metadata = compared(connection, comparison, progress, is_full=config.full)
                counted = ", ".join(f"{metadata[kind]:,} {kind}" for kind in KINDS)
                summary = f"{dump_type.name} {dump_day(month)}: {counted}"
                return Result({key: metadata}, {table.name: outcomes}, summary)

            yield from materialize(context, work)
            later = next_outdated(source, lake, dump_type.name, month, loaded_months(connection))
            if later is not None:
                outcomes, metadata = compared(connection, later, progress)
                report(context, later, outcomes, metadata)

    return change


def compared(
    connection: Connection, comparison: Comparison, progress: Progress, *, is_full: bool = False
) -> tuple[list[Outcome], dict[str, Any]]:
    """Load the changes of a month; return what the checks found and what the UI shows."""
    comparison = comparison.as_loaded(loaded_months(connection))
    started = time.monotonic()
    name = f"comparing {comparison.dump_type.name} {dump_day(comparison.month)}"
    with progress.step(name, 1, is_bytes=False) as step:
        parts = Statements(connection, step)
        found = load_changes(connection, comparison, parts, is_full=is_full)
        seconds = {"seconds": round(time.monotonic() - started, 2)}
        with parts.part("its charts", DESCRIBED):
            return found, change_metadata(connection, comparison) | seconds


def change_metadata(connection: Connection, comparison: Comparison) -> dict[str, Any]:
    """Return what the UI shows of the changes of a month."""
    table, month, before = comparison.table, comparison.month, comparison.before
    counts = count_kinds(connection, comparison)
    return {
        **table_metadata(connection, table, comparison.dumps.charts.get(table.name, ()), month),
        "compared_with": before.month if before else f"nothing: {comparison.why_not}",
        "records": comparison.now.records,
        "records_before": before.records if before else 0,
        **counts,
        **comparison.shares(counts),
    }


def report(
    context: dg.AssetExecutionContext,
    later: Comparison,
    found: list[Outcome],
    metadata: dict[str, Any],
) -> None:
    """Tell Dagster that the changes of a later month were computed anew, and its checks.

    Of a partition Dagster (1.13) stores a check that belongs to no run only once, and fails the
    second time: so the checks have none.
    """
    key = change_key(later.dump_type)
    partition = later.dumps.publication.partition_key(later.now.dump)
    event = dg.AssetMaterialization(key, metadata=metadata, partition=partition)
    context.log_event(event)
    results = [check_result(dg.AssetCheckKey(key, one.check), one) for one in sum_up(found)]
    for result in results:
        context.instance.report_runless_asset_event(
            dg.AssetCheckEvaluation(
                check_name=str(result.check_name),
                asset_key=key,
                passed=result.passed,
                severity=result.severity,
                description=result.description,
                metadata=result.metadata,
                blocking=result.check_name == SOUND.name,
            )
        )
