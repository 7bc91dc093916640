"""Hypothesis strategies that make up whole small dump documents of every era, and stranger ones.

What the documents mean does not belong here: `reference.py` reads them.
"""

import re
from collections.abc import Mapping, Sequence
from typing import TypeVar

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

XML = SearchStrategy[str]
T = TypeVar("T")
# Stands where a document may have white space between elements; XML has no such character.
GAP = "\0"
GAPS = ("", "\n", "\n  ", "\r\n\t", " ")

CHARACTERS = st.characters(
    codec="utf-8",
    exclude_categories=["Cs"],
    exclude_characters=[
        *(chr(code) for code in range(0x20) if chr(code) not in "\t\n\r"),
        "\ufffe",
        "\uffff",
    ],
)
TEXTS = (
    "",
    " ",
    "\u00a0",
    "0",
    "A",
    "Example &amp; Co. &lt;i&gt;",
    "&#13;\nA&#xe9;&#128512;&#13;",
    "raw\r\nCRLF and a lone\rCR",
    " kept white space\t\n",
    "<![CDATA[<b> & </release></label></master></artist>]]>",
    "A<![CDATA[]]>B<![CDATA[\r\n]]>",
    "<!-- nothing -->",
    "be<!-- </artist> <name> -->fore",
    "own<novelty>not <b>its</b></novelty>text",
    "<novelty>all in here</novelty>",
    "é 音 😀 \u0085\u2028",
    "&quot;&apos;'\">",
)
ATTRIBUTES = (
    "",
    " ",
    "A",
    "0",
    "Example &amp; Co. &lt;i&gt;",
    "&#13;&#10;&#9;",
    "tab\tnewline\nCRLF\r\nCR\r",
    "/> &lt;/release> -->",
    "é 音 😀",
    "&quot;&apos;",
)
INTEGERS = ("", "0", "00", "1", "7", " 42 ", "+5", "007", "\n12\t", "&#32;9", "2147483647")
DATES = ("", "1999", "2001-00-00", "0000-00-00", "1999-03", "19990301", " 1999", "2002\n", "199")
BOOLEANS = ("true", "FALSE", "1", "0", "Yes", "no", "on", "OFF", "t", "F", "y", "n", " true ", "")
# Elements nobody declared, some with names that mean something elsewhere.
NOVELTIES = (
    "<novelty/>",
    "<novelty>A</novelty>",
    '<novelty id="8"><id>9</id><name id="3">A</name><title>B</title></novelty>',
    '<novelty><artist><id>4</id></artist><label id="5"/><url>C</url></novelty>',
    '<novelty><release id="6"><track/></release><master id="7"></master></novelty>',
    "<!-- <id>1</id> </release> -->",
)
PROLOGS = ("", "\n", '<?xml version="1.0" encoding="UTF-8"?>\n', "<!-- made up -->")


def rarely(*values: str) -> XML:
    """Draw one of the values now and then, mostly nothing."""
    return st.sampled_from([""] * 12 * len(values) + list(values))


COIN = st.booleans()
FOUR_BITS = st.integers(0, 15)
NOVELTY = rarely(*NOVELTIES)
END_SPACE = rarely(" ", "\n")
LAYOUTS = st.sampled_from((('"', " "), ("'", " "), ('"', "\n"), ('"', "  ")))
UNKNOWN_ATTRIBUTES = rarely('novelty="A"', "sort = '1'")


def escape(raw: str) -> str:
    return raw.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


WORDS = st.text(CHARACTERS, max_size=6).map(escape)
text = st.sampled_from(TEXTS) | st.sampled_from(TEXTS) | WORDS
attribute = st.sampled_from(ATTRIBUTES) | st.sampled_from(ATTRIBUTES) | WORDS
integer = st.sampled_from(INTEGERS)
commented_integer = integer | st.sampled_from(("<!-- one -->1", "1<!-- 9 -->2", "3<novelty/>"))
date = st.sampled_from(DATES) | text
boolean = st.sampled_from(BOOLEANS)


