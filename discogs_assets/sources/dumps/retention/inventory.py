"""What each stage holds of each month: dump files, Parquet files, tables in the warehouse."""

from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date
from pathlib import PurePosixPath
from typing import Literal

from discogs_assets.sources.dumps.publication import Publication
from discogs_assets.sources.dumps.raw_files import recorded_sha256
from discogs_assets.sources.dumps.source import DumpSource
from discogs_assets.storage.lake import Lake
from discogs_assets.storage.manifest import Manifest
from discogs_assets.storage.store import Store
from discogs_assets.tables.table import Table
from discogs_assets.warehouse.loaded import LoadedMonths

Stage = Literal["raw", "lake", "warehouse"]
COMPUTED = "computed"
"""What stands for the dump type of tables that are computed from those of all types."""

READ_AT_ONCE = 16
"""Small files of a bucket that are waited for together."""

Sizes = Mapping[str, int]


@dataclass(frozen=True)
class DumpCopy:
    """A dump file in the store; `sha256` is "" when it was never recorded."""

    key: str
    bytes: int
    sha256: str


@dataclass(frozen=True)
class LakeCopy:
    """A month of a dump type as it is, or was, published in the lake; `rows` is by table.

    `bytes` are of the files that are there, `missing` counts those that should be. It
    `is_readable` when its columns are those of today.
    """

    import_id: str
    sha256: str
    rows: Mapping[str, int]
    bytes: int = 0
    limit: int | None = None
    is_readable: bool = True
    missing: int = 0

    @property
    def is_full(self) -> bool:
        return self.limit is None

    @property
    def is_whole(self) -> bool:
        """Whether all of the dump can be had from it."""
        return self.is_full and self.is_readable and not self.missing


@dataclass(frozen=True)
class TableCopy:
    """A month of a table in the warehouse, by an import of it."""

    name: str
    import_id: str
    rows: int
    is_full: bool = True
    is_shown: bool = True
    is_quarantine: bool = False


@dataclass(frozen=True)
class MonthInventory:
    """What there is of a month of a dump type, or of the computed tables.

    `lake` is None when it is not published; `retired` is what it was before it was taken out.
    `left` are the bytes of files that a killed run has left, by key. `changes` names the two
    imports between which changes are loaded, "" when they are not.
    """

    group: str
    month: date
    dumps: tuple[DumpCopy, ...] = ()
    lake: LakeCopy | None = None
    retired: LakeCopy | None = None
    tables: tuple[TableCopy, ...] = ()
    changes: str = ""
    left: Mapping[str, int] = field(default_factory=dict)


def take_inventory(
    source: DumpSource,
    lake: Lake,
    loaded: LoadedMonths,
    computed: Sequence[Table] = (),
    groups: Iterable[str] | None = None,
) -> list[MonthInventory]:
    """Return what is there, by dump type and month; the store is listed, and nothing hashed."""
    sizes = lake.store.sizes(source.publication.raw_folder) | lake.store.sizes(
        f"lake/{lake.source}"
    )
    inventories: list[MonthInventory] = []
    for group in (*source.dump_types, COMPUTED) if groups is None else groups:
        if group == COMPUTED:
            inventories += computed_holdings(loaded, computed)
        else:
            inventories += type_holdings(source, lake, loaded, group, sizes)
    return inventories


def computed_holdings(loaded: LoadedMonths, computed: Sequence[Table]) -> list[MonthInventory]:
    months = sorted(months_of(loaded, computed))
    return [
        MonthInventory(COMPUTED, month, tables=copies(loaded, computed, month)) for month in months
    ]


def months_of(loaded: LoadedMonths, tables: Iterable[Table]) -> set[date]:
    return {one.month for table in tables for one in loaded.months(table)}


def copies(loaded: LoadedMonths, tables: Sequence[Table], month: date) -> tuple[TableCopy, ...]:
    """Return a month of tables as the warehouse has them."""
    there = [(table, one) for table in tables if (one := loaded.get(table, month))]
    return tuple(
        TableCopy(
            one.table.name,
            one.import_id,
            one.rows,
            one.is_full,
            one.is_shown,
            table.is_quarantine,
        )
        for table, one in there
    )


def type_holdings(
    source: DumpSource, lake: Lake, loaded: LoadedMonths, group: str, sizes: Sizes
) -> list[MonthInventory]:
    """Return the months of a dump type that any stage knows, oldest first."""
    dumps, left = dump_keys(source.publication, sizes, group)
    published, retired = lake.months(group), lake.retired_months(group)
    in_warehouse = months_of(loaded, lake.groups[group])
    months = sorted({*dumps, *left, *published, *retired, *in_warehouse})

    def hold(month: date) -> MonthInventory:
        now = lake.find(group, month) if month in published else None
        retired_as = lake.find_retired(group, month) if month in retired else None
        changes = loaded.get(source.change_tables[group], month)
        files = retired_as.files if retired_as else ()
        return MonthInventory(
            group,
            month,
            tuple(describe_dump(lake.store, key, sizes) for key in dumps.get(month, ())),
            lake_copy(lake, now, sizes) if now else None,
            lake_copy(lake, retired_as, sizes) if retired_as else None,
            copies(loaded, lake.groups[group], month),
            changes.import_id if changes else "",
            {key: sizes[key] for key in (*left.get(month, ()), *files) if key in sizes},
        )

    with ThreadPoolExecutor(READ_AT_ONCE) as pool:
        return [*pool.map(hold, months)]


Keys = dict[date, list[str]]


def dump_keys(publication: Publication, sizes: Sizes, group: str) -> tuple[Keys, Keys]:
    """Return the dump files of a type by month, and what is left of some that are not there."""
    dumps: Keys = {}
    left: Keys = {}
    for key in sorted(sizes):
        file = key.removesuffix(".sha256")
        name = PurePosixPath(file).name
        if not publication.is_name(name) or publication.parse_name(name)[1] != group:
            continue
        month = publication.partition_of(name)
        if file == key == publication.raw_key(name):
            dumps.setdefault(month, []).append(key)
        elif file not in sizes:
            left.setdefault(month, []).append(key)
    return dumps, left


def describe_dump(store: Store, key: str, sizes: Sizes) -> DumpCopy:
    sha256 = recorded_sha256(store, key) if f"{key}.sha256" in sizes else ""
    return DumpCopy(key, sizes[key], sha256)


def lake_copy(lake: Lake, manifest: Manifest, sizes: Sizes) -> LakeCopy:
    """Return what a manifest says of a month, and how much of it is there."""
    present = [sizes[file] for file in manifest.files if file in sizes]
    return LakeCopy(
        manifest.import_id,
        manifest.sha256,
        {name: table.rows for name, table in manifest.tables.items()},
        sum(present),
        manifest.limit,
        manifest.schema == lake.schema(manifest.group),
        len(manifest.files) - len(present),
    )
