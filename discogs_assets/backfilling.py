"""Ask the Dagster daemon to import many months, one after the other.

Dagster's own `dagster job backfill` calls a backfill done once its runs are queued, and then does
not try again a run that is killed (1.13).
"""

import logging
import time
from collections.abc import Sequence
from datetime import date

import dagster as dg
from dagster._core.definitions.selector import (
    PartitionRangeSelector,
    PartitionsByAssetSelector,
    PartitionsSelector,
)
from dagster._core.execution.backfill import PartitionBackfill
from dagster._core.utils import make_new_backfill_id

from discogs_assets.definitions import build_definitions
from discogs_assets.discogs_dumps.assets import RAW_DUMP, RECORDS
from discogs_assets.discogs_dumps.catalogue import MASTERS_SINCE, expected_types
from discogs_assets.discogs_dumps.partitions import partition_key
from discogs_assets.errors import SettingError
from discogs_assets.partitions import MONTHS
from discogs_assets.platform import Platform

logger = logging.getLogger(__name__)


def months_between(first: date, last: date) -> list[date]:
    """Return the months from one to another, both included; SettingError when there are none."""
    known = [date.fromisoformat(key) for key in MONTHS.get_partition_keys()]
    if not known[0] <= first <= last <= known[-1]:
        raise SettingError(
            f"backfill: expected two months from {known[0]:%Y-%m} to {known[-1]:%Y-%m}, "
            f"the earlier first, found {first:%Y-%m} and {last:%Y-%m}"
        )
    return [month for month in known if first <= month <= last]


def months_of(months: Sequence[date], dump_type: str) -> list[date]:
    """Return the months of which there can be a dump of that type."""
    return [month for month in months if dump_type in expected_types(month)]


def count_files(months: Sequence[date], types: Sequence[str]) -> int:
    return sum(len(months_of(months, one)) for one in types)


def published_months(months: Sequence[date], types: Sequence[str]) -> dict[str, list[date]]:
    """Return the months of each dump type, and tell of those that never were.

    Raises SettingError when none is left.
    """
    found = {one: there for one in types if (there := months_of(months, one))}
    if not found:
        raise SettingError(
            f"backfill: expected months from {MASTERS_SINCE:%Y-%m} on, when the first masters were "
            f"published, found {months[0]:%Y-%m} to {months[-1]:%Y-%m}; choose later ones"
        )
    if count_files(months, types) < len(months) * len(types):
        logger.warning("masters before %s are left out: there are none", f"{MASTERS_SINCE:%Y-%m}")
    return found


def queue_backfill(
    platform: Platform,
    instance: dg.DagsterInstance,
    months: Sequence[date],
    types: Sequence[str],
) -> str:
    """Queue the import of some months, all of a dump type first; return the backfill's id."""
    wanted = published_months(months, types)
    keys = [
        PartitionRangeSelector(start=partition_key(one, of[0]), end=partition_key(one, of[-1]))
        for one, of in wanted.items()
    ]
    partitions = PartitionsSelector(ranges=keys)
    backfill = PartitionBackfill.from_partitions_by_assets(
        backfill_id=make_new_backfill_id(),
        asset_graph=build_definitions(platform).resolve_asset_graph(),
        backfill_timestamp=time.time(),
        tags={},
        dynamic_partitions_store=instance,
        partitions_by_assets=[
            PartitionsByAssetSelector(asset_key=key, partitions=partitions)
            for key in (RAW_DUMP, RECORDS)
        ],
        title=f"{months[0]:%Y-%m} to {months[-1]:%Y-%m}",
        description=", ".join(wanted),
        run_config=None,
    )
    instance.add_backfill(backfill)
    return str(backfill.backfill_id)
