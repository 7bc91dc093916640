"""Read one record with lxml, where xml2arrow refuses one that is XML, or to say why it is refused.

Which record is read so does not belong here.
"""

import re
from collections.abc import Iterator
from typing import Any

import xxhash
from lxml import etree

from discogs_assets.sources.discogs_dumps.release_tables import SUB_TRACK, TRACK
from discogs_assets.sources.discogs_dumps.tables import XmlDumpType
from discogs_assets.tables.table import Column, Rows, Table, Type

Element = Any  # lxml's elements have no usable type
Row = dict[str, Any]
RowsByTable = dict[str, list[Row]]

LARGEST = 2**31 - 1
BLANKS = " \t\r\n\f\v"
BOOLEANS = dict.fromkeys(("true", "1", "yes", "on", "t", "y"), True) | dict.fromkeys(
    ("false", "0", "no", "off", "f", "n"), False
)


class RecordError(Exception):
    """A record that cannot be read, and why."""


def guess_id(raw: bytes, dump_type: XmlDumpType) -> int | None:
    """Return the id that a broken record seems to have: that of another element is not its own."""
    name = dump_type.record.encode()
    pattern = (
        rb"<%b\s(?:[^>]*?\s)?id=[\"'](\d{1,9})[\"']"
        if dump_type.id_path == "@id"
        else (rb"<%b>(?:(?!<id[\s/>]).){0,100000}<id>(\d{1,9})</id>")
    )
    found = re.match(pattern % name, raw, re.DOTALL)
    return int(found[1]) or None if found else None


def read_record(raw: bytes, dump_type: XmlDumpType) -> tuple[int, RowsByTable]:
    """Return the id and rows of one record; RecordError when it is none."""
    try:
        record = etree.fromstring(raw, PARSER)
    except etree.XMLSyntaxError as error:
        raise RecordError(f"not XML: {error.msg}") from None
    if record.tag != dump_type.record:
        raise RecordError(f"expected <{dump_type.record}>, found <{record.tag}>")
    record_id = integer(value_at(record, dump_type.id_path), "id", is_id=True)
    if not record_id:
        raise RecordError("expected an id above 0, found none")
    rows = RecordReader(dump_type, record, record_id).read()
    rows[dump_type.record][0]["record_hash"] = xxhash.xxh3_128_hexdigest(raw)
    return record_id, rows


PARSER = etree.XMLParser(
    resolve_entities=False, no_network=True, load_dtd=False, huge_tree=True, remove_pis=True
)


class RecordReader:
    """Reads the rows of one record from its element, table by table."""

    def __init__(self, dump_type: XmlDumpType, record: Element, record_id: int) -> None:
        self.dump_type = dump_type
        self.record = record
        self.record_id = record_id

    def read(self) -> RowsByTable:
        rows: RowsByTable = {}
        for table in self.dump_type.content_tables:
            if table.name == "release_track":
                rows |= self.read_tracks()
            elif table.name != "release_track_artist":
                rows[table.name] = [*self.iter_rows(table)]
        return rows

    def iter_rows(self, table: Table) -> Iterator[Row]:
        for rows in table.rows:
            if not rows.path:
                yield self.row(table, rows, self.record)
            else:
                yield from self.numbered(table, rows, self.record, rows.path)

    def numbered(self, table: Table, rows: Rows, top: Element, path: str) -> Iterator[Row]:
        """Yield the rows of the elements at a path below `top`."""
        elements = paired(top, path, rows.id_before) if rows.id_before else top.iterfind(path)
        for sequence, element in enumerate(elements, 1):
            yield self.row(table, rows, element) | {"sequence": sequence}

    def row(self, table: Table, rows: Rows, element: Element) -> Row:
        row: Row = dict(rows.constants)
        for column in table.columns:
            if (column.path or "").startswith("/"):
                row[column.name] = self.record_id
            elif column.type is Type.TEXT_LIST:
                texts = [own_text(member) for member in element.iterfind(column.path)]
                row[column.name] = [text for text in texts if text] or None
            elif column.path is not None:
                row[column.name] = value(element, column)
        if "released" in row:
            row["released_year"] = year(row["released"])
        return row

    def read_tracks(self) -> RowsByTable:
        """Return tracks and their credited: a sub-track follows its parent and names it."""
        made: RowsByTable = {"release_track": [], "release_track_artist": []}
        for track in self.record.iterfind(TRACK):
            sequence = self.add_track(made, track, None, TRACK)
            for sub_track in track.iterfind("sub_tracks/track"):
                self.add_track(made, sub_track, sequence, SUB_TRACK)
        return made

    def add_track(self, made: RowsByTable, track: Element, above: int | None, path: str) -> int:
        """Add a track and its credited; return its sequence."""
        tracks, credited = (self.table(name) for name in made)
        sequence = len(made[tracks.name]) + 1
        place = {"sequence": sequence, "parent_sequence": above}
        made[tracks.name].append(self.row(tracks, tracks.rows[0], track) | place)
        for rows in credited.rows:
            below = rows.path.removeprefix(f"{path}/")
            if below in ("artists/artist", "extraartists/artist"):
                for credit in self.numbered(credited, rows, track, below):
                    made[credited.name].append(credit | {"track_sequence": sequence})
        return sequence

    def table(self, name: str) -> Table:
        return next(table for table in self.dump_type.tables if table.name == name)


