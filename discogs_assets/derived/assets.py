"""The Dagster assets of the computed tables."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import dagster as dg

from discogs_assets.derived.charts import CHARTS
from discogs_assets.derived.compute import DESCRIBED, compute, import_of
from discogs_assets.derived.findings.query import finding_checks, judge_month
from discogs_assets.derived.lineage import kept_lineage
from discogs_assets.derived.tables import DERIVED, FINDING, Derived
from discogs_assets.display.markdown import codes
from discogs_assets.display.progress import Progress
from discogs_assets.display.text import per_second
from discogs_assets.orchestration.asset_checks import check_specs
from discogs_assets.orchestration.asset_keys import OWNERS, table_key
from discogs_assets.orchestration.code_references import code_of
from discogs_assets.orchestration.column_schema import column_lineage, column_schema
from discogs_assets.orchestration.conditions import FOLLOWS
from discogs_assets.orchestration.run import Clock, Event, Result, materialize
from discogs_assets.orchestration.table_metadata import table_metadata
from discogs_assets.storage.store import Store
from discogs_assets.tables.check import Check, checks_of
from discogs_assets.tables.outcome import Outcome
from discogs_assets.warehouse.database import Warehouse
from discogs_assets.warehouse.lineage import lineage_table
from discogs_assets.warehouse.loaded import Provenance, loaded_months
from discogs_assets.warehouse.query_progress import Statements
from discogs_assets.warehouse.sql import Connection

FOLDER = Path(__file__).parent
LAST = {"dagster/priority": "-10"}
"""The tag that has a run compute once all dump types are done."""
MOST_NAMED = 5
"""How many tables a description names."""


class ComputeConfig(dg.Config):
    """`full` computes all rows, also where those of records that changed would do.

    `verify` compares every key with all others.
    """

    full: bool = False
    verify: bool = False


MORE_CHECKS = {FINDING.name: (finding_checks(), judge_month)}
"""By table: checks beside those of its declaration, and what makes them out."""


def more_checks(derived: Derived) -> list[Check]:
    """Return the checks of a table that are not of its declaration."""
    checks, _ = MORE_CHECKS.get(derived.name, ([], None))
    return checks


def more_outcomes(
    connection: Connection, derived: Derived, provenance: Provenance
) -> list[Outcome]:
    """Return what those checks find in a computed month."""
    if derived.name not in MORE_CHECKS:
        return []
    _, judge = MORE_CHECKS[derived.name]
    return judge(connection, provenance.month, is_full=provenance.is_full)


def origin(derived: Derived) -> str:
    """Return which tables it is computed from, or how many where a list would be long."""
    if len(derived.reads) > MOST_NAMED:
        return f"Computed from {len(derived.reads)} tables; see its lineage."
    return f"Computed from {codes(derived.reads)}."


def shown_query(derived: Derived) -> str:
    """Return the query as Markdown; of a generated one, which files it is made from."""
    if not derived.generated_from:
        return f"```sql\n{derived.query}\n```"
    return f"Generated from the declarations in {codes(file.name for file in derived.files)}."


def build_derived(derived: Derived, months: dg.MonthlyPartitionsDefinition) -> dg.AssetsDefinition:
    """Return the asset of a computed table."""
    table = derived.table
    lineage = kept_lineage()[derived.name]

    @dg.asset(
        key=table_key(derived.name),
        deps=[table_key(name) for name in derived.reads],
        partitions_def=months,
        group_name="discogs_computed",
        kinds={"duckdb", "sql"},
        owners=OWNERS,
        pool="duckdb",
        op_tags=LAST,
        automation_condition=FOLLOWS,
        check_specs=check_specs(
            (*checks_of(table), *more_checks(derived)), table_key(derived.name), months
        ),
        description=f"{table.description}\n\nKey: {codes(table.key)}.\n\n{origin(derived)}",
        metadata={
            "dagster/column_schema": column_schema(table),
            "dagster/table_name": f"discogs.{table.name}",
            "dagster/column_lineage": column_lineage(lineage, "discogs"),
            "columns_come_from": dg.MetadataValue.md(lineage_table(lineage)),
            "query": dg.MetadataValue.md(shown_query(derived)),
            **code_of(derived.files[0]),
        },
    )
    def computed(
        context: dg.AssetExecutionContext,
        config: ComputeConfig,
        store: dg.ResourceParam[Store],
        warehouse: dg.ResourceParam[Warehouse],
        progress: dg.ResourceParam[Progress],
    ) -> Iterator[Event]:
        month = date.fromisoformat(context.partition_key)
        store.refuse_another()  # The warehouse may lie in it.
        with warehouse.writer() as connection:
            provenance = import_of(derived, month, loaded_months(connection))
            yield from materialize(
                context,
                lambda clock: compute_month(
                    connection, derived, provenance, config, progress, clock
                ),
            )

    return computed


def compute_month(
    connection: Connection,
    derived: Derived,
    provenance: Provenance,
    config: ComputeConfig,
    progress: Progress,
    clock: Clock,
) -> Result:
    """Compute a month of a table, and return what is shown of it; its charts are not timed."""
    table, month = derived.table, provenance.month
    with progress.step(f"computing {table.name} {month:%Y-%m}", 1, is_bytes=False) as step:
        parts = Statements(connection, step)
        of_rows = compute(
            connection, derived, provenance, is_full=config.full, verify=config.verify, parts=parts
        )
        seconds = clock()
        with parts.part("its charts", DESCRIBED):
            metadata = table_metadata(connection, table, CHARTS.get(table.name, ()), month)
            outcomes = [*of_rows[table.name], *more_outcomes(connection, derived, provenance)]
    rows = metadata["dagster/partition_row_count"]
    metadata |= {
        "limited": not provenance.is_full,
        "seconds": round(seconds, 2),
        "rows_per_second": per_second(rows, seconds),
    }
    summary = f"{table.name} {month:%Y-%m}: {rows:,} rows, {seconds:.1f} s"
    return Result({table_key(derived.name): metadata}, {derived.name: outcomes}, summary)


def build_assets(months: dg.MonthlyPartitionsDefinition) -> list[dg.AssetsDefinition]:
    """Return the assets of all computed tables."""
    return [build_derived(derived, months) for derived in DERIVED.values()]
