"""The months that all assets share, as Dagster partitions."""

from datetime import UTC, date, datetime

import dagster as dg

from discogs_assets.errors import SettingError
from discogs_assets.orchestration.months import FIRST_DUMP


def months_from(first: date) -> dg.MonthlyPartitionsDefinition:
    """Return the months from one on; a dump dated the 1st appears in its month: one month ahead."""
    return dg.MonthlyPartitionsDefinition(start_date=str(first), end_offset=1)


ALL_MONTHS = months_from(FIRST_DUMP)


def refuse_unknown(month: date) -> None:
    """Raise SettingError for a month before the first dump, or one that has not begun."""
    if not ALL_MONTHS.has_partition_key(str(month)):
        raise SettingError(
            f"{month:%Y-%m}: expected a month from {FIRST_DUMP:%Y-%m} on, which has begun: the "
            f"clock of this machine says {datetime.now(UTC):%Y-%m-%d %H:%M} UTC; choose another "
            "with --year-month, or set the clock"
        )
