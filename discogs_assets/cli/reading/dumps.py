"""The output of `dumps`: which months are published, complete, imported and loaded."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from discogs_assets.display.terminal import print_table
from discogs_assets.display.text import dump_day, size
from discogs_assets.platform import Platform
from discogs_assets.sources.dumps.catalogue import Dump, iter_months
from discogs_assets.sources.dumps.dump_type import DumpType
from discogs_assets.sources.dumps.republished import checksums_at_hand, is_republished
from discogs_assets.sources.dumps.source import DumpSource
from discogs_assets.storage.lake import Lake
from discogs_assets.storage.manifest import Manifest
from discogs_assets.tables.names import source_option
from discogs_assets.warehouse.loaded import LoadedMonths, loaded_months

MOST_SIZES = 4
"""A source of more dump types has one size for all, so that a terminal is wide enough."""


def heads_of(source: DumpSource) -> Sequence[str]:
    has_all = len(source.dump_types) <= MOST_SIZES
    sizes = [f" {name}" for name in source.dump_types] if has_all else [" types", " size"]
    return ("dump", *sizes, "complete", "imported", "loaded")


@dataclass
class Overview:
    """Rows of `heads_of`, one per month, and a note for each month that was published again."""

    rows: list[Sequence[str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def read_overview(platform: Platform, year: int | None) -> Overview:
    """Return the months of a year, or of the newest two."""
    catalogue = platform.dumps.catalogue
    loaded = LoadedMonths()
    if platform.settings.warehouse.exists():
        with platform.warehouse.reader() as connection:
            loaded = loaded_months(connection)
    overview = Overview()
    for listed_year in [year] if year else catalogue.years()[-2:]:
        for dump in iter_months(catalogue, listed_year):
            add_month(overview, platform, loaded, dump)
    return overview


def print_overview(platform: Platform, overview: Overview) -> None:
    heads = heads_of(platform.source)
    print_table(f"Dumps at {platform.dumps.url}", heads, overview.rows)
    for note in overview.notes:
        print(note)


def add_month(overview: Overview, platform: Platform, loaded: LoadedMonths, dump: Dump) -> None:
    """Add the row of a published month, and a note if it was published again."""
    types = platform.source.dump_types
    imported = manifests(platform, dump.month)
    old = republished(platform, dump, imported)
    lake = platform.lake
    published = [name for name in types if name in dump.files]
    in_lake = lake_marks(lake, imported, old) | unreadable(platform, dump.month, imported)
    row = (
        f"{dump.date}",
        *sizes_of(dump, types),
        completeness(dump),
        types_cell(types, published, in_lake),
        types_cell(types, published, warehouse_marks(types, loaded, dump.month, imported, old)),
    )
    overview.rows.append(row)
    if old:
        month, old_types = dump_day(dump.month), ", ".join(old)
        overview.notes.append(
            f"{month} was published again: {old_types}; run discogs-assets import"
            f"{source_option(platform.source.name)} --year-month {month}"
        )


def sizes_of(dump: Dump, types: Collection[str]) -> Sequence[str]:
    """Return the size of each type, or how many types there are and their size."""
    if len(types) <= MOST_SIZES:
        return [size_of(dump, name) for name in types]
    files = [dump.files[name] for name in types if name in dump.files]
    sizes = [file.size for file in files if file.size is not None]
    total = size(sum(sizes)) if len(sizes) == len(files) else "?"
    return f"{len(files)} of {len(types)}", total


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


def manifests(platform: Platform, month: date) -> dict[str, Manifest]:
    """Return the readable manifests of a month, also of retired ones, by dump type."""
    manifests, lake = {}, platform.lake
    for name in platform.source.dump_types:
        manifest = lake.find(name, month)
        if manifest is None and lake.is_retired(name, month):
            manifest = lake.find_retired(name, month)
        if manifest:
            manifests[name] = manifest
    return manifests


def unreadable(platform: Platform, month: date, readable: Collection[str]) -> dict[str, str]:
    """Return the marks of types that the lake has of a month but cannot read."""
    return {
        name: "unreadable"
        for name in platform.source.dump_types
        if name not in readable and platform.lake.is_published(name, month)
    }


def republished(platform: Platform, dump: Dump, imported: Mapping[str, Manifest]) -> list[str]:
    """Return the types whose published file is another than the imported one."""
    types = [name for name in dump.types if name in imported]
    sha256 = checksums_at_hand(platform.dumps.catalogue, dump) if types else {}
    return [
        name
        for name in types
        if is_republished(
            platform.store, (file := dump.files[name]), imported[name], sha256.get(file.name)
        )
    ]


def lake_marks(lake: Lake, imported: Mapping[str, Manifest], old: Sequence[str]) -> dict[str, str]:
    """Return the types that the lake holds or held, each with its marks; "" if there are none."""
    return {
        name: marks(
            part=not manifest.is_full,
            retired=lake.is_retired(name, date.fromisoformat(manifest.month)),
            old=name in old,
        )
        for name, manifest in imported.items()
    }


def warehouse_marks(
    types: Mapping[str, DumpType],
    loaded: LoadedMonths,
    month: date,
    imported: Mapping[str, Manifest],
    old: Sequence[str],
) -> dict[str, str]:
    """Return the types whose tables are all loaded, each with its marks as `lake_marks`."""
    marked = {}
    for name, dump_type in types.items():
        if all((table, month) in loaded for table in dump_type.tables):
            records = loaded[dump_type.record_table, month]
            is_other = name in imported and imported[name].import_id != records.import_id
            marked[name] = marks(part=not records.is_full, old=name in old or is_other)
    return marked


def marks(**marks: bool) -> str:
    return ", ".join(name for name, is_set in marks.items() if is_set)


def types_cell(types: Iterable[str], published: Sequence[str], marked: Mapping[str, str]) -> str:
    """Return yes for all published types, the names for some, a dash for none."""
    if not marked:
        return "–"
    if {*marked} == {*published} and len({*marked.values()}) == 1:
        return marked[published[0]] or "yes"
    names = [name for name in types if name in marked]
    return ", ".join(f"{name} ({marked[name]})" if marked[name] else name for name in names)
