"""Write a picture as SVG: bars, lines and texts, in groups that share their attributes.

Charts do not belong here.
"""

import re
from typing import Any
from unicodedata import east_asian_width

from lxml import etree

NAMESPACES: Any = {None: "http://www.w3.org/2000/svg"}
SVG = f"{{{NAMESPACES[None]}}}"
NOT_XML = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that no XML may have."""

WIDE, CAPITAL, OTHER = 1.02, 0.74, 0.64
"""How broad letters are at most on average, in heights of the font, whatever font there is."""


class Part:
    """A picture, or a group in it, whose attributes are those of all its elements."""

    def __init__(self, element: Any) -> None:
        self.element = element

    def add(self, tag: str, **attributes: float | str) -> "Part":
        named = {name.replace("_", "-"): shown(value) for name, value in attributes.items()}
        return Part(etree.SubElement(self.element, SVG + tag, named))

    def group(self, **attributes: float | str) -> "Part":
        return self.add("g", **attributes)

    def bar(self, x: float, y: float, width: float, height: float) -> None:
        self.add("rect", x=x, y=y, width=width, height=height)

    def line(self, x1: float, y1: float, x2: float, y2: float) -> None:
        self.add("line", x1=x1, y1=y1, x2=x2, y2=y2)

    def text(self, x: float, y: float, text: str, **attributes: float | str) -> None:
        """Write a text on the base line at `y`; what XML cannot have becomes `�`."""
        self.add("text", x=x, y=y, **attributes).element.text = NOT_XML.sub("�", text)

    def to_bytes(self) -> bytes:
        written: bytes = etree.tostring(self.element, encoding="utf-8")
        return written


def new_picture(width: int, height: int, ink: str) -> Part:
    """Return an empty picture on white, which is read on a dark page too."""
    size = {"width": str(width), "height": str(height), "viewBox": f"0 0 {width} {height}"}
    drawn_with = {"font-family": "sans-serif", "fill": ink}
    picture = Part(etree.Element(f"{SVG}svg", {**size, **drawn_with}, nsmap=NAMESPACES))
    picture.add("rect", width=width, height=height, fill="#fff")
    return picture


def shown(value: float | str) -> str:
    """Return a value of an attribute; a tenth of a pixel is enough."""
    return value if isinstance(value, str) else f"{round(value, 1):g}"


def text_width(text: str, size: float) -> float:
    """Return about how broad a text is, rather too much than too little."""
    return size * sum(map(letter_width, text))


def letter_width(letter: str) -> float:
    if east_asian_width(letter) in "WF":
        return WIDE
    return CAPITAL if letter.isupper() else OTHER
