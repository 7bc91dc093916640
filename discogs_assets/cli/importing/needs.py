"""The numbers for the plan of an import, from catalogue, store, warehouse and disks.

The sums are done in `plan`.
"""

from pathlib import Path

from discogs_assets.cli.importing.plan import Disk, Disks, Plan, TypeWork, plan
from discogs_assets.cli.importing.steps import ImportSteps
from discogs_assets.display.text import dump_day
from discogs_assets.sources.dumps.download import file_of
from discogs_assets.sources.dumps.files import DumpFile
from discogs_assets.sources.dumps.raw_files import stored_name
from discogs_assets.storage.disk import device_at, disk_errors, free_bytes_at
from discogs_assets.storage.local import LocalStore
from discogs_assets.storage.store import Store


def plan_import(steps: ImportSteps) -> Plan:
    """Return what an import will take; raise an error if it is impossible anyway."""
    steps.refuse_impossible()
    work = [work_of(steps, name) for name in steps.choice.types]
    return plan(f"{dump_day(steps.month)}", work, disks_of(steps))


def work_of(steps: ImportSteps, dump_type: str) -> TypeWork:
    if steps.is_done(dump_type):
        return TypeWork(0, 0, is_read=False, is_loaded=False)
    is_read = steps.request.force or not steps.is_in_lake(dump_type)
    size, left = sizes(steps, dump_type)
    record = steps.types[dump_type].record_table
    is_first = not steps.loaded().neighbours(record, steps.month).months
    return TypeWork(size, left if is_read else 0, is_read, True, is_first, steps.request.limit)


def sizes(steps: ImportSteps, dump_type: str) -> tuple[int | None, int | None]:
    """Return the size of a type's dump file and the bytes still to download; None is unknown."""
    store = steps.platform.store
    if steps.request.skip_download:
        name = stored_name(steps.source.publication, store, dump_type, steps.month)
        return store.size(steps.source.publication.raw_key(name)), 0
    file = file_of(steps.choice.dump, dump_type)
    key = file.raw_key
    if store.exists(key) and file.smallest_size <= store.size(key) <= file.largest_size:
        return store.size(key), 0
    return file.size, None if file.size is None else max(file.size - begun(store, file), 0)


def begun(store: Store, file: DumpFile) -> int:
    """Return how many bytes an interrupted download has left for the next one."""
    path = store.scratch / f"{file.name}.part"
    with disk_errors(path):
        return path.stat().st_size if path.exists() else 0


def disks_of(steps: ImportSteps) -> Disks:
    store, warehouse = steps.platform.store, steps.platform.settings.warehouse
    scratch = disk_of(store.scratch, store.scratch.parent)
    tables = disk_of(warehouse.parent, warehouse.parent)
    spill = disk_of(Path(f"{warehouse}.tmp"), warehouse.parent)
    if not isinstance(store, LocalStore):
        return Disks(None, None, scratch, tables, spill)
    shown = Path(store.url)
    raw, lake = (disk_of(store.folder / name, shown) for name in ("raw", "lake"))
    return Disks(raw, lake, scratch, tables, spill)


def disk_of(folder: Path, shown: Path) -> Disk:
    """Return the disk of a folder, called `shown` unless a link or mount leads elsewhere."""
    is_elsewhere = folder.exists() and device_at(folder) != device_at(shown)
    return Disk(device_at(folder), free_bytes_at(folder), folder if is_elsewhere else shown)
