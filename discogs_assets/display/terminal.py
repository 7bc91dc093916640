"""Progress and tables for a person at a terminal."""

import io
import os
import sys
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager

from rich.box import SIMPLE_HEAD
from rich.cells import cell_len, set_cell_size
from rich.console import (
    Console,
    ConsoleOptions,
    JustifyMethod,
    RenderableType,
    RenderResult,
)
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.spinner import Spinner
from rich.table import Table
from rich.text import Text

from discogs_assets.display.characters import SHOWN
from discogs_assets.display.pace import Pace
from discogs_assets.display.progress import LoggedStep, Progress, Step, watched
from discogs_assets.display.table_layout import column_widths, room_for
from discogs_assets.display.text import duration, size

NARROWEST_BAR, WIDEST_BAR = 10, 40
SHORTEST_NAME = 20
PIPE_WIDTH = 200


class BarStep(Pace):
    """A step as one line, as wide as the terminal: spinner, name, bar, how far, how long still."""

    def __init__(self, name: str, total: float | None, *, is_bytes: bool = True) -> None:
        super().__init__(name, total, is_bytes=is_bytes)
        self.spinner = Spinner("dots")

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        name = f"{self.name}: {self.present}" if self.present else self.name
        room = options.max_width - 2
        shortest = min(cell_len(name), SHORTEST_NAME) + (NARROWEST_BAR + 1) * bool(self.total)
        long, short = self.facts(time.monotonic())
        facts = long if shortest + 1 + cell_len(long) <= room else short
        name, bar = fit(name, room - cell_len(facts) - 1, has_bar=bool(self.total))
        cells: list[RenderableType] = [self.spinner, Text(name, "bold", no_wrap=True)]
        if bar:
            cells.append(ProgressBar(self.total, self.done, width=bar))
        line = Table.grid(padding=(0, 1, 0, 0))
        line.add_row(*cells, Text(facts, "cyan", no_wrap=True))
        yield line

    def facts(self, now: float) -> tuple[str, str]:
        """Return how far it is, how fast and how long still: at length, and for little room."""
        _, rate, records = self.rates(now)
        share = "" if self.share is None else f"{min(self.share, 1):.0%}"
        amount = share
        if self.is_bytes and self.total:
            amount = f"{size(self.done)} of {size(self.total)}"
        speed = f"{size(rate)}/s" if self.is_bytes and self.done else ""
        counted = ""
        if self.records:
            counted, speed = f"{self.records:,} records", f"{records:,.0f} records/s"
        left = self.left_s(now)
        time_ = (
            f"{duration(now - self.started)} so far" if left is None else f"{duration(left)} left"
        )
        return joined(amount, counted, speed, time_), joined(share, speed, time_)


def joined(*facts: str) -> str:
    return ", ".join(filter(None, facts))


def fit(name: str, room: int, *, has_bar: bool) -> tuple[str, int]:
    """Return a name and the width of a bar beside it that fit: the bar shrinks first."""
    if not has_bar:
        return cut(name, room), 0
    bar = min(max(room - cell_len(name) - 1, NARROWEST_BAR), WIDEST_BAR)
    return cut(name, room - bar - 1), bar


def cut(text: str, width: int) -> str:
    """Return a text that is no wider; what is cut off ends with an ellipsis."""
    width = max(width, 1)
    return text if cell_len(text) <= width else set_cell_size(text, width - 1).rstrip() + "…"


class BarProgress:
    """Shows a step as a live line that goes when the step is done."""

    def __init__(self, console: Console) -> None:
        self.console = console

    @contextmanager
    def step(self, name: str, total: float | None, *, is_bytes: bool = True) -> Iterator[Step]:
        """Show a bar where it is known how much there is, and the time elsewhere."""
        step = BarStep(name, total, is_bytes=is_bytes)
        with Live(step, console=self.console, refresh_per_second=8, transient=True) as live:
            live.refresh()  # One within another is drawn with the other else, in a moment.
            yield step


