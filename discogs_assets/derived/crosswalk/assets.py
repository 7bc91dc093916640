"""The Dagster assets of the crosswalk: computed together, from the newest dump of each side."""

from collections.abc import Iterator, Mapping

import dagster as dg
from dagster._core.definitions.unresolved_asset_job_definition import UnresolvedAssetJobDefinition

from discogs_assets.derived.crosswalk.compute import WORK, compute_crosswalk
from discogs_assets.derived.crosswalk.inputs import READS, newest_inputs
from discogs_assets.derived.crosswalk.tables import LINK_CANDIDATE, SCHEMA, SOURCES, TABLES
from discogs_assets.display.charts import Chart
from discogs_assets.display.markdown import codes
from discogs_assets.display.progress import Progress
from discogs_assets.orchestration.asset_checks import check_specs
from discogs_assets.orchestration.asset_keys import OWNERS
from discogs_assets.orchestration.code_references import code_of
from discogs_assets.orchestration.column_schema import column_schema
from discogs_assets.orchestration.run import Clock, Event, Result, materialize
from discogs_assets.orchestration.table_metadata import table_metadata
from discogs_assets.storage.store import Store
from discogs_assets.tables.check import checks_of
from discogs_assets.tables.table import Table
from discogs_assets.warehouse.charts import by_month, by_value
from discogs_assets.warehouse.database import Warehouse
from discogs_assets.warehouse.loaded import loaded_months
from discogs_assets.warehouse.query_progress import Statements
from discogs_assets.warehouse.sql import Connection

CROSSWALK = "crosswalk"
"""The step."""

COMPUTE = "compute_crosswalk"
"""The job."""

DEPS = [dg.AssetKey([schema, name]) for schema, names in READS.items() for name in names]

CHARTS: Mapping[str, tuple[Chart, ...]] = {
    "link": (
        by_value("Links by kind", "link", "kind", "links", schema=SCHEMA),
        by_month("Links by dump of MusicBrainz", "link", "links", schema=SCHEMA),
    ),
    "link_finding": (
        by_value("Findings by reason", "link_finding", "reason", "findings", schema=SCHEMA),
    ),
    "link_candidate": (
        by_value("Candidates by rank", "link_candidate", "rank", "candidates", schema=SCHEMA),
    ),
    "cut_key": (by_value("Common keys by kind", "cut_key", "kind", "keys", schema=SCHEMA),),
}


def crosswalk_key(table: str) -> dg.AssetKey:
    return dg.AssetKey([SCHEMA, table])


def spec_of(table: Table) -> dg.AssetSpec:
    """Return what the UI says of a table of the crosswalk."""
    return dg.AssetSpec(
        key=crosswalk_key(table.name),
        deps=DEPS,
        group_name=SCHEMA,
        kinds={"duckdb", "sql"},
        owners=OWNERS,
        description=f"{table.description}\n\nKey: {codes(table.key)}.\n\nOf the newest dump of "
        f"MusicBrainz and the newest month of Discogs, both under CC0: `{SCHEMA}.{table.name}`.",
        metadata={
            "dagster/column_schema": column_schema(table),
            "dagster/table_name": f"{SCHEMA}.{table.name}",
            "dagster/column_lineage": lineage_of(table),
            **code_of(compute_crosswalk),
        },
    )


def lineage_of(table: Table) -> dg.TableColumnLineage:
    """Return what the columns of a table come from, as its declaration says."""
    return dg.TableColumnLineage(
        {
            column: [
                dg.TableColumnDep(dg.AssetKey([schema, name]), of)
                for schema, name, of in (source.split(".") for source in sources)
            ]
            for column, sources in SOURCES[table.name].items()
        }
    )


def build_crosswalk() -> dg.AssetsDefinition:
    """Return the assets of all tables of the crosswalk."""

    @dg.multi_asset(
        name=CROSSWALK,
        specs=[spec_of(table) for table in TABLES],
        check_specs=[
            check
            for table in TABLES
            for check in check_specs(checks_of(table), crosswalk_key(table.name))
        ],
        pool="duckdb",
    )
    def crosswalk(
        context: dg.AssetExecutionContext,
        store: dg.ResourceParam[Store],
        warehouse: dg.ResourceParam[Warehouse],
        progress: dg.ResourceParam[Progress],
    ) -> Iterator[Event]:
        store.refuse_another()  # The warehouse may lie in it.
        with warehouse.writer() as connection:
            yield from materialize(context, lambda clock: compute(connection, progress, clock))

    return crosswalk


def compute(connection: Connection, progress: Progress, clock: Clock) -> Result:
    """Compute the tables; return what is shown of each."""
    inputs = newest_inputs(loaded_months(connection))
    with progress.step("computing the crosswalk", WORK, is_bytes=False) as step:
        outcomes = compute_crosswalk(connection, Statements(connection, step))
        seconds = round(clock(), 2)
        dates = {"musicbrainz_dump": str(inputs.musicbrainz), "discogs_month": str(inputs.discogs)}
        metadata = {
            crosswalk_key(table.name): {
                **table_metadata(connection, table, CHARTS[table.name], inputs.musicbrainz),
                **dates,
                "seconds": seconds,
            }
            for table in TABLES
        }
    rows = metadata[crosswalk_key(LINK_CANDIDATE.name)]["dagster/row_count"]
    summary = f"crosswalk of {inputs}: {rows:,} candidates, {seconds:.1f} s"
    return Result(metadata, outcomes, summary)


def build_crosswalk_job() -> UnresolvedAssetJobDefinition:
    """Return the job that computes the crosswalk."""
    return dg.define_asset_job(
        COMPUTE,
        selection=dg.AssetSelection.assets(*(crosswalk_key(table.name) for table in TABLES)),
        executor_def=dg.in_process_executor,
        description="Finds which records of MusicBrainz and Discogs are the same, from the newest "
        "dump of each.",
    )
