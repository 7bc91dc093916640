"""Charts are pictures in a line of Markdown: small, the same each time, of the right things."""

import base64
import io
import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any

import pytest
from PIL import Image

from discogs_assets.display.charts import BLUE, KIND_COLOURS, ORANGE, Chart, Kind, draw, drawable

pytestmark = pytest.mark.slow

MONTHS = [date(2025, month, 1) for month in range(1, 13)]
ROWS: dict[Kind, list[tuple[Any, ...]]] = {
    Kind.BY_VALUE: [("Vinyl", 19_417_067), ("CD", 7), ("A$AP $x$ \\frac 日本", 0)],
    Kind.BY_YEAR: [(year, (year - 1899) ** 3) for year in range(1900, 2027)],
    Kind.BY_MONTH: [(month, 161_234_567) for month in MONTHS],
    Kind.CHANGES: [(month, 10_234_567, 9_900_123) for month in MONTHS],
    Kind.KINDS: [(month, 234_567, 1_900_123, 70_000) for month in MONTHS],
}


def chart(kind: Kind) -> Chart:
    kinds = ("new", "other", "gone")
    return Chart("A [title]", kind, "thing", "", "things", "a note", kinds=kinds)


def picture(markdown: str) -> Image.Image:
    """Return the picture that a chart carries."""
    found = re.fullmatch(r"!\[[^\n]*\]\(data:image/png;base64,([A-Za-z0-9+/=]+)\)", markdown)
    assert found, markdown[:200]
    return Image.open(io.BytesIO(base64.b64decode(found[1]))).convert("RGB")


def pixels(image: Image.Image, colour: str) -> int:
    wanted = tuple(bytes.fromhex(colour[1:]))
    return sum(count for count, found in image.getcolors(256) or () if found == wanted)


@pytest.mark.parametrize("kind", Kind)
def test_every_kind_is_drawn_small_and_on_white(kind: Kind) -> None:
    markdown = draw(chart(kind), ROWS[kind])
    image = picture(markdown)
    assert image.width == 900
    assert len(markdown) < 40_000
    corners = [(x, y) for x in (0, image.width - 1) for y in (0, image.height - 1)]
    assert {image.getpixel(corner) for corner in corners} == {(255, 255, 255)}


@pytest.mark.parametrize("kind", Kind)
def test_one_row_of_nothing_is_drawn(kind: Kind) -> None:
    row = {Kind.BY_VALUE: ("CD", 0), Kind.BY_YEAR: (1999, 0), Kind.BY_MONTH: (MONTHS[0], 0)}
    image = picture(draw(chart(kind), [row.get(kind, (MONTHS[0], 0, 0, 0))]))
    assert pixels(image, "#ffffff") > 0.9 * image.width * image.height


@pytest.mark.parametrize("kind", Kind)
def test_nothing_to_draw_is_said(kind: Kind) -> None:
    assert draw(chart(kind), []) == "Nothing to draw: the month has no such rows."


def test_a_bar_is_as_long_as_its_number() -> None:
    both, half = (
        pixels(picture(draw(chart(Kind.BY_VALUE), [("a", 800), ("b", second)])), BLUE)
        for second in (800, 400)
    )
    assert half / both == pytest.approx(0.75, abs=0.01)


def test_many_values_make_it_higher() -> None:
    heights = [
        picture(draw(chart(Kind.BY_VALUE), [(f"rule {n}", n) for n in range(count)])).height
        for count in (3, 40)
    ]
    assert heights == [186, 1185]


def test_what_was_removed_goes_down_in_another_colour() -> None:
    image = picture(draw(chart(Kind.CHANGES), [(MONTHS[0], 300, 100), (MONTHS[1], 300, 100)]))
    # The legend has a patch of each; what stands below it are the columns.
    columns = image.crop((0, 70, image.width, image.height))
    assert pixels(columns, ORANGE) / pixels(columns, BLUE) == pytest.approx(1 / 3, abs=0.02)


def test_kinds_stand_one_upon_the_other_and_the_last_below() -> None:
    image = picture(
        draw(chart(Kind.KINDS), [(MONTHS[0], 300, 150, 100), (MONTHS[1], 300, 150, 100)])
    )
    columns = image.crop((0, 70, image.width, image.height))
    first, second, last = (pixels(columns, colour) for colour in (BLUE, KIND_COLOURS[1], ORANGE))
    assert second / first == pytest.approx(1 / 2, abs=0.03)
    assert last / first == pytest.approx(1 / 3, abs=0.03)


def test_a_character_that_the_font_lacks_is_a_box() -> None:
    assert drawable("Café 日本 – $x$") == "Café □□ – $x$"


def test_the_same_rows_give_the_same_picture_on_any_thread() -> None:
    kinds = [Kind.BY_YEAR, Kind.CHANGES]
    with ThreadPoolExecutor(2) as threads:
        drawn = [*threads.map(lambda kind: draw(chart(kind), ROWS[kind]), kinds)]
    assert drawn == [draw(chart(kind), ROWS[kind]) for kind in kinds]


DRAWING = """
from discogs_assets.display.charts import Chart, Kind, draw
print(len(draw(Chart("A title", Kind.BY_VALUE, "thing", "", "things"), [("CD", 1)])) > 1000)
import sys
print("matplotlib.pyplot" in sys.modules)
"""


@pytest.mark.slow
def test_a_home_that_cannot_be_written_is_no_trouble() -> None:
    """Matplotlib keeps a list of fonts at home; without one it makes it anew, and tells."""
    home = {"HOME": "/proc/nobody", "XDG_CACHE_HOME": "", "XDG_CONFIG_HOME": ""}
    environment = {k: v for k, v in os.environ.items() if k != "MPLCONFIGDIR"} | home
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", DRAWING],
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert (done.stdout, done.stderr) == ("True\nFalse\n", "")
