"""The months that sources, derived tables and exports share."""

import warnings
from datetime import UTC, date, datetime

import dagster as dg

from discogs_assets.errors import SettingError

MONTHS = dg.MonthlyPartitionsDefinition(start_date="2008-03-01", end_offset=1)
"""From the first dump on. A dump dated the 1st appears in its month: so one month ahead."""


def refuse_unknown(month: date) -> None:
    """Raise SettingError for a month before the first dump, or one that has not begun."""
    if not MONTHS.has_partition_key(str(month)):
        raise SettingError(
            f"{month:%Y-%m}: expected a month from {MONTHS.start:%Y-%m} on, which has begun: the "
            f"clock of this machine says {datetime.now(UTC):%Y-%m-%d %H:%M} UTC; choose another "
            "with --year-month, or set the clock"
        )


def same_month() -> dg.PartitionMapping:
    """Return the mapping from a month to the same month of a table of one dump type."""
    with warnings.catch_warnings():
        # In beta since 1.1, and the only mapping of its kind; Dagster is pinned.
        warnings.simplefilter("ignore", dg.BetaWarning)
        return dg.MultiToSingleDimensionPartitionMapping("month")


def month_of_table(key: dg.AssetKey, *, is_computed: bool) -> dg.AssetDep:
    """Return the dependency of a month on the same one of a table, computed or of a dump type."""
    return dg.AssetDep(key) if is_computed else dg.AssetDep(key, partition_mapping=same_month())
