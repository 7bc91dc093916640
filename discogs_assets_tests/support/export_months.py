"""Three made-up months in a lake and a warehouse, to feed sinks with."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path

from discogs_assets.derived.compute import compute, import_of
from discogs_assets.derived.tables import DERIVED
from discogs_assets.exports.month import Month
from discogs_assets.warehouse.loaded import loaded_months
from discogs_assets_tests.support.change_months import (
    FEBRUARY,
    JANUARY,
    MARCH,
    Months,
    artists,
    releases,
)

TYPES = ("artists", "labels", "masters", "releases")
CONTENTS: dict[str, dict[date, Mapping[int, str]]] = {
    "artists": {
        JANUARY: {
            1: "<name>Alice &amp; Bob</name><realname>Alice \\ Bob</realname>"
            "<profile>One\n\tand &quot;two&quot;</profile>"
            "<urls><url>https://example.com/a,b</url><url>https://example.com/c</url></urls>"
            "<namevariations><name>Alice, Bob</name><name>A &quot;B&quot;</name></namevariations>"
            '<aliases><name id="2">Carol</name><name id="99">Nobody</name></aliases>'
            '<members><id>2</id><name id="2">Carol</name></members>',
            2: '<name>Carol</name><groups><name id="1">Alice &amp; Bob</name></groups>',
            3: "<profile>It has no name</profile>",
            5: "<name>Same in all months 🎵</name>",
        },
        FEBRUARY: {
            1: "<name>Alice &amp; Bob</name><realname>Alice \\ Bob</realname>"
            "<profile>One\n\tand &quot;two&quot;</profile>"
            "<urls><url>https://example.com/a,b</url><url>https://example.com/c</url></urls>"
            "<namevariations><name>Alice, Bob</name><name>A &quot;B&quot;</name></namevariations>"
            '<aliases><name id="2">Carol</name><name id="99">Nobody</name></aliases>'
            '<members><id>2</id><name id="2">Carol</name></members>',
            2: "<name>Carol (2)</name>",
            4: "<name>Dan</name>",
            5: "<name>Same in all months 🎵</name>",
        },
        MARCH: {
            2: "<name>Carol (2)</name>",
            3: "<profile>It has no name</profile>",
            5: "<name>Same in all months 🎵</name>",
            99: "<name>Nobody</name>",
        },
    },
    "labels": {
        JANUARY: {
            1: "<name>Warm</name><contactinfo>Street 1,\nTown</contactinfo>"
            '<sublabels><label id="2">Cold</label></sublabels>',
            2: '<name>Cold</name><parentLabel id="1">Warm</parentLabel>',
            3: "<profile>No name</profile>",
        },
        FEBRUARY: {
            1: "<name>Warm</name><contactinfo>Street 1,\nTown</contactinfo>"
            '<sublabels><label id="2">Cold</label></sublabels>',
            2: "<name>Cold</name>",
            4: '<name>New</name><parentLabel id="77">Nowhere</parentLabel>',
        },
        MARCH: {3: "<profile>No name</profile>", 4: "<name>New</name>"},
    },
    "masters": {
        JANUARY: {
            1: "<main_release>1</main_release><artists><artist><id>1</id><name>Alice &amp; Bob"
            "</name><join>,</join></artist><artist><id>2</id><name>Carol</name></artist></artists>"
            "<genres><genre>Rock</genre></genres><styles><style>Psychedelic</style></styles>"
            "<year>1969</year><title>The Dark Side, Again</title><videos>"
            '<video duration="60" embed="true" src="https://www.youtube.com/watch?v=aaaaaaaaaaa">'
            "<title>One</title></video></videos>",
            2: "<artists><artist><id>88</id><name>Gone</name></artist></artists>"
            "<genres><genre>Electronic</genre><genre>Rock</genre></genres>"
            "<styles><style>Techno</style></styles><year>2001</year><title>Two</title>",
            3: "<genres><genre>Electronic</genre></genres><styles><style>Techno</style></styles>"
            "<year>2001</year><title>Three</title>",
        },
        FEBRUARY: {
            1: "<main_release>1</main_release><artists><artist><id>1</id><name>Alice &amp; Bob"
            "</name><join>,</join></artist><artist><id>2</id><name>Carol</name></artist></artists>"
            "<genres><genre>Rock</genre></genres><styles><style>Psychedelic</style></styles>"
            "<year>1969</year><title>The Dark Side, Again</title><videos>"
            '<video duration="60" embed="true" src="https://www.youtube.com/watch?v=aaaaaaaaaaa">'
            "<title>One</title></video></videos>",
            2: "<genres><genre>Electronic</genre></genres><styles><style>House</style></styles>"
            "<year>2002</year><title>Two, changed</title>",
            4: "<genres><genre>Jazz</genre></genres><year>1959</year><title>Four</title>",
        },
        MARCH: {
            2: "<genres><genre>Electronic</genre></genres><styles><style>House</style></styles>"
            "<year>2002</year><title>Two, changed</title>",
            3: "<genres><genre>Electronic</genre></genres><styles><style>Techno</style></styles>"
            "<year>2001</year><title>Three</title>",
        },
    },
    "releases": {
        JANUARY: {
            1: "<title>The Dark Side, Again</title><artists><artist><id>1</id><name>Alice &amp; "
            "Bob</name><join>,</join></artist><artist><id>2</id><name>Carol</name></artist>"
            '</artists><labels><label id="1" name="Warm" catno="W 1"/>'
            '<label id="1" name="Warm" catno="W 1"/><label id="2" name="Cold" catno="C, 2"/>'
            "</labels><genres><genre>Rock</genre></genres><styles><style>Psychedelic</style>"
            "</styles><country>UK</country><released>1969-03-00</released>"
            '<master_id is_main_release="true">1</master_id><videos><video duration="61" '
            'embed="true" src="https://www.youtube.com/watch?v=bbbbbbbbbbb"><title>Two</title>'
            '</video></videos><identifiers><identifier type="Barcode" value="5 01234"/>'
            "</identifiers><tracklist><track><position>A</position><title>Back\\slash</title>"
            "<artists><artist><id>2</id><name>Carol</name></artist></artists></track></tracklist>",
            2: "<title>Two</title><artists><artist><id>88</id><name>Gone</name></artist></artists>"
            '<labels><label id="66" name="Gone" catno="none"/></labels>'
            '<master_id is_main_release="false">55</master_id><released>2001</released>',
            3: "<genres><genre>Jazz</genre></genres>",
            6: "<title>Three artists</title><artists><artist><id>3</id></artist></artists>",
        },
        FEBRUARY: {
            1: "<title>The Dark Side, Again</title><artists><artist><id>1</id><name>Alice &amp; "
            "Bob</name><join>,</join></artist><artist><id>2</id><name>Carol</name></artist>"
            '</artists><labels><label id="1" name="Warm" catno="W 1"/>'
            '<label id="1" name="Warm" catno="W 1"/><label id="2" name="Cold" catno="C, 2"/>'
            "</labels><genres><genre>Rock</genre></genres><styles><style>Psychedelic</style>"
            "</styles><country>UK</country><released>1969-03-00</released>"
            '<master_id is_main_release="true">1</master_id><videos><video duration="61" '
            'embed="true" src="https://www.youtube.com/watch?v=bbbbbbbbbbb"><title>Two</title>'
            '</video></videos><identifiers><identifier type="Barcode" value="5 01234"/>'
            "</identifiers><tracklist><track><position>A</position><title>Back\\slash</title>"
            "<artists><artist><id>2</id><name>Carol</name></artist></artists></track></tracklist>",
            2: "<title>Two, changed</title><artists><artist><id>2</id><name>Carol</name></artist>"
            "</artists><genres><genre>Electronic</genre></genres><styles><style>House</style>"
            "</styles><released>1999-12-31</released>",
            4: '<title>Four</title><labels><label id="4" name="New" catno="N1"/></labels>',
            6: "<title>Three artists</title><artists><artist><id>3</id></artist></artists>",
        },
        MARCH: {
            2: "<title>Two, changed</title><artists><artist><id>2</id><name>Carol</name></artist>"
            "</artists><genres><genre>Electronic</genre></genres><styles><style>House</style>"
            "</styles><released>1999-12-31</released>",
            3: "<genres><genre>Jazz</genre></genres>",
            6: "<title>Three artists</title><artists><artist><id>3</id></artist></artists>",
        },
    },
}
"""Ids that lead nowhere, missing names, rows that come twice; what each month changes.

