"""Months that the warehouse has and the store has never had: another store, most likely."""

import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from discogs_assets.display.text import dump_day
from discogs_assets.storage.lake import Lake
from discogs_assets.warehouse.loaded import LoadedMonths


def unknown_months(lake: Lake, loaded: LoadedMonths) -> dict[str, list[date]]:
    """Return the months that are loaded, but neither published nor retired, by group."""
    found = {group: [*iter_unknown(lake, group, loaded)] for group in lake.groups}
    return {group: months for group, months in found.items() if months}


def iter_unknown(lake: Lake, group: str, loaded: LoadedMonths) -> Iterator[date]:
    [record] = [table for table in lake.groups[group] if table.is_of_records]
    if months := [one.month for one in loaded.months(record)]:
        known = {*lake.months(group), *lake.retired_months(group)}
        yield from (month for month in months if month not in known)


def describe_unknown(lake: Lake, loaded: LoadedMonths, warehouse: Path) -> str:
    """Return a sentence about such months for people; "" when there are none."""
    found = unknown_months(lake, loaded)
    if not found:
        return ""
    months = "; ".join(
        f"{group} of {', '.join(f'{dump_day(month)}' for month in of_group)}"
        for group, of_group in found.items()
    )
    return (
        f"DISCOGS_STORE is {lake.store.url}, which has never had what {warehouse} has: {months}. "
        "Set DISCOGS_STORE to where they were imported from; without them the next month is "
        "compared with nothing. If that store is gone, import them again"
    )


def warn_of_unknown_months(lake: Lake, loaded: LoadedMonths, warehouse: Path) -> None:
    """Say on standard error which months the store should have, and has not."""
    if told := describe_unknown(lake, loaded, warehouse):
        print(f"discogs-assets: {told}", file=sys.stderr, flush=True)