def paired(top: Element, path: str, id_name: str) -> Iterator[Element]:
    """Yield name elements, each with the id that stands right before it as its `id` attribute.

    An id that no name follows becomes a name element of its own.
    """
    container, _, name = path.rpartition("/")
    for parent in top.iterfind(container):
        before: str | None = None
        for element in [*parent.iterchildren(tag=etree.Element), None]:
            tag = None if element is None else element.tag
            if tag not in (name, id_name, None):
                continue
            if before is not None and tag != name:
                yield etree.Element(name, id=before)
            if tag == name:
                if before is not None and not integer(element.get("id"), "id", is_id=True):
                    element.set("id", before)
                yield element
            before = given_id(element) if tag == id_name else None


def given_id(element: Element) -> str | None:
    """Return the id an element holds; None when it holds none or 0."""
    text = own_text(element)
    return text if integer(text, "id", is_id=True) else None


def value(element: Element, column: Column) -> Any:
    """Return a column's value as its type; None when absent or empty."""
    text = value_at(element, column.path or ".")
    if column.type is Type.INTEGER:
        number = integer(text, column.name, is_id=column.zero_is_null)
        return None if column.zero_is_null and number == 0 else number
    if column.type is Type.BOOLEAN:
        return boolean(text, column.name)
    return text or None


def value_at(element: Element, path: str) -> str | None:
    """Return the text or attribute at a path below an element; RecordError when it is twice."""
    at, _, attribute = path.rpartition("@")
    steps = at.rstrip("/") if "@" in path else path
    elements = [element] if steps in ("", ".") else element.findall(steps)
    if len(elements) > 1:
        raise RecordError(f"expected one <{steps}>, found {len(elements)}")
    if not elements:
        return None
    text: str | None = elements[0].get(attribute) if "@" in path else own_text(elements[0])
    return text


def own_text(element: Element) -> str:
    """Return an element's own text, without that of elements in it."""
    return (element.text or "") + "".join(child.tail or "" for child in element)


def integer(text: str | None, name: str, *, is_id: bool = False) -> int | None:
    """Return a number; None when there is none, RecordError when it is not one or too large."""
    text = (text or "").strip(BLANKS)
    if not text:
        return None
    found = re.fullmatch(r"([+-]?)0*([0-9]+)", text)
    if found is None:
        raise RecordError(f"{name}: expected a number, found {text[:40]!r}")
    number = int(found[1] + found[2][:20])
    if not (0 if is_id else -LARGEST - 1) <= number <= LARGEST:
        raise RecordError(f"{name}: expected a number of up to {LARGEST:,}, found {text[:40]}")
    return number


def boolean(text: str | None, name: str) -> bool | None:
    text = (text or "").strip(BLANKS)
    if text and text.lower() not in BOOLEANS:
        raise RecordError(f"{name}: expected true or false, found {text[:40]!r}")
    return BOOLEANS[text.lower()] if text else None


def year(released: str | None) -> int | None:
    """Return the year of a date that is, or starts with, four digits and a dash."""
    found = re.match(r"([0-9]{4})(?:\Z|-)", released or "")
    return int(found[1]) or None if found else None
