"""Progress and tables for a person at a terminal."""

import io
import os
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from rich.box import SIMPLE_HEAD
from rich.console import Console, JustifyMethod, OverflowMethod
from rich.progress import (
    BarColumn,
    DownloadColumn,
    SpinnerColumn,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.progress import Progress as Bars
from rich.table import Table
from rich.text import Text

from discogs_assets.progress import LoggedStep, Progress, Step, size


class BarStep:
    """A step with a bar: bytes, records a second, time left."""

    def __init__(self, bars: Bars, task: TaskID) -> None:
        self.bars = bars
        self.task = task
        self.records = self.bytes = 0
        self.started = time.monotonic()

    def advance(self, done_bytes: int, records: int = 0) -> None:
        self.records += records
        self.bytes += done_bytes
        self.bars.update(self.task, advance=done_bytes, rate=self.rate)

    @property
    def rate(self) -> str:
        """Records a second where records are read, bytes a second elsewhere."""
        seconds = max(time.monotonic() - self.started, 1e-3)
        if self.records:
            return f"{self.records:,} records, {self.records / seconds:,.0f}/s"
        return f"{size(int(self.bytes / seconds))}/s"


class BarProgress:
    """Shows a step as a live bar that goes when the step is done."""

    def __init__(self, console: Console) -> None:
        self.console = console

    @contextmanager
    def step(self, name: str, total_bytes: int | None) -> Iterator[Step]:
        """Show a bar where it is known how much there is, and the time elsewhere."""
        columns = (
            [
                BarColumn(),
                DownloadColumn(),
                TextColumn("{task.fields[rate]}"),
                TimeRemainingColumn(),
            ]
            if total_bytes
            else [TimeElapsedColumn()]
        )
        with Bars(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            *columns,
            console=self.console,
            transient=True,
        ) as bars:
            yield BarStep(bars, bars.add_task(name, total=total_bytes, rate=""))


class PrintedStep(LoggedStep):
    """Prints its lines."""

    def __init__(
        self, name: str, total_bytes: int | None, every_s: float, console: Console
    ) -> None:
        super().__init__(name, total_bytes, every_s)
        self.console = console

    def tell(self) -> None:
        print(self, file=self.console.file, flush=True)


class PrintedProgress:
    """Shows a step as a line now and then."""

    def __init__(self, console: Console, every_s: float) -> None:
        self.console = console
        self.every_s = every_s

    @contextmanager
    def step(self, name: str, total_bytes: int | None) -> Iterator[Step]:
        yield PrintedStep(name, total_bytes, self.every_s, self.console)


def terminal_progress(console: Console, every_s: float) -> Progress:
    """Return live bars on a terminal, and plain lines elsewhere."""
    return BarProgress(console) if console.is_terminal else PrintedProgress(console, every_s)


@contextmanager
def own_stderr() -> Iterator[Console]:
    """Give a console on standard error as it is now: Dagster captures what a step writes there."""
    try:
        descriptor = os.dup(sys.stderr.fileno())
    except io.UnsupportedOperation:  # Something that is no file stands for it, as in tests.
        yield Console(stderr=True)
        return
    with os.fdopen(descriptor, "w") as file:
        yield Console(file=file)


def print_table(
    title: str, heads: Sequence[str], rows: Sequence[Sequence[str]], *, wraps: bool = False
) -> None:
    """Print a table; columns whose head starts with a blank hold numbers.

    With `wraps` long texts go on in the next line, and are cut otherwise.
    """
    table = Table(title=Text(title), title_justify="left", box=SIMPLE_HEAD, padding=(0, 1, 0, 0))
    overflow: OverflowMethod = "fold" if wraps else "ellipsis"
    for head in heads:
        is_number = head.startswith(" ")
        justify: JustifyMethod = "right" if is_number else "left"
        no_wrap = is_number or not wraps
        table.add_column(head.strip(), justify=justify, no_wrap=no_wrap, overflow=overflow)
    for row in rows:
        table.add_row(*map(Text, row))  # In a plain text, brackets would be markup.
    console = Console()
    if not console.is_terminal:
        console = Console(width=200)  # A pipe has no width: the table takes what it needs.
    console.print(table)
