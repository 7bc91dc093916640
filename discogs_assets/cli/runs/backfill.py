"""The backfill that `discogs-assets backfill` queues for the Dagster daemon, a run per month.

Dagster's own `dagster job backfill` counts a backfill as done once its runs are queued, and then
does not retry a run that is killed (1.13).
"""

import logging
import time
from collections.abc import Mapping, Sequence
from datetime import date

import dagster as dg
from dagster._core.definitions.selector import (
    PartitionRangeSelector,
    PartitionsByAssetSelector,
    PartitionsSelector,
)
from dagster._core.execution.backfill import PartitionBackfill
from dagster._core.utils import make_new_backfill_id

from discogs_assets.definitions import build_definitions, dump_types_of
from discogs_assets.derived.tables import DERIVED
from discogs_assets.errors import SettingError
from discogs_assets.orchestration.asset_keys import table_key
from discogs_assets.orchestration.months import FIRST_DUMP
from discogs_assets.orchestration.partitions import months_from
from discogs_assets.orchestration.run_tags import COMMAND, TYPES
from discogs_assets.platform import Platform
from discogs_assets.sources.discogs_dumps.publication import MASTERS_SINCE, expected_types
from discogs_assets.sources.discogs_dumps.tables import DUMP_TYPES
from discogs_assets.sources.dumps.keys import iter_keys

logger = logging.getLogger(__name__)


def months_between(first: date, last: date, first_shown: date) -> list[date]:
    """Return the months from `first` to `last`; SettingError if there are none.

    `first_shown` is the first month that Dagster knows.
    """
    known = [date.fromisoformat(key) for key in months_from(FIRST_DUMP).get_partition_keys()]
    if not known[0] <= first <= last <= known[-1]:
        raise SettingError(
            f"backfill: expected two months from {known[0]:%Y-%m} to {known[-1]:%Y-%m}, "
            f"the earlier first, found {first:%Y-%m} and {last:%Y-%m}"
        )
    if first < first_shown:
        raise SettingError(
            f"backfill: {first:%Y-%m} is before {first_shown:%Y-%m}, where the months of Dagster "
            f"begin; set DISCOGS_FIRST_MONTH={first:%Y-%m}, also for the daemon, and restart it"
        )
    return [month for month in known if first <= month <= last]


def months_of(months: Sequence[date], dump_type: str) -> list[date]:
    """Return the months for which Discogs publishes that type."""
    return [month for month in months if dump_type in expected_types(month)]


def count_files(months: Sequence[date], types: Sequence[str]) -> int:
    return sum(len(months_of(months, dump_type)) for dump_type in types)


def published_months(months: Sequence[date], types: Sequence[str]) -> dict[str, list[date]]:
    """Return the months of each dump type; warn of those that were never published.

    Raises SettingError if none is left.
    """
    published = {name: those for name in types if (those := months_of(months, name))}
    if not published:
        raise SettingError(
            f"backfill: expected months from {MASTERS_SINCE:%Y-%m} on, when the first masters were "
            f"published, found {months[0]:%Y-%m} to {months[-1]:%Y-%m}; choose later ones"
        )
    if count_files(months, types) < len(months) * len(types):
        logger.warning("masters before %s are left out: none exist", f"{MASTERS_SINCE:%Y-%m}")
    return published


def months_by_asset(by_type: Mapping[str, Sequence[date]]) -> dict[dg.AssetKey, Sequence[date]]:
    """Return the months of each asset of dumps and of computed tables.

    A computed table has the months in which all dump types that it reads are published.
    """
    by_asset = {
        key: months for name, months in by_type.items() for key in iter_keys(DUMP_TYPES[name])
    }
    for table in DERIVED:
        if (types := dump_types_of(table)) <= {*by_type}:
            by_asset[table_key(table)] = min((by_type[name] for name in types), key=len)
    return by_asset


def range_of(months: Sequence[date]) -> PartitionsSelector:
    ends = PartitionRangeSelector(start=str(months[0]), end=str(months[-1]))
    return PartitionsSelector(ranges=[ends])


def queue_backfill(
    platform: Platform,
    instance: dg.DagsterInstance,
    months: Sequence[date],
    types: Sequence[str],
) -> str:
    """Queue the import of some months, a run per month; return the id of the backfill."""
    by_type = published_months(months, types)
    backfill = PartitionBackfill.from_partitions_by_assets(
        backfill_id=make_new_backfill_id(),
        asset_graph=build_definitions(platform).resolve_asset_graph(),
        backfill_timestamp=time.time(),
        tags={COMMAND: "backfill", TYPES: ", ".join(by_type)},
        dynamic_partitions_store=instance,
        partitions_by_assets=[
            PartitionsByAssetSelector(asset_key=key, partitions=range_of(of_asset))
            for key, of_asset in months_by_asset(by_type).items()
        ],
        title=f"{months[0]:%Y-%m} to {months[-1]:%Y-%m}",
        description=", ".join(by_type),
        run_config=None,
    )
    instance.add_backfill(backfill)
    return str(backfill.backfill_id)
