"""Documents made into rows again: what a document leaves out, its places say."""

from collections.abc import Iterator, Mapping
from typing import Any

from discogs_assets.exports.documents.document import SEQUENCE, Document, Listed, Tables
from discogs_assets.tables.table import Table
from discogs_assets.warehouse.differing import HASH

Object = Mapping[str, Any]
Rows = dict[str, list[dict[str, Any]]]


def rows_of(document: Document, tables: Tables, record_hash: str | None, content: Object) -> Rows:
    """Return the rows of a document by table, in the order of their keys."""
    rows: Rows = {name: [] for name in document.iter_tables()}
    table = tables[document.table]
    columns = {one.name: content.get(one.name) for one in document.columns(table)}
    rows[table.name].append({**columns, HASH: record_hash})
    for listed in document.lists:
        add_rows(rows, listed, tables, content[table.owner], content, None)
    for name, found in rows.items():
        found.sort(key=lambda row, key=tables[name].key: [row[column] for column in key])  # type: ignore[misc]
    return rows


def add_rows(
    rows: Rows, listed: Listed, tables: Tables, id_: int, above: Object, place: int | None
) -> None:
    """Add the rows of a list that stands in an object, which is at a place of its own list."""
    table = tables[listed.table]
    for sequence, (member, part_of) in enumerate(iter_members(listed, above), 1):
        implied: dict[str, int | None] = {table.owner: id_, SEQUENCE: sequence, **listed.only}
        if listed.place:
            implied[listed.place] = place
        if listed.part_of:
            implied[listed.part_of] = part_of
        rows[table.name].append({**values_of(listed, table, member), **implied})
        for one in listed.lists:
            add_rows(rows, one, tables, id_, member, sequence)


def iter_members(listed: Listed, above: Object) -> Iterator[tuple[Any, int | None]]:
    """Yield the members of a list and, behind each, its parts with its sequence."""
    sequence = 0
    for member in above.get(listed.name, ()):
        sequence += 1
        yield member, None
        if listed.parts:
            parts = member.get(listed.parts, ())
            yield from ((part, sequence) for part in parts)
            sequence += len(parts)


def values_of(listed: Listed, table: Table, member: Any) -> dict[str, Any]:
    """Return the values of a member of a list by column."""
    columns = listed.columns(table)
    if listed.is_plain(table):
        return {columns[0].name: member}
    return {one.name: member.get(one.name) for one in columns}
