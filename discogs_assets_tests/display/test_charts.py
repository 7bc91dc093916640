"""Charts are pictures in a line of Markdown: small, the same each time, of the right things."""

import base64
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from lxml import etree

from discogs_assets.display.chart_axes import BOTTOM, HEIGHT, Scale
from discogs_assets.display.charts import BLUE, KIND_COLOURS, ORANGE, Chart, Kind, draw
from discogs_assets.display.svg import text_width

NEAR = 0.21
"""Places are written to a tenth of a pixel."""

MONTHS = [date(2025, month, 1) for month in range(1, 13)]
ROWS: dict[Kind, list[tuple[Any, ...]]] = {
    Kind.BY_VALUE: [("Vinyl", 19_417_067), ("CD", 7), ("A$AP $x$ \\frac 日本", 0)],
    Kind.BY_YEAR: [(year, (year - 1899) ** 3) for year in range(1900, 2027)],
    Kind.BY_MONTH: [(month, 161_234_567) for month in MONTHS],
    Kind.CHANGES: [(month, 10_234_567, 9_900_123) for month in MONTHS],
    Kind.KINDS: [(month, 234_567, 1_900_123, 70_000) for month in MONTHS],
}
NOTHING: dict[Kind, tuple[Any, ...]] = {
    Kind.BY_VALUE: ("CD", 0),
    Kind.BY_YEAR: (1999, 0),
    Kind.BY_MONTH: (MONTHS[0], 0),
    Kind.CHANGES: (MONTHS[0], 0, 0),
    Kind.KINDS: (MONTHS[0], 0, 0, 0),
}
TAGS = {"svg", "g", "rect", "line", "text"}
ATTRIBUTES = {
    *("width", "height", "viewBox", "x", "y", "x1", "y1", "x2", "y2", "transform", "text-anchor"),
    *("font-family", "font-size", "font-weight", "fill", "stroke"),
}


class Bar(NamedTuple):
    colour: str
    x: float
    y: float
    width: float
    height: float

    @property
    def below(self) -> float:
        return self.y + self.height


class Picture:
    """What a chart carries, once it is seen that nothing but bars, lines and texts is in it."""

    def __init__(self, markdown: str) -> None:
        image = r"!\[[^\n]*\]\(data:image/svg\+xml;base64,([A-Za-z0-9+/=]+)\)"
        found = re.fullmatch(image, markdown)
        assert found, markdown[:200]
        self.root: Any = etree.fromstring(base64.b64decode(found[1]))
        assert {etree.QName(one).localname for one in self.root.iter()} <= TAGS
        assert {name for one in self.root.iter() for name in one.attrib} <= ATTRIBUTES
        self.width, self.height = (float(self.root.attrib[name]) for name in ("width", "height"))
        ground, *bars = self.bars()
        assert ground == ("#fff", 0, 0, self.width, self.height)
        # The legend has a square of each colour.
        self.columns = [bar for bar in bars if (bar.width, bar.height) != (12, 12)]
        self.legend = [bar.colour for bar in bars if (bar.width, bar.height) == (12, 12)]

    def bars(self) -> Iterator[Bar]:
        for rect in self.root.iterfind(".//{*}rect"):
            colour = rect.get("fill") or rect.getparent().get("fill")
            yield Bar(colour, *(float(rect.get(name, 0)) for name in Bar._fields[1:]))

    def of_colour(self, colour: str) -> list[Bar]:
        return [bar for bar in self.columns if bar.colour == colour]

    def texts(self) -> list[str]:
        return [text.text or "" for text in self.root.iterfind(".//{*}text")]

    def place(self, text: str) -> tuple[float, float]:
        """Return where a text that is there once is written."""
        [found] = [one for one in self.root.iterfind(".//{*}text") if one.text == text]
        return float(found.get("x")), float(found.get("y"))


def chart(kind: Kind) -> Chart:
    kinds = ("new", "other", "gone")
    return Chart("A [title]", kind, "thing", "", "things", "a note", kinds=kinds)


def picture(kind: Kind, *rows: tuple[Any, ...]) -> Picture:
    return Picture(draw(chart(kind), rows or ROWS[kind]))


