"""The job that imports a month: dump files, records, tables, what changed and what is computed."""

from collections.abc import Iterable

import dagster as dg
from dagster._core.definitions.unresolved_asset_job_definition import UnresolvedAssetJobDefinition

from discogs_assets.sources.dumps.keys import iter_keys
from discogs_assets.sources.dumps.source import DumpSource


def build_import_job(
    source: DumpSource, computed: Iterable[dg.AssetKey] = ()
) -> UnresolvedAssetJobDefinition:
    """Return the job; `computed` are the tables that are computed from those of the dumps."""
    of_dumps = [key for one in source.dump_types.values() for key in iter_keys(one)]
    return dg.define_asset_job(
        source.import_job,
        selection=dg.AssetSelection.assets(*of_dumps, *computed),
        executor_def=dg.in_process_executor,
        description="Imports a month of all dump types, one after the other: downloads the dump "
        "file, reads its records into the lake, loads the tables, finds what changed; then "
        "computes the tables that are made of others. What is done already stays as it is.",
    )
