"""Measure each step of an import in the process that takes it: time, memory, disk."""

import os
import resource
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from discogs_assets.display.progress import Progress, Step

KINDS = ("downloading", "reading", "loading", "comparing", "computing")
"""The steps that are measured, by the first word of their names."""
LOOK_EVERY_S = 0.1


@dataclass(frozen=True)
class Measured:
    """What a step took. `bytes_out` is what grew in store and warehouse, `disk` what they hold."""

    name: str
    wall_s: float
    cpu_s: float
    records: int
    bytes_in: int
    bytes_out: int
    peak_memory: int
    disk: int
    largest_spill: int


class MeasuredProgress:
    """Shows steps by another progress, and measures those of `KINDS` that have a total."""

    def __init__(self, shown: Progress, kept: Sequence[Path], spill: Path) -> None:
        self.shown = shown
        self.kept = kept
        self.spill = spill
        self.measured: list[Measured] = []

    @contextmanager
    def step(self, name: str, total: float | None, *, is_bytes: bool = True) -> Iterator[Step]:
        with self.shown.step(name, total, is_bytes=is_bytes) as step:
            if name.partition(" ")[0] not in KINDS or total is None:
                yield step
                return
            counted = Counted(step)
            with self.measure(name, counted):
                yield counted

    @contextmanager
    def measure(self, name: str, counted: "Counted") -> Iterator[None]:
        """Note what the block takes."""
        before = bytes_below(*self.kept)
        forget_peak_memory()
        wall_s, cpu_s = time.perf_counter(), time.process_time()
        with largest(lambda: bytes_below(self.spill)) as spills:
            yield
        wall_s, cpu_s = time.perf_counter() - wall_s, time.process_time() - cpu_s
        after = bytes_below(*self.kept)
        self.measured.append(
            Measured(
                name,
                wall_s,
                cpu_s,
                counted.records,
                int(counted.done),
                max(after - before, 0),
                peak_memory(),
                after + bytes_below(self.spill),
                max(spills),
            )
        )


class Counted:
    """Counts bytes and records of a step that is shown elsewhere."""

    def __init__(self, shown: Step) -> None:
        self.shown = shown
        self.part = shown.part
        self.done = 0.0
        self.records = 0

    def advance(self, done: float, records: int = 0) -> None:
        self.done += done
        self.records += records
        self.shown.advance(done, records)


@contextmanager
def largest(look: Callable[[], int]) -> Iterator[list[int]]:
    """Note what a look gives, now and then, on a thread that ends with the block."""
    is_over, seen = threading.Event(), [look()]

    def watch() -> None:
        while not is_over.wait(LOOK_EVERY_S):
            seen[:] = [max(*seen, look())]

    thread = threading.Thread(target=watch, name="spill", daemon=True)
    thread.start()
    try:
        yield seen
    finally:
        is_over.set()
        thread.join()


def bytes_below(*paths: Path) -> int:
    """Return the bytes of files, and of all files below folders; what is not there has none."""
    found = 0
    for path in paths:
        inner = (Path(root, name) for root, _, names in os.walk(path) for name in names)
        for file in [path] if path.is_file() else inner:
            with suppress(FileNotFoundError):  # It was removed between the two looks.
                found += file.stat().st_size
    return found


def forget_peak_memory() -> None:
    """Let `peak_memory` begin anew, where the system can."""
    with suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5")


def peak_memory() -> int:
    """Return the most memory since it was forgotten; since the start where there is no Linux."""
    with suppress(OSError):
        for line in Path("/proc/self/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit
