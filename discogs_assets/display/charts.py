"""Draw a chart as a Markdown image that carries its own picture.

What is drawn of which table does not belong here.
"""

import base64
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

from discogs_assets.display.chart_axes import (
    BOTTOM,
    GREY,
    HEIGHT,
    INK,
    LEFT,
    LOWER,
    NAME_SIZE,
    NUMBER_SIZE,
    RIGHT,
    TOP,
    TOP_BELOW_LEGEND,
    WIDTH,
    Places,
    Scale,
    fitting,
    show_below,
    show_counts,
    show_counts_below,
    show_kinds,
    show_months,
    widest,
)
from discogs_assets.display.markdown import escaped
from discogs_assets.display.svg import Part, new_picture
from discogs_assets.display.text import cut, readable

Rows = Sequence[tuple[Any, ...]]

BLUE, ORANGE = "#2f6db5", "#d9731a"
KIND_COLOURS = (BLUE, "#97b6da", "#aeb3b8", ORANGE)
"""The lighter ones are half-way to white, as the palette has them."""
BAR_ROOM, BAR_HEIGHT, AROUND_BARS = 27, 19.4, 105
LONGEST_LABEL = 36
FEWEST_YEARS = 20


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
    picture = base64.b64encode(draw_svg(chart, rows)).decode()
    return f"![{escaped(chart.title)}](data:image/svg+xml;base64,{picture})"


def nothing_to_draw(reason: str) -> str:
    return f"Nothing to draw: {escaped(reason)}."


def draw_svg(chart: Chart, rows: Rows) -> bytes:
    """Return a chart as an SVG file, which Dagster keeps with every event: few bytes, no script."""
    is_of_bars = chart.kind is Kind.BY_VALUE
    height = AROUND_BARS + BAR_ROOM * len(rows) if is_of_bars else HEIGHT
    picture = new_picture(WIDTH, height, INK)
    picture.text(LEFT, 25, chart.title, font_size=17, font_weight="bold")
    picture.text(RIGHT, 24, chart.note, font_size=NUMBER_SIZE, fill=GREY, text_anchor="end")
    DRAW[chart.kind](picture, rows, chart)
    return picture.to_bytes()


def draw_values(picture: Part, rows: Rows, chart: Chart) -> None:
    """Draw a horizontal bar a row, with its number at its end."""
    labels = [cut(readable(row[0]), LONGEST_LABEL) for row in rows]
    numbers = [row[1] for row in rows]
    texts = [f"{number:,}" for number in numbers]
    left = LEFT + widest(labels, NAME_SIZE) + 8
    counts = Scale(0, max(*numbers, 1), left, RIGHT - widest(texts, NUMBER_SIZE) - 6)
    show_counts_below(picture, counts, chart.counted, TOP + BAR_ROOM * len(rows))
    bars, names = picture.group(fill=BLUE), picture.group(font_size=NAME_SIZE, text_anchor="end")
    ends = picture.group(font_size=NUMBER_SIZE)
    for place, (label, number, text) in enumerate(zip(labels, numbers, texts, strict=True)):
        middle, end = TOP + BAR_ROOM * (place + 0.5), counts.at(number)
        bars.bar(left, middle - BAR_HEIGHT / 2, end - left, BAR_HEIGHT)
        names.text(left - 8, middle + LOWER * NAME_SIZE, label)
        ends.text(end + 6, middle + LOWER * NUMBER_SIZE, text)


def draw_years(picture: Part, rows: Rows, chart: Chart) -> None:
    years, numbers = [row[0] for row in rows], [row[1] for row in rows]
    counts = Scale(0, 1.05 * max(*numbers, 1), BOTTOM, TOP)
    left = show_counts(picture, counts, chart.counted)
    first = min(min(years) - 1, max(years) - FEWEST_YEARS)
    time = Scale(first, max(years) + 1, left, RIGHT)
    room = time.at(1) - time.at(0)
    places = Places([time.at(year) for year in years], 0.86 * room, room)
    draw_columns(picture, places, counts, numbers, BLUE)
    named = [year for year in time.ticks(8) if first < year <= max(years)]
    show_below(picture, [*map(str, named)], [*map(time.at, named)], NAME_SIZE)


