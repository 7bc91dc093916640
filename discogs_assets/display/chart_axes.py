"""The parts that charts have in common: scales, their numbers and rules, months, and a legend."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from discogs_assets.display.svg import Part, text_width

WIDTH, HEIGHT, MARGIN = 900, 360, 11
LEFT, RIGHT = MARGIN, WIDTH - MARGIN
TOP, TOP_BELOW_LEGEND, BOTTOM = 45, 72, HEIGHT - 34
INK, GREY, RULE = "#20262e", "#5c6670", "#e3e6e9"
NAME_SIZE, COUNT_SIZE, NUMBER_SIZE = 14.0, 13.0, 12.5
LOWER = 0.36
"""How far below its middle the base line of a text is, in heights of the font."""

FEWEST_MONTHS = 6


@dataclass(frozen=True, slots=True)
class Scale:
    """Where numbers are: `first` at the pixel `start`, `last` at `end`."""

    first: float
    last: float
    start: float
    end: float

    def at(self, number: float) -> float:
        share = (number - self.first) / (self.last - self.first)
        return self.start + share * (self.end - self.start)

    def ticks(self, steps: int) -> range:
        """Return round numbers from the first to the last, with so many steps at most."""
        step = round_step((self.last - self.first) / steps)
        return range(math.ceil(self.first / step) * step, math.floor(self.last) + 1, step)


class Places(NamedTuple):
    """Where columns are: the middle of each, how broad it is, and what room it has."""

    middles: list[float]
    width: float
    room: float


def round_step(least: float) -> int:
    """Return the smallest of 1, 2, 5, 10, 20, 50 … that is as large."""
    power = int(10 ** math.floor(math.log10(max(least, 1))))
    return next(factor * power for factor in (1, 2, 5, 10) if factor * power >= least)


def widest(texts: Iterable[str], size: float) -> float:
    return max(text_width(text, size) for text in texts)


def fitting(texts: Sequence[str], size: float, room: float) -> float:
    """Return the size, or as much of it as lets each text fit into the room."""
    return size * min(1, room / widest(texts, size))


def show_counts(picture: Part, counts: Scale, counted: str) -> float:
    """Draw the axis of columns and its rules; return where the room for columns begins."""
    ticks = counts.ticks(5)
    texts = [f"{abs(tick):,}" for tick in ticks]
    left = LEFT + 24 + widest(texts, COUNT_SIZE)
    rules = picture.group(stroke=RULE)
    numbers = picture.group(font_size=COUNT_SIZE, fill=GREY, text_anchor="end")
    for tick, text in zip(ticks, texts, strict=True):
        rules.line(left + 8, counts.at(tick), RIGHT, counts.at(tick))
        numbers.text(left, counts.at(tick) + LOWER * COUNT_SIZE, text)
    middle = (counts.start + counts.end) / 2
    turned = picture.group(transform=f"translate({LEFT + NAME_SIZE:g} {middle:g}) rotate(-90)")
    turned.text(0, 0, counted, font_size=NAME_SIZE, fill=GREY, text_anchor="middle")
    return left + 8


def show_counts_below(picture: Part, counts: Scale, counted: str, bottom: float) -> None:
    """Draw the axis of bars and its rules."""
    rules = picture.group(stroke=RULE)
    numbers = picture.group(font_size=COUNT_SIZE, fill=GREY, text_anchor="middle")
    for tick in counts.ticks(4):
        rules.line(counts.at(tick), TOP - 5, counts.at(tick), bottom)
        numbers.text(counts.at(tick), bottom + 21, f"{tick:,}")
    numbers.text((counts.start + counts.end) / 2, bottom + 43, counted, font_size=NAME_SIZE)


def show_months(picture: Part, left: float, months: Sequence[date]) -> Places:
    """Name the month below each column; few of them do not become broad."""
    room = (RIGHT - left) / max(len(months), FEWEST_MONTHS)
    first = (left + RIGHT - room * (len(months) - 1)) / 2
    middles = [first + room * number for number in range(len(months))]
    texts = [f"{month:%Y-%m}" for month in months]
    show_below(picture, texts, middles, fitting(texts, NAME_SIZE, room - 4))
    return Places(middles, 0.62 * room, room)


def show_below(picture: Part, texts: Sequence[str], at: Sequence[float], size: float) -> None:
    """Write texts below the columns."""
    names = picture.group(font_size=size, text_anchor="middle")
    for text, x in zip(texts, at, strict=True):
        names.text(x, HEIGHT - 13, text)


def show_kinds(picture: Part, kinds: Sequence[tuple[str, str]]) -> None:
    """Say above the columns which colour is what."""
    legend, x = picture.group(font_size=COUNT_SIZE), float(RIGHT)
    for kind, colour in reversed(kinds):
        x -= text_width(kind, COUNT_SIZE)
        legend.text(x, TOP + 10, kind)
        legend.group(fill=colour).bar(x - 19, TOP, 12, 12)
        x -= 40
