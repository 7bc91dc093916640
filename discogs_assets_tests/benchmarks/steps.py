"""The steps that the benchmark measures, each as a process: `python -m … STEP FILE FOLDER`."""

import json
import os
import resource
import shutil
import sys
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import date
from pathlib import Path

import duckdb

from discogs_assets.cli.main import main as run_command
from discogs_assets.display.progress import LoggedProgress
from discogs_assets.sources.discogs_dumps.publication import PUBLICATION
from discogs_assets.sources.discogs_dumps.source import DISCOGS
from discogs_assets.sources.discogs_dumps.tables import DUMP_TYPES
from discogs_assets.sources.discogs_dumps.xml.blocks import iter_blocks
from discogs_assets.sources.discogs_dumps.xml.xml2arrow_config import build_parser
from discogs_assets.sources.dumps.load import Load
from discogs_assets.sources.dumps.publish import BLOCKS_A_THREAD, DumpPublisher
from discogs_assets.sources.dumps.raw_files import stored
from discogs_assets.storage.lake import Lake
from discogs_assets.storage.local import LocalStore
from discogs_assets.storage.manifest import Manifest
from discogs_assets.warehouse.database import Warehouse
from discogs_assets.warehouse.memory import for_duckdb, read_memory

RELEASES = DUMP_TYPES["releases"]
MONTH = date(2026, 1, 1)


def limit(path: Path, _: Path) -> None:
    """Unpack and parse with nothing but isal and xml2arrow; throw the output away."""
    parser = build_parser(RELEASES)
    threads = os.cpu_count() or 1
    under_way: deque[Future[int]] = deque()

    def parse(document: bytes) -> int:
        return len(parser.parse(document))

    with path.open("rb") as dump, ThreadPoolExecutor(threads) as pool:
        for block in iter_blocks(dump, RELEASES, path.name):
            under_way.append(pool.submit(parse, block.document))
            while len(under_way) > BLOCKS_A_THREAD * threads:
                under_way.popleft().result()
        while under_way:
            under_way.popleft().result()


def lake_of(folder: Path) -> Lake:
    return Lake(LocalStore(str(folder / "lake-store")), "discogs", {"releases": RELEASES.tables})


def lake(path: Path, folder: Path) -> Manifest:
    """Bring the dump into a lake beside it."""
    return bring(path, folder, MONTH)


def bring(path: Path, folder: Path, month: date) -> Manifest:
    """Bring a dump into the lake as a month."""
    made = lake_of(folder)
    key = PUBLICATION.raw_key(path.name)
    if not made.store.exists(key):
        raw = Path(made.store.uri(key))
        raw.parent.mkdir(parents=True, exist_ok=True)
        raw.hardlink_to(path)
    dump = stored(made.store, key, None)
    return DumpPublisher(made, RELEASES, month, dump, DISCOGS.open_reader).run(
        LoggedProgress(), is_forced=True
    )


def refuse_another_file(path: Path, folder: Path) -> None:
    """Stop when the lake does not hold as many records as the file, by the name of its folder."""
    found = lake_of(folder).manifest("releases", MONTH).records
    if found != int(path.parent.name):
        raise SystemExit(f"expected {path.parent.name} records in the lake, found {found}")


def plain(_: Path, folder: Path) -> None:
    """Load the lake's files with plain CREATE TABLE statements."""
    made = lake_of(folder)
    manifest = made.manifest("releases", MONTH)
    path = fresh(folder / "plain.duckdb")
    with duckdb.connect(path) as connection:
        for name, table in manifest.tables.items():
            if table.files:
                files = [made.store.uri(file) for file in table.files]
                connection.execute(
                    f'CREATE TABLE "{name}" AS SELECT * FROM read_parquet({json.dumps(files)})'
                )


def warehouse(_: Path, folder: Path) -> None:
    """Load the lake's files as a month of the warehouse, with all its checks."""
    load(lake_of(folder), fresh(folder / "warehouse.duckdb"), MONTH)


def load(made: Lake, path: Path, month: date) -> None:
    with as_installed(path).writer() as connection:
        work = Load(DISCOGS, made, made.manifest("releases", month))
        work.run(connection, RELEASES.tables, RELEASES.tables)


def as_installed(path: Path) -> Warehouse:
    """Return a warehouse with as much memory as it has where nobody sets DISCOGS_MEMORY."""
    return Warehouse(path, memory=for_duckdb(read_memory("")))


def six_months(path: Path, folder: Path) -> dict[str, list[int]]:
    """Load month after month into one DuckDB file; return how large it is after each."""
    shutil.rmtree(folder / "lake-store", ignore_errors=True)
    sizes = []
    warehouse = fresh(folder / "six-months.duckdb")
    for dump in sorted(path.parent.glob(path.name.replace("202601", "2026??"))):
        month = date.fromisoformat(f"{dump.name[8:12]}-{dump.name[12:14]}-01")
        bring(dump, folder, month)
        load(lake_of(folder), warehouse, month)
        sizes.append(warehouse.stat().st_size)
    return {"sizes": sizes}


def fresh(path: Path) -> Path:
    path.unlink(missing_ok=True)
    return path


def whole_import(path: Path, _: Path) -> None:
    """Import the releases with the command itself."""
    arguments = ["import", "--source", str(path.parent), "--types", "releases"]
    if run_command([*arguments, "--year-month", "2026/01"]):
        raise SystemExit(1)


STEPS: dict[str, Callable[[Path, Path], object]] = {
    "limit": limit,
    "lake": lake,
    "plain": plain,
    "warehouse": warehouse,
    "six months": six_months,
    "import": whole_import,
}


def main() -> None:
    step, path, folder = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
    started = time.perf_counter()
    told = STEPS[step](path, folder)
    seconds = time.perf_counter() - started
    if step == "lake":
        refuse_another_file(path, folder)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    more = told if isinstance(told, dict) else {}
    print(json.dumps({"seconds": seconds, "peak": peak, **more}))


if __name__ == "__main__":
    main()
