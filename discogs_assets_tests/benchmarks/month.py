"""Measure the import of whole months, step by step: `make bench-month DUMPS=FOLDER`.

FOLDER has dump files of one month or two, real or made up, as `discogs_YYYYMMDD_type.xml.gz`. They
are imported, the older month first, into a store and a warehouse of their own, which are removed
afterwards. Prints a table by step, and writes `bench/month.json`.
"""

import argparse
import json
import os
import platform
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from discogs_assets.cli.importing.events import ImportResult
from discogs_assets.cli.importing.month_import import MonthImport
from discogs_assets.cli.importing.needs import plan_import
from discogs_assets.cli.importing.steps import Request
from discogs_assets.cli.reading.status import short
from discogs_assets.display.progress import Progress
from discogs_assets.display.terminal import original_stderr, print_table, terminal_progress
from discogs_assets.errors import DiscogsAssetsError
from discogs_assets.orchestration.instance import open_instance
from discogs_assets.platform import Platform, Settings, build_platform
from discogs_assets.sources.discogs_dumps.publication import PUBLICATION
from discogs_assets.sources.discogs_dumps.tables import DUMP_TYPES
from discogs_assets.sources.dumps.folder import FolderCatalogue
from discogs_assets.tables.names import discogs
from discogs_assets.warehouse.loaded import LoadedMonths, loaded_months
from discogs_assets.warehouse.memory import read_memory
from discogs_assets_tests.benchmarks.measured_steps import KINDS, Measured, MeasuredProgress

HEADS = ("step", " wall", " CPU", " rows", " in", " out", " memory", " disk", " spill")
RESULTS = Path("bench/month.json")
BEFORE_TABLES = ("downloading", "reading")
SHOWN = dict(zip(KINDS, ("download", "read", "load", "compare", "compute"), strict=True))
"""How steps are called in a narrow table."""
NARROW = ("B", "kB", "MB", "GB", "TB")


@dataclass(frozen=True)
class Row:
    """A step, with the rows it made; `name` leaves out the month."""

    name: str
    rows: int
    measured: Measured


@dataclass(frozen=True)
class MeasuredMonth:
    """All steps of a month, and how long all of it took."""

    month: date
    wall_s: float
    cpu_s: float
    rows: Sequence[Row]

    @property
    def after_reading_s(self) -> float:
        """How long it took from the Parquet files on."""
        return sum(r.measured.wall_s for r in self.rows if not r.name.startswith(BEFORE_TABLES))


def months_in(folder: Path) -> dict[date, list[str]]:
    """Return the dump types of each month that a folder has files of, the oldest month first."""
    found: dict[date, set[str]] = {}
    for file in FolderCatalogue(PUBLICATION, str(folder), folder).iter_files():
        if file.kind in DUMP_TYPES:
            found.setdefault(file.date.replace(day=1), set()).add(file.kind)
    return {
        month: [one for one in DUMP_TYPES if one in types] for month, types in sorted(found.items())
    }


def memory() -> int:
    """Return how many bytes an import may take, as it has them from the environment."""
    return read_memory(os.environ.get("DISCOGS_MEMORY", ""))


def measure(dumps: Path, folder: Path, shown: Progress) -> list[MeasuredMonth]:
    """Import the months of a folder into another; return what each took."""
    months = months_in(dumps)
    if not months:
        raise SystemExit(
            f"{dumps}: expected files such as discogs_20260901_artists.xml.gz, found none"
        )
    warehouse = folder / "warehouse.duckdb"
    home = folder / "home"
    settings = Settings(str(dumps), str(folder / "store"), warehouse, home, memory=memory())
    parts = build_platform(settings)
    return [measure_month(parts, month, types, shown) for month, types in months.items()]


def measure_month(
    parts: Platform, month: date, types: Sequence[str], shown: Progress
) -> MeasuredMonth:
    """Import a month, unless it does not fit; return what its steps took."""
    warehouse, store = parts.settings.warehouse, Path(parts.settings.store)
    kept = (store, warehouse, Path(f"{warehouse}.wal"))
    progress = MeasuredProgress(shown, kept, Path(f"{warehouse}.tmp"))
    with open_instance(parts.settings.dagster_home) as instance:
        month_import = MonthImport(parts, instance, Request(types, month), progress, print_done)
        plan = plan_import(month_import.steps)
        plan.refuse()
        print(plan, flush=True)
        wall_s, cpu_s = time.perf_counter(), time.process_time()
        month_import.run()
    wall_s, cpu_s = time.perf_counter() - wall_s, time.process_time() - cpu_s
    return MeasuredMonth(month, wall_s, cpu_s, [*iter_rows(parts, month, progress.measured)])


def print_done(done: ImportResult) -> None:
    print(f"{done.dump_type}: {done.imported:,} records", flush=True)


