"""What is published, complete and imported, month by month."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime

from discogs_assets.definitions import Platform
from discogs_assets.discogs_dumps.catalogue import Dump, iter_months
from discogs_assets.discogs_dumps.tables import DUMP_TYPES
from discogs_assets.lake import Lake
from discogs_assets.loaded import Loaded, loaded_months
from discogs_assets.progress import size

HEADS = ("dump", *(f" {name}" for name in DUMP_TYPES), "complete", "imported", "loaded")


def iter_overview(platform: Platform, year: int | None) -> Iterator[Sequence[str]]:
    """Yield a row of `HEADS` for each month of a year, or of the newest two."""
    catalogue = platform.dumps.catalogue
    loaded: dict[tuple[str, date], Loaded] = {}
    if platform.settings.warehouse.exists():
        with platform.warehouse.get_reader() as connection:
            loaded = loaded_months(connection)
    for one in [year] if year else catalogue.years()[-2:]:
        for dump in iter_months(catalogue, one):
            yield (
                f"{dump.date}",
                *(size_of(dump, name) for name in DUMP_TYPES),
                completeness(dump),
                some([n for n in DUMP_TYPES if n in dump.files], in_lake(platform.lake, dump)),
                some([n for n in DUMP_TYPES if n in dump.files], in_warehouse(loaded, dump)),
            )


def size_of(dump: Dump, dump_type: str) -> str:
    if dump_type not in dump.files:
        return "–"
    bytes_ = dump.files[dump_type].size
    return "?" if bytes_ is None else size(bytes_)


def completeness(dump: Dump) -> str:
    """Return yes, or what is missing."""
    if dump.is_complete(datetime.now(UTC)):
        return "yes"
    return f"no: {', '.join(dump.missing) or 'CHECKSUM'} missing"


def in_lake(lake: Lake, dump: Dump) -> list[str]:
    """Return the types of a month that the lake holds or held, with what is not whole marked."""
    found = []
    for name in DUMP_TYPES:
        if lake.is_published(name, dump.month):
            is_full = lake.manifest(name, dump.month).is_full
            found.append(name if is_full else f"{name} (part)")
        elif lake.is_retired(name, dump.month):
            found.append(f"{name} (retired)")
    return found


def in_warehouse(loaded: dict[tuple[str, date], Loaded], dump: Dump) -> list[str]:
    """Return the types of a month of which the warehouse holds every table."""
    return [
        name if loaded[dump_type.record, dump.month].is_full else f"{name} (part)"
        for name, dump_type in DUMP_TYPES.items()
        if all((table.name, dump.month) in loaded for table in dump_type.tables)
    ]


def some(expected: list[str], found: list[str]) -> str:
    """Return yes for all that is expected, the names for some, a dash for none."""
    if not found:
        return "–"
    return "yes" if found == expected else ", ".join(found)
