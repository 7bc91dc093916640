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
from discogs_assets.sources.discogs_dumps.tables import DUMP_TYPES, DumpType
from discogs_assets.sources.dumps.verification.keys import VERIFICATION, key_check
from discogs_assets.tables.outcome import Outcome
from discogs_assets.tables.table import Table
from discogs_assets.warehouse.checks import check_rows
from discogs_assets.warehouse.database import Warehouse
from discogs_assets.warehouse.loaded import LoadedMonths, loaded_months, newest
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


@dg.multi_asset_check(
    name="verify_keys",
    specs=[
        dg.AssetCheckSpec(key_check(name).name, asset=VERIFICATION, description=text(name))
        for name in DUMP_TYPES
    ],
    can_subset=True,
    pool="duckdb",
)
def verify_keys(
    context: dg.AssetCheckExecutionContext,
    warehouse: dg.ResourceParam[Warehouse],
    progress: dg.ResourceParam[Progress],
) -> Iterator[dg.AssetCheckResult]:
    """Compare the keys of the dump types that are selected."""
    wanted = {key: of for key in context.selected_asset_check_keys for of in iter_checked_by(key)}
    total = sum(len(checked_tables(of)) for of in wanted.values())
    with warehouse.reader() as connection, progress.step("verifying keys", total) as step:
        parts, loaded = Statements(connection, step), loaded_months(connection)
        for key, dump_type in wanted.items():
            outcomes = [*iter_outcomes(connection, dump_type, loaded, parts)]
            yield check_result(key, joined(key.name, outcomes))


def iter_checked_by(key: dg.AssetCheckKey) -> Iterator[DumpType]:
    """Yield the dump type that a check is of."""
    yield from (one for name, one in DUMP_TYPES.items() if key_check(name) == key)


def iter_outcomes(
    connection: Connection, dump_type: DumpType, loaded: LoadedMonths, parts: Statements
) -> Iterator[Outcome]:
    """Yield what comes of comparing every key of the newest month of each table."""
    for table in checked_tables(dump_type):
        with parts.part(table.name, 1):
            if month := newest(loaded, table.name):
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