@pytest.mark.parametrize("kind", Kind)
def test_every_kind_is_drawn_small_and_inside_its_picture(kind: Kind) -> None:
    assert len(draw(chart(kind), ROWS[kind])) < 12_000
    drawn = picture(kind)
    assert drawn.width == 900
    assert {"A [title]", "a note", "things", "0"} <= {*drawn.texts()}
    for bar in drawn.columns:
        assert 0 < bar.x <= bar.x + bar.width < drawn.width
        assert 0 < bar.y <= bar.below < drawn.height


@pytest.mark.parametrize("kind", Kind)
def test_one_row_of_nothing_is_drawn(kind: Kind) -> None:
    drawn = picture(kind, NOTHING[kind])
    assert drawn.columns
    assert all(bar.width * bar.height == 0 for bar in drawn.columns)


@pytest.mark.parametrize("kind", Kind)
def test_nothing_to_draw_is_said(kind: Kind) -> None:
    assert draw(chart(kind), []) == "Nothing to draw: the month has no such rows."


def test_a_bar_is_as_long_as_its_number_which_is_at_its_end() -> None:
    drawn = picture(Kind.BY_VALUE, ("a", 8246), ("b", 4123), ("c", 0))
    lengths = [bar.width for bar in drawn.of_colour(BLUE)]
    assert lengths == [pytest.approx(lengths[0] * share, abs=NEAR) for share in (1, 0.5, 0)]
    for bar, name, number in zip(drawn.columns, "abc", ("8,246", "4,123"), strict=False):
        assert drawn.place(number)[0] == pytest.approx(bar.x + bar.width + 6, abs=NEAR)
        assert bar.y < drawn.place(number)[1] < bar.below
        assert bar.y < drawn.place(name)[1] < bar.below


def test_many_values_make_it_higher() -> None:
    drawn = [picture(Kind.BY_VALUE, *((f"rule {n}", n) for n in range(count))) for count in (3, 40)]
    assert [one.height for one in drawn] == [186, 1185]
    assert all(one.columns[-1].below < one.height - 60 for one in drawn)


def test_a_long_name_has_its_room() -> None:
    [bar] = picture(Kind.BY_VALUE, ("WIDE LETTERS 日本 " * 5, 1)).columns
    assert bar.x > 300


def test_the_columns_of_years_are_as_far_apart_as_the_years() -> None:
    drawn = picture(Kind.BY_YEAR, (2000, 10), (2001, 5), (2011, 10))
    first, second, third = drawn.columns
    assert (third.x - first.x) / (second.x - first.x) == pytest.approx(11, abs=NEAR)
    assert first.height == third.height
    assert second.height == pytest.approx(first.height / 2, abs=NEAR)
    assert {bar.below for bar in drawn.columns} == {BOTTOM}
    x, _ = drawn.place("2000")
    assert x == pytest.approx(first.x + first.width / 2, abs=NEAR)
    assert {"1995", "2000", "2005", "2010"} <= {*drawn.texts()}


@pytest.mark.parametrize("kind", [Kind.BY_MONTH, Kind.CHANGES, Kind.KINDS])
def test_each_month_is_named_below_its_column(kind: Kind) -> None:
    drawn = picture(kind)
    for month, bar in zip(MONTHS, drawn.of_colour(BLUE), strict=True):
        x, y = drawn.place(f"{month:%Y-%m}")
        assert x == pytest.approx(bar.x + bar.width / 2, abs=NEAR)
        assert max(one.below for one in drawn.columns) < y < HEIGHT


def test_numbers_of_months_stand_above_their_columns() -> None:
    drawn = picture(Kind.BY_MONTH, (MONTHS[0], 3_000), (MONTHS[1], 1_234))
    heights = [bar.height for bar in drawn.columns]
    assert heights[1] / heights[0] == pytest.approx(0.4113, abs=0.001)
    x, y = drawn.place("1,234")
    assert x == pytest.approx(drawn.columns[1].x + drawn.columns[1].width / 2, abs=NEAR)
    assert y == pytest.approx(drawn.columns[1].y - 5, abs=NEAR)