class PrintedStep(LoggedStep):
    """Prints its lines."""

    def __init__(
        self,
        name: str,
        total: float | None,
        every_s: float,
        console: Console,
        *,
        is_bytes: bool = True,
    ) -> None:
        super().__init__(name, total, every_s, is_bytes=is_bytes)
        self.console = console
        self.has_inner = False

    def tell(self) -> None:
        if not self.has_inner:
            print(self, file=self.console.file, flush=True)


class PrintedProgress:
    """Shows a step as a line now and then, also while nothing moves.

    Of a step within another only the inner one is shown.
    """

    def __init__(self, console: Console, every_s: float) -> None:
        self.console = console
        self.every_s = every_s
        self.steps: list[PrintedStep] = []

    @contextmanager
    def step(self, name: str, total: float | None, *, is_bytes: bool = True) -> Iterator[Step]:
        step = PrintedStep(name, total, self.every_s, self.console, is_bytes=is_bytes)
        outer = self.steps[-1:]
        for outer_step in outer:
            outer_step.has_inner = True
        self.steps.append(step)
        try:
            with watched(step):
                yield step
        finally:
            self.steps.remove(step)
            for outer_step in outer:
                outer_step.has_inner = False


def terminal_progress(console: Console, every_s: float) -> Progress:
    """Return live bars on a terminal, and plain lines elsewhere."""
    return BarProgress(console) if console.is_terminal else PrintedProgress(console, every_s)


@contextmanager
def original_stderr() -> Iterator[Console]:
    """Give a console on standard error as it is now: Dagster captures what a step writes there."""
    try:
        descriptor = os.dup(sys.stderr.fileno())
    except io.UnsupportedOperation:  # Something that is no file stands for it, as in tests.
        yield Console(stderr=True)
        return
    with os.fdopen(descriptor, "w", encoding=sys.stderr.encoding, errors=SHOWN) as file:
        yield Console(file=file)


def output_console() -> Console:
    """Return a console on standard output; a pipe has no width, and gets one for most tables."""
    console = Console()
    return console if console.is_terminal else Console(width=PIPE_WIDTH)


def print_table(title: str, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print a table; columns whose head starts with a blank hold numbers.

    Long texts go on in the next line, after a whole word where there is room for one.
    """
    console = output_console()
    widths = table_widths(heads, rows, console.width)
    table = Table(
        title=Text(title) if title else None,
        title_justify="left",
        box=SIMPLE_HEAD,
        padding=(0, 1, 0, 0),
    )
    for number, head in enumerate(heads):
        justify: JustifyMethod = "right" if head.startswith(" ") else "left"
        width = widths[number] if widths else None
        table.add_column(head.strip(), justify=justify, width=width, overflow="fold")
    for row in rows:
        table.add_row(*map(Text, row))  # In a plain text, brackets would be markup.
    print_lines(console, table)


def table_widths(
    heads: Sequence[str], rows: Sequence[Sequence[str]], width: int
) -> list[int] | None:
    """Return the widths of a table's columns; None when it has not the room."""
    columns = [
        # A number is one word, also with its unit.
        [cell.replace(" ", "_" if head.startswith(" ") else " ") for cell in (head.strip(), *cells)]
        for head, *cells in zip(heads, *rows, strict=True)
    ]
    return column_widths(columns, room_for(len(heads), width))


def has_room(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> bool:
    """Return whether a table is printed without broken words."""
    return table_widths(heads, rows, output_console().width) is not None


def print_fields(records: Iterable[Mapping[str, str]]) -> None:
    """Print records with a line a field, and a blank line between two."""
    console = output_console()
    table = Table.grid(padding=(0, 2, 0, 1))
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for record in records:
        for name, value in record.items():
            table.add_row(Text(name, "bold"), Text(value))
        table.add_row()
    print_lines(console, table)


def print_lines(console: Console, shown: RenderableType) -> None:
    """Print without the blanks that fill up lines."""
    with console.capture() as captured:
        console.print(shown)
    for line in captured.get().splitlines():
        print(line.rstrip())
