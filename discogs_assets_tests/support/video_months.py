"""Months of masters and releases in a warehouse, to ask for videos."""

import gzip
from collections.abc import Mapping
from datetime import date
from pathlib import Path

from discogs_assets.derived.compute import compute, import_of
from discogs_assets.derived.tables import TAG, VIDEO
from discogs_assets.tables.table import Table
from discogs_assets.warehouse.loaded import loaded_months
from discogs_assets_tests.support.change_months import FEBRUARY, JANUARY, Months

YOUTUBE = "https://www.youtube.com/watch?v="
CONTENT = {
    "masters": f"""
        <master id="1"><genres><genre>Rock</genre></genres><styles><style>Psychedelic</style>
        </styles><year>1969</year><title>One, "first"</title><videos>
        <video duration="61" src="{YOUTUBE}aaaaaaaaaaa"><title>A "side"\n2</title></video>
        <video duration="3600" src="{YOUTUBE}bbbbbbbbbbb"><title>B</title></video></videos></master>
        <master id="2"><genres><genre>Rock</genre><genre>Pop</genre></genres><styles>
        <style>Surf</style></styles><year>1970</year><title>Two</title></master>
        <master id="3"><genres><genre>Electronic</genre></genres><styles><style>Techno</style>
        </styles><year>1990</year><title>Three</title></master>
        <master id="4"><genres><genre>Rock</genre></genres><styles><style>Psychedelic</style>
        <style>Surf</style></styles></master>
        <master id="5"><genres><genre>Rock</genre></genres><year>1969</year><title>F\u00fcnf
        </title></master>""",
    "releases": f"""
        <release id="10"><title>R</title><master_id>1</master_id><videos>
        <video duration="9" src="{YOUTUBE}bbbbbbbbbbb"><title>B again</title></video>
        <video src="https://vimeo.com/1"><title>C</title></video></videos></release>
        <release id="11"><title>R</title><master_id>4</master_id><videos>
        <video duration="5" src="{YOUTUBE}ddddddddddd"></video></videos></release>
        <release id="9"><title>R</title><master_id>4</master_id><videos>
        <video duration="4" src="{YOUTUBE}ccccccccccc"><title>E</title></video></videos></release>
        <release id="12"><title>R</title><master_id>77</master_id><videos>
        <video duration="5" src="{YOUTUBE}eeeeeeeeeee"><title>Lost</title></video></videos>
        </release><release id="13"><title>R</title><videos>
        <video duration="5" src="{YOUTUBE}fffffffffff"><title>Lone</title></video></videos>
        </release>""",
}
MOVING = {
    JANUARY: {
        "masters": f"""
            <master id="1"><title>One</title><videos><video src="{YOUTUBE}aaaaaaaaaaa"/></videos>
            </master><master id="2"><title>Two</title><videos><video src="{YOUTUBE}ccccccccccc"/>
            </videos></master><master id="3"><title>Three</title></master>""",
        "releases": f"""
            <release id="10"><title>R</title><master_id>1</master_id><videos>
            <video src="{YOUTUBE}bbbbbbbbbbb"/></videos></release>""",
    },
    FEBRUARY: {
        "masters": f"""
            <master id="1"><title>One</title><videos><video src="{YOUTUBE}aaaaaaaaaaa"/></videos>
            </master><master id="2"><title>Two</title></master>
            <master id="4"><title>Four</title><videos><video src="{YOUTUBE}ddddddddddd"/></videos>
            </master>""",
        "releases": f"""
            <release id="10"><title>R</title><master_id>1</master_id><videos>
            <video src="{YOUTUBE}ddddddddddd"/><video src="{YOUTUBE}ddddddddddd"/>
            </videos></release>""",
    },
}
"""Master 1 gets another video from its release, 2 loses its only one, and 4 comes with one."""


def record_tables(months: Months) -> tuple[Table, Table]:
    """Return the tables with a row a master and a row a release."""
    master, release = (months.lake.groups[name][0] for name in ("masters", "releases"))
    assert (master.name, release.name) == ("master", "release")
    return master, release


def bring_month(folder: Path, content: Mapping[str, str], month: date = JANUARY) -> Months:
    """Return a month of masters and releases, imported, with tags and videos computed."""
    months = Months(folder)
    for dump_type, xml in content.items():
        months.bring(dump_type, month, [xml.encode()])
        months.load(dump_type, month)
    with months.warehouse.writer() as connection:
        for derived in (TAG, VIDEO):
            compute(connection, derived, import_of(derived, month, loaded_months(connection)))
    return months


def unpack(folder: Path) -> dict[str, str]:
    """Return what the masters and releases among some dump files have in them."""
    return {
        name: read(next(folder.glob(f"*{name}.xml*")))
        .partition(f"<{name}>")[2]
        .rpartition(f"</{name}>")[0]
        for name in ("masters", "releases")
    }


def read(path: Path) -> str:
    """Return the text of a file, packed or not."""
    content = path.read_bytes()
    return (gzip.decompress(content) if path.suffix == ".gz" else content).decode()
