"""What is published, complete and imported, month by month."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from discogs_assets.display.text import size
from discogs_assets.platform import Platform
from discogs_assets.sources.discogs_dumps.tables import DUMP_TYPES
from discogs_assets.sources.dumps.catalogue import Dump, iter_months
from discogs_assets.sources.dumps.republished import checksums_at_hand, is_republished
from discogs_assets.storage.lake import Lake
from discogs_assets.storage.manifest import Manifest
from discogs_assets.warehouse.loaded import LoadedMonths, loaded_months

HEADS = ("dump", *(f" {name}" for name in DUMP_TYPES), "complete", "imported", "loaded")


@dataclass
class Overview:
    """Rows of `HEADS`, a month each, and lines that say which months were published again."""

    rows: list[Sequence[str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def read_overview(platform: Platform, year: int | None) -> Overview:
    """Return the months of a year, or of the newest two."""
    catalogue = platform.dumps.catalogue
    loaded: LoadedMonths = {}
    if platform.settings.warehouse.exists():
        with platform.warehouse.reader() as connection:
            loaded = loaded_months(connection)
    found = Overview()
    for one in [year] if year else catalogue.years()[-2:]:
        for dump in iter_months(catalogue, one):
            add_month(found, platform, loaded, dump)
    return found


def add_month(found: Overview, platform: Platform, loaded: LoadedMonths, dump: Dump) -> None:
    """Add a published month."""
    imported = manifests(platform.lake, dump.month)
    old = republished(platform, dump, imported)
    there = [name for name in DUMP_TYPES if name in dump.files]
    row = (
        f"{dump.date}",
        *(size_of(dump, name) for name in DUMP_TYPES),
        completeness(dump),
        some(
            there,
            in_lake(platform.lake, imported, old) | unreadable(platform.lake, dump.month, imported),
        ),
        some(there, in_warehouse(loaded, dump.month, imported, old)),
    )
    found.rows.append(row)
    if old:
        month, types = f"{dump.month:%Y-%m}", ", ".join(old)
        found.notes.append(
            f"{month} was published again: {types}; run discogs-assets import --year-month {month}"
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


def manifests(lake: Lake, month: date) -> dict[str, Manifest]:
    """Return what the lake holds or held of a month, by dump type, as far as it can be read."""
    found = {}
    for name in DUMP_TYPES:
        manifest = lake.find(name, month)
        if manifest is None and lake.is_retired(name, month):
            manifest = lake.find_retired(name, month)
        if manifest:
            found[name] = manifest
    return found


def unreadable(lake: Lake, month: date, readable: Collection[str]) -> dict[str, str]:
    """Return the types that the lake has of a month, and that cannot be read."""
    return {
        name: "unreadable"
        for name in DUMP_TYPES
        if name not in readable and lake.is_published(name, month)
    }


def republished(platform: Platform, dump: Dump, imported: Mapping[str, Manifest]) -> list[str]:
    """Return the types of which another file is published than the imported one."""
    there = [name for name in dump.types if name in imported]
    sha256 = checksums_at_hand(platform.dumps.catalogue, dump) if there else {}
    return [
        name
        for name in there
        if is_republished(
            platform.store, (file := dump.files[name]), imported[name], sha256.get(file.name)
        )
    ]


def in_lake(lake: Lake, imported: Mapping[str, Manifest], old: Sequence[str]) -> dict[str, str]:
    """Return the types that the lake holds or held, with what is to be said of each."""
    return {
        name: marks(
            part=not manifest.is_full,
            retired=lake.is_retired(name, date.fromisoformat(manifest.month)),
            old=name in old,
        )
        for name, manifest in imported.items()
    }


def in_warehouse(
    loaded: LoadedMonths, month: date, imported: Mapping[str, Manifest], old: Sequence[str]
) -> dict[str, str]:
    """Return the types of a month of which the warehouse holds every table, as `in_lake`."""
    found = {}
    for name, dump_type in DUMP_TYPES.items():
        if all((table.name, month) in loaded for table in dump_type.tables):
            one = loaded[dump_type.record, month]
            is_old = name in old or (name in imported and imported[name].attempt != one.source)
            found[name] = marks(part=not one.is_full, old=is_old)
    return found


def marks(**are: bool) -> str:
    return ", ".join(name for name, is_so in are.items() if is_so)


def some(expected: Sequence[str], found: Mapping[str, str]) -> str:
    """Return yes for all that is expected, the names for some, a dash for none."""
    if not found:
        return "–"
    if {*found} == {*expected} and len({*found.values()}) == 1:
        return found[expected[0]] or "yes"
    names = [name for name in DUMP_TYPES if name in found]
    return ", ".join(f"{name} ({found[name]})" if found[name] else name for name in names)
