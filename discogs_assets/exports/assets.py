"""The Dagster assets of the exports: one a sink."""

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import date
from typing import Any

import dagster as dg
from dagster._core.storage.tags import AUTOMATION_CONDITION_TAG
from pydantic import Field

from discogs_assets.display.markdown import codes, markdown_table
from discogs_assets.display.progress import Progress
from discogs_assets.display.text import per_second
from discogs_assets.exports.feed import feed, read_state
from discogs_assets.exports.month import Month
from discogs_assets.exports.registry import EXPORTS, Export, Sinks, types_of_month
from discogs_assets.exports.retry import retrying
from discogs_assets.exports.settings import ExportSettings
from discogs_assets.exports.sink import Counts, Sink
from discogs_assets.orchestration.asset_checks import HARD_BREAK, check_specs
from discogs_assets.orchestration.asset_keys import OWNERS, table_key
from discogs_assets.orchestration.code_references import code_of
from discogs_assets.orchestration.conditions import FOLLOWS_NEWEST
from discogs_assets.storage.lake import Lake
from discogs_assets.tables.check import Check
from discogs_assets.warehouse.database import Warehouse

CHECK = Check(
    "record_count_equals_warehouse",
    "The sink has as many records of each dump type as the warehouse, with those in quarantine "
    "that are kept as they were last read.",
)
COUNTS = ("inserted", "updated", "deleted", "unchanged")
UNREAD = {"unread": "in_quarantine", "kept": "kept_as_last_read"}
"""What is counted of records that could not be read, and how it is called."""


class ExportConfig(dg.Config):
    """`types` are the dump types, all that are imported without.

    `limit` takes the first so many records of each. `full` writes everything, also what the sink
    says it has.
    """

    types: list[str] = []  # noqa: RUF012  (a field of the config, copied for each)
    limit: int | None = Field(default=None, gt=0)
    full: bool = False


def description(export: Export, settings: ExportSettings) -> str:
    """Return what the UI says of an export."""
    if export.is_on(settings):
        turned = f"`{export.variable}` is set: it is fed each new month."
    elif export.has_place:
        turned = f"Fed when asked. To have it fed each new month, {export.how_to_turn_on}."
    else:
        turned = f"Off. To turn it on, {export.how_to_turn_on}."
    reads = codes((*export.reads, *export.reads_computed))
    return f"Exports a month to {export.title}.\n\n{export.what}\n\nReads {reads}.\n\n{turned}"


def build_export(
    export: Export, settings: ExportSettings, months: dg.MonthlyPartitionsDefinition
) -> dg.AssetsDefinition:
    """Return the asset of an export; one that is off is not fed by itself."""
    key = table_key(export.name)

    @dg.asset(
        key=key,
        deps=[table_key(name) for name in (*export.reads, *export.reads_computed)],
        partitions_def=months,
        group_name="discogs_exports",
        kinds={export.name},
        owners=OWNERS,
        pool=f"export_{export.name}",
        automation_condition=FOLLOWS_NEWEST if export.is_on(settings) else None,
        check_specs=check_specs([CHECK], key, months),
        output_required=False,  # A month that is left alone is not there.
        description=description(export, settings),
        metadata=code_of(export.sink),
    )
    def exported(
        context: dg.AssetExecutionContext,
        config: ExportConfig,
        lake: dg.ResourceParam[Lake],
        warehouse: dg.ResourceParam[Warehouse],
        sinks: dg.ResourceParam[Sinks],
        progress: dg.ResourceParam[Progress],
    ) -> Iterator[dg.MaterializeResult[None] | dg.AssetCheckResult]:
        day = date.fromisoformat(context.partition_key)
        month = Month(lake, warehouse, day, config.limit)
        sink = sinks.open(export)
        types = types_of_month(lake, day, config.types, export.types, export.title)
        started = time.monotonic()
        with lake.store.lock(f"export {export.name}"):
            is_automatic = AUTOMATION_CONDITION_TAG in context.run.tags
            if is_automatic and (newer := retrying()(lambda: newest(sink))) > day:
                text = f"It holds {newer:%Y-%m}. Materialize this month to go back."
                context.log.info("%s is left alone. %s", export.title, text)
                yield left_alone(text)
                return
            counts = feed_month(export, sink, month, types, progress, is_full=config.full)
        metadata = export_metadata(counts, time.monotonic() - started)
        left_out = [] if config.types else [one for one in export.types if one not in types]
        shown = {"where": sink.where, "left_out": ", ".join(left_out) or "nothing"}
        yield dg.MaterializeResult(metadata=shown | metadata)
        yield judged(counts)

    return exported


def newest(sink: Sink) -> date:
    """Return the newest month that a sink holds anything of."""
    return max((state.provenance.month for state in read_state(sink).values()), default=date.min)


def feed_month(
    export: Export,
    sink: Sink,
    month: Month,
    types: Sequence[str],
    progress: Progress,
    *,
    is_full: bool,
) -> dict[str, Counts]:
    """Bring a sink to a month; where it is gone, wait for it."""
    name = f"feeding {export.title} {month.month:%Y-%m}"
    with progress.step(name, None) as step:
        return retrying()(
            lambda: feed(sink, month, types, lambda n: step.advance(0, n), is_full=is_full)
        )


def export_metadata(counts: Mapping[str, Counts], seconds: float) -> dict[str, Any]:
    """Return what the UI shows of what became of the records."""
    shown = {**{what: what for what in COUNTS}, **UNREAD}
    totals = {
        name: sum(getattr(one, what) for one in counts.values()) for what, name in shown.items()
    }
    rows = [
        [dump_type, *(f"{getattr(one, what):,}" for what in (*shown, "there"))]
        for dump_type, one in counts.items()
    ]
    heads = ["type", *(name.replace("_", " ") for name in shown.values()), "there now"]
    written = totals["inserted"] + totals["updated"]
    return {
        "dagster/partition_row_count": sum(one.there for one in counts.values()),
        **totals,
        "records": dg.MetadataValue.md(markdown_table(heads, rows, "lrrrrrrr")),
        "counts": dg.MetadataValue.json({name: asdict(one) for name, one in counts.items()}),
        "seconds": round(seconds, 2),
        "written_per_second": per_second(written, seconds),
    }


def left_alone(text: str) -> dg.AssetCheckResult:
    """Return the result of the check where the sink holds a newer month."""
    return dg.AssetCheckResult(
        passed=False, check_name=CHECK.name, severity=dg.AssetCheckSeverity.WARN, description=text
    )


def judged(counts: Mapping[str, Counts]) -> dg.AssetCheckResult:
    """Return whether the sink has as many records as the warehouse."""
    wrong = [
        f"{name}: {one.there:,} records, {one.records:,} in the warehouse."
        for name, one in counts.items()
        if one.there != one.records
    ]
    advice = "Something else writes there: materialize with `full` to write every record again."
    in_sink = sum(one.there for one in counts.values())
    return dg.AssetCheckResult(
        passed=not wrong,
        check_name=CHECK.name,
        description=HARD_BREAK.join([*wrong, advice]) if wrong else f"Records: {in_sink:,}.",
        metadata={"records": in_sink},
    )


EXPORT_JOB = dg.define_asset_job(
    "export",
    selection=dg.AssetSelection.assets(*(table_key(one.name) for one in EXPORTS)),
    executor_def=dg.in_process_executor,
    description="Brings sinks to a month: choose those that are set.",
)


def build_exports(
    settings: ExportSettings, months: dg.MonthlyPartitionsDefinition
) -> list[dg.AssetsDefinition]:
    return [build_export(export, settings, months) for export in EXPORTS]
