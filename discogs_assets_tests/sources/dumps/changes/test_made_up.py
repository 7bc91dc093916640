"""The changes between made-up months, against a comparison of one record after the other."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

import pytest
from lxml import etree

from discogs_assets.sources.discogs_dumps.synthetic import iter_records
from discogs_assets.sources.discogs_dumps.tables import DUMP_TYPES
from discogs_assets.sources.dumps.changes import queries
from discogs_assets.sources.dumps.dump_type import DumpType
from discogs_assets.storage.lake import Lake
from discogs_assets.tables.table import Table
from discogs_assets.warehouse import differing, id_ranges
from discogs_assets_tests.support.change_months import FEBRUARY, JANUARY, Kinds, Months

pytestmark = pytest.mark.slow

COUNT = 60

Element = Any
Row = dict[str, Any]
Content = dict[str, list[Row]]
"""What counts of a record, by table."""


def lists(record: Element) -> list[Element]:
    return [one for one in record.iter() if len(one)]


def empties(record: Element) -> list[Element]:
    return [one for one in record.iter() if not len(one) and not one.text and not one.attrib]


def remove(element: Element) -> None:
    element.getparent().remove(element)


def reorder(record: Element, draw: Random) -> None:
    one = draw.choice(lists(record))
    one[:] = draw.sample([*one], len(one))


def duplicate(record: Element, draw: Random) -> None:
    """Have a member of a list twice; fields of the record stay as they are."""
    if some := [child for one in lists(record)[1:] for child in one if len(one) and not child.text]:
        child = draw.choice(some)
        child.addnext(etree.fromstring(etree.tostring(child, with_tail=False)))


def drop(record: Element, draw: Random) -> None:
    if some := [one for one in record if one.tag not in ("id", "name", "title")]:
        remove(draw.choice(some))


def drop_empty(record: Element, draw: Random) -> None:
    for one in empties(record):
        if one.tag != "track":
            remove(one)


def add_empty(record: Element, draw: Random) -> None:
    for name in ("urls", "images", "videos", "genres"):
        for one in record.iterfind(name):
            one.insert(
                draw.randrange(len(one) + 1),
                etree.Element({"videos": "video"}.get(name, name[:-1])),
            )


def drop_images(record: Element, draw: Random) -> None:
    for one in record.findall("images"):
        remove(one)


def change_text(record: Element, draw: Random) -> None:
    if some := [one for one in record.iter() if one.text and one.tag not in ("id", "master_id")]:
        one = draw.choice(some)
        one.text = f"{'8' if one.text.isdigit() else 'x'}{one.text}"[:9]


def change_attribute(record: Element, draw: Random) -> None:
    some = [one for one in record.iter() if {*one.attrib} & {"uri150", "src", "value", "catno"}]
    if some:
        one = draw.choice(some)
        name = draw.choice([*({*one.attrib} & {"uri150", "src", "value", "catno"})])
        one.set(name, f"{one.get(name)}y")


def drop_addresses(record: Element, draw: Random) -> None:
    for one in record.findall("companies/company/resource_url"):
        remove(one)


def respace(record: Element, draw: Random) -> None:
    record.text = "\n  "


MUTATIONS: list[Callable[[Element, Random], None]] = [
    reorder,
    duplicate,
    drop,
    drop_empty,
    add_empty,
    drop_images,
    change_text,
    change_attribute,
    drop_addresses,
    respace,
]


def mutated(raw: bytes, draw: Random) -> bytes:
    """Return a record as it might stand in the next month."""
    record = etree.fromstring(raw)
    for mutate in draw.sample(MUTATIONS, draw.randrange(3)):
        mutate(record, draw)
    written: bytes = etree.tostring(record)
    return raw if written == etree.tostring(etree.fromstring(raw)) else written


def month_after(records: list[bytes], draw: Random) -> list[bytes]:
    """Return most of the records, some of them changed, in another order, and a few new ones."""
    return [mutated(raw, draw) for raw in draw.sample(records, len(records) - 5)]


def content_by_id(lake: Lake, dump_type: DumpType, month: date) -> dict[int, Content]:
    """Return what counts of each record of a month."""
    found: dict[int, Content] = {}
    for table in dump_type.content_tables:
        rows = lake.scan(table.name, [month]).drop("month").collect()
        for row in rows.sort(table.key).to_dicts():
            record = found.setdefault(row.pop(table.owner), {})
            record.setdefault(table.name, []).append(row)
    return {id_: {t: [*counted(t, rows)] for t, rows in one.items()} for id_, one in found.items()}


def counted(table: str, rows: list[Row]) -> list[Row]:
    """Return the rows of a list with what counts: no empty ones, and no places of their own."""
    kept = []
    for row in rows:
        row = {name: value for name, value in row.items() if name != "record_hash"}
        if table == "release_company":
            del row["uri"]
        place = {"sequence", "is_extra", "track_sequence"} & {*row}
        if table == "release_track" or not place:
            kept.append(row)
            continue
        del row["sequence"]
        if any(value is not None for name, value in row.items() if name not in place):
            kept.append(row)
    return kept


def by_hand(lake: Lake, dump_type: DumpType) -> Kinds:
    """Return what changed, found one record after the other."""
    hashes = []
    for month in (JANUARY, FEBRUARY):
        rows = lake.scan(dump_type.record, [month]).collect().select("id", "record_hash").rows()
        hashes.append(dict(rows))
    before, now = (content_by_id(lake, dump_type, month) for month in (JANUARY, FEBRUARY))
    found: Kinds = {}
    for id_ in sorted({**hashes[0], **hashes[1]}):
        if id_ not in hashes[0] or id_ not in hashes[1]:
            found[id_] = ("added" if id_ in hashes[1] else "removed", None)
        elif hashes[0][id_] != hashes[1][id_]:
            tables = [t.name for t in dump_type.content_tables if differs(t, before[id_], now[id_])]
            found[id_] = ("changed", tables) if tables else ("reformatted", None)
    return found


def differs(table: Table, before: Content, now: Content) -> bool:
    old, new = before.get(table.name, []), now.get(table.name, [])
    if table.name.endswith("_image") and not new:
        return False
    return old != new


@pytest.mark.parametrize("dump_type", DUMP_TYPES)
@pytest.mark.parametrize(
    "seed", [1, pytest.param(2, marks=pytest.mark.slow), pytest.param(3, marks=pytest.mark.slow)]
)
def test_changes_are_those_found_by_hand(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, dump_type: str, seed: int
) -> None:
    # So that many pieces of a few records are compared.
    monkeypatch.setattr(differing, "RECORDS", 30)
    monkeypatch.setattr(id_ranges, "BLOCK_BITS", 0)
    monkeypatch.setattr(queries, "DIFFERING", 7)
    draw = Random(seed)
    records = [*iter_records(dump_type, COUNT, era="2020", seed=seed)]
    months = Months(tmp_path)
    months.bring(dump_type, JANUARY, records[:-5])
    months.bring(dump_type, FEBRUARY, month_after(records, draw))
    months.compare(dump_type, FEBRUARY)
    found = months.kinds(dump_type, FEBRUARY)
    assert found == by_hand(months.lake, DUMP_TYPES[dump_type])
    assert {kind for kind, _ in found.values()} == {"added", "removed", "changed", "reformatted"}
