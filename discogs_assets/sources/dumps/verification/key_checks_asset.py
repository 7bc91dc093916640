"""Dagster checks to run by hand: every key of the newest month against all others.

They are checks of the verification: one of a table would run with each load of it by a backfill or
by automation (Dagster 1.13), which it would double. They belong to no partition, as Dagster runs a
check of a partition only together with its asset.
"""

from collections.abc import Iterator
from dataclasses import replace

import dagster as dg

from discogs_assets.display.progress import Progress
from discogs_assets.orchestration.asset_checks import check_result
from discogs_assets.sources.dumps.dump_type import DumpType
from discogs_assets.sources.dumps.keys import key_check
from discogs_assets.sources.dumps.source import DumpSource
from discogs_assets.tables.outcome import Outcome
from discogs_assets.tables.table import Table
from discogs_assets.warehouse.checks import check_rows
from discogs_assets.warehouse.database import Warehouse
from discogs_assets.warehouse.loaded import LoadedMonths, loaded_months
from discogs_assets.warehouse.query_progress import Statements
from discogs_assets.warehouse.sql import Connection


def text(dump_type: str) -> str:
    return (
        f"In the newest month no key of the tables of {dump_type} is NULL or occurs twice: all "
        "keys are compared, where each load compares samples. It takes minutes for a whole month: "
        "execute it by hand when in doubt; neither imports nor the weekly verification do."
    )


def checked_tables(dump_type: DumpType) -> list[Table]:
    return [table for table in dump_type.tables if not table.is_quarantine]


def build_key_checks(source: DumpSource) -> dg.AssetChecksDefinition:
    """Return the checks, one a dump type."""
    checked = {key_check(source, name): one for name, one in source.dump_types.items()}

    @dg.multi_asset_check(
        name=f"{source.prefix}verify_keys",
        specs=[
            dg.AssetCheckSpec(key.name, asset=key.asset_key, description=text(one.name))
            for key, one in checked.items()
        ],
        can_subset=True,
        pool="duckdb",
    )
    def verify_keys(
        context: dg.AssetCheckExecutionContext,
        warehouse: dg.ResourceParam[Warehouse],
        progress: dg.ResourceParam[Progress],
    ) -> Iterator[dg.AssetCheckResult]:
        wanted = {key: checked[key] for key in context.selected_asset_check_keys}
        total = sum(len(checked_tables(of)) for of in wanted.values())
        with warehouse.reader() as connection, progress.step("verifying keys", total) as step:
            parts, loaded = Statements(connection, step), loaded_months(connection)
            for key, dump_type in wanted.items():
                outcomes = [*iter_outcomes(connection, dump_type, loaded, parts)]
                yield check_result(key, joined(key.name, outcomes))

    return verify_keys


def iter_outcomes(
    connection: Connection, dump_type: DumpType, loaded: LoadedMonths, parts: Statements
) -> Iterator[Outcome]:
    """Yield what comes of comparing every key of the newest month of each table."""
    for table in checked_tables(dump_type):
        with parts.part(table.name, 1):
            if month := loaded.newest(table):
                found, _ = check_rows(connection, table, month.month, month.rows)
                yield replace(found, found=f"{table.name}: {found.found}")


def joined(check: str, outcomes: list[Outcome]) -> Outcome:
    """Return what was found in several tables as one outcome: those that failed, where some did."""
    wrong = [one for one in outcomes if not one.passed]
    good = f"Keys of {len(outcomes)} tables: unique." if outcomes else "Not loaded yet."
    names = dict.fromkeys(name for one in outcomes for name in one.numbers)
    return Outcome(
        check,
        not wrong,
        "\n".join(one.found for one in wrong) or good,
        is_fatal=True,
        examples=wrong[0].examples if wrong else (),
        numbers={name: sum(one.numbers[name] for one in outcomes) for name in names},
    )