Artist 3, whom release 6 names, is there in January and March only, artist 99 in March only, while
what names them stays the same.
"""

CHANGES = {"artists": (1, 1, 1), "labels": (1, 1, 1), "masters": (1, 1, 1), "releases": (1, 1, 1)}
"""How many records February adds, changes and removes."""


APRIL = date(2026, 4, 1)
BROKEN = "\x01"
UNREAD: dict[date, Mapping[int, str]] = {
    JANUARY: {1: "One", 2: "Two", 3: "Three"},
    FEBRUARY: {1: "One, changed", 2: BROKEN, 4: "Four"},
    MARCH: {1: "One, changed", 2: BROKEN, 3: BROKEN, 4: "Four", 5: "Five"},
    APRIL: {1: "One", 2: "Two", 4: "Four", 5: "Five, changed", 6: BROKEN},
}
"""Names by id, the same for each dump type: 2 cannot be read in two months, 3 is gone in the first
of these, 6 was never read."""

KEPT = {JANUARY: [], FEBRUARY: [2], MARCH: [2, 3], APRIL: []}
"""Which records are there as they were last read."""


def unread_contents() -> dict[str, dict[date, Mapping[int, str]]]:
    """Return the months of `UNREAD` as XML by id; the records refer to each other."""
    forms = {
        "artists": '<name>{}</name><aliases><name id="2">Two</name></aliases>',
        "labels": '<name>{}</name><sublabels><label id="2">Two</label></sublabels>',
        "masters": "<artists><artist><id>2</id><name>Two</name></artist></artists>"
        "<genres><genre>Rock</genre></genres><year>1999</year><title>{}</title><videos>"
        '<video duration="1" embed="true" src="https://example.com/{}"/></videos>',
        "releases": "<title>{}</title><artists><artist><id>2</id><name>Two</name></artist>"
        '</artists><labels><label id="3" name="Three" catno="T"/></labels>'
        '<master_id is_main_release="true">2</master_id>',
    }
    return {
        dump_type: {
            month: {id_: form.format(name, id_) for id_, name in names.items()}
            for month, names in UNREAD.items()
        }
        for dump_type, form in forms.items()
    }


def bring_months(
    folder: Path, contents: Mapping[str, Mapping[date, Mapping[int, str]]] = CONTENTS
) -> Months:
    """Return the months, imported and computed."""
    months = Months(folder)
    for month in contents["artists"]:
        for dump_type in TYPES:
            records = as_xml(dump_type, contents[dump_type][month])
            months.bring(dump_type, month, records)
            months.load(dump_type, month)
        with months.warehouse.writer() as connection:
            for name in ("master_id", "tag", "tag_count", "video"):
                provenance = import_of(DERIVED[name], month, loaded_months(connection))
                compute(connection, DERIVED[name], provenance)
    return months


def as_xml(dump_type: str, content: Mapping[int, str]) -> list[bytes]:
    """Return records as a dump has them."""
    if dump_type == "artists":
        return artists(content)
    if dump_type == "releases":
        return releases(content)
    if dump_type == "labels":
        return [f"<label><id>{id_}</id>{xml}</label>".encode() for id_, xml in content.items()]
    return [f'<master id="{id_}">{xml}</master>'.encode() for id_, xml in content.items()]


def month_of(months: Months, month: date, limit: int | None = None) -> Month:
    """Return a month to feed a sink with, two records at a time."""
    return Month(months.lake, months.warehouse, month, limit, block_records=2)