def iter_rows(parts: Platform, month: date, measured: Sequence[Measured]) -> Iterator[Row]:
    """Yield the steps with the rows they made, and the bytes of Parquet they read."""
    with parts.warehouse.reader() as connection:
        loaded = loaded_months(connection)
    for one in measured:
        kind, what, *_ = one.name.split()
        rows, parquet = made(parts, month, kind, what, loaded)
        yield Row(f"{kind} {what}", rows, replace(one, bytes_in=parquet or one.bytes_in))


def made(
    parts: Platform, month: date, kind: str, what: str, loaded: LoadedMonths
) -> tuple[int, int]:
    """Return how many rows a step made, and how many bytes of Parquet it read."""
    if kind == "computing":
        return loaded[discogs(what), month].rows, 0
    if kind == "comparing":
        return loaded[discogs(f"{DUMP_TYPES[what].record}_change"), month].rows, 0
    if kind == "downloading":
        return 0, 0
    tables = parts.lake.manifest(what, month).tables.values()
    rows = sum(table.rows for table in tables)
    return rows, sum(table.bytes for table in tables) if kind == "loading" else 0


def cells(row: Row) -> Sequence[str]:
    """Return what is shown of a step, by `HEADS`."""
    one = row.measured
    amounts = (one.bytes_in, one.bytes_out, one.peak_memory, one.disk, one.largest_spill)
    rows = short(row.rows) if row.rows else ""
    kind, what = row.name.split()
    return (
        f"{SHOWN[kind]} {what}",
        seconds(one.wall_s),
        seconds(one.cpu_s),
        rows,
        *(short(amount, NARROW) if amount else "" for amount in amounts),
    )


def seconds(taken: float) -> str:
    return f"{taken:.1f}" if taken < 100 else f"{taken:,.0f}"


def show(found: Sequence[MeasuredMonth]) -> None:
    """Print a table a month, and the ratio of the second to the first."""
    for one in found:
        measured = [row.measured for row in one.rows]
        between = one.wall_s - sum(step.wall_s for step in measured)
        between_cpu = one.cpu_s - sum(step.cpu_s for step in measured)
        rest = [""] * (len(HEADS) - 3)
        rows = [
            *map(cells, one.rows),
            ("between the steps", seconds(between), seconds(between_cpu), *rest),
            ("total", seconds(one.wall_s), seconds(one.cpu_s), *rest),
        ]
        machine = f"{os.cpu_count()} cores with DISCOGS_MEMORY={short(memory(), NARROW)}"
        print_table(f"{one.month:%Y-%m}, seconds on {machine}", HEADS, rows)
    if (ratio := ratio_of(found)) is not None:
        print(f"Everything after reading, second month ÷ first: {ratio:.2f}")


def ratio_of(found: Sequence[MeasuredMonth]) -> float | None:
    """Return how long the second month took after reading, as a share of the first."""
    if len(found) < 2:
        return None
    return found[1].after_reading_s / max(found[0].after_reading_s, 1e-3)


def as_json(found: Sequence[MeasuredMonth]) -> dict[str, Any]:
    return {
        "cores": os.cpu_count(),
        "memory": memory(),
        "python": platform.python_version(),
        "months": [
            {
                "month": str(one.month),
                "wall_s": one.wall_s,
                "cpu_s": one.cpu_s,
                "after_reading_s": one.after_reading_s,
                "steps": [
                    asdict(row.measured) | {"name": row.name, "rows": row.rows} for row in one.rows
                ],
            }
            for one in found
        ],
        "second month ÷ first after reading": ratio_of(found),
    }


@contextmanager
def workplace(folder: Path | None, *, is_kept: bool) -> Iterator[Path]:
    """Give a new folder, which is removed afterwards, also after an error, unless it is kept."""
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
    place = Path(tempfile.mkdtemp(prefix="discogs-bench-", dir=folder)).absolute()
    try:
        yield place
    finally:
        if is_kept:
            print(f"Kept: {place}")
        else:
            shutil.rmtree(place)


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Measure the import of whole months.")
    parser.add_argument("dumps", type=Path, metavar="DUMPS", help="a folder of dump files")
    parser.add_argument("--folder", type=Path, help="where to work (default: the system's)")
    parser.add_argument("--keep", action="store_true", help="keep store and warehouse")
    parser.add_argument("--json", type=Path, default=RESULTS, help=f"default: {RESULTS}")
    arguments = parser.parse_args(argv)
    try:
        with (
            workplace(arguments.folder, is_kept=arguments.keep) as place,
            original_stderr() as console,
        ):
            progress = terminal_progress(console, every_s=10)
            found = measure(arguments.dumps.absolute(), place, progress)
    except DiscogsAssetsError as error:
        print(f"bench-month: {error}", file=sys.stderr)
        return 1
    show(found)
    arguments.json.parent.mkdir(parents=True, exist_ok=True)
    arguments.json.write_text(json.dumps(as_json(found), indent=1, ensure_ascii=False) + "\n")
    print(f"Written to {arguments.json}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
