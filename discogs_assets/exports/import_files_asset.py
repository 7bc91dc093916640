"""The Dagster asset of the files for `neo4j-admin database import full`."""

from datetime import date

import dagster as dg

from discogs_assets.display.markdown import markdown_table
from discogs_assets.display.progress import Progress
from discogs_assets.exports.assets import ExportConfig
from discogs_assets.exports.documents.document import DOCUMENTS
from discogs_assets.exports.month import Month
from discogs_assets.exports.neo4j.import_files import COMMAND, SCHEMA, write_import_files
from discogs_assets.exports.registry import GRAPH, TYPES, Sinks, types_of_month
from discogs_assets.orchestration.asset_keys import OWNERS, table_key
from discogs_assets.orchestration.code_references import code_of
from discogs_assets.storage.lake import Lake
from discogs_assets.warehouse.database import Warehouse

NAME = "neo4j_import_files"


def build_import_files(months: dg.MonthlyPartitionsDefinition) -> dg.AssetsDefinition:
    """Return the asset, which is made when asked only: one needs the files once."""

    @dg.asset(
        key=table_key(NAME),
        deps=[table_key(document.table) for document in DOCUMENTS.values()],
        partitions_def=months,
        group_name="discogs_exports",
        kinds={"neo4j"},
        owners=OWNERS,
        pool=f"export_{NAME}",
        description="CSV files for the first load of a month into Neo4j.\n\nThey are in a "
        f"folder of the month below `NEO4J_IMPORT_PATH`: `{COMMAND}` has the command for "
        f"`neo4j-admin`, `{SCHEMA}` what to run afterwards. The export `neo4j` then knows what "
        f"the database holds, and brings what changes.\n\n{GRAPH}",
        metadata=code_of(write_import_files),
    )
    def neo4j_import_files(
        context: dg.AssetExecutionContext,
        config: ExportConfig,
        lake: dg.ResourceParam[Lake],
        warehouse: dg.ResourceParam[Warehouse],
        sinks: dg.ResourceParam[Sinks],
        progress: dg.ResourceParam[Progress],
    ) -> dg.MaterializeResult[None]:
        day = date.fromisoformat(context.partition_key)
        month = Month(lake, warehouse, day, config.limit)
        folder = sinks.settings.neo4j_import_path / f"{day:%Y-%m}"
        with lake.store.lock(NAME), progress.step(f"writing {folder}", None) as step:
            rows = write_import_files(
                month,
                types_of_month(lake, day, config.types, TYPES, "Neo4j"),
                folder,
                lambda n: step.advance(0, n),
            )
        table = markdown_table(["file", "rows"], [[k, f"{n:,}"] for k, n in rows.items()], "lr")
        return dg.MaterializeResult(
            metadata={
                "folder": dg.MetadataValue.path(folder),
                "command": str(folder / COMMAND),
                "files": dg.MetadataValue.md(table),
            }
        )

    return neo4j_import_files
