"""Draw a chart as a Markdown image that carries its own picture.

What is drawn of which table does not belong here.
"""

import base64
import io
import logging
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum, auto
from functools import cache
from typing import TYPE_CHECKING, Any

from discogs_assets.display.markdown import escaped
from discogs_assets.display.text import cut

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Rows = Sequence[tuple[Any, ...]]

WIDTH, HEIGHT, DPI = 9.0, 3.6, 100
BAR_HEIGHT = 0.27
INK, GREY, RULE = "#20262e", "#5c6670", "#e3e6e9"
BLUE, ORANGE = "#2f6db5", "#d9731a"
KIND_COLOURS = (BLUE, "#97b6da", "#aeb3b8", ORANGE)
"""The lighter ones are half-way to white, as the palette has them."""
LONGEST_LABEL = 36
SHADES = 8
FEWEST_YEARS, FEWEST_MONTHS = 20, 6


class Kind(Enum):
    """What the rows of a chart are."""

    BY_VALUE = auto()
    """A text and a number, drawn from top to bottom in the order of the query."""

    BY_YEAR = auto()
    """A year and a number; a year that is missing has none."""

    BY_MONTH = auto()
    """A month and a number, in the order of months."""

    CHANGES = auto()
    """A month, what was added and what was removed, in the order of months."""

    KINDS = auto()
    """A month and a number for each of the chart's kinds, in the order of months."""


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart as data: `query` gives its rows from a table, `counted` names what it counts.

    `note` says what is left out, `nothing` why there may be no rows. `kinds` are what the numbers
    of a row are; the last is drawn below the others.
    """

    title: str
    kind: Kind
    table: str
    query: str
    counted: str
    note: str = ""
    nothing: str = "the month has no such rows"
    kinds: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """The title as a key of metadata."""
        return re.sub("[^a-z0-9]+", "_", self.title.lower()).strip("_")


def draw(chart: Chart, rows: Rows) -> str:
    """Return a chart as a Markdown image, or a sentence when there is nothing to draw."""
    if not rows:
        return nothing_to_draw(chart.nothing)
    picture = base64.b64encode(draw_png(chart, rows)).decode()
    return f"![{escaped(chart.title)}](data:image/png;base64,{picture})"


def nothing_to_draw(reason: str) -> str:
    return f"Nothing to draw: {escaped(reason)}."


def draw_png(chart: Chart, rows: Rows) -> bytes:
    """Return a chart as a PNG file."""
    figure, axes = new_figure(chart, rows)
    DRAW[chart.kind](axes, rows, chart)
    # Beside the axes, where no layout can push it into them.
    top = 1 - 0.1 / figure.get_figheight()
    figure.text(0.012, top, chart.title, size=12.5, weight="bold", color=INK, va="top")
    figure.text(0.988, top, chart.note, size=9, color=GREY, va="top", ha="right")
    return png(figure)


def png(figure: "Figure") -> bytes:
    """Return a figure as a PNG file of few colours: Dagster keeps it with every event."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from PIL import Image

    canvas: Any = FigureCanvasAgg(figure)
    canvas.draw()  # Once: `savefig` draws twice where there is a layout.
    image = Image.frombuffer("RGBA", canvas.get_width_height(), canvas.buffer_rgba())
    palette = Image.new("P", (1, 1))
    palette.putpalette([*palette_values()])
    few = image.convert("RGB").quantize(palette=palette, dither=Image.Dither.NONE)
    file = io.BytesIO()
    few.save(file, "png", optimize=True)
    return file.getvalue()


