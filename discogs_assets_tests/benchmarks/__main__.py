"""The benchmark: speed as ratios within one run, and memory, on made-up releases of 2026.

Run by `make bench`; `--records`, `--runs`, `--skip-peer`, `--only-exports` and `--only-others`
change it. Each measurement is a process of its own. Prints a table and writes
`bench/results.json`.
"""

import argparse
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from discogs_assets.sources.discogs_dumps.synthetic import write_dump_file
from discogs_assets_tests.benchmarks.child import run_child
from discogs_assets_tests.benchmarks.exports import AGAIN, CASES
from discogs_assets_tests.benchmarks.other_sources import OTHER_TARGETS, measure_others

FOLDER = Path("bench")
MONTHS = 6
PEER = "discogskit==0.2.0"
TARGETS = {
    "gzip → lake ÷ limit": ("at most", 1.35),
    "lake → warehouse ÷ plain CREATE TABLE": ("at most", 0.55),
    "computing everything ÷ loading": ("at most", 0.35),
    "after reading: next month, 3 % changed ÷ first": ("at most", 0.35),
    "DuckDB file of 6 months ÷ of one": ("at most", 2.0),
    "peak memory, GB": ("at most", 1.0),
    "peak memory for 4 × the records ÷ for 1 ×": ("at most", 1.2),
    "records/s ÷ discogskit's": ("at least", 6.0),
    **OTHER_TARGETS,
    **{case.what: ("at least", case.target) for case in CASES.values()},
    **{f"{case.what}, second run": ("at least", AGAIN) for case in CASES.values()},
}


def made_up_file(records: int, month: int = 0, folder: str = "") -> Path:
    """Return the releases file of a month after the first, of that many records; written once.

    From month to month 3 % of the records are changed, 1 % removed and 2 % added.
    """
    path = FOLDER / (folder or str(records)) / f"discogs_2026{month + 1:02}01_releases.xml.gz"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_suffix(".part")
        write_dump_file(unfinished, "releases", records, era="2026", seed=1, month=month)
        unfinished.rename(path)
    return path


def step(what: str, path: Path, env: dict[str, str] | None = None) -> dict[str, Any]:
    """Take a step of `bench_steps`, which works beside the file; return what it tells."""
    module = "discogs_assets_tests.benchmarks.steps"
    return run_child(sys.executable, "-m", module, what, str(path), str(path.parent), env=env)


def measure(what: str, path: Path, runs: int, before: Callable[[], object] = lambda: None) -> float:
    """Return the median seconds of a step; `before` is done each time, and not measured."""
    taken: list[float] = []
    for _ in range(runs):
        before()
        taken.append(step(what, path)["seconds"])
    return statistics.median(taken)


def measure_all_types(releases: int, runs: int) -> dict[str, float]:
    """Return the median seconds of what comes after reading, of all types and two months."""
    folder = FOLDER / f"all-types-{releases}"
    module = "discogs_assets_tests.benchmarks.all_types"
    command = sys.executable, "-m", module, str(releases), str(folder)
    taken = [run_child(*command) for _ in range(runs)]
    return {
        what: statistics.median(one[what] for one in taken)
        for what in ("first load", "first compute", "next load", "next compute")
    }


def measure_growth(records: int) -> float:
    """Return how many times as large the DuckDB file is with six months as with one."""
    paths = [made_up_file(records, month, "months") for month in range(MONTHS)]
    sizes = step("six months", paths[0])["sizes"]
    return float(sizes[-1] / sizes[0])


def measure_peer(path: Path, runs: int) -> float:
    """Return the median seconds discogskit takes from gzip to Parquet, on all cores."""
    venv = FOLDER / "peer"
    if not (venv / "bin" / "discogskit").exists():
        uv = Path(sys.executable).with_name("uv")
        subprocess.run([uv, "venv", "--quiet", "--clear", venv], check=True)
        python = venv / "bin" / "python"
        subprocess.run([uv, "pip", "install", "--quiet", "--python", python, PEER], check=True)
    workers = str(os.cpu_count() or 1)

    def once() -> float:
        output = FOLDER / "peer-output"
        shutil.rmtree(output, ignore_errors=True)
        output.mkdir()
        # It unpacks the file beside itself and would find that done the next time.
        path.with_suffix("").unlink(missing_ok=True)
        command = [
            str(venv / "bin" / "discogskit"),
            "convert", str(path), "--output", str(output), "--parse-workers", workers,
        ]  # fmt: skip
        seconds: float = run_child(*command)["seconds"]
        written = sum(file.stat().st_size for file in output.rglob("*.parquet"))
        if not written:
            raise SystemExit("discogskit wrote no Parquet")
        return seconds

    taken = statistics.median(once() for _ in range(runs))
    path.with_suffix("").unlink(missing_ok=True)
    return taken


def measure_exports(releases: int, runs: int, tell: Callable[[str], None]) -> dict[str, float]:
    """Return how fast each sink is fed, as a share of what its bare client can do.

    And how many times as quick a second run is, that finds nothing changed.
    """
    folder = (FOLDER / f"exports-{releases}").absolute()
    ratios = {}
    for name, case in CASES.items():
        tell(f"feeding {name}, {runs} times")
        module = "discogs_assets_tests.benchmarks.exports"
        arguments = name, str(folder), str(releases), str(runs)
        found = run_child(sys.executable, "-m", module, *arguments, env=environment_in(folder))
        ratios[case.what] = found["bare"] / found["feed"]
        ratios[f"{case.what}, second run"] = found["feed"] / found["again"]
    return ratios