def test_what_was_removed_goes_down_in_another_colour() -> None:
    drawn = picture(Kind.CHANGES, (MONTHS[0], 300, 100), (MONTHS[1], 600, 0))
    added, removed = drawn.of_colour(BLUE), drawn.of_colour(ORANGE)
    zero = {bar.below for bar in added} | {bar.y for bar in removed}
    assert max(zero) - min(zero) < 0.2
    assert [bar.height / added[0].height for bar in (*added, *removed)] == [
        pytest.approx(share, abs=0.01) for share in (1, 2, 1 / 3, 0)
    ]
    assert {"+300", "+600", "−100", "added", "removed"} <= {*drawn.texts()}
    assert drawn.place("+300")[1] < added[0].y < removed[0].below < drawn.place("−100")[1]
    assert {*drawn.legend} == {BLUE, ORANGE}


def test_kinds_stand_one_upon_the_other_and_the_last_below() -> None:
    drawn = picture(Kind.KINDS, (MONTHS[0], 300, 150, 100), (MONTHS[1], 0, 0, 0))
    first, second, last = (drawn.of_colour(one)[0] for one in (BLUE, KIND_COLOURS[1], ORANGE))
    assert second.height / first.height == pytest.approx(1 / 2, abs=0.01)
    assert last.height / first.height == pytest.approx(1 / 3, abs=0.01)
    assert second.below == pytest.approx(first.y, abs=NEAR)
    assert first.below == pytest.approx(last.y, abs=NEAR)
    assert {first.x} == {second.x} == {last.x}
    assert {"450", "−100", "new", "other", "gone"} <= {*drawn.texts()}
    assert {*drawn.legend} == {BLUE, KIND_COLOURS[1], ORANGE}


def test_every_text_is_shown_and_none_is_markup() -> None:
    names = ["<script>alert(1)</script>", 'A&B ] "x"', "Café 日本 – $x$", "two\nlines"]
    drawn = picture(Kind.BY_VALUE, *((name, 1) for name in names))
    assert {*names[:3], "two lines"} <= {*drawn.texts()}


def test_what_xml_cannot_have_is_a_replacement_character() -> None:
    assert "a�b" in picture(Kind.BY_VALUE, ("a\x00b", 1)).texts()


@pytest.mark.parametrize(
    ("first", "last", "steps", "ticks"),
    [
        (0, 1.1, 5, [0, 1]),
        (0, 12, 5, [0, 5, 10]),
        (-3_400, 7_900, 5, [0, 5_000]),
        (-12, 7, 5, [-10, -5, 0, 5]),
        (0, 1_000, 5, [0, 200, 400, 600, 800, 1_000]),
        (1899, 2027, 8, [1900, 1920, 1940, 1960, 1980, 2000, 2020]),
        (0, 19_417_067, 4, [0, 5_000_000, 10_000_000, 15_000_000]),
    ],
)
def test_an_axis_has_round_numbers(first: float, last: float, steps: int, ticks: list[int]) -> None:
    assert [*Scale(first, last, 0, 100).ticks(steps)] == ticks


def test_columns_leave_room_for_their_numbers() -> None:
    """Two that are beside each other do not touch, however many digits they have."""
    drawn = picture(Kind.BY_MONTH)
    [size] = {
        float(one.get("font-size"))
        for one in drawn.root.iterfind(".//{*}g")
        if "161,234,567" in [text.text for text in one]
    }
    room = drawn.columns[1].x - drawn.columns[0].x
    assert room / 2 < text_width("161,234,567", size) <= room + 1


def test_the_same_rows_give_the_same_picture_on_any_thread() -> None:
    kinds = [Kind.BY_YEAR, Kind.CHANGES]
    with ThreadPoolExecutor(2) as threads:
        drawn = [*threads.map(lambda kind: draw(chart(kind), ROWS[kind]), kinds)]
    assert drawn == [draw(chart(kind), ROWS[kind]) for kind in kinds]


DRAWING = """
from discogs_assets.display.charts import Chart, Kind, draw
print(len(draw(Chart("A title", Kind.BY_VALUE, "thing", "", "things"), [("CD", 1)])) > 1000)
import sys
print(*sorted({name.partition(".")[0] for name in sys.modules}))
"""
SLOW_TO_LOAD = {"dagster", "duckdb", "numpy", "pandas", "polars", "pyarrow"}


@pytest.mark.slow
def test_a_chart_is_drawn_without_what_is_slow_to_load() -> None:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", DRAWING],
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.stderr == ""
    is_drawn, modules = done.stdout.splitlines()
    assert is_drawn == "True"
    assert {*modules.split()} & SLOW_TO_LOAD == set()
