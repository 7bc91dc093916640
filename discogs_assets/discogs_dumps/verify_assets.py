"""A Dagster check to run by hand: every key of the newest month against all others.

It belongs to no partition: Dagster 1.13 runs a check of a partition only together with its asset.
"""

from collections.abc import Iterator

import dagster as dg

from discogs_assets.asset_keys import table_key
from discogs_assets.audit import check_rows
from discogs_assets.checks import check_result
from discogs_assets.discogs_dumps.table_assets import selected_tables
from discogs_assets.discogs_dumps.tables import DUMP_TYPES, DumpType
from discogs_assets.loaded import LoadedMonths, loaded_months, newest
from discogs_assets.progress import Progress
from discogs_assets.query_progress import Statements
from discogs_assets.tables import Table
from discogs_assets.warehouse_file import Connection, Warehouse

EVERY_KEY = "every_key_is_unique"
TEXT = (
    "In the newest month no key is NULL or occurs twice: all keys are compared, where each load "
    "compares samples. It takes minutes for a whole month, so run it by hand when in doubt."
)


def checked_tables(dump_type: DumpType) -> list[Table]:
    return [table for table in dump_type.tables if not table.is_quarantine]


def iter_checks_by_hand() -> Iterator[dg.AssetCheckKey]:
    """Yield the checks that no import runs."""
    for dump_type in DUMP_TYPES.values():
        for table in checked_tables(dump_type):
            yield dg.AssetCheckKey(table_key(table.name), EVERY_KEY)


def build_verify(dump_type: DumpType) -> dg.AssetChecksDefinition:
    """Return the checks of a dump type's tables that compare every key."""

    @dg.multi_asset_check(
        name=f"verify_{dump_type.name}",
        specs=[
            dg.AssetCheckSpec(EVERY_KEY, asset=table_key(one.name), description=TEXT)
            for one in checked_tables(dump_type)
        ],
        can_subset=True,
        pool="duckdb",
    )
    def verify(
        context: dg.AssetCheckExecutionContext,
        warehouse: dg.ResourceParam[Warehouse],
        progress: dg.ResourceParam[Progress],
    ) -> Iterator[dg.AssetCheckResult]:
        keys = {key.asset_key: key for key in context.selected_asset_check_keys}
        wanted = selected_tables(dump_type, {*keys})
        name = f"verifying {dump_type.name}"
        with warehouse.reader() as connection, progress.step(name, len(wanted)) as step:
            parts, loaded = Statements(connection, step), loaded_months(connection)
            for table in wanted:
                with parts.part(table.name, 1):
                    result = verified(connection, table, loaded, keys[table_key(table.name)])
                yield result

    return verify


def verified(
    connection: Connection, table: Table, loaded: LoadedMonths, key: dg.AssetCheckKey
) -> dg.AssetCheckResult:
    """Return what comes of comparing every key of a table's newest month."""
    month = newest(loaded, table.name)
    if month is None:
        return dg.AssetCheckResult(
            passed=True, asset_key=key.asset_key, check_name=key.name, description="not loaded yet"
        )
    found, _ = check_rows(connection, table, month.month, month.rows)
    return check_result(key, found)


VERIFY_CHECKS = [build_verify(dump_type) for dump_type in DUMP_TYPES.values()]
