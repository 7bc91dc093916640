"""Find months that were taken out of the lake, and are nowhere else or cannot be compared."""

from collections.abc import Iterator, Sequence
from datetime import date
from functools import partial

from discogs_assets.errors import ManifestError, NewerManifestError
from discogs_assets.sources.dumps.retention.inventory import MonthInventory, take_inventory
from discogs_assets.sources.dumps.retention.plan import is_whole
from discogs_assets.sources.dumps.row_digests import is_comparable
from discogs_assets.sources.dumps.source import DumpSource
from discogs_assets.sources.dumps.verification.flaws import NEWER, Flaw
from discogs_assets.storage.lake import Lake
from discogs_assets.warehouse.loaded import LoadedMonths

UNTOLD = "it is damaged, and nothing else tells what the warehouse should have of the month"
LOST = "the month was taken out of the lake, and the warehouse has it no more"
OTHER_VERSION = "its rows were noted by another version of DuckDB, or never: they are counted only"


def iter_retired_flaws(
    source: DumpSource, lake: Lake, loaded: LoadedMonths, month: date | None, groups: Sequence[str]
) -> Iterator[Flaw]:
    """Yield the flaws of a month, of all when None."""
    for holding in take_inventory(source, lake, loaded, (), groups):
        is_wanted = month in (None, holding.month)
        if is_wanted and lake.is_retired(holding.group, holding.month):
            yield from flaws_of(lake, holding)


def flaws_of(lake: Lake, holding: MonthInventory) -> Iterator[Flaw]:
    """Yield what is wrong with a month; nothing where its dump file is there."""
    key = lake.retired_key(holding.group, holding.month)
    flaw = partial(Flaw, "lake", holding.group, holding.month, key)
    try:
        retired = lake.retired(holding.group, holding.month)
    except NewerManifestError:
        yield flaw(NEWER, is_damage=False)
    except ManifestError:
        yield flaw(UNTOLD)
    else:
        copy = holding.retired
        if copy is None or not copy.is_full or retired.sha256 in {d.sha256 for d in holding.dumps}:
            return
        if not is_whole(copy, holding.tables):
            yield flaw(LOST)
        elif not retired.row_digests or not all(map(is_comparable, retired.row_digests.values())):
            yield flaw(OTHER_VERSION, is_damage=False)