def environment_in(home: Path) -> dict[str, str]:
    """Return the environment of a project whose files are in a folder."""
    (home / "dagster").mkdir(parents=True, exist_ok=True)
    shutil.copy("dagster.yaml", home / "dagster")
    return {
        **os.environ,
        "DISCOGS_STORE": str(home / "store"),
        "DISCOGS_WAREHOUSE": str(home / "warehouse.duckdb"),
        "DAGSTER_HOME": str((home / "dagster").absolute()),
        # Neo4j's own, which the tests give less memory.
        "NEO4J_JAVA_OPTIONS": "-Xmx2g",
    }


def measure_memory(path: Path) -> int:
    """Return the peak memory of a whole import of releases, in bytes.

    With the least that may be set: DuckDB keeps in memory what it may.
    """
    home = FOLDER / "memory"
    shutil.rmtree(home, ignore_errors=True)
    peak: int = step("import", path, {**environment_in(home), "DISCOGS_MEMORY": "1GB"})["peak"]
    shutil.rmtree(home)
    return peak


def run(records: int, runs: int, *, with_peer: bool, tell: Callable[[str], None]) -> dict[str, Any]:
    """Take all measurements; return them with the ratios."""
    tell(f"writing {records:,} and {4 * records:,} made-up releases")
    path, larger = made_up_file(records), made_up_file(4 * records)
    seconds = {}
    for what in ("limit", "lake", "plain", "warehouse"):
        tell(f"measuring {what}, {runs} times")
        seconds[what] = measure(what, path, runs)
    ratios = {
        "gzip → lake ÷ limit": seconds["lake"] / seconds["limit"],
        "lake → warehouse ÷ plain CREATE TABLE": seconds["warehouse"] / seconds["plain"],
    }
    tell(f"measuring two months of all types, {runs} times")
    seconds |= (all_types := measure_all_types(records, runs))
    load, compute, next_load, next_compute = all_types.values()
    ratios["computing everything ÷ loading"] = compute / load
    ratios["after reading: next month, 3 % changed ÷ first"] = (next_load + next_compute) / (
        load + compute
    )
    tell(f"loading {MONTHS} months of {records // 4:,} releases")
    ratios["DuckDB file of 6 months ÷ of one"] = measure_growth(records // 4)
    tell("measuring memory")
    peak, larger_peak = measure_memory(path), measure_memory(larger)
    ratios["peak memory, GB"] = max(peak, larger_peak) / 1e9
    ratios["peak memory for 4 × the records ÷ for 1 ×"] = larger_peak / peak
    if with_peer:
        tell(f"measuring {PEER}, {runs} times")
        seconds["discogskit"] = measure_peer(path, runs)
        ratios["records/s ÷ discogskit's"] = seconds["discogskit"] / seconds["lake"]
    ratios |= measure_others(FOLDER, records // 4, runs, tell)
    ratios |= measure_exports(records // 4, runs, tell)
    return {
        "records": records,
        "runs": runs,
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "gz_bytes": path.stat().st_size,
        "seconds": seconds,
        "records_per_s": {what: round(records / taken) for what, taken in seconds.items()},
        "peak_bytes": {str(records): peak, str(4 * records): larger_peak},
        "ratios": ratios,
    }


def show(console: Console, found: dict[str, Any]) -> None:
    """Print the results as two tables."""
    rates = Table(title=f"{found['records']:,} made-up releases, {found['cores']} cores")
    for head in ("step", "seconds", "records/s"):
        rates.add_column(head, justify="left" if head == "step" else "right")
    for what, taken in found["seconds"].items():
        rates.add_row(what, f"{taken:.2f}", f"{found['records_per_s'][what]:,}")
    console.print(rates)
    show_ratios(console, found["ratios"], found["runs"])


def show_ratios(console: Console, ratios: dict[str, float], runs: int) -> None:
    """Print ratios with their targets."""
    table = Table(title=f"Ratios, median of {runs} runs")
    for head in ("what", "found", "target"):
        table.add_column(head, justify="left" if head == "what" else "right")
    for what, ratio in ratios.items():
        word, bound = TARGETS[what]
        is_met = ratio <= bound if word == "at most" else ratio >= bound
        table.add_row(what, f"{ratio:.2f}", f"{word} {bound} {'✓' if is_met else '✗'}")
    console.print(table)


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure speed and memory.")
    parser.add_argument("--records", type=int, default=400_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--skip-peer", action="store_true")
    parser.add_argument("--only-exports", action="store_true")
    parser.add_argument("--only-others", action="store_true")
    arguments = parser.parse_args()
    console = Console()

    def tell(what: str) -> None:
        console.print(f"[dim]{what} …")

    records, runs = arguments.records, arguments.runs
    if arguments.only_exports:
        show_ratios(console, measure_exports(records // 4, runs, tell), runs)
        return
    if arguments.only_others:
        show_ratios(console, measure_others(FOLDER, records // 4, runs, tell), runs)
        return
    found = run(records, runs, with_peer=not arguments.skip_peer, tell=tell)
    show(console, found)
    (FOLDER / "results.json").write_text(json.dumps(found, indent=1) + "\n")
    console.print(f"Written to {FOLDER / 'results.json'}")


if __name__ == "__main__":
    main()
