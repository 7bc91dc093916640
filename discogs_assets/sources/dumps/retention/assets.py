"""Retention as Dagster runs it: an asset whose run applies it, and a schedule for that."""

from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from dataclasses import asdict
from functools import cache
from typing import Any

import dagster as dg
from dagster._core.definitions.unresolved_asset_job_definition import UnresolvedAssetJobDefinition

from discogs_assets.display.markdown import markdown_table
from discogs_assets.orchestration.asset_keys import OWNERS
from discogs_assets.orchestration.code_references import code_of
from discogs_assets.orchestration.schedules import job_schedule
from discogs_assets.sources.dumps.keys import retention_key, stored_keys
from discogs_assets.sources.dumps.resources import Resources, resource_keys
from discogs_assets.sources.dumps.retention.apply import RetentionRun
from discogs_assets.sources.dumps.retention.plan import Decision
from discogs_assets.sources.dumps.retention.policy import RetentionPolicy, read_keep
from discogs_assets.sources.dumps.retention.report import HEADS, rows_of, sentence
from discogs_assets.sources.dumps.source import DumpSource
from discogs_assets.tables.table import Table
from discogs_assets.warehouse.database import Warehouse
from discogs_assets.warehouse.sql import Connection

RETENTION = "retention"
"""The job and the schedule."""


class RetentionConfig(dg.Config):
    """With `dry_run` nothing is deleted, only told; the others replace a setting, "" does not.

    Each is a number of months, or `all`.
    """

    dry_run: bool = False
    raw: str = ""
    lake: str = ""
    warehouse: str = ""

    def changed(self, keep: RetentionPolicy) -> RetentionPolicy:
        """Return the settings, with those that are replaced."""
        said = {"raw": self.raw, "lake": self.lake, "warehouse": self.warehouse}
        counts = {stage: read_keep(stage, value) for stage, value in said.items() if value}
        return RetentionPolicy(**asdict(keep) | counts)


def build_retention(source: DumpSource, computed: Sequence[Table]) -> dg.AssetsDefinition:
    """Return the asset; `computed` are the tables that are computed from those of the dumps."""

    @dg.asset(
        key=retention_key(source),
        deps=stored_keys(source),
        group_name=f"{source.name}_upkeep",
        kinds={"file", "parquet"},
        owners=OWNERS,
        pool="duckdb",
        required_resource_keys=resource_keys(source, "lake", "keep", "warehouse", "progress"),
        metadata=code_of(Decision),
        description="Deletes old months of dump files and Parquet files, and hides those of the "
        "warehouse. Settings say how many months each keeps. What exists in no other complete copy "
        "is kept.",
    )
    def retention(
        context: dg.AssetExecutionContext,
        config: RetentionConfig,
    ) -> dg.MaterializeResult[None]:
        given = Resources(source, context.resources)
        keep, lake, progress = config.changed(given.get("keep")), given.lake, given.progress
        done = []
        with ExitStack() as stack:
            connection = open_warehouse(stack, given.warehouse, is_reader=config.dry_run)
            retirement = RetentionRun(source, lake, keep, computed, connection, progress)
            stack.enter_context(progress.step("retaining", None))
            decisions = retirement.plan()
            for decision in decisions if config.dry_run else retirement.iter_done(decisions):
                context.log.info(sentence(decision, is_dry=config.dry_run))
                done.append(decision)
        return dg.MaterializeResult(
            metadata=retention_metadata(source, keep, done, is_dry=config.dry_run)
        )

    return retention


def open_warehouse(stack: ExitStack, warehouse: Warehouse, *, is_reader: bool) -> Connection | None:
    """Return a connection that is closed with the stack; None when there is no file yet."""
    if not warehouse.path.exists():
        return None
    opened = warehouse.reader() if is_reader else warehouse.writer()
    return stack.enter_context(opened)


def retention_metadata(
    source: DumpSource, keep: RetentionPolicy, done: Sequence[Decision], *, is_dry: bool
) -> dict[str, Any]:
    """Return what the UI shows; `decisions` has all of it for programs."""
    gone = [one for one in done if one.deletes]
    freed = sum(one.bytes for one in gone)
    return {
        "dry_run": is_dry,
        "months_kept": str(keep),
        "would_be_deleted" if is_dry else "deleted": table_of(source, gone),
        "expired_but_kept": table_of(source, (one for one in done if not one.deletes)),
        "bytes_freed": 0 if is_dry else freed,
        "decisions": dg.MetadataValue.json(
            [asdict(one) | {"month": str(one.month)} for one in done]
        ),
    }


def table_of(source: DumpSource, decisions: Iterable[Decision]) -> dg.MarkdownMetadataValue:
    rows = rows_of([*source.dump_types], decisions)
    heads = [head.strip() for head in HEADS]
    return dg.MetadataValue.md(markdown_table(heads, rows, "lllrl") if rows else "nothing")


def retention_job(source: DumpSource) -> str:
    return f"{source.prefix}{RETENTION}"


@cache
def build_job(source: DumpSource) -> UnresolvedAssetJobDefinition:
    """Return the job that applies retention."""
    return dg.define_asset_job(
        retention_job(source),
        selection=dg.AssetSelection.assets(retention_key(source)),
        executor_def=dg.in_process_executor,
        description="Deletes old months, as the settings say.",
    )


def build_schedule(source: DumpSource, *, is_running: bool) -> dg.ScheduleDefinition:
    """Return the schedule that applies retention daily."""
    return job_schedule(
        build_job(source),
        "0 5 * * *",
        "Deletes old months daily at 05:00 UTC, as DISCOGS_KEEP_RAW, DISCOGS_KEEP_LAKE and "
        "DISCOGS_KEEP_WAREHOUSE say, once they are safe elsewhere.",
        is_running=is_running,
    )