def draw_months(picture: Part, rows: Rows, chart: Chart) -> None:
    """Draw a column a month, with its number above."""
    numbers = [row[1] for row in rows]
    counts = Scale(0, 1.1 * max(*numbers, 1), BOTTOM, TOP)
    left = show_counts(picture, counts, chart.counted)
    places = show_months(picture, left, [row[0] for row in rows])
    draw_columns(picture, places, counts, numbers, BLUE)
    label_columns(picture, places, counts, numbers, "")


def draw_changes(picture: Part, rows: Rows, chart: Chart) -> None:
    """Draw for each month a column up for what was added, and one down for what was removed."""
    kinds = [("added", BLUE), ("removed", ORANGE)]
    draw_up_and_down(picture, rows, chart, kinds, "+")


def draw_kinds(picture: Part, rows: Rows, chart: Chart) -> None:
    """Draw for each month its kinds one upon the other, and the last below."""
    *above, below = chart.kinds
    kinds = [*zip(above, KIND_COLOURS, strict=False), (below, ORANGE)]
    draw_up_and_down(picture, rows, chart, kinds, "")


def draw_up_and_down(
    picture: Part, rows: Rows, chart: Chart, kinds: Sequence[tuple[str, str]], sign: str
) -> None:
    """Draw kinds, each a name and a colour; `sign` is set before the number of those above."""
    tops, below = [sum(row[1:-1]) for row in rows], [row[-1] for row in rows]
    room = max(0.14 * (max(tops) + max(below)), 1)
    counts = Scale(-max(below) - room, max(tops) + room, BOTTOM, TOP_BELOW_LEGEND)
    left = show_counts(picture, counts, chart.counted)
    places = show_months(picture, left, [row[0] for row in rows])
    for number, (_, colour) in enumerate(kinds[:-1], 1):
        under = [sum(row[1:number]) for row in rows]
        draw_columns(picture, places, counts, [row[number] for row in rows], colour, under)
    draw_columns(picture, places, counts, [-number for number in below], ORANGE)
    picture.group(stroke=GREY).line(left, counts.at(0), RIGHT, counts.at(0))
    label_columns(picture, places, counts, tops, sign)
    label_columns(picture, places, counts, below, "−")
    show_kinds(picture, kinds)


def draw_columns(
    picture: Part,
    places: Places,
    counts: Scale,
    numbers: Sequence[int],
    colour: str,
    under: Sequence[int] = (),
) -> None:
    """Draw a column for each number, down from zero for one below; `under` is what it is upon."""
    columns = picture.group(fill=colour)
    starts = under or [0] * len(numbers)
    for middle, number, start in zip(places.middles, numbers, starts, strict=True):
        end, top = sorted((start, start + number))
        left, height = middle - places.width / 2, counts.at(end) - counts.at(top)
        columns.bar(left, counts.at(top), places.width, height)


def label_columns(
    picture: Part, places: Places, counts: Scale, numbers: Sequence[int], sign: str
) -> None:
    """Write the number at the end of each column, smaller where there is little room."""
    texts = [f"{sign if number else ''}{number:,}" for number in numbers]
    size = fitting(texts, NUMBER_SIZE, places.room)
    labels = picture.group(font_size=size, text_anchor="middle")
    for middle, number, text in zip(places.middles, numbers, texts, strict=True):
        is_below = sign == "−"
        end = counts.at(-number if is_below else number)
        labels.text(middle, end + size if is_below else end - 5, text)


DRAW: dict[Kind, Callable[[Part, Rows, Chart], None]] = {
    Kind.BY_VALUE: draw_values,
    Kind.BY_YEAR: draw_years,
    Kind.BY_MONTH: draw_months,
    Kind.CHANGES: draw_changes,
    Kind.KINDS: draw_kinds,
}
