"""Ask the Dagster daemon to import many months, one after the other.

Dagster's own `dagster job backfill` calls a backfill done once its runs are queued, and then does
not try again a run that is killed (1.13).
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
    """Return the months from one to another, both included; SettingError when there are none.

    `first_shown` is where the months of Dagster begin.
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
            f"begin; set DISCOGS_FIRST_MONTH={first:%Y-%m}, also for the daemon, and start it again"
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


def months_by_asset(wanted: Mapping[str, Sequence[date]]) -> dict[dg.AssetKey, Sequence[date]]:
    """Return the months of each asset, of the dump types and of what is computed from them.

    A computed table has the months of which there are dumps of all types that it is made of.
    """
    found = {key: months for one, months in wanted.items() for key in iter_keys(DUMP_TYPES[one])}
    for name in DERIVED:
        if (types := dump_types_of(name)) <= {*wanted}:
            found[table_key(name)] = min((wanted[one] for one in types), key=len)
    return found


def range_of(months: Sequence[date]) -> PartitionsSelector:
    ends = PartitionRangeSelector(start=str(months[0]), end=str(months[-1]))
    return PartitionsSelector(ranges=[ends])


def queue_backfill(
    platform: Platform,
    instance: dg.DagsterInstance,
    months: Sequence[date],
    types: Sequence[str],
) -> str:
    """Queue the import of some months, a run a month; return the backfill's id."""
    wanted = published_months(months, types)
    backfill = PartitionBackfill.from_partitions_by_assets(
        backfill_id=make_new_backfill_id(),
        asset_graph=build_definitions(platform).resolve_asset_graph(),
        backfill_timestamp=time.time(),
        tags={COMMAND: "backfill", TYPES: ", ".join(wanted)},
        dynamic_partitions_store=instance,
        partitions_by_assets=[
            PartitionsByAssetSelector(asset_key=key, partitions=range_of(of))
            for key, of in months_by_asset(wanted).items()
        ],
        title=f"{months[0]:%Y-%m} to {months[-1]:%Y-%m}",
        description=", ".join(wanted),
        run_config=None,
    )
    instance.add_backfill(backfill)
    return str(backfill.backfill_id)
