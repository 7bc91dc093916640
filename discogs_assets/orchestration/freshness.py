"""How late a month may be before Dagster calls an asset stale."""

from datetime import timedelta

import dagster as dg

MONTHLY = dg.FreshnessPolicy.cron(
    deadline_cron="0 0 10 * *",
    lower_bound_delta=timedelta(days=9),
    timezone="UTC",
)
"""Written between the 1st and the 10th of each month, or since.

A dump is dated the 1st and comes within a few days, its four files a day or two apart; the rest is
time to import it. The policy knows the clock only: whether the month that was written is the
newest one published is what the check of the catalogue tells.
"""


def is_monthly(spec: dg.AssetSpec) -> bool:
    """Whether an asset is the records or a table of each month: no export, no dump file."""
    is_of_months = isinstance(spec.partitions_def, dg.MonthlyPartitionsDefinition)
    return is_of_months and bool(spec.kinds & {"parquet", "duckdb"})


def expect_monthly(spec: dg.AssetSpec) -> dg.AssetSpec:
    return spec.replace_attributes(freshness_policy=MONTHLY) if is_monthly(spec) else spec