def chosen(draw: st.DrawFn, given: Sequence[T]) -> list[T]:
    """Draw any of the given, in the given order or the opposite one."""
    found: list[T] = []
    for at in range(0, len(given), 4):
        bits = draw(FOUR_BITS)
        found += [each for place, each in enumerate(given[at : at + 4]) if bits >> place & 1]
    return found[::-1] if len(found) > 1 and draw(COIN) else found


def starts_as_text(content: str) -> bool:
    return not content.startswith("<novelty")


def turned(draw: st.DrawFn, given: list[str]) -> list[str]:
    """Draw another beginning for a list, as if it were a ring; empty parts fall out."""
    found = [each for each in given if each]
    turn = draw(FOUR_BITS) % len(found) if len(found) > 1 else 0
    return found[turn:] + found[:turn]


def start(draw: st.DrawFn, name: str, attributes: Mapping[str, XML], *required: str) -> str:
    """Draw the inside of a start tag: attributes in any order, some absent, either quote."""
    quote, space = draw(LAYOUTS)
    given = [draw(UNKNOWN_ATTRIBUTES), *required]
    for key in chosen(draw, list(attributes)):
        value = draw(attributes[key]).replace('"', "&quot;").replace("'", "&apos;")
        given.append(f"{key}={quote}{value}{quote}")
    return space.join([name, *turned(draw, given)])


@st.composite
def element(
    draw: st.DrawFn,
    name: str,
    content: XML,
    attributes: Mapping[str, XML] | None = None,
    *required: str,
) -> str:
    """Draw an element; one without content may be self-closed."""
    inside = draw(content)
    opened = start(draw, name, attributes or {}, *required)
    if not inside and draw(COIN):
        return f"<{opened}/>"
    return f"<{opened}>{inside}</{name}{draw(END_SPACE)}>"


@st.composite
def several(draw: st.DrawFn, *parts: XML, required: str = "") -> str:
    """Draw any of the parts in any order, something nobody declared among them at times."""
    drawn = [draw(part) for part in chosen(draw, parts)]
    found = turned(draw, [required, draw(NOVELTY), *drawn])
    return "".join(GAP + part for part in found) + (GAP if found else "")