def palette_values() -> Iterator[int]:
    """Yield red, green and blue of white, of the rules, and of shades of the other colours."""
    yield from bytes.fromhex(f"ffffff{RULE[1:]}")
    for colour in (INK, GREY, BLUE, ORANGE):
        for shade in range(1, SHADES + 1):
            yield from (255 - (255 - n) * shade // SHADES for n in bytes.fromhex(colour[1:]))


def new_figure(chart: Chart, rows: Rows) -> tuple["Figure", "Axes"]:
    """Return an empty figure on white, which is read on a dark page too."""
    # Mentions fonts it builds a list of, and a home it cannot write to, as warnings.
    logging.getLogger("matplotlib").setLevel(logging.ERROR)
    from matplotlib.figure import Figure

    height = 1.05 + BAR_HEIGHT * len(rows) if chart.kind is Kind.BY_VALUE else HEIGHT
    figure = Figure(figsize=(WIDTH, height), dpi=DPI, facecolor="white")
    # What is left of the figure below the title.
    figure.set_layout_engine("constrained", rect=(0.008, 0.01, 0.984, 1 - 0.45 / height))
    axes = figure.add_subplot(facecolor="white")
    axes.set_axisbelow(True)
    for side in axes.spines.values():
        side.set_visible(False)
    axes.tick_params(length=0, labelsize=10, labelcolor=INK)
    axes.tick_params(axis="x", pad=6)
    return figure, axes


def draw_values(axes: "Axes", rows: Rows, chart: Chart) -> None:
    """Draw a horizontal bar a row, with its number at its end."""
    numbers = [row[1] for row in rows]
    bars = axes.barh(range(len(rows)), numbers, height=0.72, color=BLUE)
    labels = [drawable(cut(str(row[0]), LONGEST_LABEL)) for row in rows]
    axes.set_yticks(range(len(rows)), labels, parse_math=False)
    axes.set_ylim(len(rows) - 0.45, -0.55)
    axes.bar_label(bars, [f"{n:,}" for n in numbers], padding=4, size=9.5, color=INK)
    axes.set_xlim(0, max(*numbers, 1) * 1.1)
    show_counts(axes, chart.counted, is_vertical=False)


def draw_years(axes: "Axes", rows: Rows, chart: Chart) -> None:
    """Draw a column a year."""
    from matplotlib.ticker import MaxNLocator

    years = [row[0] for row in rows]
    axes.bar(years, [row[1] for row in rows], width=0.86, color=BLUE)
    axes.xaxis.set_major_locator(MaxNLocator(8, integer=True, steps=[1, 2, 5, 10]))
    axes.set_xlim(min(min(years) - 1, max(years) - FEWEST_YEARS), max(years) + 1)
    show_counts(axes, chart.counted, is_vertical=True)


def draw_months(axes: "Axes", rows: Rows, chart: Chart) -> None:
    """Draw a column a month, with its number above."""
    numbers = [row[1] for row in rows]
    axes.bar(range(len(rows)), numbers, width=0.62, color=BLUE)
    label_columns(axes, numbers, "")
    axes.set_ylim(0, max(*numbers, 1) * 1.1)
    show_months(axes, [row[0] for row in rows])
    show_counts(axes, chart.counted, is_vertical=True)


def draw_changes(axes: "Axes", rows: Rows, chart: Chart) -> None:
    """Draw for each month a column up for what was added, and one down for what was removed."""
    added, removed = [row[1] for row in rows], [row[2] for row in rows]
    places = range(len(rows))
    axes.bar(places, added, width=0.62, color=BLUE, label="added")
    axes.bar(places, [-n for n in removed], width=0.62, color=ORANGE, label="removed")
    label_columns(axes, added, "+")
    label_columns(axes, removed, "−")
    show_up_and_down(axes, added, removed)
    show_months(axes, [row[0] for row in rows])
    show_counts(axes, chart.counted, is_vertical=True)
    show_kinds(axes, 2)


def draw_kinds(axes: "Axes", rows: Rows, chart: Chart) -> None:
    """Draw for each month its kinds one upon the other, and the last below."""
    places, tops = range(len(rows)), [0] * len(rows)
    *above, (below, _) = zip(chart.kinds, KIND_COLOURS, strict=False)
    for number, (kind, colour) in enumerate(above, 1):
        heights = [row[number] for row in rows]
        axes.bar(places, heights, width=0.62, bottom=tops, color=colour, label=kind)
        tops = [top + height for top, height in zip(tops, heights, strict=True)]
    last = [row[len(chart.kinds)] for row in rows]
    axes.bar(places, [-n for n in last], width=0.62, color=ORANGE, label=below)
    label_columns(axes, tops, "")
    label_columns(axes, last, "−")
    show_up_and_down(axes, tops, last)
    show_months(axes, [row[0] for row in rows])
    show_counts(axes, chart.counted, is_vertical=True)
    show_kinds(axes, len(chart.kinds))


def show_up_and_down(axes: "Axes", above: Sequence[int], below: Sequence[int]) -> None:
    """Give columns up and down the room that they need, and a line between them."""
    room = max(0.14 * (max(above) + max(below)), 1)
    axes.set_ylim(-max(below) - room, max(above) + room)
    axes.axhline(0, color=GREY, linewidth=0.8)


def show_kinds(axes: "Axes", columns: int) -> None:
    """Say above the axes which colour is what."""
    axes.legend(
        loc="lower right",
        bbox_to_anchor=(1, 1),
        ncols=columns,
        frameon=False,
        labelcolor=INK,
        fontsize=9.5,
    )


def label_columns(axes: "Axes", numbers: Sequence[int], sign: str) -> None:
    """Write the number at the end of each column, smaller where there is little room."""
    labels = [f"{sign if n else ''}{n:,}" for n in numbers]
    size = 7.5 if len(labels) * max(map(len, labels)) > 96 else 9
    side, align = (-1, "top") if sign == "−" else (1, "bottom")
    for place, (number, label) in enumerate(zip(numbers, labels, strict=True)):
        axes.annotate(
            label,
            (place, side * number),
            (0, 3 * side),
            textcoords="offset points",
            ha="center",
            va=align,
            size=size,
            color=INK,
        )


DRAW: dict[Kind, Callable[["Axes", Rows, Chart], None]] = {
    Kind.BY_VALUE: draw_values,
    Kind.BY_YEAR: draw_years,
    Kind.BY_MONTH: draw_months,
    Kind.CHANGES: draw_changes,
    Kind.KINDS: draw_kinds,
}


def show_months(axes: "Axes", months: Sequence[date]) -> None:
    """Name the month below each column; few of them do not become broad."""
    axes.set_xticks(range(len(months)), [f"{month:%Y-%m}" for month in months])
    middle, half = (len(months) - 1) / 2, max(len(months), FEWEST_MONTHS) / 2
    axes.set_xlim(middle - half, middle + half)


def show_counts(axes: "Axes", counted: str, *, is_vertical: bool) -> None:
    """Label the axis of numbers, whole and with separators, and draw its rules."""
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    axis = axes.yaxis if is_vertical else axes.xaxis
    axis.set_major_locator(MaxNLocator(5 if is_vertical else 4, integer=True))
    axis.set_major_formatter(FuncFormatter(lambda number, _: f"{abs(number):,.0f}"))
    axis.set_label_text(counted, size=10, color=GREY)
    axis.set_tick_params(labelcolor=GREY, labelsize=9.5)
    axis.grid(visible=True, color=RULE, linewidth=0.8)


def drawable(text: str) -> str:
    """Return a text with a box for each character that the font does not have."""
    return "".join(letter if ord(letter) in characters() else "□" for letter in text)


@cache
def characters() -> frozenset[int]:
    """Return the characters of the font that charts are written in."""
    from matplotlib.font_manager import findfont, get_font

    return frozenset(get_font(findfont("DejaVu Sans")).get_charmap())