def container(name: str, *items: XML) -> XML:
    """Draw a list, now and then twice; it may be empty."""
    wanted = [item for item in items for _ in range(6 // len(items))]
    children = st.lists(st.one_of(*wanted, st.sampled_from(NOVELTIES)), max_size=3)
    content = children.map(lambda found: "".join(GAP + each for each in found) + GAP * bool(found))
    one = element(name, content)
    return st.one_of(one, one, one, st.tuples(one, one).map(GAP.join))


def void(name: str, /, **attributes: XML) -> XML:
    """Draw an element whose values are attributes."""
    return element(name, rarely(GAP, *NOVELTIES), attributes)


def row(name: str, /, *parts: XML, **attributes: XML) -> XML:
    """Draw an element whose values are elements and attributes, or one without any."""
    empty = st.sampled_from((f"<{name}/>", f"<{name}></{name}>"))
    filled = element(name, several(*parts), attributes)
    return st.one_of(filled, filled, filled, filled, empty)


linked_name = element("name", text, {"id": integer})
images = container(
    "images",
    void(
        "image",
        height=integer,
        type=st.sampled_from(("primary", "secondary", "")),
        uri=attribute,
        uri150=attribute,
        width=integer,
    ),
)
videos = container(
    "videos",
    row(
        "video",
        element("title", text),
        element("description", text),
        src=attribute,
        duration=integer,
        embed=boolean,
    ),
)
urls = container("urls", element("url", text))
genres = container("genres", element("genre", text))
styles = container("styles", element("style", text))
credit = row(
    "artist",
    element("id", commented_integer),
    *(element(name, text) for name in ("name", "anv", "join", "role", "tracks")),
)
artists, extra_artists = container("artists", credit), container("extraartists", credit)
member_id = element("id", commented_integer)
members = container(
    "members",
    st.tuples(member_id, element("name", text)).map(GAP.join),
    st.sampled_from("123").map(lambda n: f'<id>{n}</id>{GAP}<name id="{n}">A</name>'),
    linked_name,
    member_id,
)
track_values = [element("position", text), element("title", text), element("duration", text)]
sub_track = row("track", *track_values, artists, extra_artists)
sub_tracks = container("sub_tracks", sub_track)
tracklist = container(
    "tracklist",
    row("track", *track_values, artists, extra_artists),
    row("track", *track_values, sub_tracks, extra_artists),
    row("track", sub_tracks, extra_artists),
)
described_format = element(
    "format",
    several(container("descriptions", element("description", text))),
    {"name": attribute, "qty": attribute, "text": attribute},
)
master_link = element("master_id", commented_integer, {"is_main_release": boolean})

PARTS: dict[str, list[XML]] = {
    "artists": [
        images,
        element("name", text),
        element("realname", text),
        element("profile", text),
        element("data_quality", text),
        container("namevariations", element("name", text)),
        container("aliases", linked_name),
        container("groups", linked_name),
        members,
        urls,
    ],
    "labels": [
        images,
        element("name", text),
        element("contactinfo", text),
        element("profile", text),
        element("data_quality", text),
        element("parentLabel", text, {"id": integer}),
        # A label on a line of its own that starts with an element is a record.
        container("sublabels", element("label", text.filter(starts_as_text), {"id": integer})),
        urls,
    ],
    "masters": [
        element("main_release", commented_integer),
        images,
        artists,
        genres,
        styles,
        element("year", commented_integer),
        element("title", text),
        element("notes", text),
        element("data_quality", text),
        videos,
    ],
    "releases": [
        images,
        artists,
        extra_artists,
        element("title", text),
        container("labels", void("label", name=attribute, catno=attribute, id=integer)),
        container("series", void("series", name=attribute, catno=attribute, id=integer)),
        container("formats", void("format", name=attribute, qty=attribute), described_format),
        genres,
        styles,
        element("country", text),
        element("released", date),
        element("notes", text),
        element("data_quality", text),
        master_link,
        tracklist,
        # Twice, so that other elements stand between two lists of tracks at times.
        tracklist,
        container(
            "identifiers",
            void("identifier", type=attribute, description=attribute, value=attribute),
        ),
        videos,
        container(
            "companies",
            row(
                "company",
                element("id", commented_integer),
                *(element(f, text) for f in ("name", "catno", "entity_type")),
                *(element(f, text) for f in ("entity_type_name", "resource_url")),
            ),
        ),
    ],
}


@st.composite
def record(draw: st.DrawFn, dump_type: str, record_id: int) -> str:
    """Draw one record; artists and labels carry their id as an element."""
    name = dump_type.removesuffix("s")
    number = draw(st.sampled_from(("{}", "{}", "{}", " {}\n", "+{}", "00{}"))).format(record_id)
    parts = PARTS[dump_type]
    if name in ("master", "release"):
        written = element(name, several(*parts), {"status": attribute}, f'id="{number}"')
    else:
        written = element(name, several(*parts, required=f"<id>{number}</id>"))
    return draw(written).replace(GAP, draw(st.sampled_from(GAPS)))


@st.composite
def documents(draw: st.DrawFn, dump_type: str) -> bytes:
    """Draw a whole dump document of 1-6 records with distinct ids."""
    ids = draw(st.lists(st.integers(1, 2**31 - 1), min_size=1, max_size=6, unique=True))
    records = [draw(record(dump_type, each)) for each in ids]
    # Where records do not start lines, whatever starts like one is one.
    name = dump_type.removesuffix("s")
    is_plain = all(len(re.findall(rf"<{name}[\s>]", each)) == 1 for each in records)
    apart = ("", "\n<!-- </release> -->\n") if is_plain else ()
    between = draw(st.sampled_from(("\n", "\n", "\r\n", *apart)))
    body = between.join(["", *records, ""])
    return f"{draw(st.sampled_from(PROLOGS))}<{dump_type}>{body}</{dump_type}>\n".encode()
